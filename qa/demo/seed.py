"""Fills an empty database with the demo's meeting, which is under way when the seeding ends.

What is logged depends on the script, the seed, the public address and the time now, and on nothing
else: the same four give the same leaves and the same root hash. Keys, sign-in links and authors'
keys are not logged and come from real randomness, so this file helps nobody to sign in to a demo.
"""

import random
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace

from qa.demo.player import Player
from qa.demo.script import Script, load_script
from qa.errors import SlugTaken
from qa.services import boards, identity, passwords, staff_links
from qa.services.context import Context, Silence
from qa.services.quotas import Quotas
from qa.services.refusal_counts import RefusalCounts

SEED = "fair-hearing-demo"
SIGN_IN_NAME = "maren"
NO_LIMIT = 1_000_000


@dataclass(frozen=True)
class DemoLinks:
    """How to get into the demo. ``links`` holds a one-time sign-in address by role.

    ``password`` is the owner's sign-in name and password, if this server takes any.
    """

    slug: str
    join_code: str
    links: Mapping[str, str]
    password: tuple[str, str] | None


class SetClock:
    """A clock that stands at whatever time it was last set to."""

    def __init__(self, now_ms: int) -> None:
        self.now_ms = now_ms

    def __call__(self) -> int:
        """Return the time it was set to."""
        return self.now_ms


def seed_demo(ctx: Context, *, seed: str = SEED, script: Script | None = None) -> DemoLinks:
    """Play the meeting up to the time that ``ctx`` gives now, and return fresh sign-in links.

    Call it before anybody is served.

    Raises:
        SlugTaken: the database holds the demo already.
    """
    meeting = script or load_script()
    if meeting.slug in boards.known_slugs(ctx):
        raise SlugTaken("This database holds the demo already.", field="slug")
    now_ms = ctx.clock()
    clock, chance = SetClock(now_ms), random.Random(seed)
    player = Player(_unhurried(ctx, clock, chance), meeting, chance, ctx.random_bytes)
    for moment in player.moments():
        clock.now_ms = now_ms - moment.ago_ms
        moment.act()
    password = give_password(ctx, meeting.slug)
    links = _sign_in_links(ctx, player, meeting)
    return DemoLinks(meeting.slug, meeting.join_code, links, password)


def _unhurried(ctx: Context, clock: SetClock, chance: random.Random) -> Context:
    """Return a context in which a day passes in seconds and nobody is told.

    Adding staff makes sign-in links too. Theirs are guessable here, so they last one hour of the
    day before the meeting and are over when the seeding ends.
    """
    limits = replace(
        ctx.config.limits,
        questions_per_minute=NO_LIMIT,
        questions_per_event=NO_LIMIT,
        event_questions_per_second=NO_LIMIT,
        votes_per_minute=NO_LIMIT,
        link_hours=1,
    )
    return replace(
        ctx,
        config=replace(ctx.config, limits=limits),
        clock=clock,
        random_bytes=chance.randbytes,
        quotas=Quotas(limits, redis_url=None, secret=ctx.keyring.secret("quotas")),
        refusals=RefusalCounts(),
        announce=Silence(),
    )


def give_password(ctx: Context, slug: str) -> tuple[str, str] | None:
    """Give the demo's owner a new password, and return it after the sign-in name.

    That ends their links, so make those after it. None when this server takes no passwords.
    """
    if not ctx.config.passwords:
        return None
    link = staff_links.link_by_operator(ctx, slug, "Owner")
    session = identity.redeem_link(ctx, link.rpartition("/")[2])
    person = identity.signed_in(ctx, session)
    if person is None:
        raise AssertionError("a fresh link signs in")
    password = "-".join(secrets.token_hex(3) for _ in range(3))
    passwords.set_password(
        ctx, person, session, name=SIGN_IN_NAME, password=password, current="", address=""
    )
    identity.sign_out(ctx, session)
    return SIGN_IN_NAME, password


def _sign_in_links(ctx: Context, player: Player, script: Script) -> dict[str, str]:
    """Return a link for the first member of each role, owner first."""
    links: dict[str, str] = {}
    for person in script.staff:
        pseudonym = str(player.staff[person.key].pseudonym)
        if person.role not in links:
            links[person.role] = staff_links.link_by_operator(ctx, script.slug, pseudonym)
    return links
