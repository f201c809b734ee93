"""Leaves: what each kind holds, their one spelling as bytes, and commitments to texts.

A leaf is one line of canonical JSON: UTF-8, keys in ASCII order, no spaces, whole numbers below
2**53, no null. ``v`` is 1, ``k`` the kind, ``ev`` the event's slug and ``t`` the time in UTC to the
minute; the other fields are those of the kind in ``KINDS``. No field admits free text or names a
person: a text appears as a commitment, which its salt opens for as long as the salt is public::

    HMAC-SHA256(salt, "qa/v1/" + field + "\\n" + event + "\\n" + NFC(text))
"""

import hmac
import json
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from qa.errors import Malformed
from qa.ledger.forms import (
    CODE,
    DECIDER,
    ERASER,
    HEX64,
    ISSUER,
    LANGUAGE,
    MINUTE,
    ORIGIN,
    POSITIVE,
    SLUG,
    STAFF,
    WHOLE,
    YES_NO,
    FieldSpec,
    Form,
    Value,
    choice,
    counts_by,
    list_of,
    whole,
    word,
)
from qa.ledger.glance import Glance, glance_at

VERSION = 1
SALT_BYTES = 32
MAX_LEAF_BYTES = 65_535
"""An entry bundle gives each leaf's length in two bytes (tlog-tiles, "Log entries")."""

MAX_SNAPSHOT = 2_000
"""The most docket numbers that one vote.snapshot covers, so that it always fits in a leaf."""

NUMBERED = ("explanation", "answer", "review")
"""What one question can have several of, so that a redaction says which, counted from 1."""

COMMITTED_FIELD = word("a field name", r"[a-z_]{1,40}")

_STATE = choice("draft", "open", "live", "closed")
_CODES = list_of(CODE, 100, distinct=True)


def _must(form: Form) -> FieldSpec:
    return FieldSpec(form)


def _may(form: Form) -> FieldSpec:
    return FieldSpec(form, optional=True)


KINDS: Mapping[str, Mapping[str, FieldSpec]] = {
    "event.opened": {
        "origin": _must(ORIGIN),
        "title": _must(HEX64),
        "policy": _must(POSITIVE),
    },
    "event.state": {"from": _must(_STATE), "to": _must(_STATE)},
    "event.changed": {
        "fields": _must(list_of(CODE, 100, in_order=True, distinct=True)),
        "title": _may(HEX64),
    },
    "event.closed": {
        "submitted": _must(WHOLE),
        "published": _must(WHOLE),
        "filtered": _must(WHOLE),
        "merged": _must(WHOLE),
        "withdrawn": _must(WHOLE),
        "undecided": _must(WHOLE),
        "answered": _must(WHOLE),
        "decisions": _must(WHOLE),
        "appeals": _must(WHOLE),
        "reviews": _must(WHOLE),
        "votes": _must(WHOLE),
    },
    "policy.published": {
        "version": _must(POSITIVE),
        "sha256": _must(HEX64),
        "by": _may(STAFF),
    },
    "question.submitted": {
        "n": _must(POSITIVE),
        "text": _must(HEX64),
        "anon": _must(YES_NO),
        "name": _may(HEX64),
        "lang": _may(LANGUAGE),
        "src": _must(choice("live", "import")),
        "due": _must(MINUTE),
        "policy": _must(POSITIVE),
        "flags": _must(_CODES),
    },
    "question.revised": {
        "n": _must(POSITIVE),
        "version": _must(whole(2)),
        "text": _must(HEX64),
        "flags": _must(_CODES),
    },
    "decision": {
        "n": _must(POSITIVE),
        "seq": _must(POSITIVE),
        "verdict": _must(choice("publish", "filter", "merge", "restore", "redact")),
        "reason": _may(CODE),
        "expl": _must(HEX64),
        "by": _must(DECIDER),
        "rule": _may(CODE),
        "auto": _must(YES_NO),
        "late": _must(YES_NO),
        "policy": _must(POSITIVE),
        "sup": _may(POSITIVE),
        "into": _may(POSITIVE),
        "appeal": _may(POSITIVE),
        "held": _may(YES_NO),
    },
    "appeal": {
        "n": _must(POSITIVE),
        "seq": _must(POSITIVE),
        "by": _must(choice("Author", "Supporters")),
        "due": _must(MINUTE),
    },
    "review": {
        "n": _must(POSITIVE),
        "seq": _must(POSITIVE),
        "verdict": _must(choice("publish", "filter")),
        "reason": _may(CODE),
        "expl": _must(HEX64),
        "by": _must(STAFF),
        "policy": _must(POSITIVE),
    },
    "redaction": {
        "n": _must(POSITIVE),
        "what": _must(choice("text", "name", "explanation", "answer", "review")),
        "seq": _may(POSITIVE),
        "basis": _must(choice("personal_data", "harassment", "unlawful")),
        "by": _must(STAFF),
        "second": _must(STAFF),
        "spans": _must(WHOLE),
        "shown": _may(HEX64),
        "expl": _must(HEX64),
    },
    "erasure": {
        "n": _must(POSITIVE),
        "what": _must(list_of(choice("name", "text"), 2, in_order=True, distinct=True)),
        "by": _must(ERASER),
        "basis": _must(CODE),
    },
    "withdrawn": {"n": _must(POSITIVE)},
    "live": {"n": _must(POSITIVE), "on": _must(YES_NO), "by": _must(STAFF)},
    "answered": {
        "n": _must(POSITIVE),
        "mode": _must(choice("spoken", "written")),
        "answer": _may(HEX64),
        "by": _must(STAFF),
    },
    "vote.snapshot": {
        "from": _must(POSITIVE),
        "to": _must(WHOLE),
        "counts": _must(list_of(WHOLE, MAX_SNAPSHOT)),
        "votes": _must(WHOLE),
        "root": _must(HEX64),
        "groups": _may(list_of(POSITIVE, MAX_SNAPSHOT, in_order=True, distinct=True)),
        "people": _may(list_of(WHOLE, MAX_SNAPSHOT)),
    },
    "staff.changed": {
        "who": _must(STAFF),
        "role": _must(choice("owner", "moderator", "presenter", "auditor")),
        "act": _must(choice("added", "removed")),
        "by": _must(STAFF),
    },
    "admission": {
        "how": _must(choice("open", "tickets", "provider")),
        "size": _must(WHOLE),
        "issuer": _may(ISSUER),
    },
    "admission.forgotten": {"size": _may(WHOLE), "used": _must(WHOLE)},
    "refused": {"counts": _must(counts_by(CODE, 100))},
    "anchor": {"origin": _must(ORIGIN), "size": _must(WHOLE), "root": _must(HEX64)},
}
"""Every kind of leaf, and the fields it has besides ``v``, ``k``, ``ev`` and ``t``."""

_COMMON: Mapping[str, FieldSpec] = {"ev": FieldSpec(SLUG), "t": FieldSpec(MINUTE)}
_SPECS = {kind: {**_COMMON, **specs} for kind, specs in KINDS.items()}
_SPELLER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False)
_READER = json.JSONDecoder()
_GLANCES: Mapping[str, Glance | None] = {
    kind: glance_at({"k": f'"{kind}"', "v": str(VERSION)}, specs) for kind, specs in _SPECS.items()
}


class Entry(NamedTuple):
    """One leaf, read. ``ev`` is the event's slug and ``t`` the time, to the minute."""

    kind: str
    ev: str
    t: str
    fields: Mapping[str, Value]


def encode(kind: str, ev: str, t: str, **fields: Value | None) -> bytes:
    """Return the bytes of a leaf. A field given as None is left out.

    1. The kind is known.
    2. Every field is one of its kind and of its form, and none is missing.
    3. The fields do not contradict each other.
    4. The leaf fits in an entry bundle.

    Raises:
        Malformed: ``field`` names what is wrong; nothing that is not of its form becomes a leaf.
    """
    given = {name: value for name, value in fields.items() if value is not None}
    return _spell(kind, {**given, "ev": ev, "t": t})


def _spell(kind: str, fields: Mapping[str, Any]) -> bytes:
    """Return the bytes of a leaf whose ``ev`` and ``t`` are among its fields, as in ``encode``."""
    # 1.
    specs = _SPECS.get(kind)
    if specs is None:
        raise Malformed("There is no such kind of leaf.", field="k")
    # 2.
    _check_fields(specs, fields)
    # 3.
    _check_sense(kind, fields)
    # 4.
    data = _SPELLER.encode({**fields, "v": VERSION, "k": kind}).encode("ascii")
    if len(data) > MAX_LEAF_BYTES:
        raise Malformed(f"A leaf has at most {MAX_LEAF_BYTES} bytes.")
    return data


def spell(found: Entry) -> bytes:
    """Return the bytes of a leaf that was decoded."""
    fields = {**found.fields, "v": VERSION, "k": found.kind, "ev": found.ev, "t": found.t}
    return _SPELLER.encode(fields).encode("ascii")


def decode(data: bytes) -> Entry:
    """Return the entry that a leaf's bytes spell.

    1. The bytes are one JSON object of this version.
    2. Its kind, its fields and their forms are known.
    3. Encoding it again gives the same bytes, so no two spellings of one leaf exist: this refuses
       repeated keys, spaces, escapes, fractions and any other order of keys. Most leaves show it
       at a glance, which is several times faster.

    Raises:
        Malformed: this is not a leaf in its one spelling.
    """
    # 1.
    text, fields = _parse_object(data)
    version, kind = fields.pop("v", None), fields.pop("k", None)
    if type(version) is not int or version != VERSION:
        raise Malformed("The leaf is not of version 1.", field="v")
    if not isinstance(kind, str):
        raise Malformed("A leaf has a kind.", field="k")
    # 2. and 3.
    glance = _GLANCES.get(kind)
    if glance is not None and glance.matches(text):
        _check_forms(glance.left, fields)
        _check_sense(kind, fields)
    elif _spell(kind, fields) != data:
        raise Malformed("The leaf is not in its canonical spelling.")
    return Entry(kind, fields.pop("ev"), fields.pop("t"), MappingProxyType(fields))


def commit_text(salt: bytes, field: str, ev: str, text: str) -> str:
    """Return the commitment to a text in hex: see the module's description.

    Raises:
        Malformed: the salt is not 32 bytes, a name is not of its form, or the text is not Unicode.
    """
    _check_salt(salt)
    message = _prefix(field, ev) + unicodedata.normalize("NFC", text)
    try:
        return hmac.digest(salt, message.encode(), "sha256").hex()
    except UnicodeEncodeError as error:
        raise Malformed("The text holds half a character.", field=field) from error


def opens(commitment: str, salt: bytes, field: str, ev: str, text: str) -> bool:
    """Say whether a salt and a text open a commitment."""
    expected = commit_text(salt, field, ev, text)
    return hmac.compare_digest(expected.encode(), commitment.encode("utf-8", "replace"))


@lru_cache(maxsize=64)  # a log has one event and a handful of fields
def _prefix(field: str, ev: str) -> str:
    if not COMMITTED_FIELD.admits(field) or not SLUG.admits(ev):
        raise Malformed("A commitment names its field and its event.")
    return f"qa/v1/{field}\n{ev}\n"


def _check_salt(salt: bytes) -> None:
    if len(salt) != SALT_BYTES:
        raise Malformed(f"A salt has {SALT_BYTES} bytes.")


def _check_fields(specs: Mapping[str, FieldSpec], given: Mapping[str, object]) -> None:
    for name in given:
        if name not in specs:
            # The name is not repeated: it may be anything that somebody put there.
            raise Malformed("The leaf has a field that its kind does not have.")
    for name, spec in specs.items():
        if name not in given and not spec.optional:
            raise Malformed(f"The leaf needs the field {name}.", field=name)
    _check_forms(((name, spec.form) for name, spec in specs.items()), given)


def _check_forms(forms: Iterable[tuple[str, Form]], given: Mapping[str, object]) -> None:
    for name, form in forms:
        if name in given and not form.admits(given[name]):
            raise Malformed(f"The field {name} must be {form.name}.", field=name)


def _check_sense(kind: str, fields: Mapping[str, Any]) -> None:
    """Refuse fields that contradict each other, in the kinds where they could."""
    if kind == "decision":
        _check_decision(fields)
    elif kind == "question.submitted":
        if fields["anon"] and "name" in fields:
            raise Malformed("An anonymous question has no name.", field="name")
    elif kind == "vote.snapshot":
        _check_snapshot(fields)
    elif kind == "review":
        if (fields["verdict"] == "filter") != ("reason" in fields):
            raise Malformed("A reason, and nothing else, goes with a decline.", field="reason")
    elif kind == "redaction":
        _check_redaction(fields)
    else:
        _check_others(kind, fields)


def _check_others(kind: str, fields: Mapping[str, Any]) -> None:
    if kind == "erasure" and not fields["what"]:
        raise Malformed("An erasure says what it erased.", field="what")
    if kind == "admission":
        _check_admission(fields)
    if kind == "admission.forgotten" and fields["used"] > fields.get("size", fields["used"]):
        raise Malformed("No more tickets are used than were sent.", field="used")


def _check_admission(fields: Mapping[str, Any]) -> None:
    if fields["how"] != "tickets" and fields["size"]:
        raise Malformed("Only tickets are counted before they let anybody in.", field="size")
    if ("issuer" in fields) != (fields["how"] == "provider"):
        raise Malformed("A provider, and nothing else, has an issuer.", field="issuer")


def _check_decision(fields: Mapping[str, Any]) -> None:
    if fields["verdict"] == "filter" and "reason" not in fields:
        raise Malformed("A question is never filtered without a reason.", field="reason")
    by_rule = fields["by"] == "Rule"
    if fields["auto"] != by_rule or ("rule" in fields) != by_rule:
        raise Malformed("A decision is automatic when, and only when, a rule made it.", field="by")
    if ("into" in fields) != (fields["verdict"] == "merge"):
        raise Malformed("A merge, and nothing else, names another question.", field="into")
    if fields.get("sup", 0) >= fields["seq"]:
        raise Malformed("A decision supersedes an earlier one.", field="sup")
    if "appeal" in fields and (by_rule or fields["appeal"] != fields.get("sup")):
        raise Malformed("A person decides on an appeal against the one before.", field="appeal")


def _check_snapshot(fields: Mapping[str, Any]) -> None:
    if len(fields["counts"]) != fields["to"] - fields["from"] + 1:
        raise Malformed("There is one count for each docket number.", field="counts")
    if sum(fields["counts"]) != fields["votes"]:
        raise Malformed("The counts add up to the votes.", field="votes")
    groups, people = fields.get("groups"), fields.get("people")
    if len(groups or ()) != len(people or ()) or groups == [] or people == []:
        raise Malformed("There is one number of people for each group.", field="people")
    if groups and not fields["from"] <= groups[0] <= groups[-1] <= fields["to"]:
        raise Malformed("Groups are among the docket numbers counted.", field="groups")


def _check_redaction(fields: Mapping[str, Any]) -> None:
    if ("seq" in fields) != (fields["what"] in NUMBERED):
        raise Malformed("Only an explanation, an answer or a review has a number.", field="seq")
    if ("shown" in fields) != (fields["spans"] > 0):
        raise Malformed("What is left is shown when spans were hidden, not all.", field="shown")
    if fields["by"] == fields["second"]:
        raise Malformed("A redaction needs two people.", field="second")


def _parse_object(data: bytes) -> tuple[str, dict[str, Any]]:
    """Return a leaf as text, and its fields."""
    if len(data) > MAX_LEAF_BYTES:
        raise Malformed(f"A leaf has at most {MAX_LEAF_BYTES} bytes.")
    try:
        text = data.decode("utf-8")
        value, end = _READER.raw_decode(text)
    except (ValueError, RecursionError) as error:
        raise Malformed("The leaf is not JSON.") from error
    if end != len(text) or not isinstance(value, dict):
        raise Malformed("The leaf is not one JSON object.")
    return text, value
