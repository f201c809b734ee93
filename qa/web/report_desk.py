"""Reports over HTTP: made in the workshop, once for everybody who asks at the same time.

What was made is kept as long as the log is no longer: a redaction or an erasure adds a leaf, and
with it nothing made before is handed out again, nor is it once the auditor has edited a topic.
While a meeting runs each other leaf would make a report out of date, so one that is a few seconds
old is still given; it says what tree size it is of.
Topics take seconds to work out: the first page of a report says that they are on their way.
"""

import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import gevent
from flask import current_app, request
from gevent.event import AsyncResult

from qa.config import Config
from qa.errors import EventNotOpen, QaError, ReportWithheld
from qa.exports.formats import FORMATS
from qa.exports.job import Job
from qa.exports.workshop import Product, Workshop
from qa.report.trend import Trend, make_trend, read_point
from qa.services import boards, identity
from qa.services.context import Context
from qa.services.standing import Reader, Standing, read_standing
from qa.web import auth

REPORT_DESK: Final = "fair-hearing-reports"
"""Where the app keeps its desk."""

PAGE: Final = "page"
WITHOUT_TOPICS: Final = (PAGE, "point")
FRESH_S: Final = 2.0
PATIENCE_FACTOR: Final = 4
"""While a meeting runs, a report is made again at most after so many times what making it takes."""
KEPT_BYTES: Final = 64 * 1024 * 1024


@dataclass(frozen=True)
class Made:
    """What the workshop made."""

    body: bytes
    standing: Standing
    made_at_s: float
    took_s: float


Key = tuple[str, str, int | None]


class ReportDesk:
    """Two workshops, one for what is quick and one for what is slow, and what they made."""

    def __init__(self, config: Config) -> None:
        self._workshops = {slow: Workshop(config) for slow in (False, True)}
        self._kept: OrderedDict[Key, Made] = OrderedDict()
        self._under_way: dict[Key, AsyncResult[Made]] = {}
        self._completing: set[Key] = set()

    def get(self, standing: Standing, slug: str, form: str, tree_size: int | None) -> bytes:
        """Return one form of a report; ``standing`` is how it stands to whoever may read it.

        Raises:
            BadInput: the log never had this size.
            Busy: too many reports are being made.
        """
        key = (slug, form, tree_size)
        while True:
            found = self._kept.get(key)
            if found is not None and _is_fresh(found, standing):
                self._kept.move_to_end(key)
                return found.body
            if key not in self._under_way:
                return self._make(key, standing).body
            # Not simply what comes of it: words may have been hidden since that was begun.
            self._under_way[key].get()

    def close(self) -> None:
        """End the workshops."""
        for workshop in self._workshops.values():
            workshop.close()

    def _make(self, key: Key, standing: Standing) -> Made:
        slug, form, tree_size = key
        result: AsyncResult[Made] = AsyncResult()
        self._under_way[key] = result
        started_s = time.monotonic()
        try:
            job = Job(slug, form, tree_size, wait_for_topics=form not in WITHOUT_TOPICS)
            product = self._workshops[FORMATS[form].slow].make(job)
            made = self._keep(key, product, standing, time.monotonic() - started_s)
            result.set(made)
        except BaseException as error:
            result.set_exception(error)
            raise
        finally:
            del self._under_way[key]
        if form == PAGE and not product.complete and key not in self._completing:
            gevent.spawn(self._complete, key, standing)
        return made

    def _complete(self, key: Key, standing: Standing) -> None:
        """Make a page again with its topics, where it keeps nobody waiting."""
        slug, form, tree_size = key
        self._completing.add(key)
        try:
            product = self._workshops[True].make(Job(slug, form, tree_size))
        except QaError:
            return
        finally:
            self._completing.discard(key)
        kept = self._kept.get(key)
        if kept is not None and kept.standing == standing:
            self._keep(key, product, standing, kept.took_s)

    def _keep(self, key: Key, product: Product, standing: Standing, took_s: float) -> Made:
        made = Made(product.body, standing, time.monotonic(), took_s)
        self._kept[key] = made
        for other, old in list(self._kept.items()):
            if other[0] == key[0] and old.standing.tree_size != made.standing.tree_size:
                del self._kept[other]
        while sum(len(each.body) for each in self._kept.values()) > KEPT_BYTES:
            self._kept.popitem(last=False)
        return made


def desk() -> ReportDesk:
    """Return the desk of the app that answers."""
    found: ReportDesk = current_app.extensions[REPORT_DESK]
    return found


def standing_of(ctx: Context, slug: str) -> Standing:
    """Return how a report stands to whoever asks now.

    Raises:
        UnknownEvent, EventNotOpen: there is no report.
        ReportWithheld: they may not read it.
    """
    person = auth.account(ctx, request.cookies)
    staff = person is not None and identity.staff_actor(ctx, slug, person.account_id) is not None
    key = request.args.get("key") or request.cookies.get(auth.report_cookie(ctx.config, slug))
    return read_standing(ctx, slug, Reader(staff=staff, key=key))


def trend_of(ctx: Context) -> Trend:
    """Return the trend over all meetings whose report whoever asks may read.

    A meeting is counted anew only when its log has grown. Raises: Busy.
    """
    points = []
    for slug in boards.known_slugs(ctx):
        with suppress(EventNotOpen, ReportWithheld):
            points.append(read_point(desk().get(standing_of(ctx, slug), slug, "point", None)))
    return make_trend(points)


def _is_fresh(made: Made, standing: Standing) -> bool:
    if made.standing.tree_size == standing.tree_size:
        return True
    was = made.standing
    if (was.hidings, was.topic_edits) != (standing.hidings, standing.topic_edits):
        return False
    age_s = time.monotonic() - made.made_at_s
    return not standing.final and age_s < max(FRESH_S, PATIENCE_FACTOR * made.took_s)
