"""An operator who has every key and rewrites the record: only what the record says can tell."""

from dataclasses import dataclass, field, replace

from qa.ledger import entry
from qa.ledger.bundle import Bundle, Opening
from qa.ledger.checkpoint import Checkpoint, sign_checkpoint
from qa.ledger.checks import verify_bundle
from qa.ledger.merkle import leaf_hash, root_from_leaves
from qa.ledger.note import Signer
from qa.ledger.record import Evidence
from tests.services.meeting import SLUG
from tests.verify.town_hall import TownHall

SALT = bytes(range(32))


@dataclass
class Line:
    """A leaf to be, with the openings of its commitments: field → (salt, text)."""

    kind: str
    t: str
    fields: dict
    openings: dict = field(default_factory=dict)
    ev: str = SLUG

    def encode(self):
        return entry.encode(self.kind, self.ev, self.t, **self.fields)


def lines_of(bundle: Bundle) -> list[Line]:
    lines = []
    for leaf in bundle.leaves:
        found = entry.decode(leaf)
        lines.append(Line(found.kind, found.t, dict(found.fields)))
    for opening in bundle.openings:
        lines[opening.leaf].openings[opening.field] = (opening.salt, opening.text)
    return lines


def cut(lines: list[Line], size: int) -> list[Line]:
    """Return the record as it was earlier: without the words that were decided on later."""
    kept = [replace(line, fields={**line.fields}, openings={**line.openings}) for line in lines]
    decided = {line.fields["n"] for line in kept[:size] if line.kind == "decision"}
    for line in kept:
        if line.kind.startswith("question.") and line.fields["n"] not in decided:
            line.openings = {}
    return kept[:size]


def commit(text: str, where: str) -> tuple[str, dict]:
    """Return a commitment, and the opening that goes with it."""
    return entry.commit_text(SALT, where, SLUG, text), {where: (SALT, text)}


def signers(hall: TownHall) -> tuple[Signer, Signer]:
    keyring, pins = hall.meeting.ctx.keyring, hall.pins
    return keyring.signer(pins.log.name), keyring.signer(pins.registry.name)


def signed(signer: Signer, leaves) -> bytes:
    root = root_from_leaves([leaf_hash(leaf) for leaf in leaves])
    return sign_checkpoint(Checkpoint(signer.name, len(leaves), root), signer).encode()


def forge(hall: TownHall, lines: list[Line], **about: object) -> Bundle:
    """Return the bundle of a rewritten record, signed afresh, its registry rewritten to fit."""
    bundle = hall.bundle()
    log, registry = signers(hall)
    leaves = [line.encode() for line in lines]
    hashes = [leaf_hash(leaf) for leaf in leaves]
    anchors = [entry.decode(leaf) for leaf in bundle.registry_leaves[1:]]
    sizes = [min(int(str(anchor.fields["size"])), len(leaves)) for anchor in anchors]
    registry_leaves = [leaves[0]] + [
        entry.encode(
            "anchor",
            SLUG,
            anchor.t,
            origin=log.name,
            size=size,
            root=root_from_leaves(hashes[:size]).hex(),
        )
        for anchor, size in zip(anchors, sizes, strict=True)
    ]
    return replace(
        bundle,
        about=replace(bundle.about, **{"size": len(leaves), "made_at": lines[-1].t, **about}),
        checkpoint=signed(log, leaves),
        leaves=leaves,
        openings=[
            Opening(index, where, *opening)
            for index, line in enumerate(lines)
            for where, opening in sorted(line.openings.items())
        ],
        registry_checkpoint=signed(registry, registry_leaves),
        registry_leaves=registry_leaves,
    )


def failures(hall: TownHall, bundle: Bundle, **evidence: object) -> dict[int, str]:
    """Return the steps that fail, with their sentences."""
    steps = verify_bundle(bundle, hall.pins, Evidence(**evidence))
    return {step.number: step.sentence for step in steps if step.passed is False}


def find(lines: list[Line], kind: str, **fields: object) -> Line:
    """Return the first line of a kind with these fields."""
    return next(
        line
        for line in lines
        if line.kind == kind and all(line.fields.get(name) == fields[name] for name in fields)
    )
