"""What a small log says of each question, and the numbers of it, both worked out by hand."""

from dataclasses import asdict

import pytest

from qa.ledger.facts import DecisionFact, QuestionFacts, RedactionFact, read_facts
from qa.ledger.numbers import count_meeting
from tests.ledger.small_log import SmallLog, at

TOTALS = {
    "submitted": 9,
    "published": 2,
    "filtered": 2,
    "merged": 1,
    "withdrawn": 1,
    "undecided": 3,
    "answered": 1,
    "decisions": 12,
    "appeals": 3,
    "reviews": 2,
    "votes": 14,
}
HIDING = {"basis": "personal_data", "by": "Owner", "second": "Moderator A", "spans": 0}


@pytest.fixture(scope="module")
def log() -> SmallLog:
    """Return the log of a meeting of nine questions; #1 is leaf 8, and #9 leaf 16."""
    log = SmallLog()
    log.ask(lang="de", flags=["shouting", "link"])
    log.ask(src="import", name="1" * 64, lang="de")
    for _ in range(3):
        log.ask()
    log.ask()
    log.ask(due=60)
    log.ask(flags=["link"])
    log.ask(src="import")
    log.minute = 5
    log.add("question.revised", n=3, version=2, text="2" * 64, flags=["shouting"])  # leaf 17
    log.add("question.revised", n=3, version=3, text="3" * 64, flags=["length"])
    log.decide(1, "publish")  # leaf 19
    log.decide(3, "filter", by="Rule", rule="length")
    log.decide(4, "filter", reason="off_topic")
    log.decide(5, "filter")
    log.decide(8, "publish")
    log.decide(8, "restore", by="Moderator B")
    log.minute = 16
    log.decide(2, "filter", by="Moderator B", late=True)  # leaf 25
    log.decide(9, "publish", late=True)
    log.decide(2, "merge", into=1)  # leaf 27
    for n in (3, 4, 5):
        log.add("appeal", n=n, seq=1, by="Author", due=at(40))
    log.minute = 20
    log.decide(3, "filter", by="Moderator B", appeal=1)  # leaf 31
    log.decide(4, "publish", by="Moderator B", appeal=1)
    log.decide(4, "filter", by="Moderator A", reason="off_topic")  # leaf 33
    log.add("withdrawn", n=5)
    log.review(1, 1, "publish")
    log.review(9, 1, "filter")
    log.count(1, 1, 1, 1, 1, 1, 1, 1, 1, groups=[1], people=[1])  # leaf 37
    log.move("open", "live")
    log.minute = 21
    log.add("refused", counts={"rate_limited": 2})
    log.minute = 22
    log.add("answered", n=1, mode="spoken", by="Owner")  # leaf 40
    log.minute = 23
    log.add("answered", n=1, mode="written", answer="4" * 64, by="Presenter A")
    log.add("live", n=9, on=True, by="Presenter A")
    log.add("live", n=9, on=False, by="Presenter A")
    log.count(4, 3, 0, 2, 0, 5, 0, 0, 0, groups=[1], people=[6])
    log.add("refused", counts={"rate_limited": 3, "bad_input": 1})
    log.minute = 60
    log.move("live", "closed")
    log.close(**TOTALS)
    log.minute = 80
    what = {"what": "text", "expl": "5" * 64, "spans": 1, "shown": "6" * 64}
    log.add("redaction", n=4, **{**HIDING, **what})  # leaf 48
    log.add("redaction", n=4, **{**HIDING, "what": "explanation", "seq": 2, "expl": "7" * 64})
    log.add("erasure", n=2, what=["name", "text"], by="Author", basis="request")
    log.add("erasure", n=2, what=["name"], by="Author", basis="request")
    return log


def decided(
    leaf: int, seq: int, minute: int, verdict: str, by: str = "Moderator A", **more: object
) -> DecisionFact:
    plain = {"reason": None, "rule": None, "automated": False, "policy": 1, "into": None}
    plain |= {"reason": "spam"} if verdict == "filter" else {}
    return DecisionFact(leaf, seq, at(minute), verdict, by=by, **{**plain, **more})  # type: ignore[arg-type]


def question(n: int, **more: object) -> QuestionFacts:
    """Return the facts of a question about which nothing is special but what is named."""
    plain = {
        "n": n,
        "leaf_index": n + 7,
        "text_leaf": n + 7,
        "submitted_at": at(0),
        "due_at": at(15),
        "anonymous": True,
        "language": None,
        "source": "live",
        "flags": (),
        "wordings": 1,
        "open": False,
        "outcome": "never_decided",
        "decisions": (),
        "appeals": (),
        "reviews": (),
        "late": False,
        "overdue": False,
        "answered_at": None,
        "answered_how": None,
        "called": None,
        "votes": 0,
        "supporters": 0,
        "merged": (),
        "redactions": (),
        "erased": (),
    }
    return QuestionFacts(**{**plain, **more})  # type: ignore[arg-type]


def test_every_fact_of_every_question_is_that_of_the_leaves(log: SmallLog) -> None:
    by_rule = decided(20, 1, 5, "filter", "Rule", rule="length", automated=True)
    off_topic = {"reason": "off_topic"}
    assert read_facts(log.entries, log.story()) == [
        question(
            1,
            language="de",
            flags=("link", "shouting"),
            open=True,
            outcome="published",
            decisions=(decided(19, 1, 5, "publish"),),
            reviews=(("publish", "publish"),),
            answered_at=at(22),
            answered_how="written",
            called=1,
            votes=4,
            supporters=6,
            merged=(2,),
        ),
        question(
            2,
            source="import",
            anonymous=False,
            language="de",
            open=True,
            outcome="merged",
            late=True,
            reviews=(("filter", None),),
            decisions=(
                decided(25, 1, 16, "filter", "Moderator B"),
                decided(27, 2, 16, "merge", into=1),
            ),
            votes=3,
            supporters=3,
            erased=("name", "text"),
        ),
        question(
            3,
            text_leaf=18,
            flags=("length",),
            wordings=3,
            open=True,
            outcome="filtered",
            appeals=("upheld",),
            reviews=(("filter", None),),
            decisions=(by_rule, decided(31, 2, 20, "filter", "Moderator B")),
        ),
        question(
            4,
            open=True,
            outcome="filtered",
            appeals=("overturned",),
            decisions=(
                decided(21, 1, 5, "filter", **off_topic),
                decided(32, 2, 20, "publish", "Moderator B"),
                decided(33, 3, 20, "filter", **off_topic),
            ),
            reviews=(("filter", None), ("filter", None)),
            votes=2,
            supporters=2,
            redactions=(
                RedactionFact(
                    48, at(80), "text", None, "personal_data", "Owner", "Moderator A", shown=True
                ),
                RedactionFact(
                    *(49, at(80), "explanation", 2, "personal_data", "Owner", "Moderator A"),
                    shown=False,
                ),
            ),
        ),
        question(
            5,
            open=True,
            outcome="withdrawn",
            appeals=("void",),
            decisions=(decided(22, 1, 5, "filter"),),
            reviews=(("filter", None),),
        ),
        question(6, overdue=True, votes=5, supporters=5),
        question(7, due_at=at(60)),
        question(
            8,
            flags=("link",),
            open=True,
            reviews=(("publish", None),),
            decisions=(decided(23, 1, 5, "publish"), decided(24, 2, 5, "restore", "Moderator B")),
        ),
        question(
            9,
            source="import",
            open=True,
            outcome="published",
            late=True,
            decisions=(decided(26, 1, 16, "publish"),),
            called=2,
            reviews=(("publish", "filter"),),
        ),
    ]


def test_an_honest_log_has_no_fault(log: SmallLog) -> None:
    assert log.faults() == {}


def test_the_numbers_are_those_of_the_facts(log: SmallLog) -> None:
    numbers = asdict(count_meeting(log.entries, log.story()))
    plain = {name: value for name, value in numbers.items() if isinstance(value, int | None)}
    assert plain == {
        "submitted": 9,
        "published": 2,
        "filtered": 2,
        "merged": 1,
        "withdrawn": 1,
        "pending": 0,
        "never_decided": 3,
        "put_back": 1,
        "answered": 1,
        "answered_in_writing": 1,
        "published_unanswered": 1,
        "redacted": 1,
        "erased": 1,
        "revised": 1,
        "anonymous": 8,
        "imported": 2,
        "flagged": 3,
        "decisions": 12,
        "corrections": 5,
        "automated": 0,
        "automated_filtered": 0,
        "filtered_without_reason": 0,
        "votes": 14,
        "votes_unverified": 14,
        "electorate": None,
        "tickets_used": None,
        "signed_in": None,
        "refused": 6,
    }
    assert numbers["waiting"] == {
        "decided": 7,
        "p50_minutes": 5,
        "p90_minutes": 16,
        "longest_minutes": 16,
        "late": 2,
        "overdue": 1,
    }
    assert numbers["appeals"] == {
        "filed": 3,
        "upheld": 1,
        "overturned": 1,
        "withdrawn": 1,
        "open": 0,
    }
    assert numbers["second_reviews"]["sampled"] == 8
    assert numbers["second_reviews"]["done"] == 2
    assert counted(numbers["by_reason"]) == {"off_topic": 1, "spam": 1}
    assert counted(numbers["by_flag"]) == {"link": 2, "length": 1, "shouting": 1}
    assert counted(numbers["by_language"]) == {"none": 7, "de": 2}
    assert counted(numbers["by_refusal"]) == {"rate_limited": 5, "bad_input": 1}
    assert [tuple(each.values()) for each in numbers["by_decider"]] == [
        ("Moderator A", 7, 5, 2, 2),
        ("Moderator B", 4, 1, 1, 2),
        ("Rule", 1, 1, 1, 1),
    ]


def counted(counts: list[dict[str, int]]) -> dict[str, int]:
    return {each["code"]: each["count"] for each in counts}


def test_while_a_meeting_goes_on_its_last_leaf_is_now() -> None:
    log = SmallLog()
    log.ask()
    log.ask(due=14)
    log.minute = 15
    log.ask()
    assert [each.overdue for each in read_facts(log.entries, log.story())] == [False, True, False]
    assert {each.outcome for each in read_facts(log.entries, log.story())} == {"pending"}
    assert {(each.votes, each.supporters) for each in read_facts(log.entries, log.story())} == {
        (0, 0)
    }
    assert read_facts([], SmallLog().story()) == []


def test_a_snapshot_replaces_what_was_counted_of_its_own_questions_only() -> None:
    log = SmallLog()
    for _ in range(6):
        log.ask()
    log.count(1, 1, 1, 1, 1, 1, groups=[1, 2, 5, 6], people=[7, 7, 7, 7])
    log.count(2, 2, 2, 2, start=2)
    facts = read_facts(log.entries, log.story())
    assert [each.votes for each in facts] == [1, 2, 2, 2, 2, 1]
    assert [each.supporters for each in facts] == [7, 2, 2, 2, 2, 7]


def test_where_tickets_let_people_in_they_are_counted_and_their_votes_are_checked() -> None:
    log = SmallLog(opened=False)
    log.add("admission", how="tickets", size=5)
    log.move("draft", "open")
    log.ask()
    log.decide(1, "publish")
    log.decide(1, "restore")
    log.count(2)
    before = count_meeting(log.entries, log.story())
    assert (before.electorate, before.tickets_used, before.put_back) == (5, None, 1)
    log.move("open", "closed")
    log.add("admission.forgotten", size=5, used=3)
    after = count_meeting(log.entries, log.story())
    assert (after.electorate, after.tickets_used, after.put_back) == (5, 3, 1)
    assert (after.votes, after.votes_unverified) == (2, 0)
    assert (before.signed_in, after.signed_in) == (None, None)


def test_where_people_sign_in_they_are_counted_at_the_close() -> None:
    log = SmallLog(opened=False)
    log.add("admission", how="provider", size=0, issuer="https://login.example.org")
    log.move("draft", "open")
    log.move("open", "closed")
    log.add("admission.forgotten", used=3)
    found = count_meeting(log.entries, log.story())
    assert (found.signed_in, found.tickets_used, found.electorate) == (3, None, None)


def test_half_waited_no_longer_and_nine_in_ten() -> None:
    log = SmallLog()
    for _ in range(10):
        log.ask()
    for n in range(1, 11):
        log.minute = n
        log.decide(n, "publish")
    waiting = count_meeting(log.entries, log.story()).waiting
    assert (waiting.p50_minutes, waiting.p90_minutes, waiting.longest_minutes) == (5, 9, 10)


def test_deciders_are_in_the_order_of_their_letters() -> None:
    log = SmallLog()
    order = ["Moderator B", "Moderator Z", "Moderator AA", "Owner", "Rule"]
    for who in order[::-1]:
        log.ask()
        log.decide(log.asked, "filter", by=who, rule="length" if who == "Rule" else None)
    found = count_meeting(log.entries, log.story()).by_decider
    assert [each.by for each in found] == order
