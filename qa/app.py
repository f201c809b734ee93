"""The only wiring: everything below is put together here, and nowhere else."""

import signal
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import gevent
from flask import Flask
from prometheus_client import CollectorRegistry

from qa.config import Config
from qa.live.announcer import LiveAnnouncer
from qa.live.bus import open_bus
from qa.live.metrics import make_registry, watch_loop
from qa.live.sockets import Sockets, open_sockets
from qa.live.ticker import keep_ticking
from qa.services.context import Context, build_context
from qa.services.sender import keep_sending
from qa.services.startup import check_signed_heads
from qa.services.witnesses import keep_submitting
from qa.web import (  # noqa: F401 - each adds its routes to the list
    api_account,
    api_events,
    api_hiding,
    api_log,
    api_notices,
    api_policy,
    api_report,
    api_second_reviews,
    api_staff,
    api_tickets,
)
from qa.web.api_questions import OPENAPI
from qa.web.auth import refuse_other_sites
from qa.web.board_cache import BOARD_CACHE, BoardCache
from qa.web.errors import register_errors
from qa.web.filters import register_filters
from qa.web.headers import set_security_headers
from qa.web.health import add_health
from qa.web.hosts import believe_proxies, trusted_hosts
from qa.web.joins import limit_joins
from qa.web.log import add_log
from qa.web.openapi import describe
from qa.web.openid import add_openid
from qa.web.overload import bound_requests
from qa.web.pages import add_pages
from qa.web.participant_pages import add_participant_pages
from qa.web.report_desk import REPORT_DESK, ReportDesk
from qa.web.routes import add_routes, set_body_limits
from qa.web.server import allow_many_connections, make_server
from qa.web.sign_in_pages import add_sign_in_pages
from qa.web.structured_logs import configure_logs

ROOT: Final = Path(__file__).resolve().parent.parent
EXTENSION: Final = "fair-hearing"


@dataclass(frozen=True)
class House:
    """What an app is made of, for whoever serves or tests it."""

    ctx: Context
    announcer: LiveAnnouncer
    sockets: Sockets
    registry: CollectorRegistry


def create_app(config: Config, context: Context | None = None) -> Flask:
    """Return the app. ``context`` replaces the parts that ``config`` would open."""
    configure_logs(config.log_level)
    announcer = LiveAnnouncer(config.tallies_per_second)
    ctx = (
        build_context(config, announce=announcer)
        if context is None
        else replace(context, config=config)
    )
    app = Flask("qa", root_path=str(ROOT))
    app.config["TRUSTED_HOSTS"] = trusted_hosts(config)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    believe_proxies(app, config)
    set_security_headers(app, config)
    register_errors(app)
    register_filters(app)
    set_body_limits(app, config.limits)
    refuse_other_sites(app, ctx)
    limit_joins(app, config.limits)
    add_routes(app, ctx)
    add_log(app, ctx)
    add_pages(app, ctx)
    add_sign_in_pages(app, ctx)
    add_participant_pages(app, ctx)
    add_openid(app, ctx)
    app.extensions[OPENAPI] = describe
    app.extensions[REPORT_DESK] = ReportDesk(config)
    _connect_live(app, ctx, announcer)
    return app


def _connect_live(app: Flask, ctx: Context, announcer: LiveAnnouncer) -> None:
    """Open the sockets, and let whoever announces reach them and the board cache."""
    # With another announcer nobody would say when a kept board is out of date.
    cache = BoardCache(keeping=ctx.announce is announcer)
    socketio = open_sockets(app, ctx)
    server = socketio.server
    bus = open_bus(ctx.config.redis_url)
    sockets = Sockets(ctx, socketio, bus, announcer.expect)
    announcer.connect(ctx, sockets, bus, voted=cache.votes_changed, forget=cache.forget)
    app.extensions[BOARD_CACHE] = cache
    registry = make_registry(ctx, server.eio, bound_requests(app, ctx.config.limits))
    add_health(app, ctx, registry)
    app.extensions[EXTENSION] = House(ctx, announcer, sockets, registry)


def start_background(app: Flask) -> None:
    """Start what runs beside requests: announcing, watching staff sockets, the minute's work.

    Raises:
        LogDamaged: the database is older than what was signed; nothing may be served from it.
    """
    house: House = app.extensions[EXTENSION]
    check_signed_heads(house.ctx)
    house.announcer.start()
    gevent.spawn(house.sockets.keep_sweeping)
    gevent.spawn(watch_loop, house.registry)
    gevent.spawn(keep_ticking, house.ctx)
    gevent.spawn(keep_submitting, house.ctx)
    gevent.spawn(keep_sending, house.ctx)


def serve(config: Config, when_ready: Callable[[], None]) -> None:
    """Serve until the process is told to stop. ``gevent.monkey.patch_all()`` comes long before.

    ``when_ready`` is called once people can connect.

    Raises:
        OSError: the port is taken.
        LogDamaged: the database is older than what was signed; nothing may be served from it.
    """
    allow_many_connections()
    app = create_app(config)
    server = make_server(config.host, config.port, app)
    start_background(app)
    server.start()
    for number in (signal.SIGINT, signal.SIGTERM):
        gevent.signal_handler(number, server.stop)
    when_ready()
    server.serve_forever()
    app.extensions[REPORT_DESK].close()
    app.extensions[EXTENSION].ctx.db.close()
