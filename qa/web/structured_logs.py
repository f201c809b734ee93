"""Logs without people in them: no address, no user agent, no text, no message of a foreign error.

An error from a library may quote a row, so only its type and where it happened are written down.
"""

import logging
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any, Final

import structlog

Event = MutableMapping[str, Any]
HANDLER: Final = "fair-hearing"
LIBRARIES: Final = ("engineio", "socketio", "flask_wtf", "alembic")


def configure_logs(level: str) -> None:
    """Write one line of JSON per event to standard error, from our code and from libraries."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        only_where,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    handler.set_name(HANDLER)
    root = logging.getLogger()
    for earlier in [each for each in root.handlers if each.get_name() == HANDLER]:
        root.removeHandler(earlier)
    root.addHandler(handler)
    root.setLevel(level.upper())
    for name in LIBRARIES:
        logging.getLogger(name).setLevel(logging.WARNING)


def only_where(_logger: Any, _method: str, event: Event) -> Event:
    """Replace an exception by its type and its place in the code."""
    error = event.pop("exc_info", None)
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["where"] = _frames(error.__traceback__)
    return event


def _frames(found: TracebackType | None) -> list[str]:
    return [f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(found)]
