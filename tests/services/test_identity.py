"""Who is there: pseudonyms that lead nowhere, links that work once, sessions that end."""

import pytest

from qa.errors import (
    BadInput,
    BadLink,
    EventNotOpen,
    IllegalTransition,
    NoRight,
    UnknownStaff,
    WrongCode,
)
from qa.services import events, identity, staff, staff_links
from qa.services.context import Context
from tests.conftest import TurnableClock, everything_at_rest
from tests.services.log_reading import leaves_of
from tests.services.meeting import SLUG, hold_meeting


def test_a_voter_has_another_pseudonym_in_every_event() -> None:
    assert identity.voter_of("one", "secret") != identity.voter_of("two", "secret")
    assert identity.voter_of("one", "secret") == identity.voter_of("one", "secret")


def test_a_join_code_may_be_typed_in_any_case_with_spaces_and_hyphens(ctx: Context) -> None:
    hold_meeting(ctx, "open", join_code="WXYZ23")
    assert identity.join_by_code(ctx, " wx-yz 23 ")[0]["slug"] == SLUG
    for wrong in ("WXYZ24", "", "---", "WXYZ2"):
        with pytest.raises(WrongCode):
            identity.join_by_code(ctx, wrong)


def test_nobody_joins_a_draft(ctx: Context) -> None:
    hold_meeting(ctx, join_code="WXYZ23")
    with pytest.raises(EventNotOpen):
        identity.join_by_code(ctx, "WXYZ23")
    with pytest.raises(EventNotOpen):
        identity.join_by_link(ctx, SLUG)


def test_a_sign_in_link_works_once(ctx: Context) -> None:
    account = identity.create_account(ctx, "Olga", may_create_events=True)
    token = identity.create_link(ctx, account)
    session = identity.redeem_link(ctx, token)
    signed_in = identity.signed_in(ctx, session)
    assert signed_in is not None
    assert signed_in.name == "Olga"
    for wrong in (token, "0" * 64, ""):
        with pytest.raises(BadLink):
            identity.redeem_link(ctx, wrong)


def test_a_sign_in_link_expires(ctx: Context, clock: TurnableClock) -> None:
    account = identity.create_account(ctx, "Olga", may_create_events=True)
    token = identity.create_link(ctx, account)
    clock.turn(hours=25)
    with pytest.raises(BadLink):
        identity.redeem_link(ctx, token)


def test_a_session_ends_when_idle_and_after_twelve_hours_in_any_case(
    ctx: Context, clock: TurnableClock
) -> None:
    account = identity.create_account(ctx, "Olga", may_create_events=True)
    idle = identity.redeem_link(ctx, identity.create_link(ctx, account))
    busy = identity.redeem_link(ctx, identity.create_link(ctx, account))
    clock.turn(minutes=31)
    assert identity.signed_in(ctx, idle) is None
    busy = identity.redeem_link(ctx, identity.create_link(ctx, account))
    for _ in range(35):
        clock.turn(minutes=20)
        assert identity.signed_in(ctx, busy) is not None
    clock.turn(minutes=25)
    assert identity.signed_in(ctx, busy) is None


def test_signing_out_ends_the_session(ctx: Context) -> None:
    account = identity.create_account(ctx, "Olga", may_create_events=True)
    session = identity.redeem_link(ctx, identity.create_link(ctx, account))
    identity.sign_out(ctx, session)
    assert identity.signed_in(ctx, session) is None
    assert identity.signed_in(ctx, "nonsense") is None


def test_the_database_holds_no_secret_of_a_link_or_a_session(ctx: Context) -> None:
    account = identity.create_account(ctx, "Olga", may_create_events=True)
    token = identity.create_link(ctx, account)
    session = identity.redeem_link(ctx, token)
    stored = everything_at_rest(ctx)
    for secret in (token, session):
        assert secret not in stored
        assert repr(bytes.fromhex(secret)) not in stored


def test_staff_get_pseudonyms_in_order_and_never_one_that_was_used(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    assert meeting.other_moderator.pseudonym == "Moderator B"
    staff.remove_staff(ctx, SLUG, meeting.owner, meeting.other_moderator.staff_id or 0)
    added = staff.add_staff(ctx, SLUG, meeting.owner, "Mia", "moderator")
    assert added["pseudonym"] == "Moderator C"
    changes = [tuple(leaf.fields.values()) for leaf in leaves_of(ctx, "staff.changed")]
    assert len(changes) == 7
    assert "Mia" not in str(changes)


def test_pseudonyms_go_on_after_z() -> None:
    from qa.domain.question import Role

    names = [staff.pseudonym(Role.MODERATOR, n) for n in (0, 25, 26, 27, 51, 52)]
    assert names == [f"Moderator {tail}" for tail in ("A", "Z", "AA", "AB", "AZ", "BA")]
    assert staff.pseudonym(Role.OWNER, 0) == "Owner"
    assert staff.pseudonym(Role.OWNER, 1) == "Owner B"


def test_a_removed_member_is_nobody_any_more(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    row = events.settings(ctx, SLUG, meeting.owner)["staff"][1]
    assert row["role"] == "moderator"
    staff.remove_staff(ctx, SLUG, meeting.owner, row["id"])
    with pytest.raises(UnknownStaff):
        staff.remove_staff(ctx, SLUG, meeting.owner, row["id"])
    with pytest.raises(UnknownStaff):
        staff_links.renew_link(ctx, SLUG, meeting.owner, row["id"])
    assert events.settings(ctx, SLUG, meeting.owner)["staff"][1]["removed_at"] is not None


def test_an_event_keeps_an_owner(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    with pytest.raises(IllegalTransition):
        staff.remove_staff(ctx, SLUG, meeting.owner, meeting.owner.staff_id or 0)
    staff.add_staff(ctx, SLUG, meeting.owner, "Second", "owner")
    staff.remove_staff(ctx, SLUG, meeting.owner, meeting.owner.staff_id or 0)


def test_only_the_owner_changes_the_staff_and_only_real_roles_exist(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    for actor in (meeting.moderator, meeting.presenter, meeting.auditor, meeting.person()):
        with pytest.raises(NoRight):
            staff.add_staff(ctx, SLUG, actor, "Eve", "owner")
        with pytest.raises(NoRight):
            staff.remove_staff(ctx, SLUG, actor, 1)
        with pytest.raises(NoRight):
            staff_links.renew_link(ctx, SLUG, actor, 1)
    for role in ("participant", "public", "admin", ""):
        with pytest.raises(BadInput):
            staff.add_staff(ctx, SLUG, meeting.owner, "Eve", role)


def test_a_renewed_link_signs_the_same_person_in(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    row = events.settings(ctx, SLUG, meeting.owner)["staff"][1]
    link = str(staff_links.renew_link(ctx, SLUG, meeting.owner, row["id"])["link"])
    session = identity.redeem_link(ctx, link.rsplit("/", 1)[1])
    person = identity.signed_in(ctx, session)
    assert person is not None
    actor = identity.staff_actor(ctx, SLUG, person.account_id)
    assert actor is not None
    assert actor.pseudonym == row["pseudonym"]
    assert identity.my_events(ctx, person.account_id)[0]["role"] == "moderator"
