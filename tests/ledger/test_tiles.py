"""Tiles: paths as other logs spell them, and files that add up to the tree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import Malformed
from qa.ledger import merkle
from qa.ledger.tiles import (
    Tile,
    decode_bundle,
    decode_hashes,
    encode_bundle,
    parse_tile_path,
    tile_width,
    tiles_of,
)
from tests.ledger.trees import Nodes, leaves, load_vectors

VECTORS = load_vectors("tiles")


@pytest.mark.parametrize("case", VECTORS["in_tree"], ids=lambda case: case["path"])
def test_a_foreign_tree_has_the_tile_at_the_same_path(case):
    width = tile_width(case["level"], case["index"], case["tree_size"])
    tile = Tile(case["level"], case["index"], width)
    assert tile.path == case["path"]
    assert parse_tile_path(case["path"]) == tile


@pytest.mark.parametrize("case", VECTORS["paths"], ids=lambda case: case["path"])
def test_a_foreign_path_reads_as_the_same_tile(case):
    tile = Tile(case["level"], case["index"], case["width"])
    assert parse_tile_path(case["path"]) == tile
    assert tile.full == (case["width"] == 256)


@pytest.mark.parametrize(
    "path",
    [
        *VECTORS["bad_paths"],
        "",
        "0/000",
        "/tile/0/000",
        "tile/0/000/",
        "tile/0/000\n",
        "tile/00/000",
        "tile/0/0",
        "tile/0/x000/000",
        "tile/0/x000/001",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/999",
        "tile/0/000.p/-1",
        "tile/0/٣٣٣",
        "tile/Entries/000",
        "tile/entries/../000",
        "tile/0/" + "x999/" * 7 + "999",
        "tile/0/" + "x001/" * 60_000 + "001",
    ],
    ids=lambda path: path[:40],
)
def test_any_other_path_is_malformed(path):
    with pytest.raises(Malformed):
        parse_tile_path(path)


@given(st.text(alphabet="tile/entris0123456789xp.", max_size=40))
def test_a_path_made_of_anything_leaks_only_our_error(rest):
    with pytest.raises(Malformed):
        parse_tile_path("tile/" + rest.replace("/", "//") + "/")


@given(st.none() | st.integers(0, 63), st.integers(0, 10**21 - 1), st.integers(1, 256))
def test_every_tile_has_a_path_of_its_own(level, index, width):
    tile = Tile(level, index, width)
    assert parse_tile_path(tile.path) == tile


@pytest.mark.parametrize(
    ("level", "index", "width"),
    [(-1, 0, 1), (64, 0, 1), (0, -1, 1), (0, 10**21, 1), (0, 0, 0), (0, 0, 257)],
)
def test_a_tile_that_no_log_has_cannot_be_made(level, index, width):
    with pytest.raises(Malformed):
        Tile(level, index, width)


def test_a_tree_of_70000_has_the_tiles_that_the_specification_counts():
    for level, (full, partial) in VECTORS["tree_of_70000"].items():
        widths = [tile_width(int(level), index, 70_000) for index in range(full + 2)]
        assert widths == [256] * full + [partial, 0]
    assert tile_width(3, 0, 70_000) == 0
    assert tile_width(None, 273, 70_000) == 112


def test_an_empty_log_has_no_tiles():
    assert tile_width(0, 0, 0) == tile_width(None, 0, 0) == 0
    assert list(tiles_of(0)) == []


@pytest.mark.parametrize("size", [1, 255, 256, 257, 70_000])
def test_the_tiles_of_a_tree_are_all_that_have_a_width_and_no_others(size):
    found = list(tiles_of(size))
    assert len(set(found)) == len(found)
    for level in (None, 0, 1, 2, 3):
        of_level = [tile for tile in found if tile.level == level]
        widths = [tile.width for tile in of_level]
        assert widths == [tile_width(level, at, size) for at in range(len(of_level))]
        assert [tile.index for tile in of_level] == list(range(len(of_level)))
        assert sum(widths) == size >> 8 * (level or 0)
        assert all(widths)
    assert max(tile.level or 0 for tile in found) <= 2


def test_tiles_hold_the_hashes_of_the_tree_and_lead_to_its_root():
    nodes = Nodes(leaves(600))
    bottom = [nodes.read(0, at) for tile in range(3) for at in tile_positions(tile, 0, 600)]
    assert merkle.root_from_leaves(bottom) == merkle.root_hash(600, nodes.read)
    above = [nodes.read(8, at) for at in tile_positions(0, 1, 600)]
    assert above == [
        merkle.root_from_leaves(bottom[:256]),
        merkle.root_from_leaves(bottom[256:512]),
    ]


def tile_positions(index, level, tree_size):
    return range(index * 256, index * 256 + tile_width(level, index, tree_size))


def test_a_bundle_puts_each_leaf_after_its_length():
    assert encode_bundle([b"a", b"", b"x" * 258]) == b"\0\1a" + b"\0\0" + b"\1\2" + b"x" * 258


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_a_bundle_reads_back(entries):
    assert decode_bundle(encode_bundle(entries)) == entries


def test_the_largest_leaf_fits_in_a_bundle_and_no_larger_one():
    assert decode_bundle(encode_bundle([bytes(65_535)])) == [bytes(65_535)]
    with pytest.raises(Malformed):
        encode_bundle([bytes(65_536)])


@pytest.mark.parametrize("entries", [[], [b""] * 257])
def test_a_bundle_holds_1_to_256_entries(entries):
    with pytest.raises(Malformed):
        encode_bundle(entries)
    with pytest.raises(Malformed):
        decode_bundle(b"\0\0" * len(entries))


def test_a_bundle_cut_anywhere_but_between_entries_is_malformed():
    whole = encode_bundle([b"one", b"three"])
    for end in set(range(len(whole))) - {5}:
        with pytest.raises(Malformed):
            decode_bundle(whole[:end])
    with pytest.raises(Malformed):
        decode_bundle(whole + b"\0")


def test_a_tile_is_a_row_of_hashes():
    hashes = [merkle.leaf_hash(leaf) for leaf in leaves(256)]
    assert decode_hashes(b"".join(hashes)) == hashes
    for data in (b"", bytes(31), bytes(33), bytes(32 * 257)):
        with pytest.raises(Malformed):
            decode_hashes(data)


def test_a_bundle_holds_up_to_256_entries():
    full = [b"%d" % number for number in range(256)]
    assert decode_bundle(encode_bundle(full)) == full
    with pytest.raises(Malformed):
        encode_bundle([*full, b"one more"])


def test_a_tile_holds_from_one_hash_to_256():
    for count in (1, 256):
        assert decode_hashes(bytes(32) * count) == [bytes(32)] * count
    for count in (0, 257):
        with pytest.raises(Malformed):
            decode_hashes(bytes(32) * count)
