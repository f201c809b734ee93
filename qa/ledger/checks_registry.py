"""The check of the registry: the event is on it, and its anchors are points in the event's log."""

from itertools import pairwise
from typing import Any

from qa.errors import Invalid
from qa.ledger.checkpoint import open_checkpoint
from qa.ledger.entry import Entry
from qa.ledger.merkle import leaf_hash
from qa.ledger.note import Verifier
from qa.ledger.record import PrefixRoots, Record, read_leaves

REGISTRY = "registry"
KINDS = frozenset({"event.opened", "anchor"})


def check_registry(record: Record) -> str:
    """Check the deployment's registry log as far as it is about this event.

    1. Its checkpoint is signed by the registry's key, and the registry is this deployment's.
    2. Its leaves are canonical, in order of time, and have the signed root hash.
    3. It opened this event once, and with the same words as the event's own log.
    4. Each anchor of the event is a root of the event's log as it is in the bundle.
    """
    bundle = record.bundle
    # 1.
    pinned = record.pins.registry
    key = pinned or Verifier.parse(bundle.about.registry_vkey)
    if key.vkey != bundle.about.registry_vkey:
        raise Invalid("The bundle names another key of the registry than the pinned one.")
    head = open_checkpoint(bundle.registry_checkpoint, key)
    if head.origin != _registry_of(bundle.about.origin):
        raise Invalid(f"{head.origin} is not the registry of {bundle.about.origin}.")
    # 2.
    entries = read_leaves(bundle.registry_leaves)
    hashes = [leaf_hash(leaf) for leaf in bundle.registry_leaves]
    if len(entries) != head.tree_size or PrefixRoots(hashes).root(len(hashes)) != head.root_hash:
        raise Invalid("The registry's leaves are not those that it signed.")
    if any(entry.kind not in KINDS for entry in entries):
        raise Invalid("The registry holds a leaf that no registry has.")
    if any(entry.t < before.t for before, entry in pairwise(entries)):
        raise Invalid("The registry goes back in time.")
    # 3.
    ours = [entry for entry in entries if entry.ev == bundle.about.slug]
    opened = [entry for entry in ours if entry.kind == "event.opened"]
    if len(opened) != 1 or not _same(opened[0], record.entries):
        raise Invalid("The registry did not open this event, once, as its own log says.")
    # 4.
    anchors = [entry for entry in ours if entry.kind == "anchor"]
    for anchor in anchors:
        _check_anchor(record, anchor)
    named = "the pinned key" if pinned else "a key that only the bundle names"
    fit = "one anchor fits" if len(anchors) == 1 else f"{len(anchors):,} anchors fit"
    return f"The registry opened this event, and {fit} it ({named})."


def _registry_of(origin: str) -> str:
    return f"{origin.rpartition('/')[0]}/{REGISTRY}"


def _same(opened: Entry, entries: list[Entry]) -> bool:
    return bool(entries) and entries[0].kind == opened.kind and entries[0].fields == opened.fields


def _check_anchor(record: Record, anchor: Entry) -> None:
    size: Any = anchor.fields["size"]
    if anchor.fields["origin"] != record.bundle.about.origin:
        raise Invalid("An anchor of this event names another log.")
    if size > len(record.bundle.leaves):
        raise Invalid(
            f"The registry saw this log with {size:,} leaves ({anchor.t}), and here it has"
            f" {len(record.bundle.leaves):,}: it was rolled back."
        )
    if record.roots.root(size).hex() != anchor.fields["root"]:
        raise Invalid(
            f"The registry saw another log ({anchor.t}, {size:,} leaves, root"
            f" {anchor.fields['root']}): this one was put in its place."
        )
