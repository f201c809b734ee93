"""What a log may say and what not, told leaf by leaf: each fault in the words that people read."""

from collections.abc import Callable

import pytest

from tests.ledger.small_log import HASH, ORIGIN, SmallLog, at

Act = Callable[[SmallLog], object]


def opened(*acts: Act) -> SmallLog:
    """Return the log of an open meeting in which these things happened."""
    log = SmallLog()
    for act in acts:
        act(log)
    return log


def ask(log: SmallLog) -> int:
    return log.ask()


def decide(n: int, verdict: str, by: str = "Moderator A", **fields: object) -> Act:
    return lambda log: log.decide(n, verdict, by, **fields)


def add(kind: str, **fields: object) -> Act:
    return lambda log: log.add(kind, **fields)


def move(before: str, after: str) -> Act:
    return lambda log: log.move(before, after)


def wait(minutes: int) -> Act:
    return lambda log: setattr(log, "minute", log.minute + minutes)


def withdraw(n: int) -> Act:
    return add("withdrawn", n=n)


def appeal(n: int, seq: int = 1, by: str = "Author") -> Act:
    return lambda log: log.add("appeal", n=n, seq=seq, by=by, due=at(log.minute + 30))


def stage(n: int, on: bool, by: str = "Owner") -> Act:
    return add("live", n=n, on=on, by=by)


def redact(n: int, what: str, **fields: object) -> Act:
    plain = {"basis": "unlawful", "by": "Owner", "second": "Moderator A", "spans": 0, "expl": HASH}
    return add("redaction", **{"n": n, "what": what, **plain, **fields})


def staff(who: str, act: str, role: str | None = None, by: str = "Owner") -> Act:
    of = role or who.partition(" ")[0].lower()
    return add("staff.changed", who=who, role=of, act=act, by=by)


def log_of(*acts: Act) -> SmallLog:
    """Return a log of nothing but this."""
    log = SmallLog()
    log.entries.clear()
    for act in acts:
        act(log)
    return log


def publish_policy(version: int, **fields: object) -> Act:
    return add("policy.published", version=version, sha256=HASH, **fields)


def begin(policy: int) -> Act:
    return add("event.opened", origin=ORIGIN, title=HASH, policy=policy)


CLOSED = (move("open", "live"), move("live", "closed"), lambda log: log.close())


def closed(**totals: int) -> tuple[Act, ...]:
    return (*CLOSED[:2], lambda log: log.close(submitted=1, **totals))


ANSWER = add("answered", n=1, mode="spoken", by="Owner")


@pytest.mark.parametrize(
    ("acts", "statuses"),
    [
        ((ask,), "pending"),
        ((ask, decide(1, "publish")), "published"),
        ((ask, decide(1, "filter"), decide(1, "restore")), "pending"),
        ((ask, decide(1, "publish"), decide(1, "restore"), decide(1, "filter")), "filtered"),
        ((ask, ask, decide(1, "publish"), decide(2, "merge", into=1)), "published merged"),
        (
            (ask, ask, decide(1, "publish"), decide(2, "merge", into=1), decide(2, "restore")),
            "published pending",
        ),
        (
            (
                *(ask, ask, decide(1, "publish"), decide(2, "filter"), decide(2, "merge", into=1)),
                decide(2, "restore"),
            ),
            "published filtered",
        ),
        (
            (
                *(ask, ask, decide(1, "publish"), decide(2, "publish"), decide(2, "merge", into=1)),
                withdraw(1),
            ),
            "withdrawn published",
        ),
        (
            (
                *(ask, ask, ask, decide(1, "publish"), decide(2, "publish")),
                *(decide(3, "merge", into=1), appeal(3)),
                decide(3, "merge", "Moderator B", into=2, appeal=1),
                decide(3, "restore"),
            ),
            "published published pending",
        ),
        (
            (
                *(ask, decide(1, "filter"), appeal(1)),
                decide(1, "filter", "Moderator B", appeal=1),
                decide(1, "publish"),
            ),
            "published",
        ),
        ((ask, decide(1, "filter"), appeal(1), withdraw(1)), "withdrawn"),
        ((ask, decide(1, "publish"), decide(1, "redact")), "published"),
    ],
)
def test_a_question_is_what_was_decided_last(acts: tuple[Act, ...], statuses: str) -> None:
    log = opened(*acts)
    assert [docket.status for docket in log.story().dockets] == statuses.split()
    if "redact" not in str(log.entries):
        assert log.faults() == {}


@pytest.mark.parametrize(
    "acts",
    [
        CLOSED,
        (move("open", "closed"), lambda log: log.close()),
        (*CLOSED, add("event.changed", fields=["report_from", "report_link"])),
        (*CLOSED, staff("Moderator C", "added")),
        (
            *(ask, decide(1, "filter"), *closed(filtered=1, decisions=1), appeal(1)),
            decide(1, "publish", "Moderator B", appeal=1),
        ),
        (
            *(ask, decide(1, "filter"), appeal(1)),
            *closed(filtered=1, decisions=1, appeals=1),
            decide(1, "filter", "Moderator B", appeal=1),
        ),
        (
            *(ask, ask, decide(1, "publish"), decide(2, "merge", into=1), *CLOSED[:2]),
            lambda log: log.close(submitted=2, published=1, merged=1, decisions=2),
            *(appeal(2), decide(2, "merge", "Moderator B", into=1, appeal=1)),
        ),
        (staff("Moderator B", "removed"), staff("Moderator C", "added")),
        (ask, *CLOSED[:2], lambda log: log.close(submitted=1, undecided=1), redact(1, "text")),
        (add("policy.published", version=2, sha256=HASH, by="Owner"),),
        (ask, decide(1, "publish", "Owner")),
        (ask, decide(1, "publish"), move("open", "live"), stage(1, True), stage(1, False)),
        (
            *(ask, ask, decide(1, "publish"), decide(2, "publish"), move("open", "live")),
            *(stage(1, True), ANSWER, stage(2, True)),
        ),
        (ask, decide(1, "publish"), ANSWER, ANSWER),
        (lambda log: log.ask(name=HASH), redact(1, "name"), redact(1, "text")),
        (ask, decide(1, "filter"), redact(1, "explanation", seq=1)),
        (ask, add("erasure", n=1, what=["text"], by="Author", basis="request")),
        (ask, add("erasure", n=1, what=["text"], by="Auditor A", basis="request")),
        (lambda log: log.count(),),
        (publish_policy(2), publish_policy(3)),
        (
            *(ask, decide(1, "publish"), move("open", "live"), stage(1, True), ANSWER),
            withdraw(1),
        ),
        (ask, decide(1, "filter"), appeal(1), decide(1, "filter", "Moderator B", appeal=1)),
        (wait(16), ask, wait(15), decide(1, "publish", late=False)),
        (ask, wait(15), decide(1, "publish", late=True)),
        (ask, wait(16), decide(1, "publish", late=True)),
    ],
)
def test_what_is_legal_is_no_fault(acts: tuple[Act, ...]) -> None:
    assert opened(*acts).faults() == {}


@pytest.mark.parametrize(
    ("acts", "topic", "sentence"),
    [
        (
            (add("event.opened", origin=ORIGIN, title=HASH, policy=5),),
            "states",
            "Leaf 8: a leaf of the kind event.opened cannot be here.",
        ),
        (
            (wait(2), ask, wait(-1), ask),
            "time",
            "Leaf 9 is of 2026-11-23T12:01Z, but an earlier one is later.",
        ),
        (
            (wait(2), ask, wait(-1), ask, ask),
            "time",
            (
                "Leaf 9 is of 2026-11-23T12:01Z, but an earlier one is later."
                " Leaf 10 is of 2026-11-23T12:01Z, but an earlier one is later."
            ),
        ),
        (
            (*CLOSED, add("event.changed", fields=["report_from", "starts_at"])),
            "states",
            "Leaf 11: event.changed cannot follow the end of the meeting.",
        ),
        (
            (ask, decide(1, "filter"), *closed(filtered=1, decisions=1), decide(1, "publish")),
            "states",
            ("Leaf 13: a decision that is not on an appeal cannot follow the end of the meeting."),
        ),
        (
            (
                *(ask, decide(1, "filter"), *closed(filtered=1, decisions=1), appeal(1)),
                decide(1, "restore", "Moderator B", appeal=1),
            ),
            "states",
            "Leaf 14: restore of #1 cannot follow the end of the meeting.",
        ),
        (
            (
                *(ask, ask, decide(1, "filter"), decide(2, "publish"), *CLOSED[:2]),
                lambda log: log.close(submitted=2, published=1, filtered=1, decisions=2),
                *(appeal(1), decide(1, "merge", "Moderator B", into=2, appeal=1)),
            ),
            "states",
            "Leaf 16: merge of #1 cannot follow the end of the meeting.",
        ),
        (
            (move("open", "live"), move("live", "closed")),
            "states",
            "The meeting ended, but the log has no totals.",
        ),
        (
            (move("live", "closed"), lambda log: log.close()),
            "states",
            "Leaf 8: the meeting was open and cannot go live to closed.",
        ),
        (
            (move("open", "draft"), move("draft", "open")),
            "states",
            "Leaf 8: the meeting was open and cannot go open to draft.",
        ),
        (
            (move("open", "closed"), lambda log: log.close(votes=1)),
            "votes",
            "At the end there were 1 votes; the last snapshots have 0.",
        ),
        (
            (add("policy.published", version=3, sha256=HASH, by="Owner"),),
            "policies",
            "Leaf 8: the policy's versions are out of order.",
        ),
        (
            (add("policy.published", version=2, sha256=HASH, by="Moderator A"),),
            "states",
            "Leaf 8: Moderator A is not of the staff that may do this.",
        ),
        (
            (
                ask,
                add(
                    "question.submitted",
                    n=3,
                    text=HASH,
                    anon=True,
                    src="live",
                    due=at(0),
                    policy=1,
                    flags=[],
                ),
            ),
            "dockets",
            "Leaf 9 has the docket number 3, not 2.",
        ),
        ((withdraw(1),), "dockets", "Leaf 8 is about #1, which was never asked."),
        ((ask, withdraw(2)), "dockets", "Leaf 9 is about #2, which was never asked."),
        (
            (lambda log: log.ask(anon=False),),
            "states",
            "Leaf 8: #1 was asked with a name, but commits to none.",
        ),
        (
            (lambda log: log.ask(policy=2),),
            "decisions",
            (
                "Leaf 8: it names version 2 of the policy; 1 was in force."
                " Leaf 8: version 2 of the policy is not there to be read."
            ),
        ),
        (
            (lambda log: log.ask(due=61),),
            "decisions",
            "Leaf 8: the deadline of #1 is later than the policy sets it.",
        ),
        (
            (ask, withdraw(1), add("question.revised", n=1, version=2, text=HASH, flags=[])),
            "states",
            "Leaf 10: the words of #1 were changed after a decision.",
        ),
        (
            (
                *(ask, decide(1, "publish"), decide(1, "restore")),
                add("question.revised", n=1, version=2, text=HASH, flags=[]),
            ),
            "states",
            "Leaf 11: the words of #1 were changed after a decision.",
        ),
        (
            (ask, add("question.revised", n=1, version=3, text=HASH, flags=[])),
            "states",
            "Leaf 9: the wordings of #1 are not numbered one by one.",
        ),
        (
            (ask, decide(1, "publish", "Moderator C")),
            "states",
            "Leaf 9: Moderator C is not of the staff that may do this.",
        ),
        (
            (ask, decide(1, "publish"), ANSWER, decide(1, "filter")),
            "states",
            "Leaf 11: #1 was on stage or answered, so it stood.",
        ),
        (
            (ask, decide(1, "publish"), move("open", "live"), stage(1, True), decide(1, "filter")),
            "states",
            "Leaf 12: #1 was on stage or answered, so it stood.",
        ),
        (
            (ask, decide(1, "publish"), decide(1, "publish")),
            "states",
            "Leaf 10: publish does not apply to #1: published.",
        ),
        (
            (ask, decide(1, "restore")),
            "states",
            "Leaf 9: restore does not apply to #1: pending.",
        ),
        (
            (
                ask,
                decide(1, "filter"),
                appeal(1),
                decide(1, "restore", "Moderator B", appeal=1),
                decide(1, "restore"),
            ),
            "states",
            "Leaf 12: restore does not apply to #1: pending.",
        ),
        (
            (
                *(ask, ask, decide(1, "publish"), decide(2, "merge", into=1)),
                decide(1, "filter"),
            ),
            "states",
            "Leaf 12: others are merged into #1, so it stood.",
        ),
        (
            (ask, ask, decide(2, "merge", into=1)),
            "states",
            "Leaf 10: #2 is merged into #1, which was not published.",
        ),
        (
            (ask, decide(1, "publish"), decide(1, "merge", into=1)),
            "states",
            "Leaf 10: #1 is merged into #1, which was not published.",
        ),
        (
            (ask, decide(1, "publish"), decide(1, "merge", into=7)),
            "states",
            "Leaf 10: #1 is merged into #7, which was not published.",
        ),
        (
            (ask, withdraw(1), withdraw(1)),
            "states",
            "Leaf 10: #1 could not be withdrawn.",
        ),
        (
            (ask, decide(1, "publish"), move("open", "live"), stage(1, True), withdraw(1)),
            "states",
            "Leaf 12: #1 could not be withdrawn.",
        ),
        (
            (ask, decide(1, "publish"), stage(1, True)),
            "states",
            "Leaf 10: #1 could not go on stage.",
        ),
        (
            (ask, move("open", "live"), stage(1, True)),
            "states",
            "Leaf 10: #1 could not go on stage.",
        ),
        (
            (ask, decide(1, "publish"), move("open", "live"), stage(1, False)),
            "states",
            "Leaf 11: #1 could not go off stage.",
        ),
        (
            (
                *(ask, ask, decide(1, "publish"), decide(2, "publish"), move("open", "live")),
                *(stage(1, True), stage(2, True)),
            ),
            "states",
            "Leaf 14: #2 could not go on stage.",
        ),
        (
            (
                *(ask, decide(1, "publish"), move("open", "live"), stage(1, True)),
                *(stage(1, False), stage(1, False)),
            ),
            "states",
            "Leaf 13: #1 could not go off stage.",
        ),
        (
            (ask, decide(1, "publish"), move("open", "live"), stage(1, True, "Auditor A")),
            "states",
            "Leaf 11: Auditor A is not of the staff that may do this.",
        ),
        (
            (ask, ANSWER),
            "states",
            "Leaf 9: #1 was answered while pending.",
        ),
        (
            (ask, decide(1, "publish"), add("answered", n=1, mode="written", by="Owner")),
            "states",
            "Leaf 10: a written answer, and no other, commits to its words.",
        ),
        (
            (
                *(ask, decide(1, "publish")),
                add("answered", n=1, mode="spoken", answer=HASH, by="Owner"),
            ),
            "states",
            "Leaf 10: a written answer, and no other, commits to its words.",
        ),
        (
            (ask, decide(1, "publish"), add("answered", n=1, mode="spoken", by="Auditor A")),
            "states",
            "Leaf 10: Auditor A is not of the staff that may do this.",
        ),
        (
            (ask, redact(1, "text", by="Presenter A")),
            "states",
            "Leaf 9: Presenter A is not of the staff that may do this.",
        ),
        (
            (ask, redact(1, "text", second="Presenter A")),
            "states",
            "Leaf 9: Presenter A is not of the staff that may do this.",
        ),
        ((ask, redact(1, "name")), "states", "Leaf 9: #1 has no such name to redact."),
        (
            (ask, decide(1, "filter"), redact(1, "explanation", seq=2)),
            "states",
            "Leaf 10: #1 has no such explanation to redact.",
        ),
        (
            (ask, add("erasure", n=1, what=["name"], by="Author", basis="request")),
            "states",
            "Leaf 9: #1 has no name to erase.",
        ),
        (
            (ask, add("erasure", n=1, what=["text"], by="Moderator Z", basis="request")),
            "states",
            "Leaf 9: Moderator Z is not of the staff that may do this.",
        ),
        (
            (ask, ask, lambda log: log.count(1)),
            "votes",
            "Leaf 10 counts votes for #1 to #1; the log has 2 questions by then.",
        ),
        (
            (ask, ask, lambda log: log.count(1, start=2)),
            "votes",
            "Leaf 10 counts votes for #2 to #2; the log has 2 questions by then.",
        ),
        (
            (ask, lambda log: log.count(1, groups=[1], people=[1])),
            "votes",
            "Leaf 9: it counts the groups of #1; the log has none.",
        ),
        (
            (staff("Moderator C", "added", by="Moderator A"),),
            "states",
            "Leaf 8: Moderator A is not of the staff that may do this.",
        ),
        (
            (staff("Owner A", "added", by="Owner A"),),
            "states",
            "Leaf 8: Owner A is not of the staff that may do this.",
        ),
        (
            (staff("Moderator C", "added", role="presenter"),),
            "states",
            "Leaf 8: Moderator C is not what a member of this role is called.",
        ),
        (
            (staff("Moderator A", "added"),),
            "states",
            "Leaf 8: the name Moderator A was given a second time.",
        ),
        (
            (staff("Moderator A", "removed"), staff("Moderator A", "added")),
            "states",
            "Leaf 9: the name Moderator A was given a second time.",
        ),
        (
            (staff("Moderator A", "removed"), staff("Moderator A", "removed")),
            "states",
            "Leaf 9: Moderator A was removed without having been there.",
        ),
        (
            (staff("Moderator C", "removed"),),
            "states",
            "Leaf 8: Moderator C was removed without having been there.",
        ),
        (
            (
                ask,
                decide(1, "publish"),
                add("review", n=1, seq=1, verdict="publish", policy=1, by="Presenter A", expl=HASH),
            ),
            "states",
            "Leaf 10: Presenter A is not of the staff that may do this.",
        ),
        (
            (ask, decide(1, "publish"), withdraw(1), lambda log: log.review(1, 1, "publish")),
            "states",
            "Leaf 11: #1 was reviewed after it was withdrawn.",
        ),
        (
            (add("anchor", origin=ORIGIN, size=1, root=HASH),),
            "states",
            "Leaf 8: a leaf of the kind anchor cannot be here.",
        ),
        (
            (lambda log: log.close(),),
            "states",
            "Leaf 8: there are totals before the meeting ended.",
        ),
        (
            (move("open", "closed"), lambda log: log.close(submitted=1)),
            "states",
            "Leaf 9: the totals say 1 submitted; the log has 0.",
        ),
        (
            (ask, decide(1, "publish", seq=2, sup=1)),
            "decisions",
            "Leaf 9: decision 2 on #1 comes after 0 others.",
        ),
        (
            (ask, decide(1, "publish"), decide(1, "restore", sup=None)),
            "decisions",
            "Leaf 10: decision 2 on #1 does not supersede the one before.",
        ),
        (
            (ask, wait(16), decide(1, "publish")),
            "decisions",
            "Leaf 9: the decision on #1 hides that it is late, or says so wrongly.",
        ),
        (
            (ask, wait(14), decide(1, "publish", late=True)),
            "decisions",
            "Leaf 9: the decision on #1 hides that it is late, or says so wrongly.",
        ),
        (
            (ask, decide(1, "publish"), decide(1, "restore", late=True)),
            "decisions",
            "Leaf 10: only a first decision can be late, and that on #1 is not the first.",
        ),
        (
            (ask, decide(1, "publish", policy=2)),
            "decisions",
            (
                "Leaf 9: it names version 2 of the policy; 1 was in force."
                " Leaf 9: version 2 of the policy is not there to be read."
            ),
        ),
        (
            (ask, decide(1, "filter", reason="other")),
            "decisions",
            "Leaf 9: other is no reason of version 1 of the policy.",
        ),
        (
            (ask, decide(1, "filter", "Rule", rule="link")),
            "decisions",
            "Leaf 9: the policy does not let the rule link decide this.",
        ),
        (
            (ask, decide(1, "filter", "Rule", rule="length", reason="off_topic")),
            "decisions",
            "Leaf 9: the policy does not let the rule length decide this.",
        ),
        (
            (ask, decide(1, "publish", "Rule", rule="length")),
            "decisions",
            "Leaf 9: the policy does not let the rule length decide this.",
        ),
        (
            (ask, decide(1, "publish", "Rule", rule="length", reason="spam")),
            "decisions",
            "Leaf 9: the policy does not let the rule length decide this.",
        ),
        (
            (ask, decide(1, "filter", held=True)),
            "decisions",
            "Leaf 9: the words of #1 are held back, and the policy says otherwise.",
        ),
        (
            (ask, decide(1, "filter"), appeal(1), decide(1, "publish", "Moderator B")),
            "decisions",
            "Leaf 11: decision 2 on #1 is wrong about an appeal.",
        ),
        (
            (ask, decide(1, "filter"), decide(1, "publish", appeal=1)),
            "decisions",
            "Leaf 10: decision 2 on #1 is wrong about an appeal.",
        ),
        (
            (ask, decide(1, "filter"), appeal(1), decide(1, "publish", appeal=1)),
            "decisions",
            "Leaf 11: Moderator A decided on an appeal against their own decision on #1.",
        ),
        (
            (
                *(ask, decide(1, "filter"), appeal(1), wait(31)),
                decide(1, "publish", "Moderator B", appeal=1),
            ),
            "decisions",
            "Leaf 11: the decision on the appeal on #1 hides that it is late, or says so wrongly.",
        ),
        (
            (ask, decide(1, "filter"), appeal(1, seq=2)),
            "decisions",
            "Leaf 10: decision 2 on #1 could not be appealed.",
        ),
        (
            (ask, decide(1, "publish"), lambda log: log.review(1, 1, "publish", "Moderator A")),
            "decisions",
            "Leaf 10: Moderator A reviewed #1, on which they have decided.",
        ),
        (
            (ask, decide(1, "publish"), lambda log: log.review(1, 2, "publish")),
            "decisions",
            "Leaf 10: decision 2 on #1 is not in the sample for second reviews.",
        ),
        (
            (ask, decide(1, "publish"), lambda log: log.review(1, 1, "filter", reason="other")),
            "decisions",
            "Leaf 10: other is no reason of version 1 of the policy.",
        ),
        (
            (ask, decide(1, "publish"), lambda log: log.review(1, 1, "publish", policy=2)),
            "decisions",
            "Leaf 10: it names version 2 of the policy; 1 was in force.",
        ),
        (
            (
                *(ask, decide(1, "publish"), lambda log: log.review(1, 1, "publish")),
                lambda log: log.review(1, 1, "publish", "Owner"),
            ),
            "decisions",
            "Leaf 11: decision 1 on #1 was reviewed a second time already.",
        ),
        (
            (ask, add("admission", how="tickets", size=3)),
            "states",
            "Leaf 9: who may take part was changed too late.",
        ),
    ],
)
def test_what_is_not_legal_is_one_fault_in_plain_words(
    acts: tuple[Act, ...], topic: str, sentence: str
) -> None:
    assert opened(*acts).faults() == {topic: sentence}


@pytest.mark.parametrize("kind", ["question.submitted", "decision", "withdrawn", "answered"])
def test_before_a_meeting_is_open_nothing_can_happen_to_a_question(kind: str) -> None:
    log = SmallLog(opened=False)
    acts = {"question.submitted": ask, "decision": decide(1, "publish"), "withdrawn": withdraw(1)}
    acts.get(kind, ANSWER)(log)
    assert log.faults()["states"].startswith(f"Leaf 7: {kind} before the meeting was open.")


@pytest.mark.parametrize(
    "act",
    [
        add("question.revised", n=1, version=2, text=HASH, flags=[]),
        decide(1, "publish"),
        appeal(1),
        lambda log: log.review(1, 1, "publish"),
        withdraw(1),
        stage(1, True),
        ANSWER,
        redact(1, "text"),
        add("erasure", n=1, what=["text"], by="Author", basis="request"),
    ],
)
def test_nothing_happens_to_a_question_that_was_never_asked(act: Act) -> None:
    assert opened(act).faults() == {"dockets": "Leaf 8 is about #1, which was never asked."}


@pytest.mark.parametrize(
    ("acts", "is_open"),
    [
        ((ask,), False),
        ((ask, decide(1, "publish")), True),
        ((ask, decide(1, "publish"), decide(1, "restore")), True),
        ((ask, decide(1, "filter", held=True)), False),
        ((ask, decide(1, "filter", held=True), decide(1, "restore")), False),
        ((ask, decide(1, "filter", held=True), decide(1, "publish")), True),
        ((ask, decide(1, "publish"), decide(1, "filter")), True),
        ((ask, withdraw(1)), False),
        ((ask, decide(1, "filter", held=True), move("open", "live")), False),
        ((ask, decide(1, "filter", held=True), move("open", "closed")), True),
        ((ask, move("open", "closed")), False),
        ((ask, decide(1, "publish"), move("open", "closed")), True),
    ],
)
def test_words_that_a_policy_holds_back_are_open_from_the_close_on(
    acts: tuple[Act, ...], is_open: bool
) -> None:
    log = opened(*acts)
    (docket,) = log.story(held_back=True).dockets
    assert docket.open is is_open
    assert "decisions" not in log.faults(held_back=True)


def test_a_decline_whose_words_are_not_held_back_as_the_policy_says_is_a_fault() -> None:
    assert opened(ask, decide(1, "filter")).faults(held_back=True) == {
        "decisions": "Leaf 9: the words of #1 are not held back, and the policy says otherwise."
    }


def test_a_way_in_is_chosen_before_the_meeting_opens() -> None:
    log = SmallLog(opened=False)
    log.add("admission", how="tickets", size=5)
    assert log.faults() == {}


def test_the_first_policy_is_the_one_that_the_meeting_opened_with() -> None:
    assert log_of(begin(3), publish_policy(3, by="Owner"), publish_policy(4)).faults() == {}
    again = opened(begin(5), publish_policy(2))
    assert again.faults() == {"states": "Leaf 8: a leaf of the kind event.opened cannot be here."}
    for acts, leaf in (
        ((begin(3), publish_policy(1)), 1),
        ((publish_policy(1),), 0),
        ((begin(1), begin(3), publish_policy(3)), 2),
    ):
        said = log_of(*acts).faults()["policies"]
        assert said == f"Leaf {leaf}: the policy's versions are out of order."


def test_the_first_of_the_staff_adds_themself() -> None:
    said = log_of(begin(1), staff("Moderator A", "added")).faults()["states"]
    assert said == "Leaf 1: Owner is not of the staff that may do this."


def test_more_questions_than_one_snapshot_holds_are_counted_in_several(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("qa.ledger.story.MAX_SNAPSHOT", 2)
    asked = (ask,) * 3
    whole = opened(*asked, lambda log: log.count(4, 1), lambda log: log.count(2, start=3))
    assert (whole.faults(), whole.story().votes) == ({}, 7)
    for counts, start, said in (
        ((4,), 1, "#1 to #1"),
        ((4, 1, 2), 1, "#1 to #3"),
        ((1, 2), 2, "#2 to #3"),
        ((2, 0), 3, "#3 to #4"),
    ):
        part = opened(*asked, lambda log, c=counts, s=start: log.count(*c, start=s))
        assert part.faults()["votes"] == (
            f"Leaf 11 counts votes for {said}; the log has 3 questions by then."
        )


def test_before_a_policy_is_published_none_is_in_force() -> None:
    said = log_of(begin(1), move("draft", "open"), ask).faults()["decisions"]
    assert said == "Leaf 2: it names version 1 of the policy; 0 was in force."


def test_what_leaves_hide_and_replace_is_told_by_leaf_and_field() -> None:
    log = opened(
        lambda log: log.ask(name=HASH),
        add("question.revised", n=1, version=2, text=HASH, flags=[]),
        decide(1, "publish"),
        ANSWER,
        add("answered", n=1, mode="written", answer=HASH, by="Owner"),
    )
    assert (log.story().replaced, log.story().hidden) == ({(8, "text")}, set())
    for act, hidden in (
        (redact(1, "text", spans=1, shown=HASH), {(8, "text"), (9, "text")}),
        (redact(1, "text"), {(8, "text"), (9, "text"), (13, "redacted")}),
        (redact(1, "name"), {(8, "name")}),
        (redact(1, "explanation", seq=1), {(10, "explanation")}),
        (redact(1, "answer", seq=2), {(12, "answer")}),
        (add("erasure", n=1, what=["name"], by="Author", basis="request"), set()),
    ):
        before = log.story().hidden
        act(log)
        assert log.story().hidden - before == hidden - before
    assert log.faults() == {}


def test_a_policy_says_who_decides_and_what_is_reviewed() -> None:
    log = opened(ask, decide(1, "publish"))
    assert log.faults(deciders=frozenset({"owner"})) == {
        "decisions": "Leaf 9: the policy does not let Moderator A decide."
    }
    log.review(1, 1, "publish")
    assert log.faults(second_review_percent=0) == {
        "decisions": "Leaf 10: decision 1 on #1 is not in the sample for second reviews."
    }


def test_where_the_policy_leaves_appeals_to_owners_nobody_else_decides_on_one() -> None:
    for by in ("Moderator B", "Owner"):
        log = opened(ask, decide(1, "filter"), appeal(1), decide(1, "publish", by, appeal=1))
        assert log.faults() == {}
        wrong = f"Leaf 11: {by} decided on an appeal on #1, which takes an owner."
        faults = {} if by == "Owner" else {"decisions": wrong}
        assert log.faults(owner_decides_appeals=True) == faults
    # What is no answer to an appeal is for whoever decides.
    assert opened(ask, decide(1, "filter")).faults(owner_decides_appeals=True) == {}


def test_where_the_policy_asks_for_an_owner_to_hide_words_one_of_the_two_is_an_owner() -> None:
    for by, second in (("Moderator A", "Owner"), ("Owner", "Moderator A")):
        log = opened(ask, redact(1, "text", by=by, second=second))
        assert log.faults(owner_hides=True) == {}
    log = opened(ask, redact(1, "text", by="Moderator A", second="Moderator B"))
    assert log.faults() == {}
    wrong = "Leaf 9: words of #1 were hidden without an owner, whom the policy asks for."
    assert log.faults(owner_hides=True) == {"states": wrong}
