"""Watching a log as one who trusts nobody: it only grows, and it says what the rows say."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from qa.ledger import entry, merkle
from qa.ledger.checkpoint import open_checkpoint
from qa.ledger.entry import Entry
from qa.ledger.note import Verifier
from qa.services import logs
from qa.services.context import Context
from qa.store import log
from qa.store.models.decisions import Decision, SecondReview
from qa.store.models.events import Event, EventTitle
from qa.store.models.hiding import HidingAct
from qa.store.models.logs import LogNode
from qa.store.models.questions import Answer, Question, QuestionText
from qa.store.queries.events import find_event
from tests.promises.hall import SLUG

_decode = lru_cache(maxsize=4_096)(entry.decode)


def check_growth(
    ctx: Context, earlier: Sequence[bytes], slug: str | None = SLUG, *, may_lag: bool = False
) -> list[bytes]:
    """Return the log's leaves now, after checking that the earlier ones are where they were.

    1. Every earlier leaf is there, the same to the byte.
    2. The stored hashes prove that the tree of then is the beginning of the tree of now.
    3. The checkpoint that people are given is of this tree.
    4. So is the one saved beside the keys; with ``may_lag``, as after a crash or with two workers,
       it may be of the beginning of this tree.
    """
    with ctx.db.read() as session:
        head = log.find_log(session, _event_id(session, slug))
        assert head is not None
        leaves = log.read_leaves(session, head.id, 0, head.tree_size)
        nodes = {
            (node.level, node.position): node.hash
            for node in session.scalars(select(LogNode).where(LogNode.log_id == head.id))
        }
    # 1.
    assert leaves[: len(earlier)] == list(earlier), "an earlier leaf changed or is gone"
    # 2.
    proof = merkle.consistency_proof(len(earlier), len(leaves), lambda *at: nodes[at])
    old_root = merkle.root_from_leaves([merkle.leaf_hash(leaf) for leaf in earlier])
    merkle.check_consistency(len(earlier), len(leaves), old_root, head.root_hash, proof)
    # 3.
    address = slug or logs.REGISTRY
    note, key = logs.checkpoint(ctx, address), Verifier.parse(logs.log_vkey(ctx, address))
    signed = open_checkpoint(note, key)
    assert (signed.tree_size, signed.root_hash) == (len(leaves), head.root_hash)
    # 4.
    saved = open_checkpoint(ctx.checkpoints.saved(head.origin) or "", key)
    beginning = [merkle.leaf_hash(leaf) for leaf in leaves[: saved.tree_size]]
    assert saved.root_hash == merkle.root_from_leaves(beginning)
    assert may_lag or saved == signed
    return leaves


def entries_of(ctx: Context, slug: str | None = SLUG) -> list[Entry]:
    """Return what a log says, after checking its tree and its checkpoint."""
    return [_decode(data) for data in check_growth(ctx, [], slug, may_lag=True)]


def check_rows(ctx: Context, leaves: Sequence[bytes]) -> None:
    """Check both ways that every leaf has its row, and every row its leaf, and that words open.

    1. Docket numbers are logged in order, each once.
    2. Every version of a question's words opens its leaf, and its name too.
    3. Every decision is a leaf that says the same; a decline has a reason and words.
    4. Every second review is a leaf that says the same, by somebody who had not decided.
    5. Every answer and every title opens its leaf.
    6. Every act that hid words is a leaf that says the same. Words that are not there, or not as
       they were, name the leaf of such an act about their question.
    """
    entries = dict(enumerate(map(_decode, leaves)))
    with ctx.db.read() as session:
        event = find_event(session, SLUG)
        numbers = {
            question.id: question
            for question in session.scalars(select(Question).where(Question.event_id == event.id))
        }
        # 1.
        submitted = [at.fields["n"] for at in entries.values() if at.kind == "question.submitted"]
        assert submitted == list(range(1, event.last_docket + 1))
        assert len(numbers) == event.last_docket
        # 2.
        _check_texts(session, entries, numbers)
        # 3.
        _check_decisions(session, entries, numbers)
        # 4.
        _check_reviews(session, entries, numbers)
        # 5.
        _check_answers(session, entries, numbers)
        _check_titles(session, entries, event)
        # 6.
        _check_hidings(session, entries, numbers)


def check_anchors(leaves: Sequence[bytes], registry: Sequence[bytes]) -> None:
    """Check that the registry names the event, and that each anchor is of this very log."""
    entries = [_decode(data) for data in registry]
    assert [one.kind for one in entries[:1]] == ["event.opened"]
    hashes = [merkle.leaf_hash(leaf) for leaf in leaves]
    sizes = []
    for anchor in (one for one in entries if (one.kind, one.ev) == ("anchor", SLUG)):
        size = int(str(anchor.fields["size"]))
        assert anchor.fields["root"] == merkle.root_from_leaves(hashes[:size]).hex()
        sizes.append(size)
    assert sizes == sorted(set(sizes)), "an anchor went back"


def check_closing(leaves: Sequence[bytes], counts: dict[str, int], tally: dict[int, int]) -> None:
    """Check that the log of a closed event ends with its totals, and pins every vote down."""
    entries = [_decode(data) for data in leaves]
    (end,) = (at for at, one in enumerate(entries) if one.kind == "event.closed")
    late = entries[end + 1 :]
    hiding, appealing = {"redaction", "erasure"}, {"appeal", "decision"}
    assert {one.kind for one in late} <= {"staff.changed", "event.changed", *hiding, *appealing}
    changed: Any = [name for one in late for name in one.fields.get("fields", ())]  # type: ignore[attr-defined]
    assert set(changed) <= {"report_audience", "report_from", "report_link"}
    assert all("appeal" in one.fields for one in late if one.kind == "decision")
    totals = dict(entries[end].fields)
    assert totals.pop("votes") == sum(tally.values())
    for name, kind in (("decisions", "decision"), ("appeals", "appeal"), ("reviews", "review")):
        assert totals.pop(name) == sum(one.kind == kind for one in entries[:end])
    if not appealing & {one.kind for one in late}:
        assert totals == {name: counts[name] for name in totals}
    snapshots = [one.fields for one in entries if one.kind == "vote.snapshot"]
    pinned: Any = snapshots[-1]["counts"] if snapshots else []
    assert {n: count for n, count in enumerate(pinned, start=1) if count} == tally


def _event_id(session: Session, slug: str | None) -> int | None:
    return None if slug is None else find_event(session, slug).id


def _check_texts(session: Session, entries: dict[int, Entry], numbers: dict[int, Question]) -> None:
    rows = list(session.scalars(select(QuestionText)))
    kinds = ("question.submitted", "question.revised")
    assert {row.leaf_index for row in rows} == _indexes(entries, *kinds)
    for row in rows:
        leaf, question = entries[row.leaf_index], numbers[row.question_id]
        assert leaf.fields["n"] == question.docket_number
        assert _stands(entries, leaf, "text", row, row.salt, row.text)
        if row.version == 1 and question.name is not None:
            assert _opens(leaf, "name", question.name_salt, question.name)
        elif row.version == 1 and not question.anonymous:
            assert _hides(entries, question.name_hidden_leaf, question.docket_number, "name")


def _check_decisions(
    session: Session, entries: dict[int, Entry], numbers: dict[int, Question]
) -> None:
    rows = list(session.scalars(select(Decision).order_by(Decision.question_id, Decision.seq)))
    assert {row.leaf_index for row in rows} == _indexes(entries, "decision")
    assert len(rows) == sum(question.decision_count for question in numbers.values())
    for row in rows:
        leaf = entries[row.leaf_index]
        said = {
            "n": numbers[row.question_id].docket_number,
            "seq": row.seq,
            "verdict": row.verdict,
            "reason": row.reason,
            "by": row.decided_by,
            "rule": row.rule,
            "auto": row.automated,
            "late": row.overdue,
            "sup": row.supersedes,
            "policy": row.policy_version,
            "into": row.merged_into,
            "appeal": row.appeal,
        }
        assert {name: leaf.fields.get(name) for name in said} == said
        salt, words = row.explanation_salt, row.explanation
        assert _stands(entries, leaf, "explanation", row, salt, words)
        assert row.supersedes == (row.seq - 1 or None)
        if row.verdict == "filter":
            assert row.reason
            assert row.explanation is None or row.explanation.strip()


def _check_reviews(
    session: Session, entries: dict[int, Entry], numbers: dict[int, Question]
) -> None:
    rows = list(session.scalars(select(SecondReview)))
    assert {row.leaf_index for row in rows} == _indexes(entries, "review")
    for row in rows:
        leaf, n = entries[row.leaf_index], numbers[row.question_id].docket_number
        said = {
            "n": n,
            "seq": row.seq,
            "verdict": row.verdict,
            "reason": row.reason,
            "by": row.reviewed_by,
            "policy": row.policy_version,
        }
        assert {name: leaf.fields.get(name) for name in said} == said
        assert _opens(leaf, "expl", row.explanation_salt, row.explanation, field="explanation")
        before = [one for at, one in entries.items() if at < row.leaf_index]
        deciders = {
            one.fields["by"] for one in before if (one.kind, one.fields.get("n")) == ("decision", n)
        }
        assert deciders
        assert row.reviewed_by not in deciders


def _check_answers(
    session: Session, entries: dict[int, Entry], numbers: dict[int, Question]
) -> None:
    rows = list(session.scalars(select(Answer)))
    assert {row.leaf_index for row in rows} == _indexes(entries, "answered")
    for row in rows:
        leaf = entries[row.leaf_index]
        said = (leaf.fields["n"], leaf.fields["mode"])
        assert said == (numbers[row.question_id].docket_number, row.mode)
        if row.mode == "written":
            assert _stands(entries, leaf, "answer", row, row.salt, row.text)


def _check_titles(session: Session, entries: dict[int, Entry], event: Event) -> None:
    rows = list(
        session.scalars(
            select(EventTitle)
            .where(EventTitle.event_id == event.id)
            .order_by(EventTitle.leaf_index)
        )
    )
    titled = {
        index
        for index in _indexes(entries, "event.opened", "event.changed")
        if "title" in entries[index].fields
    }
    assert {row.leaf_index for row in rows} == titled
    assert all(_opens(entries[row.leaf_index], "title", row.salt, row.title) for row in rows)
    assert rows[-1].title == event.title


def _check_hidings(
    session: Session, entries: dict[int, Entry], numbers: dict[int, Question]
) -> None:
    rows = list(session.scalars(select(HidingAct)))
    assert {row.leaf_index for row in rows} == _indexes(entries, "redaction", "erasure")
    for row in rows:
        leaf, n = entries[row.leaf_index], numbers[row.question_id].docket_number
        said = {"n": n, "basis": row.basis, "by": row.done_by, "second": row.second}
        assert (leaf.kind, {name: leaf.fields.get(name) for name in said}) == (row.kind, said)
        if row.kind == "redaction":
            assert row.done_by != row.second
            assert (leaf.fields["what"], leaf.fields["spans"]) == (row.what[0], row.spans)
            salt, words = row.explanation_salt, row.explanation
            assert _opens(leaf, "expl", salt, words, field="explanation")
        else:
            assert leaf.fields["what"] == row.what


def _stands(
    entries: dict[int, Entry],
    leaf: Entry,
    field: str,
    row: QuestionText | Decision | Answer,
    salt: bytes | None,
    words: str | None,
) -> bool:
    """Say whether words open their leaf, or are hidden by an act and open what it left, if any."""
    if row.hidden_leaf is None:
        return _opens(leaf, "expl" if field == "explanation" else field, salt, words, field=field)
    if not _hides(entries, row.hidden_leaf, leaf.fields["n"], field):
        return False
    act = entries[row.hidden_leaf]
    return words is None or _opens(act, "shown", salt, words, field="redacted")


def _hides(entries: dict[int, Entry], index: int | None, n: Any, field: str) -> bool:
    act = entries[index if index is not None else 0]
    what: Any = act.fields.get("what", ())
    return act.fields.get("n") == n and (what == field or field in what)


def _indexes(entries: dict[int, Entry], *kinds: str) -> set[int]:
    return {index for index, found in entries.items() if found.kind in kinds}


def _opens(leaf: Entry, name: str, salt: Any, text: Any, *, field: str | None = None) -> bool:
    return entry.opens(str(leaf.fields[name]), salt, field or name, leaf.ev, text)
