"""The logs in the database: the only writer of leaves, and what is read back to prove them.

``log_leaf`` holds each leaf as it is served, ``log_node`` the hash of every complete subtree, and
``log`` the head. A leaf is never changed or removed, so a proof needs O(log n) rows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Select, bindparam, insert, or_, select
from sqlalchemy.orm import Session

from qa.clock import from_minute, to_minute
from qa.errors import LogDamaged, UnknownEvent
from qa.ledger import entry, merkle
from qa.ledger.checkpoint import Checkpoint
from qa.ledger.forms import Value
from qa.store.models.logs import Log, LogLeaf, LogNode

Fields = Mapping[str, Value | None]


@dataclass(frozen=True)
class LeafDraft:
    """What a leaf is to say: its kind, and its fields but for event, time and version."""

    kind: str
    fields: Fields


@dataclass(frozen=True)
class Leaf:
    """A leaf as logged: its index, its RFC 6962 leaf hash, and its bytes as served."""

    leaf_index: int
    leaf_hash: bytes
    data: bytes


def create_log(session: Session, origin: str, event_id: int | None) -> Log:
    """Add an empty log."""
    log = Log(event_id=event_id, origin=origin, tree_size=0, anchored_size=0, latest="")
    log.root_hash = merkle.EMPTY_ROOT
    session.add(log)
    session.flush()
    return log


def lock_log(session: Session, event_id: int | None) -> Log:
    """Return the log of an event (of the registry for None), locked until the transaction ends."""
    return session.execute(_log_of(event_id).with_for_update()).scalar_one()


def find_log(session: Session, event_id: int | None) -> Log | None:
    """Return the log of an event (of the registry for None), or None when there is none yet."""
    return session.execute(_log_of(event_id)).scalar_one_or_none()


def require_log(session: Session, event_id: int | None) -> Log:
    """Return the log of an event (of the registry for None). Raises: UnknownEvent."""
    found = find_log(session, event_id)
    if found is None:
        raise UnknownEvent("There is no log at this address.")
    return found


def latest_time(session: Session, event_id: int) -> int:
    """Return the beginning of the minute of an event's last leaf, before which no other can be."""
    wanted = select(Log.latest).where(Log.event_id == event_id)
    return from_minute(session.execute(wanted).scalar_one())


def append(
    session: Session, log: Log, ev: str, now_ms: int, drafts: Sequence[LeafDraft]
) -> list[Leaf]:
    """Append leaves to a locked log and move its head.

    Costs one read of at most log2(n) nodes and two inserts, however many leaves there are. Leaves
    never go back in time: a clock that was set back stands still in the log until it has caught up.
    """
    known = _read_nodes(session, log.id, merkle.read_nodes_for_append(log.tree_size))
    log.latest = max(log.latest, to_minute(now_ms))
    leaves: list[Leaf] = []
    nodes: list[dict[str, object]] = []
    for size, draft in enumerate(drafts, start=log.tree_size):
        data = entry.encode(draft.kind, ev, log.latest, **draft.fields)
        leaf_hash = merkle.leaf_hash(data)
        for level, position, digest in merkle.new_nodes(size, leaf_hash, lambda *at: known[at]):
            known[level, position] = digest
            nodes.append({"log_id": log.id, "level": level, "position": position, "hash": digest})
        leaves.append(Leaf(size, leaf_hash, data))
    session.execute(
        insert(LogLeaf), [_row(log, *pair) for pair in zip(leaves, drafts, strict=True)]
    )
    session.execute(insert(LogNode), nodes)
    log.tree_size += len(leaves)
    log.root_hash = merkle.root_hash(log.tree_size, lambda *at: known[at])
    session.flush()
    session.info["heads"][log.origin] = Checkpoint(log.origin, log.tree_size, log.root_hash)
    return leaves


def _row(log: Log, leaf: Leaf, draft: LeafDraft) -> dict[str, object]:
    return {
        "log_id": log.id,
        "leaf_index": leaf.leaf_index,
        "docket_number": draft.fields.get("n"),
        "data": leaf.data,
    }


def _log_of(event_id: int | None) -> Select[Log]:
    wanted = Log.event_id.is_(None) if event_id is None else Log.event_id == event_id
    return select(Log).where(wanted)


def read_leaves(session: Session, log_id: int, start: int, stop: int) -> list[bytes]:
    """Return the leaves from index ``start`` up to but not including ``stop``, in order."""
    wanted = (LogLeaf.log_id == log_id, LogLeaf.leaf_index >= start, LogLeaf.leaf_index < stop)
    return list(session.scalars(select(LogLeaf.data).where(*wanted).order_by(LogLeaf.leaf_index)))


def read_level(session: Session, log_id: int, level: int, start: int, stop: int) -> list[bytes]:
    """Return the hashes of complete subtrees at a level, from position ``start`` to ``stop``."""
    wanted = (
        LogNode.log_id == log_id,
        LogNode.level == level,
        LogNode.position >= start,
        LogNode.position < stop,
    )
    return list(session.scalars(select(LogNode.hash).where(*wanted).order_by(LogNode.position)))


def node_reader(session: Session, log_id: int) -> merkle.NodeReader:
    """Return a reader of a log's stored hashes, for roots and proofs in O(log n) reads."""

    def read(level: int, position: int) -> bytes:
        return session.get_one(LogNode, (log_id, level, position)).hash

    return read


def prove_inclusion(
    session: Session, log: Log, leaf_index: int, tree_size: int | None = None
) -> list[bytes]:
    """Return the inclusion proof of a leaf, from one read of O(log n) hashes.

    ``tree_size`` is that of an earlier head, or of the newest one for None.

    Raises:
        Invalid: the log has, or had, no such leaf.
    """
    size = log.tree_size if tree_size is None else tree_size
    return _prove(session, log, lambda read: merkle.inclusion_proof(leaf_index, size, read))


def prove_consistency(session: Session, log: Log, old_size: int, new_size: int) -> list[bytes]:
    """Return the consistency proof between two heads of a log, from one read of O(log n) hashes."""
    return _prove(session, log, lambda read: merkle.consistency_proof(old_size, new_size, read))


def _prove(
    session: Session, log: Log, prove: Callable[[merkle.NodeReader], list[bytes]]
) -> list[bytes]:
    """Return a proof, after noting in a first run which hashes it takes."""
    wanted: list[tuple[int, int]] = []

    def note(level: int, position: int) -> bytes:
        wanted.append((level, position))
        return merkle.EMPTY_ROOT

    prove(note)
    known = _read_nodes(session, log.id, wanted)
    return prove(lambda *at: known[at])


def root_at(session: Session, log: Log, tree_size: int) -> bytes:
    """Return the root over a log's first ``tree_size`` leaves."""
    return merkle.root_hash(tree_size, node_reader(session, log.id))


def check_log(session: Session, log: Log) -> None:
    """Re-verify a whole log from its leaves: form, order, every stored node, and the head.

    Raises:
        LogDamaged: the first thing found wrong.
    """
    # 1. There are exactly as many leaves as the head says, numbered from 0 without a gap.
    rows = session.execute(
        select(LogLeaf.leaf_index, LogLeaf.docket_number, LogLeaf.data)
        .where(LogLeaf.log_id == log.id)
        .order_by(LogLeaf.leaf_index)
    ).all()
    if [row.leaf_index for row in rows] != list(range(log.tree_size)):
        raise LogDamaged(f"{log.origin}: the leaves are not numbered 0 to {log.tree_size - 1}")
    # 2. Every leaf is a well-formed entry, filed under its own docket number, in order of time.
    last = ""
    for row in rows:
        parsed = entry.decode(row.data)
        if parsed.fields.get("n") != row.docket_number:
            raise LogDamaged(f"{log.origin}: leaf {row.leaf_index} is filed under another number")
        if parsed.t < last:
            raise LogDamaged(f"{log.origin}: leaf {row.leaf_index} is older than the one before it")
        last = parsed.t
    # 3. The stored nodes are those of the tree over these leaves, and no others.
    stored = {
        (node.level, node.position): node.hash
        for node in session.scalars(select(LogNode).where(LogNode.log_id == log.id))
    }
    rebuilt: dict[tuple[int, int], bytes] = {}
    for index, row in enumerate(rows):
        leaf = merkle.leaf_hash(row.data)
        for level, position, digest in merkle.new_nodes(index, leaf, lambda *at: rebuilt[at]):
            rebuilt[level, position] = digest
    if stored != rebuilt:
        raise LogDamaged(f"{log.origin}: the stored hashes are not those of its leaves")
    # 4. The head is the root over all leaves.
    if merkle.root_from_leaves([merkle.leaf_hash(row.data) for row in rows]) != log.root_hash:
        raise LogDamaged(f"{log.origin}: the head is not the root of its leaves")


def _read_nodes(
    session: Session, log_id: int, wanted: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], bytes]:
    if not wanted:
        return {}
    names: dict[str, int] = {"log_id": log_id}
    for at, (level, position) in enumerate(wanted):
        names |= {f"level_{at}": level, f"position_{at}": position}
    rows = session.execute(_nodes_query(len(wanted)), names)
    return {(row.level, row.position): row.hash for row in rows}


@cache
def _nodes_query(count: int) -> Select[tuple[int, int, bytes]]:
    """Return the query for so many nodes, each found in the index.

    SQLite reads every node of a log for ``(level, position) IN (…)``, and for terms that leave the
    log to a condition of its own.
    """
    table = LogNode.__table__.c
    return select(table.level, table.position, table.hash).where(
        or_(
            *(
                (table.log_id == bindparam("log_id"))
                & (table.level == bindparam(f"level_{at}"))
                & (table.position == bindparam(f"position_{at}"))
                for at in range(count)
            )
        )
    )
