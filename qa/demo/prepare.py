"""The demo made ready: its meetings are played, and whoever starts it is told how to get in."""

import io
from collections.abc import Mapping

import segno

from qa.config import Config
from qa.demo.by_ticket import open_by_ticket
from qa.demo.script import load_script
from qa.demo.seed import give_password, seed_demo
from qa.domain.question import Role
from qa.errors import SlugTaken
from qa.services import events, staff_links
from qa.services.context import Actor, Context

OPERATOR = Actor(Role.OWNER, pseudonym="Owner")
"""Who acts here: whoever can run this has the keys and the database anyway."""


def prepare_demo(ctx: Context) -> str:
    """Play the demo's meetings unless they are there already, and return how to get in."""
    slug = load_script().slug
    try:
        demo = seed_demo(ctx)
        links, password = demo.links, demo.password
    except SlugTaken:
        password = give_password(ctx, slug)
        members = events.settings(ctx, slug, OPERATOR)["staff"]
        links = {
            member["role"]: staff_links.link_by_operator(ctx, slug, member["pseudonym"])
            for member in members
            if member["removed_at"] is None
        }
    made = events.settings(ctx, slug, OPERATOR)
    return _way_in(ctx.config, made, links, password) + _tickets(open_by_ticket(ctx, slug))


def _way_in(
    config: Config,
    made: Mapping[str, str],
    links: Mapping[str, str],
    password: tuple[str, str] | None,
) -> str:
    code = io.StringIO()
    segno.make(made["join_url"], error="m").terminal(code, compact=True)
    lines = [
        f"\nOpen        {config.public_url}",
        f"Join code   {made['join_code']}\n",
        code.getvalue(),
        f"The QR code leads to {made['join_url']}",
    ]
    if "localhost" in config.public_url:
        lines.append("on this machine only; with --lan, phones in the same network can join too.")
    lines.append(f"\nSign-in links, each good once within {config.limits.link_hours} hours:")
    lines += [f"  {role:<10}{link}" for role, link in links.items()]
    if password is not None:
        lines.append(f"\nOr sign in as the owner at {config.public_url}/sign-in")
        lines.append(f"  name {password[0]}, password {password[1]}")
    return "\n".join([*lines, ""])


def _tickets(links: Mapping[str, str]) -> str:
    """Return what the demo says of its meeting by ticket; nothing once that is closed."""
    if not links:
        return ""
    address = next(iter(links.values())).partition("/ticket#")[0]
    lines = [
        f"\nA second, small meeting by one-use ticket: {address}",
        "Everybody can read it. To ask and vote takes a link, which lets one browser in, once:",
        *(f"  {recipient:<10}{link}" for recipient, link in links.items()),
    ]
    return "\n".join([*lines, ""])
