"""Words in questions, in any script: what topics are made of.

Scripts without spaces are cut into pairs of characters, which a topic's label joins again, as it
does two words that belong together, such as "noise ordinance". Plurals in Latin script lose their
ending, so that "road" and "roads" are one word.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice, pairwise
from typing import Final

import regex

from qa.report.stop_words import GRAMMAR_SIGNS, STOP_WORDS

_UNSPACED: Final = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_WORDS: Final = regex.compile(
    rf"(?P<run>[{_UNSPACED}\p{{M}}]+)|(?:(?![{_UNSPACED}])[\p{{L}}\p{{M}}'’])+", regex.VERSION1
)
_BEFORE_WORDS: Final = " \t\"'“”„«»‘’([{¿¡-–—*•"
_SENTENCE_ENDS: Final = ("", ".", "!", "?", "…", ":", "\n", "。", "！", "？")
_LONGEST_TERM: Final = 6
_GOES_ON: Final = 0.6
"""A pair is part of a longer term when so large a share of its places go on in the same way."""


def words_in(text: str) -> list[str]:
    """Return the words of a text that can tell what it is about, with repeats, in order."""
    found: list[str] = []
    for match in _WORDS.finditer(unicodedata.normalize("NFKC", text).casefold()):
        word = match[0].replace("’", "'").strip("'")
        if match["run"]:
            pairs = (word[at : at + 2] for at in range(len(word) - 1))
            found += [pair for pair in pairs if pair not in STOP_WORDS and not _is_grammar(pair)]
        elif len(word) > 2 and word not in STOP_WORDS:
            found.append(_without_plural(word.removesuffix("'s")))
    return [word for word in found if word not in STOP_WORDS]


def name_terms(terms: Sequence[str], texts: Iterable[str], count: int) -> tuple[str, ...]:
    """Return terms as people wrote them: the most usual form, joined to what belongs to it.

    Capitals are kept where most have written them within a sentence, as in "WKU".
    """
    texts = list(texts)
    folded = [unicodedata.normalize("NFKC", text).casefold() for text in texts]
    spoken = [[match[0] for match in _WORDS.finditer(text)] for text in folded]
    forms = Counter(word for each in spoken for word in each)
    named: list[str] = []
    for term in terms:
        if _is_unspaced(term):
            names = [_join(term, folded)]
        else:
            word = _usual_form(term, forms)
            names = [_with_neighbour(word, spoken), word]
        new = (name for name in names if not any(name in known or known in name for known in named))
        named += islice(new, 1)
        if len(named) == count:
            break
    spelled = _spellings(texts)
    return tuple(" ".join(spelled.get(word, word) for word in name.split(" ")) for name in named)


def _spellings(texts: Iterable[str]) -> dict[str, str]:
    """Return how most have written each word, capitals and all, where it does not begin a line."""
    found: dict[str, Counter[str]] = {}
    for text in texts:
        normal = unicodedata.normalize("NFKC", text)
        for match in _WORDS.finditer(normal):
            if normal[: match.start()].rstrip(_BEFORE_WORDS)[-1:] not in _SENTENCE_ENDS:
                found.setdefault(match[0].casefold(), Counter())[match[0]] += 1
    return {
        word: max(forms.items(), key=lambda item: (item[1], item[0]))[0]
        for word, forms in found.items()
    }


def _is_unspaced(word: str) -> bool:
    return regex.fullmatch(rf"[{_UNSPACED}\p{{M}}]+", word) is not None


def _is_grammar(pair: str) -> bool:
    return any(sign in GRAMMAR_SIGNS for sign in pair)


def _without_plural(word: str) -> str:
    if not word.isascii() or len(word) < 5 or word.endswith(("ss", "us", "is")):
        return word
    return word[:-3] + "y" if word.endswith("ies") else word.removesuffix("s")


def _usual_form(term: str, forms: Counter[str]) -> str:
    same = [
        (count, form)
        for form, count in forms.items()
        if form.startswith(term[:3]) and _without_plural(form.removesuffix("'s")) == term
    ]
    return max(same, default=(0, term), key=lambda item: (item[0], item[1]))[1]


def _with_neighbour(word: str, spoken: Sequence[Sequence[str]]) -> str:
    """Return a word with the one that nearly always follows it, or comes before it."""
    places = 0
    pairs: Counter[tuple[str, ...]] = Counter()
    for words in spoken:
        for at, each in enumerate(words):
            if each == word:
                places += 1
                pairs.update(pairwise(words[max(at - 1, 0) : at + 2]))
    best, count = max(pairs.items(), default=((), 0), key=lambda item: (item[1], item[0]))
    if count < max(2, _GOES_ON * places) or not all(words_in(each) for each in best):
        return word
    return " ".join(best)


def _join(term: str, texts: Sequence[str]) -> str:
    """Return a term with the signs that nearly always follow it, or come before it."""
    while len(term) < _LONGEST_TERM:
        places = sum(text.count(term) for text in texts)
        longer = Counter(
            wider
            for text in texts
            for at in _places(term, text)
            for wider in (text[at : at + len(term) + 1], text[max(at - 1, 0) : at + len(term)])
            if len(wider) > len(term) and _is_unspaced(wider) and not _is_grammar(wider)
        )
        best = max(longer.items(), default=("", 0), key=lambda item: (item[1], item[0]))
        if not places or best[1] < _GOES_ON * places:
            break
        term = best[0]
    return term


def _places(term: str, text: str) -> Iterable[int]:
    at = text.find(term)
    while at >= 0:
        yield at
        at = text.find(term, at + 1)
