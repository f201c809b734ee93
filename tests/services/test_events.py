"""Events: created in one go, moved forward only, closed with their totals."""

import pytest

from qa.errors import BadInput, EventClosed, IllegalTransition, NoRight, SlugTaken, UnknownEvent
from qa.services import boards, events, identity, presenting, refusals, registry
from qa.services.context import PUBLIC, Context
from qa.services.events import EventDraft
from tests.services.log_reading import leaves_of
from tests.services.meeting import SLUG, hold_meeting


def test_a_new_event_starts_its_own_log_and_is_named_in_the_registry(ctx: Context) -> None:
    hold_meeting(ctx)
    kinds = [leaf.kind for leaf in leaves_of(ctx)]
    assert kinds[:3] == ["event.opened", "policy.published", "staff.changed"]
    assert [leaf.kind for leaf in leaves_of(ctx, slug=None)] == ["event.opened"]
    assert leaves_of(ctx, slug=None)[0].ev == SLUG


def test_an_account_without_the_right_creates_no_event(ctx: Context) -> None:
    account = identity.create_account(ctx, "Eve", may_create_events=False)
    with pytest.raises(NoRight):
        events.create_event(ctx, account, EventDraft(title="Mine"))
    assert boards.known_slugs(ctx) == []


@pytest.mark.parametrize(
    ("field", "draft"),
    [
        ("title", {"title": ""}),
        ("title", {"title": "a" * 121}),
        ("slug", {"slug": "A Meeting"}),
        ("slug", {"slug": "-x-"}),
        ("slug", {"slug": "registry"}),
        ("slug", {"slug": "a" * 61}),
        ("join_code", {"join_code": "abc"}),
        ("join_code", {"join_code": "ÄÖÜ123"}),
        ("ends_at", {"starts_at": 2_000, "ends_at": 1_000}),
        ("anonymous_allowed", {"anonymous_allowed": False, "named_allowed": False}),
        ("reason_codes", {"policy": {"introduction": "x", "deadline_minutes": 1,
                                     "reason_codes": [], "rules": []}}),
    ],
)  # fmt: skip
def test_a_bad_draft_names_its_field_and_creates_nothing(
    ctx: Context, field: str, draft: dict[str, object]
) -> None:
    account = identity.create_account(ctx, "Olga", may_create_events=True)
    with pytest.raises(BadInput) as refused:
        events.create_event(ctx, account, EventDraft(**{"title": "All hands", **draft}))
    assert (refused.value.field or "").startswith(field)
    assert boards.known_slugs(ctx) == []


def test_a_slug_and_a_join_code_belong_to_one_event(ctx: Context) -> None:
    account = identity.create_account(ctx, "Olga", may_create_events=True)
    first = EventDraft(title="One", slug="one", join_code="abcd")
    created = events.create_event(ctx, account, first)
    assert created["join_code"] == "ABCD"
    for draft, field in (
        (EventDraft(title="Two", slug="one"), "slug"),
        (EventDraft(title="Two", slug="two", join_code="AB-CD"), "join_code"),
    ):
        with pytest.raises(SlugTaken) as refused:
            events.create_event(ctx, account, draft)
        assert refused.value.field == field


def test_an_event_moves_forward_only_and_each_move_is_logged(ctx: Context) -> None:
    meeting = hold_meeting(ctx)
    for wrong in ("live", "closed", "draft"):
        with pytest.raises(IllegalTransition):
            meeting.move(wrong)
    meeting.move("open", "live")
    with pytest.raises(IllegalTransition):
        meeting.move("open")
    meeting.move("closed")
    for wrong in ("open", "live", "closed"):
        with pytest.raises(IllegalTransition):
            meeting.move(wrong)
    moves = [(leaf.fields["from"], leaf.fields["to"]) for leaf in leaves_of(ctx, "event.state")]
    assert moves == [("draft", "open"), ("open", "live"), ("live", "closed")]
    with pytest.raises(BadInput):
        meeting.move("cancelled")


def test_closing_logs_the_totals_and_leaves_what_was_never_decided_in_sight(
    ctx: Context,
) -> None:
    meeting = hold_meeting(ctx, "open", "live")
    for _ in range(5):
        meeting.ask()
    meeting.decide(1, "publish")
    meeting.decide(2, "publish")
    meeting.decide(3, "filter")
    meeting.vote(1, "ada", "bob")
    meeting.vote(3, "ada")
    presenting.set_live(ctx, SLUG, meeting.presenter, 1, True)
    presenting.mark_answered(ctx, SLUG, meeting.presenter, 1, mode="spoken", answer=None)
    presenting.set_live(ctx, SLUG, meeting.presenter, 2, True)
    meeting.move("closed")
    (closed,) = leaves_of(ctx, "event.closed")
    assert dict(closed.fields) == {
        "submitted": 5,
        "published": 2,
        "filtered": 1,
        "merged": 0,
        "withdrawn": 0,
        "undecided": 2,
        "answered": 1,
        "decisions": 3,
        "appeals": 0,
        "reviews": 0,
        "votes": 3,
    }
    rows = boards.record(ctx, SLUG, {})["rows"]
    assert [row["undecided"] for row in rows] == [False, False, False, True, True]
    assert rows[3]["text"] is None
    assert not any(row["live"] for row in rows)
    assert leaves_of(ctx)[-1].kind == "event.closed"


def test_a_closed_event_cannot_be_changed(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open", "closed")
    with pytest.raises(EventClosed):
        events.change_event(ctx, SLUG, meeting.owner, {"title": "Another title"})


def test_a_change_is_logged_by_the_names_of_its_fields(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    changes = {"title": "All hands, moved", "ends_at": 1_900_000_000_000}
    changed = events.change_event(ctx, SLUG, meeting.owner, changes)
    assert changed["event"]["title"] == "All hands, moved"
    (leaf,) = leaves_of(ctx, "event.changed")
    assert leaf.fields["fields"] == ["ends_at", "title"]
    assert "moved" not in str(leaf)
    before = len(leaves_of(ctx))
    events.change_event(ctx, SLUG, meeting.owner, changes)
    assert len(leaves_of(ctx)) == before


def test_only_the_owner_manages_an_event(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    for actor in (
        PUBLIC,
        meeting.person(),
        meeting.moderator,
        meeting.presenter,
        meeting.auditor,
    ):
        with pytest.raises(NoRight):
            events.change_event(ctx, SLUG, actor, {"title": "Mine"})
        with pytest.raises(NoRight):
            events.move_event(ctx, SLUG, actor, "closed")
        with pytest.raises(NoRight):
            events.settings(ctx, SLUG, actor)
    with pytest.raises(BadInput):
        events.change_event(ctx, SLUG, meeting.owner, {"slug": "other"})
    with pytest.raises(UnknownEvent):
        events.settings(ctx, "nowhere", meeting.owner)


def test_refusals_are_counted_on_the_record_in_sums(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    for _ in range(3):
        refusals.count_refusal(ctx, SLUG, NoRight("no"))
    refusals.log_refusals(ctx)
    refusals.log_refusals(ctx)
    (leaf,) = leaves_of(ctx, "refused")
    assert leaf.fields["counts"] == {"no_right": 3}
    refusals.count_refusal(ctx, SLUG, NoRight("no"))
    meeting.move("closed")
    assert len(leaves_of(ctx, "refused")) == 2
    assert leaves_of(ctx)[-1].kind == "event.closed"


def test_the_registry_anchors_each_log_that_has_grown(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    assert registry.anchor_logs(ctx) == 1
    assert registry.anchor_logs(ctx) == 0
    meeting.ask()
    assert registry.anchor_logs(ctx) == 1
    anchors = leaves_of(ctx, "anchor", slug=None)
    assert [leaf.fields["size"] for leaf in anchors] == [
        len(leaves_of(ctx)) - 1,
        len(leaves_of(ctx)),
    ]
