"""The words of a checkpoint: the same everywhere, and easy to tell apart."""

from base64 import b64decode
from dataclasses import replace
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from qa.ledger.checkpoint import Checkpoint
from qa.ledger.words import WORDS, WORDS_PER_CHECKPOINT, words_of
from tests.ledger.trees import load_vectors

VECTORS = load_vectors("words")
HEAD = Checkpoint("questions.example.org/log/spring-2026", 41, bytes(range(32)))


def test_there_are_256_short_plain_words():
    assert len(WORDS) == len(set(WORDS)) == 256
    assert all(word.isascii() and word.islower() and 3 <= len(word) <= 6 for word in WORDS)
    assert list(WORDS) == sorted(WORDS)


def test_no_word_is_taken_for_another_that_begins_alike_or_is_one_letter_off():
    assert len({word[:3] for word in WORDS}) == 256
    for one, other in combinations(WORDS, 2):
        assert not _one_letter_off(one, other), (one, other)


def _one_letter_off(one, other):
    if len(one) == len(other):
        return sum(a != b for a, b in zip(one, other, strict=True)) == 1
    longer, shorter = max(one, other, key=len), min(one, other, key=len)
    return shorter in {longer[:at] + longer[at + 1 :] for at in range(len(longer))}


def test_the_list_and_the_words_are_those_that_other_implementations_have_to_show():
    assert VECTORS["words"] == list(WORDS)
    for case in VECTORS["checkpoints"]:
        root = b64decode(case["root_hash"])
        head = Checkpoint(case["origin"], case["tree_size"], root)
        assert words_of(head) == tuple(case["words"])


def test_another_origin_size_or_root_shows_other_words():
    shown = {
        words_of(HEAD),
        words_of(replace(HEAD, origin="questions.example.org/log/spring-2027")),
        words_of(replace(HEAD, tree_size=42)),
        words_of(replace(HEAD, root_hash=bytes(32))),
    }
    assert len(shown) == 4


def test_size_and_root_cannot_trade_places_with_the_origin():
    one = replace(HEAD, origin="a", tree_size=12)
    assert words_of(one) != words_of(replace(one, origin="a1", tree_size=2))


def test_extension_lines_change_nothing_in_the_words():
    assert words_of(replace(HEAD, extensions=("one",))) == words_of(HEAD)


@given(st.integers(0, 2**53 - 1), st.binary(min_size=32, max_size=32))
def test_every_checkpoint_has_six_words(size, root):
    words = words_of(replace(HEAD, tree_size=size, root_hash=root))
    assert len(words) == WORDS_PER_CHECKPOINT == 6
    assert set(words) <= set(WORDS)
