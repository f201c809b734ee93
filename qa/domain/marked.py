"""YAML or JSON as a person writes it, read with the line of every field.

Both are read by the rules of JSON: an unquoted ``no`` or ``1.5`` in YAML is a text, so that a list
of Norwegian words is what it looks like. Aliases, anchors and tags are refused: nothing in a text
may stand for more than is written there.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any, Final

import regex
import yaml

from qa.errors import BadInput

MAX_BYTES: Final = 60_000
MAX_DEPTH: Final = 8
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WHOLE = regex.compile(r"-?(?:0|[1-9][0-9]{0,15})")
_WORDS: Final[dict[str, object]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_SPACE = regex.compile(r"[ \t\r\n]*")
_LITERAL = regex.compile(r"-?[0-9][0-9.eE+-]{0,40}|true|false|null")


@dataclass(frozen=True)
class Marked:
    """A value, and by the path of each part (``rules[2].kind``) the line it begins in, from 1."""

    value: object
    lines: dict[str, int] = field(default_factory=dict)

    def line_of(self, path: str) -> int:
        """Return the line of a part; of what it would be in, when there is no such part."""
        while path and path not in self.lines:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self.lines.get(path, 1)


def read_marked(text: str) -> Marked:
    """Return what a text says: JSON if it begins with a brace, YAML otherwise.

    Raises:
        BadInput: it is neither, is longer than 60,000 bytes, is nested more than 8 levels deep, or
            has the same field twice; ``details`` has the line.
    """
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise BadInput("The text holds half of a surrogate pair.", field="text") from None
    if size > MAX_BYTES:
        raise BadInput(f"A policy has at most {MAX_BYTES:,} bytes.", field="text")
    return _Json(text).read() if text.lstrip(" \t\r\n\ufeff").startswith("{") else _read_yaml(text)


def write_yaml(document: object) -> str:
    """Return a document as YAML that reads back as the same."""
    return str(yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=96))


def refusal_at(line: int, message: str, path: str | None = None) -> BadInput:
    """Return a refusal that names its line."""
    return BadInput(f"Line {line:,}: {message}", field=path or "text", details={"line": line})


def _read_yaml(text: str) -> Marked:
    lines: dict[str, int] = {}
    try:
        events = yaml.parse(text, Loader=_LOADER)
        values = _documents(events, lines)
        value = next(values, None)
        if next(values, None) is not None:
            raise refusal_at(1, "There is more than one document here.")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise refusal_at(line, f"This is not YAML: {error.problem}.") from None
    except yaml.YAMLError:
        raise refusal_at(1, "This is not YAML: it has a character that no text has.") from None
    return Marked(value, lines)


def _documents(events: Iterator[Any], lines: dict[str, int]) -> Iterator[object]:
    for event in events:
        if isinstance(event, yaml.NodeEvent):
            yield _node(event, events, "", lines, MAX_DEPTH)


def _node(
    event: Any, events: Iterator[Any], path: str, lines: dict[str, int], depth: int
) -> object:
    line = event.start_mark.line + 1
    lines.setdefault(path, line)
    if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
        raise refusal_at(line, "A policy has no anchors and aliases. Write it out in full.")
    if event.tag is not None:
        raise refusal_at(line, "A policy has no tags, which begin with an exclamation mark.")
    if isinstance(event, yaml.ScalarEvent):
        return event.value if event.style else _plain(event.value)
    if depth == 0:
        raise refusal_at(line, f"This is nested more than {MAX_DEPTH} levels deep.")
    if isinstance(event, yaml.SequenceStartEvent):
        return _sequence(events, path, lines, depth)
    return _mapping(events, path, lines, depth)


def _sequence(events: Iterator[Any], path: str, lines: dict[str, int], depth: int) -> list[object]:
    items: list[object] = []
    while not isinstance(event := next(events), yaml.SequenceEndEvent):
        items.append(_node(event, events, f"{path}[{len(items)}]", lines, depth - 1))
    return items


def _mapping(
    events: Iterator[Any], path: str, lines: dict[str, int], depth: int
) -> dict[str, object]:
    found: dict[str, object] = {}
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        line = event.start_mark.line + 1
        if not isinstance(event, yaml.ScalarEvent) or event.anchor or event.tag:
            raise refusal_at(line, "The name of a field is a plain text.")
        place = f"{path}.{event.value}" if path else event.value
        if event.value in found:
            raise refusal_at(line, f"The field {event.value[:40]} is here twice.", place)
        lines[place] = line
        found[event.value] = _node(next(events), events, place, lines, depth - 1)
    return found


def _plain(word: str) -> object:
    if word in _WORDS:
        return _WORDS[word]
    return int(word) if _WHOLE.fullmatch(word) else word


class _Json:
    """Strict JSON with the line of every field."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 1 if text.startswith("\ufeff") else 0
        self._line, self._counted = 1, 0
        self._lines: dict[str, int] = {}

    def read(self) -> Marked:
        """Return the one value that the text is."""
        value = self._value("", MAX_DEPTH)
        if self._next():
            raise self._wrong("there is more after its end")
        return Marked(value, self._lines)

    def _next(self) -> str:
        spaces = _SPACE.match(self._text, self._at)
        self._at = spaces.end() if spaces else self._at
        return self._text[self._at : self._at + 1]

    def _here(self) -> int:
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = max(self._counted, self._at)
        return self._line

    def _wrong(self, what: str) -> BadInput:
        return refusal_at(self._here(), f"This is not JSON: {what}.")

    def _take(self, wanted: str) -> None:
        if self._next() != wanted:
            raise self._wrong(f"{wanted} is missing")
        self._at += 1

    def _value(self, path: str, depth: int) -> object:
        first = self._next()
        self._lines.setdefault(path, self._here())
        if first == '"':
            return self._string()
        if first and first in "{[":
            if depth == 0:
                raise refusal_at(self._here(), f"This is nested more than {MAX_DEPTH} levels deep.")
            return self._object(path, depth) if first == "{" else self._array(path, depth)
        literal = _LITERAL.match(self._text, self._at)
        try:
            value: object = json.loads(literal.group() if literal else "")
        except ValueError:
            raise self._wrong("a value is missing or misspelt") from None
        self._at = literal.end() if literal else self._at
        return value

    def _string(self) -> str:
        try:
            word, self._at = scanstring(self._text, self._at + 1, True)  # noqa: FBT003
        except json.JSONDecodeError as error:
            self._at = error.pos
            raise self._wrong(f"{error.msg[0].lower()}{error.msg[1:]}") from None
        return str(word)

    def _array(self, path: str, depth: int) -> list[object]:
        self._at += 1
        items: list[object] = []
        if self._next() == "]":
            self._at += 1
            return items
        while True:
            items.append(self._value(f"{path}[{len(items)}]", depth - 1))
            if self._next() != ",":
                self._take("]")
                return items
            self._at += 1

    def _object(self, path: str, depth: int) -> dict[str, object]:
        self._at += 1
        found: dict[str, object] = {}
        if self._next() == "}":
            self._at += 1
            return found
        while True:
            if self._next() != '"':
                raise self._wrong("the name of a field is missing")
            line, name = self._here(), self._string()
            place = f"{path}.{name}" if path else name
            if name in found:
                raise refusal_at(line, f"The field {name[:40]} is here twice.", place)
            self._lines[place] = line
            self._take(":")
            found[name] = self._value(place, depth - 1)
            if self._next() != ",":
                self._take("}")
                return found
            self._at += 1
