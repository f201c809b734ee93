import itertools

import pytest

from qa.domain.question import (
    EVENT_MOVES,
    RIGHTS,
    TRANSITIONS,
    WITHDRAWABLE,
    EventState,
    Role,
    Status,
    Verdict,
    next_status,
    require_event_move,
    require_right,
    status_after_withdrawal,
)
from qa.errors import IllegalTransition, NoRight

DECISIONS = {
    ("pending", "publish"): "published",
    ("pending", "filter"): "filtered",
    ("published", "filter"): "filtered",
    ("filtered", "publish"): "published",
    ("published", "restore"): "pending",
    ("filtered", "restore"): "pending",
    ("pending", "merge"): "merged",
    ("published", "merge"): "merged",
    ("filtered", "merge"): "merged",
}
MOVES = {("draft", "open"), ("open", "live"), ("open", "closed"), ("live", "closed")}
MATRIX = {
    "decide": {"owner", "moderator"},
    "present": {"owner", "moderator", "presenter"},
    "read_desk": {"owner", "moderator", "presenter", "auditor"},
    "manage": {"owner"},
    "import": {"owner", "moderator"},
    "erase": {"owner"},
    "edit_topics": {"auditor"},
}


@pytest.mark.parametrize(("status", "verdict"), list(itertools.product(Status, Verdict)))
def test_a_verdict_leads_where_the_table_says_and_nowhere_else(status, verdict):
    expected = DECISIONS.get((status, verdict))
    if expected is not None:
        assert next_status(status, verdict) is Status(expected)
        return
    with pytest.raises(IllegalTransition) as refused:
        next_status(status, verdict)
    assert refused.value.details == {"status": str(status)}
    assert str(status) in refused.value.message


def test_the_table_of_decisions_has_no_row_beyond_the_design():
    assert {(str(a), str(b)): str(c) for (a, b), c in TRANSITIONS.items()} == DECISIONS


def test_no_verdict_makes_a_question_disappear():
    assert set(TRANSITIONS.values()) == set(Status) - {Status.WITHDRAWN}


@pytest.mark.parametrize("before", [Status.PENDING, Status.PUBLISHED, Status.FILTERED])
def test_an_undone_merge_makes_a_question_what_it_was(before):
    assert next_status(Status.MERGED, Verdict.RESTORE, before) is before
    for verdict in set(Verdict) - {Verdict.RESTORE}:
        with pytest.raises(IllegalTransition):
            next_status(Status.MERGED, verdict, before)


@pytest.mark.parametrize("status", Status)
def test_an_author_may_withdraw_until_the_question_has_left_the_board(status):
    if status in WITHDRAWABLE:
        assert status_after_withdrawal(status, live=False) is Status.WITHDRAWN
        return
    with pytest.raises(IllegalTransition):
        status_after_withdrawal(status, live=False)


@pytest.mark.parametrize("status", Status)
def test_a_question_on_stage_cannot_be_withdrawn(status):
    with pytest.raises(IllegalTransition, match="being answered right now"):
        status_after_withdrawal(status, live=True)


@pytest.mark.parametrize(("state", "wanted"), list(itertools.product(EventState, EventState)))
def test_an_event_moves_forward_only(state, wanted):
    if (state, wanted) in MOVES:
        require_event_move(state, wanted)
        return
    with pytest.raises(IllegalTransition) as refused:
        require_event_move(state, wanted)
    assert refused.value.details == {"state": str(state)}


def test_the_table_of_moves_has_no_row_beyond_the_design():
    assert {(str(a), str(b)) for a, b in EVENT_MOVES} == MOVES


@pytest.mark.parametrize(("act", "role"), list(itertools.product(MATRIX, Role)))
def test_a_role_may_do_what_the_matrix_says_and_nothing_else(act, role):
    if role in MATRIX[act]:
        require_right(role, act)
        return
    with pytest.raises(NoRight, match=str(role)):
        require_right(role, act)


def test_the_matrix_has_no_act_beyond_the_design():
    assert {act: set(map(str, roles)) for act, roles in RIGHTS.items()} == MATRIX


@pytest.mark.parametrize("role", Role)
def test_an_act_that_is_not_listed_is_nobodys_right(role):
    with pytest.raises(NoRight):
        require_right(role, "delete_everything")


def test_the_tables_cannot_be_changed_at_run_time():
    for table in (TRANSITIONS, RIGHTS):
        with pytest.raises(TypeError):
            table["anything"] = frozenset()
