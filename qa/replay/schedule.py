"""From a recording to a list of acts in time: who asks, decides and votes, one after the other.

What the files leave open is settled here, once:

- No file says when a moderator decided, so the decision follows its question at once. A vote needs
  one: a question that nobody decided on takes no votes.
- An agreement is a vote for the question. A disagreement or a pass has no counterpart, except where
  it replaces an agreement of the same person: then it takes the vote back.
- At equal times a question comes before its decision and that before votes; questions stand in the
  order of their numbers, votes in that of the file. A vote that claims to be older than its
  question comes right after it.
- Votes without times come after the last question, person by person.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from qa.replay.recording import Recording, Vote


@dataclass(frozen=True)
class Ask:
    """A person submits a question."""

    at_ms: int
    comment_id: int
    person: str
    text: str


@dataclass(frozen=True)
class Decide:
    """A moderator publishes or filters it."""

    at_ms: int
    comment_id: int
    publish: bool


@dataclass(frozen=True)
class Support:
    """A person votes for a question, or takes the vote back."""

    at_ms: int
    comment_id: int
    person: str
    wanted: bool


Act = Ask | Decide | Support
_RANK: Mapping[type[Act], int] = {Ask: 0, Decide: 1, Support: 2}


@dataclass(frozen=True)
class Rows:
    """What became of the rows about votes: each is counted in exactly one of these."""

    given: int
    repeated: int
    taken_back: int
    without_counterpart: int
    unlisted: int


@dataclass(frozen=True)
class Schedule:
    """All acts in order, and how things stand in the source after the last of them."""

    acts: tuple[Act, ...]
    rows: Rows
    supporters: Mapping[int, frozenset[str]]
    """Who agrees with each comment in the end."""

    @property
    def span_ms(self) -> int:
        """Return the time from the first act to the last."""
        return self.acts[-1].at_ms - self.acts[0].at_ms if self.acts else 0


def make_schedule(recording: Recording) -> Schedule:
    """Return a recording as acts. Takes memory in proportion to its votes."""
    asks = [Ask(each.at_ms, each.comment_id, each.author, each.text) for each in recording.comments]
    decisions = [
        Decide(each.at_ms, each.comment_id, publish=each.moderated == 1)
        for each in recording.comments
        if each.moderated
    ]
    supports, rows, supporters = _votes(recording)
    # The sort is stable, so what is equal in time and rank stays in the order of the recording.
    acts: list[Act] = [*asks, *decisions, *supports]
    acts.sort(key=lambda act: (act.at_ms, _RANK[type(act)]))
    return Schedule(tuple(acts), rows, supporters)


def _votes(recording: Recording) -> tuple[list[Support], Rows, dict[int, frozenset[str]]]:
    asked = {each.comment_id: each.at_ms for each in recording.comments}
    last_ms = max(asked.values(), default=0)
    standing: dict[int, set[str]] = {comment_id: set() for comment_id in asked}
    supports: list[Support] = []
    counts: Counter[str] = Counter()
    for vote in recording.votes:
        fate = _fate(vote, standing[vote.comment_id])
        counts[fate] += 1
        if fate != "without_counterpart":
            at_ms = last_ms if vote.at_ms is None else max(vote.at_ms, asked[vote.comment_id])
            supports.append(Support(at_ms, vote.comment_id, vote.voter, wanted=vote.value == 1))
    rows = Rows(
        given=counts["given"],
        repeated=counts["repeated"],
        taken_back=counts["taken_back"],
        without_counterpart=counts["without_counterpart"],
        unlisted=recording.unlisted_votes,
    )
    return supports, rows, {key: frozenset(people) for key, people in standing.items()}


def _fate(vote: Vote, supporters: set[str]) -> str:
    """Say what a row is, and note it among a comment's supporters."""
    stands = vote.voter in supporters
    if vote.value == 1:
        supporters.add(vote.voter)
        return "repeated" if stands else "given"
    supporters.discard(vote.voter)
    return "taken_back" if stands else "without_counterpart"
