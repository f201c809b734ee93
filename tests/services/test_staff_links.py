"""Whose sign-in link an owner can renew: nobody's whose account is worth more than the event."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from qa.errors import BadLink, NoRight, UnknownStaff
from qa.services import events, identity, passwords, provider_accounts, staff, staff_links
from qa.services.context import Actor, Context
from qa.services.events import EventDraft
from qa.services.identity import SignedIn
from qa.services.openid import Subject
from qa.services.unit import perform
from qa.store.models.events import Staff
from tests.conftest import everything_at_rest
from tests.services.meeting import SLUG, hold_meeting

SUBJECT = Subject("https://login.example.org", "mona")


@pytest.fixture
def owner(ctx: Context) -> Actor:
    return hold_meeting(ctx, "open").owner


def account_of(ctx: Context, staff_id: int) -> int:
    with ctx.db.read() as session:
        return session.get_one(Staff, staff_id).account_id


def add(ctx: Context, by: Actor, role: str = "moderator") -> tuple[int, Actor, str]:
    """Add somebody; return their number, who they are when they act, and their first link."""
    made = staff.add_staff(ctx, SLUG, by, "Mona", role)
    staff_id = int(str(made["id"]))
    actor = identity.staff_actor(ctx, SLUG, account_of(ctx, staff_id))
    assert actor is not None
    return staff_id, actor, str(made["link"])


def renew(ctx: Context, by: Actor, staff_id: int) -> str:
    return str(staff_links.renew_link(ctx, SLUG, by, staff_id)["link"])


def redeem(ctx: Context, link: str) -> SignedIn:
    secret = identity.redeem_link(ctx, link.rsplit("/", 1)[1])
    person = identity.signed_in(ctx, secret)
    assert person is not None
    return person


def test_an_owner_renews_the_link_of_somebody_who_works_on_this_event_only(
    ctx: Context, owner: Actor
) -> None:
    staff_id, mona, _ = add(ctx, owner)
    assert redeem(ctx, renew(ctx, owner, staff_id)).account_id == mona.account_id


def test_an_owner_cannot_take_over_the_account_of_one_who_may_create_events(
    ctx: Context, owner: Actor
) -> None:
    _, second, _ = add(ctx, owner, "owner")
    with pytest.raises(NoRight, match="Olga Owner is good for more than this event"):
        renew(ctx, second, owner.staff_id or 0)
    # Their own they may: whoever is signed in gains nothing by it.
    mine = replace(owner, account_id=account_of(ctx, owner.staff_id or 0))
    assert redeem(ctx, renew(ctx, mine, owner.staff_id or 0)).account_id == mine.account_id


def test_an_owner_cannot_take_over_an_account_that_works_on_another_event_too(
    ctx: Context, owner: Actor
) -> None:
    staff_id, mona, _ = add(ctx, owner)
    account = account_of(ctx, owner.staff_id or 0)
    events.create_event(ctx, account, EventDraft("Elsewhere", slug="elsewhere"))
    role = staff.check_role("moderator")
    there = perform(
        ctx, "elsewhere", lambda unit: staff.enrol(unit, mona.account_id or 0, role, by="Owner").id
    )
    with pytest.raises(NoRight, match="more than this event"):
        renew(ctx, owner, staff_id)
    boss = identity.staff_actor(ctx, "elsewhere", account)
    assert boss is not None
    staff.remove_staff(ctx, "elsewhere", boss, there)
    assert redeem(ctx, renew(ctx, owner, staff_id)).account_id == mona.account_id


def set_password(ctx: Context, person: SignedIn) -> None:
    mine = {"name": "mona", "password": "four words of mine", "current": ""}
    passwords.set_password(ctx, person, "", **mine, address="127.0.0.1")


def connect(ctx: Context, person: SignedIn) -> None:
    provider_accounts.connect(ctx, person.account_id, SUBJECT)


@pytest.mark.parametrize("begin", [set_password, connect])
def test_no_link_leads_around_a_way_to_sign_in_that_somebody_has_set_up(
    ctx: Context, owner: Actor, begin: Callable[[Context, SignedIn], None]
) -> None:
    staff_id, mona, first = add(ctx, owner)
    kept = renew(ctx, owner, staff_id)
    person = redeem(ctx, first)
    begin(ctx, person)
    with pytest.raises(NoRight, match="in a way of their own"):
        renew(ctx, owner, staff_id)
    with pytest.raises(NoRight, match="in a way of their own"):
        renew(ctx, replace(owner, account_id=mona.account_id), staff_id)
    with pytest.raises(BadLink):  # nor one that was made before
        redeem(ctx, kept)


def test_whoever_runs_the_server_can_give_anybody_a_link(ctx: Context, owner: Actor) -> None:
    _, mona, first = add(ctx, owner)
    set_password(ctx, redeem(ctx, first))
    for actor in (mona, owner):
        link = staff_links.link_by_operator(ctx, SLUG, str(actor.pseudonym))
        assert redeem(ctx, link).account_id == account_of(ctx, actor.staff_id or 0)
    with pytest.raises(UnknownStaff):
        staff_links.link_by_operator(ctx, SLUG, "Moderator Z")
    staff.remove_staff(ctx, SLUG, owner, mona.staff_id or 0)
    with pytest.raises(UnknownStaff):
        staff_links.link_by_operator(ctx, SLUG, str(mona.pseudonym))


def test_a_refused_renewal_makes_no_link(ctx: Context, owner: Actor) -> None:
    _, second, _ = add(ctx, owner, "owner")
    before = everything_at_rest(ctx)
    with pytest.raises(NoRight):
        renew(ctx, second, owner.staff_id or 0)
    assert everything_at_rest(ctx) == before
