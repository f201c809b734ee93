"""What people write: limits, normal form, and the only road from Markdown to HTML.

Text is stored as written, apart from its normal form: Unicode NFC, line ends as ``\\n``, no white
space at either end. It is escaped where it is shown, never here. A user-visible character is a
grapheme cluster (Unicode UAX 29), so that an accent or an emoji counts once in every language.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import bleach
import nh3
import regex
from markdown_it import MarkdownIt

from qa.errors import BadInput

MAX_MARKS = 8
"""Combining marks on one character. More than any writing system needs, less than "zalgo" does."""


@dataclass(frozen=True)
class TextLimit:
    """Bounds of one field. ``label`` begins the sentence that refuses a text, such as "A name"."""

    field: str
    label: str
    max_graphemes: int
    max_bytes: int
    min_graphemes: int = 1
    one_line: bool = False


QUESTION = TextLimit("text", "A question", 500, 4_096)
NAME = TextLimit("name", "A name", 60, 480, one_line=True)
TITLE = TextLimit("title", "A title", 120, 840, one_line=True)
EXPLANATION = TextLimit("explanation", "An explanation", 300, 2_400)
ANSWER = TextLimit("answer", "An answer", 5_000, 30_000)

BIDI_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "\u061c": "ALM",
        "\u200e": "LRM",
        "\u200f": "RLM",
        "\u202a": "LRE",
        "\u202b": "RLE",
        "\u202c": "PDF",
        "\u202d": "LRO",
        "\u202e": "RLO",
        "\u2066": "LRI",
        "\u2067": "RLI",
        "\u2068": "FSI",
        "\u2069": "PDI",
    }
)
"""Characters that change the direction of the text around them, and their Unicode short names."""

_BIDI_VISIBLE = str.maketrans({char: f"[{name}]" for char, name in BIDI_NAMES.items()})
_GRAPHEME = regex.compile(r"\X")
_MARK = regex.compile(r"\p{M}")
_FLAG_PAIR = regex.compile(r"\p{RI}{2}")
_PILE_OF_MARKS = regex.compile(r"\p{M}{64,}+")
_REFUSED = regex.compile(r"[\p{Cs}\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_LINE_BREAK = regex.compile(r"[\n\t\u2028\u2029]")
_VISIBLE = regex.compile(r"[[\p{L}\p{N}\p{P}\p{S}]--[\p{DI}\u2800]]", flags=regex.V1)
_LANGUAGE = regex.compile(
    r"[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))?",
    flags=regex.ASCII,
)


def clean_question(text: object) -> str:
    """Return a question in its normal form.

    Raises:
        BadInput: the text is empty, beyond a limit, or holds a character that is refused.
    """
    return clean(text, QUESTION)


def clean_name(text: object) -> str:
    """Return an asker's or a staff member's name in its normal form. Raises: BadInput."""
    return clean(text, NAME)


def clean_title(text: object) -> str:
    """Return an event's title in its normal form. Raises: BadInput."""
    return clean(text, TITLE)


def clean_explanation(text: object, minimum: int = 1) -> str:
    """Return a decision's explanation of at least ``minimum`` graphemes. Raises: BadInput."""
    return clean(text, replace(EXPLANATION, min_graphemes=minimum))


def clean_answer(text: object) -> str:
    """Return a written answer, still Markdown, in its normal form. Raises: BadInput."""
    return clean(text, ANSWER)


def clean_language(tag: object) -> str | None:
    """Return a BCP 47 tag in its usual case, such as ``de`` or ``zh-Hant-TW``; nothing for none.

    Language, script, region and one variant (RFC 5646 §2.1): the other subtags leave room for a
    sentence, and the tag goes into a leaf.

    Raises:
        BadInput: the tag is not of the form of a language tag.
    """
    if tag is None or tag == "":
        return None
    if not isinstance(tag, str) or not _LANGUAGE.fullmatch(tag):
        raise BadInput(
            'A language is a tag such as "en", "de" or "zh-Hant"; this is not one.',
            field="language",
        )
    first, *rest = tag.lower().split("-")
    return "-".join([first, *(_subtag_case(subtag) for subtag in rest)])


def clean(text: object, limit: TextLimit) -> str:
    """Return a text in its normal form, or say which limit it breaks and by how much.

    Steps:
        1. It is text, and not so long that looking closer would be work.
        2. It holds no control character, no half of a surrogate pair and no pile of accents.
        3. Normal form: NFC, ``\\n`` for line ends, no white space at the ends.
        4. Something in it can be seen.
        5. It is within its limits: lines, bytes, graphemes, marks on a character.

    Raises:
        BadInput: one of these does not hold.
    """
    if not isinstance(text, str):
        raise BadInput(f"{limit.label} must be text.", field=limit.field)
    if len(text) > 4 * limit.max_bytes:
        raise _too_long(limit, len(text))
    _refuse_controls(text, limit)
    # Bringing thousands of accents into their order takes seconds, so they must not get that far.
    if pile := _PILE_OF_MARKS.search(text):
        raise _too_many_marks(limit, len(pile.group()))
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not _VISIBLE.search(text):
        raise BadInput(
            f"{limit.label} needs at least one character that can be seen; this has none.",
            field=limit.field,
        )
    if limit.one_line and _LINE_BREAK.search(text):
        raise BadInput(
            f"{limit.label} is a single line; this has a line break or a tab in it.",
            field=limit.field,
        )
    _check_sizes(text, limit)
    return text


def show_bidi(text: str) -> str:
    """Return text for a plain surface, with each direction control written out, as in ``[RLO]``."""
    return text.translate(_BIDI_VISIBLE)


def _graphemes(text: str) -> list[str]:
    if text.isascii() and "\r" not in text:
        return list(text)
    # A flag is two regional indicators. The library looks back over all of them for each one, so a
    # long row of flags would take seconds; each pair counts as one letter does.
    return _GRAPHEME.findall(_FLAG_PAIR.sub("x", text))


def grapheme_starts(text: str) -> list[int]:
    """Return where each user-visible character of a text begins, in code points."""
    # As above, each flag becomes one letter; its accent keeps the count of code points.
    return [found.start() for found in _GRAPHEME.finditer(_FLAG_PAIR.sub("x\u0301", text))]


def _check_sizes(text: str, limit: TextLimit) -> None:
    size_bytes = len(text.encode())
    graphemes = _graphemes(text)
    if len(graphemes) > limit.max_graphemes:
        raise _too_long(limit, len(graphemes))
    if len(graphemes) < limit.min_graphemes:
        raise BadInput(
            f"{limit.label} needs at least {limit.min_graphemes:,} characters here;"
            f" this has {len(graphemes):,}.",
            field=limit.field,
        )
    long_ones = (grapheme for grapheme in graphemes if len(grapheme) > MAX_MARKS)
    marks = max((len(_MARK.findall(grapheme)) for grapheme in long_ones), default=0)
    if marks > MAX_MARKS:
        raise _too_many_marks(limit, marks)
    if size_bytes > limit.max_bytes:
        raise BadInput(
            f"{limit.label} can have at most {limit.max_bytes:,} bytes; this has {size_bytes:,}.",
            field=limit.field,
        )


def _too_long(limit: TextLimit, found: int) -> BadInput:
    return BadInput(
        f"{limit.label} can have at most {limit.max_graphemes:,} characters; this has {found:,}.",
        field=limit.field,
    )


def _too_many_marks(limit: TextLimit, found: int) -> BadInput:
    return BadInput(
        f"{limit.label} can carry at most {MAX_MARKS} accents or marks on one character;"
        f" one here carries {found:,}.",
        field=limit.field,
    )


def _refuse_controls(text: str, limit: TextLimit) -> None:
    found = _REFUSED.search(text)
    if found is None:
        return
    number = ord(found.group())
    if 0xD800 <= number <= 0xDFFF:
        what = f"half of a character (the lone surrogate U+{number:04X})"
    else:
        what = f"the control character U+{number:04X}"
    raise BadInput(
        f"{limit.label} cannot hold control characters;"
        f" this has {what} at position {found.start() + 1:,}.",
        field=limit.field,
    )


def _subtag_case(subtag: str) -> str:
    if len(subtag) == 2:
        return subtag.upper()
    return subtag.title() if len(subtag) == 4 and subtag.isalpha() else subtag


# Markdown. Three gates in a row, because each has had holes that the others did not share: a parser
# that never passes HTML through, bleach with a short list (6.4.0 is its last release, so it must
# not stand alone), and nh3, which is maintained.

_TAGS = frozenset({"p", "br", "strong", "em", "ul", "ol", "li", "a", "code", "pre", "blockquote"})
_SCHEMES = frozenset({"http", "https", "mailto"})
_SAFE_URL = regex.compile(r"(?:https?://|mailto:)[^\s\x00-\x20]", flags=regex.IGNORECASE)


class _Markdown(MarkdownIt):
    """CommonMark without raw HTML, images, headings and rules; links to http, https, mailto."""

    def __init__(self) -> None:
        super().__init__("commonmark", {"html": False, "linkify": False, "breaks": True})
        self.disable(["html_block", "html_inline", "image", "heading", "lheading", "hr"])

    def validateLink(self, url: str) -> bool:  # noqa: N802 (the library's name)
        """Say whether a link may become one; any other is left as the author typed it."""
        return _SAFE_URL.match(url) is not None and super().validateLink(url)


_MARKDOWN = _Markdown()


@lru_cache(maxsize=1_024)
def render_answer(markdown: str) -> str:
    """Return an answer's Markdown as HTML that is safe to put into a page.

    Steps:
        1. Markdown to HTML; HTML in the source is escaped.
        2. bleach: only the listed elements, and ``href`` on links.
        3. nh3: the same list again; links get ``rel="nofollow noopener"``.
    """
    html = _MARKDOWN.render(markdown)
    html = bleach.clean(
        html, tags=_TAGS, attributes={"a": ["href"]}, protocols=_SCHEMES, strip=True
    )
    return nh3.clean(
        html,
        tags=set(_TAGS),
        attributes={"a": {"href"}},
        url_schemes=set(_SCHEMES),
        url_relative="deny",
        link_rel="nofollow noopener",
    ).strip()
