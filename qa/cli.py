"""The command line, ``python -m qa``: serve, look after the database, print links and keys.

Above the ground floor nothing is imported before the verb is known: gevent has to patch the
standard library before a package has taken hold of parts of it.
"""

import argparse
import errno
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from qa.config import Config, load_config
from qa.errors import ConfigError, QaError
from qa.garbage import all_kept
from qa.machine import hold, own_address, port_refused, require_free_port

if TYPE_CHECKING:
    from qa.services.context import Context

T = TypeVar("T")

DEMO_DIR = Path(__file__).resolve().parent.parent / "var" / "demo"
"""A place of the demo's own, because every start empties it."""

Verb = Callable[[argparse.Namespace], None]

SERVING = ("serve", "demo")
ELSEWHERE = {"replay": "qa.replay", "verify": "qa.verify", "witness": "qa.witness"}
"""Commands with options of their own, imported only when they are called."""

ANY_ADDRESS = "0.0.0.0"  # noqa: S104 - only when --lan asks for it


class DatabaseUnusable(QaError):
    """The database is not there, or its tables are not."""

    code = "database_unusable"


def main(arguments: Sequence[str]) -> int:
    """Run one command; return 0, or 2 when it could not be done and a line on stderr says why."""
    if arguments and arguments[0] in ELSEWHERE:
        main_of: Callable[[Sequence[str]], int] = import_module(ELSEWHERE[arguments[0]]).main
        return main_of(arguments[1:])
    chosen = parser().parse_args(arguments)
    if chosen.verb in SERVING:
        from gevent import monkey

        monkey.patch_all()
    try:
        chosen.run(chosen)
    except QaError as error:
        print(error.message, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped.")
    return 0


def parser() -> argparse.ArgumentParser:
    """Return what the command line understands; tests compare the documents with it."""
    commands = argparse.ArgumentParser(
        prog="python -m qa",
        description="Questions for an all-hands, each with a docket number, a decision with a "
        "reason, and a place on a public record.",
        epilog="Settings come from the environment; docs/operations.md explains each.",
    )
    verbs = commands.add_subparsers(dest="verb", metavar="COMMAND", required=True)

    def add(verb: str, run: Verb, text: str) -> argparse.ArgumentParser:
        command = verbs.add_parser(verb, help=text, description=f"{text[0].upper()}{text[1:]}.")
        command.set_defaults(run=run)
        return command

    _add_door(add("serve", _serve, "serve the events of this deployment"))
    demo = add("demo", _demo, "serve a made-up all-hands from var/demo, made anew every time")
    _add_door(demo)
    demo.add_argument("--keep", action="store_true", help="go on with the last demo's data")
    add("migrate", _migrate, "create the database's tables, or bring them up to date")
    verbs.add_parser("replay", help="play a recorded meeting through a running server")
    verbs.add_parser("verify", help="check an event's bundle, without trusting the server")
    verbs.add_parser("witness", help="cosign logs that only ever grow")
    owner_link = add("owner-link", _owner_link, "add an account that may create events")
    owner_link.add_argument("name", help="whose account it is, as other staff will see it")
    staff_link = add("staff-link", _staff_link, "print a sign-in link for somebody on the staff")
    staff_link.add_argument("slug", metavar="SLUG", help="the event, as in its address /e/SLUG")
    staff_link.add_argument("pseudonym", help='whom the record names so, such as "Moderator A"')
    export = add("export-log", _export_log, "write the logs as files that any web server can serve")
    export.add_argument("folder", metavar="DIR", type=Path, help="the folder to serve as the root")
    export.add_argument("slug", metavar="SLUG", nargs="?", help="one event, or registry; else all")
    report = add("report", _report, "write the audit report of an event to a file")
    report.add_argument("slug", metavar="SLUG", help="the event, as in its address /e/SLUG")
    report.add_argument(
        "--format",
        choices=(
            *("html", "pdf", "xlsx", "csv", "csv-bom", "json", "dsa"),
            *("addendum-pdf", "addendum-json", "bundle"),
        ),
        default="pdf",
        help="dsa: statements of reasons in the terms of the EU's DSA; csv-bom: for spreadsheets "
        "that need a byte order mark; addendum: what changed after the close (default: pdf)",
    )
    report.add_argument("--out", metavar="FILE", type=Path, help="where to (default: SLUG-report…)")
    report.add_argument("--size", type=int, help="the tree size to report on (default: as of now)")
    vkey = add("vkey", _vkey, "print the key that an event's log is verified with")
    vkey.add_argument("slug", help="the event, as in its address /e/SLUG; or registry")
    return commands


def _add_door(command: argparse.ArgumentParser) -> None:
    command.add_argument("--port", help="port to listen on (else QA_PORT, else 8010)")
    command.add_argument(
        "--lan",
        action="store_true",
        help="let phones and laptops in the same network join, over plain http",
    )


def _serve(chosen: argparse.Namespace) -> None:
    config = load_config(_environment(chosen))
    require_free_port(config.host, config.port)
    welcome = _in_context(config, _welcome_first_owner)
    _listen(config, f"{welcome}Serving {config.public_url}")


def _demo(chosen: argparse.Namespace) -> None:
    environ = _environment(chosen)
    for setting in ("QA_DATABASE_URL", "QA_REDIS_URL"):
        environ.pop(setting, None)
    config = load_config({**environ, "QA_DATA_DIR": str(DEMO_DIR)})
    require_free_port(config.host, config.port)
    lock = hold(DEMO_DIR.with_suffix(".lock"))
    try:
        if not chosen.keep:
            shutil.rmtree(DEMO_DIR, ignore_errors=True)
        _upgrade(config)
        print("Preparing the meeting", flush=True)
        from qa.demo.prepare import prepare_demo

        way_in = _in_context(config, prepare_demo)
        _listen(config, f"{way_in}\nCtrl-C stops the demo.")
    finally:
        os.close(lock)


def _migrate(_chosen: argparse.Namespace) -> None:
    config = load_config()
    _upgrade(config)
    print("The database is up to date.")


def _owner_link(chosen: argparse.Namespace) -> None:
    def make(ctx: "Context") -> None:
        from qa.services import identity

        account = identity.create_account(ctx, chosen.name, may_create_events=True)
        print(identity.link_url(ctx, identity.create_link(ctx, account)))

    _in_context(load_config(), make)


def _staff_link(chosen: argparse.Namespace) -> None:
    def make(ctx: "Context") -> None:
        from qa.services import staff_links

        print(staff_links.link_by_operator(ctx, chosen.slug, chosen.pseudonym))

    _in_context(load_config(), make)


def _report(chosen: argparse.Namespace) -> None:
    def write(ctx: "Context") -> None:
        from qa.exports.command import write_report

        write_report(ctx, chosen.slug, chosen.format, chosen.out, chosen.size)

    _in_context(load_config(), write)


def _vkey(chosen: argparse.Namespace) -> None:
    def show(ctx: "Context") -> None:
        from qa.services import logs

        print(logs.log_vkey(ctx, chosen.slug))

    _in_context(load_config(), show)


def _export_log(chosen: argparse.Namespace) -> None:
    def export(ctx: "Context") -> None:
        from qa.exports.static_log import export_log, exportable
        from qa.services.startup import check_signed_heads

        check_signed_heads(ctx)
        for slug in [chosen.slug] if chosen.slug else exportable(ctx):
            size, written = export_log(ctx, chosen.folder, slug)
            print(f"{slug}: {size} entries, {written} new tiles", flush=True)

    _in_context(load_config(), export)


def _environment(chosen: argparse.Namespace) -> dict[str, str]:
    """Return the environment as the options change it, so that one place decides what it means."""
    environ = dict(os.environ)
    if chosen.port is not None:
        environ["QA_PORT"] = chosen.port
    if chosen.lan:
        port = load_config(environ).port
        environ["QA_HOST"] = ANY_ADDRESS
        environ.setdefault("QA_PUBLIC_URL", f"http://{own_address()}:{port}")
    return environ


def _upgrade(config: Config) -> None:
    from qa.store.migrate import upgrade

    config.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    _with_database(config, lambda: upgrade(config.database_url))


def _in_context(config: Config, act: "Callable[[Context], T]") -> T:
    """Do something with the services of a deployment, and let go of its database again."""
    with all_kept():
        from qa.services.context import build_context

    def run() -> T:
        ctx = build_context(config)
        try:
            return act(ctx)
        finally:
            ctx.db.close()

    return _with_database(config, run)


def _with_database(config: Config, act: Callable[[], T]) -> T:
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError, DBAPIError

    try:
        return act()
    except ArgumentError as error:
        raise ConfigError(
            "QA_DATABASE_URL is not a database URL.", field="QA_DATABASE_URL"
        ) from error
    except DBAPIError as error:
        shown = make_url(config.database_url).render_as_string(hide_password=True)
        raise DatabaseUnusable(
            f"The database {shown} cannot be used: {str(error.orig).strip()}\n"
            "If it is new or the code is, run: python -m qa migrate"
        ) from error


def _welcome_first_owner(ctx: "Context") -> str:
    from qa.services import identity

    if identity.has_owner(ctx):
        return ""
    account = identity.create_account(ctx, "Owner", may_create_events=True)
    link = identity.link_url(ctx, identity.create_link(ctx, account))
    return (
        "\nNobody has an account here yet. To create the first event, open this link. It works\n"
        f"once, within {ctx.config.limits.link_hours} hours:\n\n  {link}\n\n"
        "For another link: python -m qa owner-link NAME\n\n"
    )


def _listen(config: Config, welcome: str) -> None:
    """Serve, and say welcome once people can connect: whoever reads it opens a link at once."""
    with all_kept():
        from qa.app import serve

    try:
        serve(config, lambda: print(welcome, flush=True))
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise port_refused(config.host, config.port, error) from error
    print("\nStopped.")
