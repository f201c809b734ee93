"""The checks of the log as a log: its signature, its witnesses, its leaves, its past."""

from qa.errors import Invalid, Unverified
from qa.ledger.checkpoint import Checkpoint, open_checkpoint
from qa.ledger.cosignature import open_cosigned
from qa.ledger.record import NotChecked, Record, describe
from qa.ledger.words import words_of

FUTURE_S = 600
"""How far a witness's clock may be ahead of ours."""


def check_checkpoint(record: Record) -> str:
    """Check the log's own signature, and that the bundle is about this log at this size."""
    about, key = record.bundle.about, record.pins.log
    head = open_checkpoint(record.bundle.checkpoint, key)
    if about.vkey != key.vkey or about.origin != key.name:
        raise Invalid(f"The bundle calls itself one of {about.origin}, with a key of its own.")
    if about.slug != about.origin.rpartition("/")[2]:
        raise Invalid("The bundle's event is not the one that its log is of.")
    if about.size != head.tree_size:
        raise Invalid(f"The bundle is said to be of {about.size:,} leaves, not {describe(head)}.")
    record.checkpoint = head
    words = " ".join(words_of(head))
    return f"{head.origin} signed {head.tree_size:,} leaves. In words: {words}."


def check_witnesses(record: Record) -> str:
    """Check that a quorum of the witnesses of the reader's policy cosigned."""
    policy, now_s = record.evidence.policy, record.evidence.now_s
    if policy is None:
        raise NotChecked("No witness policy was given, so the log's own word is all there is.")
    key = record.pins.log
    if policy.logs and all(known.verifier.vkey != key.vkey for known in policy.logs):
        raise Invalid("The witness policy does not list this log's key.")
    _, times_s = open_cosigned(record.bundle.checkpoint, key, policy.cosigners)
    names = ", ".join(sorted(times_s)) or "none of the witnesses"
    if not policy.satisfied(times_s):
        raise Unverified(f"The policy's quorum is not reached: {names} cosigned.")
    if not times_s:
        return "The policy asks for no witness, and none cosigned."
    newest_s = max(times_s.values())
    if now_s is None:
        return f"Cosigned by {names}."
    if newest_s > now_s + FUTURE_S:
        raise Invalid("A cosignature is from the future.")
    return f"Cosigned by {names}; the newest cosignature is {_age(now_s - newest_s)} old."


def check_leaves(record: Record) -> str:
    """Check that every leaf is in its one spelling, and of this event's log."""
    about = record.bundle.about
    entries = record.read_entries()
    for index, entry in enumerate(entries):
        if entry.ev != about.slug:
            raise Invalid(f"Leaf {index} is of another event.")
    if entries and entries[0].fields.get("origin", about.origin) != about.origin:
        raise Invalid("The first leaf opens another log.")
    return f"All {len(entries):,} leaves are in their one spelling, and of this event."


def check_root(record: Record) -> str:
    """Check that the leaves are exactly those that the checkpoint is about."""
    head, count = record.checkpoint, len(record.bundle.leaves)
    if count != head.tree_size:
        raise Invalid(f"The checkpoint is of {head.tree_size:,} leaves, and {count:,} are here.")
    if record.roots.root(count) != head.root_hash:
        raise Invalid("The leaves are not those that the log signed: they have another root hash.")
    return "The root hash over all leaves is the signed one: none was added, changed or left out."


def check_old(record: Record) -> str:
    """Check that the log still begins with what an older checkpoint covers."""
    if record.evidence.old is None:
        raise NotChecked("No older checkpoint was given.")
    old = open_checkpoint(record.evidence.old, record.pins.log)
    require_extension(record, old)
    return f"The log still begins with what it had when it signed {describe(old)}."


def require_extension(record: Record, old: Checkpoint) -> None:
    """Check that the log holds, in its place, everything that another signed checkpoint covers.

    Raises:
        Invalid: it does not; the sentence names both checkpoints.
    """
    head = record.checkpoint
    if old.tree_size > len(record.bundle.leaves):
        raise Invalid(
            f"The log was longer once: it signed {describe(old)}, and this is {describe(head)}."
            " Either this record is older, or the log was rolled back."
        )
    if record.roots.root(old.tree_size) != old.root_hash:
        raise Invalid(
            f"The log was forked: it signed {describe(old)}, and it signed {describe(head)}."
            " No log has both; keep the two checkpoints as proof."
        )


def check_time(record: Record) -> str:
    """Check that time never goes back, and that the bundle was made at its last leaf."""
    entries = record.entries
    record.story.faults.require_none("time")
    if not entries or record.bundle.about.made_at != entries[-1].t:
        raise Invalid("The bundle is dated otherwise than its last leaf.")
    return f"The leaves are in order of time, from {entries[0].t} to {entries[-1].t}."


def check_dockets(record: Record) -> str:
    """Check that docket numbers count up from 1 without a gap."""
    record.story.faults.require_none("dockets")
    count = len(record.story.dockets)
    return f"Docket numbers run from 1 to {count:,}." if count else "Nothing was asked yet."


def _age(seconds: int) -> str:
    """Return an age in the largest unit that makes sense."""
    for unit, length_s in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        count = seconds // length_s
        if count >= 1:
            return f"{count:,} {unit}{'s' if count > 1 else ''}"
    return "less than a minute"
