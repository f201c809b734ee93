"""Made-up meetings for tests of fairness: questions whose chance of being filtered is known."""

from collections.abc import Callable, Iterator
from random import Random

from qa.ledger.facts import DecisionFact, QuestionFacts

NOON = "2026-11-23T12:00Z"


def make_question(
    n: int,
    outcome: str = "published",
    *,
    by: str = "Moderator A",
    anonymous: bool = True,
    language: str | None = None,
    votes: int = 0,
    submitted_at: str = NOON,
) -> QuestionFacts:
    """Return the facts of one question, decided once by one person."""
    verdict = {"published": "publish", "filtered": "filter", "merged": "merge"}.get(outcome)
    reason = "other" if verdict == "filter" else None
    decision = DecisionFact(n, 1, NOON, str(verdict), reason, by, None, False, 1, None)
    return QuestionFacts(
        n=n,
        leaf_index=n,
        text_leaf=n,
        submitted_at=submitted_at,
        due_at=NOON,
        anonymous=anonymous,
        language=language,
        source="live",
        flags=(),
        wordings=1,
        open=bool(verdict),
        outcome=outcome,
        decisions=(decision,) if verdict else (),
        appeals=(),
        reviews=(),
        late=False,
        overdue=False,
        answered_at=None,
        answered_how=None,
        called=None,
        votes=votes,
        supporters=votes,
        merged=(),
        redactions=(),
        erased=(),
    )


def make_meeting(
    seed: int, size: int, chance: Callable[[bool, str, str], float]
) -> Iterator[QuestionFacts]:
    """Yield questions. ``chance`` of being filtered: by anonymity, language and moderator."""
    random = Random(seed)
    for n in range(1, size + 1):
        anonymous = random.random() < 0.7
        language = random.choice(("en", "en", "de", "zh"))
        by = random.choice(("Moderator A", "Moderator B", "Moderator C"))
        filtered = random.random() < chance(anonymous, language, by)
        yield make_question(
            n,
            "filtered" if filtered else "published",
            by=by,
            anonymous=anonymous,
            language=language,
            votes=int(random.expovariate(0.3)),
        )
