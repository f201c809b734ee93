"""What was asked in each event, ready to be compared.

One worker's memory. The rules that look for repeats and the search for similar questions compare a
text with every question of its event; to read all of them from the tables each time would take a
tenth of a second with 20,000 of them. So they are kept, and what changed since is read by revision.

The two halves never share anything that changes: ``words`` is for the writer's thread, ``index``
for the event loop.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from qa.domain.question import VOTABLE, Status
from qa.domain.similarity import Index, normalise
from qa.store.db import on_commit
from qa.store.models.events import Event
from qa.store.models.questions import Question, QuestionText

_MOST_EVENTS: Final = 8
"""Events that are kept at a time, of each half. With 20,000 questions one takes some 20 MB."""

T = TypeVar("T")


@dataclass(frozen=True)
class _Words:
    """Every question as ``normalise`` spells it, by docket number; replaced and never changed."""

    revision: int = -1
    spelt: Mapping[int, str] = field(default_factory=dict)


@dataclass
class _Public:
    revision: int = -1
    index: Index = field(default_factory=Index)


class _Row(NamedTuple):
    number: int
    text: str | None
    public: bool
    asked: bool


class Asked:
    """The questions of the events that were asked in last."""

    def __init__(self) -> None:
        self._words: dict[int, _Words] = {}
        self._public: dict[int, _Public] = {}

    def words(self, session: Session, event: Event) -> Mapping[int, str]:
        """Return an event's questions that were not withdrawn, within a write.

        What the write itself, and others not yet durable, changed is in it. It is kept only when it
        is durable.
        """
        read = self._read_words(session, event)
        on_commit(session, lambda: self._keep_words(event.id, read))
        return read.spelt

    def index(self, session: Session, event: Event) -> Index:
        """Return an event's public questions as of a read that has just begun."""
        known = self._public.setdefault(event.id, _Public())
        changed = list(_changed(session, event, known.revision))
        if event.revision > known.revision:  # nobody else brought it further meanwhile
            for row in changed:
                known.index.drop(row.number)
                if row.text is not None and row.public:
                    known.index.put(row.number, row.text)
            known.revision = event.revision
        _limit(self._public)
        return known.index

    def catch_up(self, session: Session) -> None:
        """Bring all that is kept to the state of a read: words that were hidden since are gone."""
        for event_id in {*self._words, *self._public}:
            event = session.get_one(Event, event_id)
            if event_id in self._public:
                self.index(session, event)
            if event_id in self._words:
                self._keep_words(event_id, self._read_words(session, event))

    def forget(self) -> None:
        """Keep nothing: words that were hidden are not to stay in memory."""
        self._words.clear()
        self._public.clear()

    def _read_words(self, session: Session, event: Event) -> _Words:
        known = self._words.get(event.id, _Words())
        changed = list(_changed(session, event, known.revision))
        if not changed:
            return known
        spelt = dict(known.spelt)
        for row in changed:
            spelt.pop(row.number, None)
            if row.text is not None and row.asked:
                spelt[row.number] = normalise(row.text)
        return _Words(event.revision, spelt)

    def _keep_words(self, event_id: int, read: _Words) -> None:
        if read.revision > self._words.get(event_id, _Words()).revision:
            self._words[event_id] = read
            _limit(self._words)


def _limit(kept: dict[int, T]) -> None:
    while len(kept) > _MOST_EVENTS:
        del kept[next(iter(kept))]


def _changed(session: Session, event: Event, since: int) -> Iterator[_Row]:
    wanted = (
        select(Question.docket_number, QuestionText.text, Question.text_open, Question.status)
        .join(QuestionText, QuestionText.question_id == Question.id)
        .where(
            Question.event_id == event.id,
            Question.revision > since,
            Question.text_version == QuestionText.version,
        )
        .order_by(Question.docket_number)
    )
    for number, text, is_open, status in session.execute(wanted):
        yield _Row(number, text, is_open and status in VOTABLE, status != Status.WITHDRAWN)
