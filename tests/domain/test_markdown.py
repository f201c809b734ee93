import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.domain.text import render_answer

ALLOWED = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "code", "pre", "blockquote"}
PIECES = [
    *("<", ">", '"', "'", "`", "[", "](", ")", "!", "*", "**", "_", "\\", "```", "[1]: "),
    *("\n", "\n\n", "> ", "- ", "    ", "é", "\u202e", "\u200b"),
    *("&#60;", "&lt;", "&Tab;", "&colon;", "<!--", "-->", "<svg>", "<style>"),
    *("javascript:", "https://x.org/", "mailto:", "data:", "script", "<script>", "</script>"),
    *("<img src=x onerror=alert(1)>", "onload="),
]


class Elements(HTMLParser):
    """Collects what a browser would make of the output."""

    def __init__(self, html):
        super().__init__()
        self.tags = []
        self.attributes = []
        self.comments = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_comment(self, data):
        self.comments.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def assert_harmless(html):
    found = Elements(html)
    assert set(found.tags) <= ALLOWED
    assert found.comments == []
    for tag, name, value in found.attributes:
        assert (tag, name) in {("a", "href"), ("a", "rel")}
        if name == "href":
            assert value.lower().startswith(("http://", "https://", "mailto:"))
        else:
            assert value == "nofollow noopener"


def test_an_answer_keeps_its_emphasis_lists_quotes_and_code():
    html = render_answer("**Yes**, *soon*:\n\n- one\n- two\n\n1. a\n\n> quoted\n\n`x < y`")
    assert html == (
        "<p><strong>Yes</strong>, <em>soon</em>:</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"
        "<ol>\n<li>a</li>\n</ol>\n<blockquote>\n<p>quoted</p>\n</blockquote>\n"
        "<p><code>x &lt; y</code></p>"
    )


def test_a_link_says_that_it_vouches_for_nothing():
    html = render_answer("[minutes](https://example.org/?a=1&b=2)")
    assert html == (
        '<p><a href="https://example.org/?a=1&amp;b=2" rel="nofollow noopener">minutes</a></p>'
    )


def test_an_ampersand_is_escaped_once():
    assert render_answer("R&D &amp; more") == "<p>R&amp;D &amp; more</p>"


def test_a_line_break_is_kept():
    assert render_answer("one\ntwo") == "<p>one<br>\ntwo</p>"


def test_html_in_an_answer_is_shown_as_typed():
    assert render_answer("<b>bold</b>") == "<p>&lt;b&gt;bold&lt;/b&gt;</p>"


@pytest.mark.parametrize(
    "markdown", ["# Not a heading", "***", "![alt](https://example.org/a.png)"]
)
def test_headings_rules_and_images_are_not_made(markdown):
    assert_harmless(render_answer(markdown))


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java&#x0A;script:alert(1)",
        "&#106;avascript:alert(1)",
        "<javascript:alert(1)>",
        "\\x01javascript:alert(1)",
        "vbscript:x",
        "data:text/html,<script>alert(1)</script>",
        "data:image/svg+xml;base64,AAAA",
        "file:///etc/passwd",
        "//example.org/x",
        "/api/sign-out",
        "#top",
        "?x",
        "https:/\\example.org",
        "blob:https://example.org/1",
    ],
)
def test_a_link_to_anything_but_the_web_or_mail_is_no_link(url):
    for markdown in (f"[x]({url})", f"<{url}>", f"[x][1]\n\n[1]: {url}", f'[x]({url} "title")'):
        html = render_answer(markdown)
        assert_harmless(html)
        assert "<a" not in html


@pytest.mark.parametrize(
    "markdown",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "<svg><p><style><!--</style><img src=x onerror=alert(1)>--></style>",
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;<img src=x onerror=a>'>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        '[a](https://x.org/"onmouseover="alert(1))',
        "[a](<https://x.org/ onmouseover=alert(1)>)",
        "[a](https://x.org 'x\" onmouseover=\"alert(1)')",
        '!["onerror="alert(1)](x)',
        '```"><script>alert(1)</script>\nx\n```',
        "``` js onload=alert(1)\nx\n```",
        "`<script>alert(1)</script>`",
        "<!-- --><script>alert(1)</script>",
        "<![CDATA[<script>alert(1)</script>]]>",
        "<?php echo 1 ?>",
        "<https://x.org/<script>alert(1)</script>>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "&#60;script&#62;alert(1)&#60;/script&#62;",
        "\\<script>alert(1)\\</script>",
        "<a href='javascript:alert(1)'>x</a>",
        "<form action=https://x.org><input name=q>",
        "<iframe srcdoc='<script>alert(1)</script>'>",
        "<style>@import 'https://x.org'</style>",
        "<base href=https://x.org>",
    ],
)
def test_a_known_attack_comes_out_as_plain_text(markdown):
    assert_harmless(render_answer(markdown))


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_no_combination_of_pieces_yields_a_script_a_handler_or_an_odd_link(markdown):
    assert_harmless(render_answer(markdown))


@given(st.text(max_size=300))
def test_no_text_yields_more_than_the_listed_elements(markdown):
    assert_harmless(render_answer(markdown))


@pytest.mark.parametrize(
    "piece", [">", "*", "[", "![", "[a](", "`", "* ", "- > ", "**a", "<", "&#", "a\n", "[x]: y\n"]
)
def test_a_hostile_answer_is_rendered_without_stalling(piece):
    started = time.thread_time()
    assert_harmless(render_answer(piece * (5_000 // len(piece))))
    assert time.thread_time() - started < 1.0
