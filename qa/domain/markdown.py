"""The only road from Markdown to HTML, which answers take.

Three gates in a row, because each has had holes that the others did not share: a parser that never
passes HTML through, bleach with a short list (6.4.0 is its last release, so it must not stand
alone), and nh3, which is maintained.
"""

from functools import lru_cache

import bleach
import nh3
import regex
from markdown_it import MarkdownIt

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
