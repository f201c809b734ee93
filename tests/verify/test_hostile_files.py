"""Files made to harm: each ends in one clear line and exit code 1 or 2, never in a traceback."""

import io
import stat
import struct
import zipfile
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.errors import Malformed
from qa.ledger import bundle_zip
from qa.ledger.bundle import (
    ABOUT,
    LEAVES,
    MAX_LEAVES,
    OPENINGS,
    POLICIES,
    PolicyDocument,
    decode_leaves,
    decode_members,
    encode_leaves,
    encode_members,
)
from qa.ledger.bundle_zip import read_zip, write_zip
from qa.ledger.checks import open_bundle, verify_bundle
from qa.ledger.strict_json import parse_canonical_json, parse_json, spell_json
from qa.verify import main


@pytest.fixture(scope="module")
def members(hall):
    return encode_members(hall.bundle())


def archive(files, method=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as made:
        for name, data in files:
            made.writestr(name, data)
    return file.getvalue()


def said(data):
    step, bundle = open_bundle(data)
    assert (step.number, step.passed, bundle) == (1, False, None)
    assert "\n" not in step.sentence
    return step.sentence


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "leaves/../leaves",
        "registry\\leaves",
        "bundle.json/",
        "bundle.zip",
        "LEAVES",
        "\x1b[2J",
        "räume",
        "",
    ],
)
def test_a_name_that_no_bundle_has_is_refused_and_not_repeated(members, name):
    info = zipfile.ZipInfo("x")
    info.filename = name
    files = [*members.items(), (info, b"x")]
    assert said(archive(files)) == "The zip archive holds a file that is not part of a bundle."


def test_a_name_with_something_hidden_behind_a_nul_is_refused(members):
    data = write_zip({**members}).replace(b"checkpoint", b"checkp\0int")
    assert "not part of a bundle" in said(data) or "damaged" in said(data)


def test_an_archive_in_an_archive_is_refused(members):
    inner = write_zip(members)
    for name in ("bundle.zip", LEAVES):
        with_inner = archive([*((k, v) for k, v in members.items() if k != name), (name, inner)])
        assert said(with_inner)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_that_is_there_twice_is_refused(members):
    files = [*members.items(), (LEAVES, members[LEAVES])]
    assert said(archive(files)) == "The zip archive holds leaves twice."


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFDIR, stat.S_IFIFO])
def test_what_is_not_a_regular_file_is_refused(members, kind):
    info = zipfile.ZipInfo(LEAVES)
    info.external_attr = (kind | 0o777) << 16
    files = [*((name, data) for name, data in members.items() if name != LEAVES), (info, b"x")]
    assert said(archive(files)) == "In the zip archive, leaves is not a regular file."


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_rare_packings_are_refused(members, method):
    assert "is not packed plainly" in said(archive(members.items(), method))


def test_an_archive_that_is_not_packed_at_all_is_fine(members, hall):
    step, bundle = open_bundle(archive(members.items(), zipfile.ZIP_STORED))
    assert step.passed
    assert bundle == hall.bundle()


def test_an_encrypted_file_is_refused(members):
    data = bytearray(write_zip(members))
    for mark, flags_at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + flags_at] |= 1
    assert said(bytes(data)) == "In the zip archive, bundle.json is not packed plainly."


def test_a_bomb_is_refused_before_it_is_unpacked(members):
    bomb = bytes(40 * 2**20)
    data = archive([*((k, v) for k, v in members.items() if k != LEAVES), (LEAVES, bomb)])
    assert len(data) < 100_000
    assert said(data) == "In the zip archive, leaves unpacks to suspiciously much."


def test_a_bomb_that_lies_about_its_size_is_refused(members):
    bomb = bytes(40 * 2**20)
    data = archive([(LEAVES, bomb), *((k, v) for k, v in members.items() if k != LEAVES)])
    lies = data.replace(struct.pack("<I", len(bomb)), struct.pack("<I", 1_000))
    assert said(lies) == "The zip archive is damaged."


def test_a_file_that_is_shorter_than_it_says_is_refused(members):
    data, size = write_zip(members), struct.pack("<I", len(members[LEAVES]))
    assert data.count(size) == 2
    longer = data.replace(size, struct.pack("<I", len(members[LEAVES]) + 1))
    assert said(longer) == "In the zip archive, leaves is not as long as it says."


def test_members_that_are_too_much_together_are_refused(members, monkeypatch):
    total = sum(map(len, members.values()))
    monkeypatch.setattr(bundle_zip, "MAX_UNPACKED_BYTES", total)
    assert read_zip(write_zip(members)) == members
    monkeypatch.setattr(bundle_zip, "MAX_UNPACKED_BYTES", total - 1)
    assert said(write_zip(members)).startswith("The bundle unpacks to over ")


def test_a_file_that_is_too_long_is_refused(members, monkeypatch):
    data = write_zip(members)
    monkeypatch.setattr(bundle_zip, "MAX_ZIP_BYTES", len(data))
    assert read_zip(data) == members
    monkeypatch.setattr(bundle_zip, "MAX_ZIP_BYTES", len(data) - 1)
    assert said(data).startswith("The file is over ")


def test_an_archive_of_many_files_is_refused_before_they_are_listed():
    data = archive([(f"file {number}", b"") for number in range(100)])
    assert said(data) == "The zip archive lists more files than a bundle has."


def test_a_list_of_files_may_be_as_long_as_it_may(members, monkeypatch):
    data = write_zip(members)
    length = int.from_bytes(data[-10:-6], "little")
    monkeypatch.setattr(bundle_zip, "_MAX_DIRECTORY_BYTES", length)
    assert read_zip(data) == members
    monkeypatch.setattr(bundle_zip, "_MAX_DIRECTORY_BYTES", length - 1)
    assert said(data) == "The zip archive lists more files than a bundle has."


def test_a_large_member_shrinks_no_better_than_records_do(members):
    shrinks = {**members, LEAVES: bytes(bundle_zip.FREE_BYTES)}
    assert read_zip(write_zip(shrinks)) == shrinks
    shrinks[LEAVES] += b"\0"
    assert said(write_zip(shrinks)) == "In the zip archive, leaves unpacks to suspiciously much."
    dense = {**members, LEAVES: Random(1).randbytes(2 * bundle_zip.FREE_BYTES)}
    assert read_zip(write_zip(dense)) == dense


def test_an_archive_says_the_same_of_every_member_wherever_it_is_written(members):
    with zipfile.ZipFile(io.BytesIO(write_zip(members))) as made:
        for info in made.infolist():
            assert info.date_time == (1980, 1, 1, 0, 0, 0)
            assert (info.create_system, info.external_attr) == (3, 0o100644 << 16)


def test_zip64_a_comment_and_anything_after_the_end_are_refused(members):
    data = write_zip(members)
    end = data[-22:]
    locator = b"PK\x06\x07" + bytes(16)
    assert "lists more files" in said(data[:-22] + locator + end)
    assert "after its end" in said(data[:-2] + b"\x01\x00!")
    assert "after its end" in said(data + b"!")
    assert "not a whole zip archive" in said(b"")
    assert "after its end" in said(data + bytes(22))
    assert "after its end" in said(data[:-2] + b"\x01\x00")
    assert "not a whole zip archive" in said(b"PK\x05\x06")
    assert "not a whole zip archive" in said(b"PK\x05\x06" + bytes(10))
    assert said(end) == "The zip archive is damaged."
    assert said(b"PK\x05\x06" + bytes(18)) == "The bundle lacks its member bundle.json."


@settings(max_examples=150)
@given(st.data())
def test_random_damage_leaks_no_error_of_another_kind(members, hall, data):
    whole = bytearray(write_zip(members))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at] = data.draw(st.integers(0, 255))
    step, bundle = open_bundle(bytes(whole))
    assert step.passed is (bundle is not None)
    if bundle is not None and bundle != hall.bundle():
        assert any(one.passed is False for one in verify_bundle(bundle, hall.pins))


@settings(max_examples=150)
@given(st.binary(max_size=300))
def test_random_bytes_are_no_bundle(data):
    assert said(data)
    assert said(data + b"PK\x05\x06" + bytes(18))


@pytest.mark.parametrize("name", [ABOUT, OPENINGS, POLICIES])
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"\xef\xbb\xbf[]",
        b"[",
        b"[" * 200_000,
        b'{"a":' * 100_000,
        b"null",
        b"[null]",
        b"[[]]",
        b"{}",
        b"NaN",
        b"1e999",
        b"1" * 5_000,
        b'"\\ud800"',
        b'{"a":1,"a":2}',
        b"[{}] ",
    ],
)
def test_bad_json_in_a_bundle_is_one_line(members, name, data):
    assert said(write_zip({**members, name: data})).startswith(f"{name}: ")


def test_an_empty_list_of_openings_or_policies_is_well_formed_and_fails_later(members, hall):
    for name, step in ((OPENINGS, 11), (POLICIES, 12)):
        bundle = decode_members({**members, name: b"[]"})
        failed = {one.number for one in verify_bundle(bundle, hall.pins) if one.passed is False}
        assert step in failed


def test_openings_and_policies_have_one_order_and_nothing_twice(members):
    bundle = decode_members(members)
    policies = [PolicyDocument(n, {}) for n in (1, 2)]
    both = encode_members(replace(bundle, policies=policies))
    turned = replace(bundle, policies=policies[::-1], openings=bundle.openings[::-1])
    assert encode_members(turned) == both
    for name, what in ((OPENINGS, "openings"), (POLICIES, "policies")):
        first, second, *rest = parse_json(both[name])
        for found in ([second, first, *rest], [first, first, second, *rest]):
            assert said(write_zip({**both, name: spell_json(found)})) == (
                f"{name}: The {what} are not in order, or one is there twice."
            )


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (ABOUT, b'"format":"fair-hearing-bundle@v1"', b'"format":"fair-hearing-bundle@v2"'),
        (ABOUT, b'"size":', b'"size":-'),
        (ABOUT, b'"vkey":"', b'"vkey":"x'),
        (ABOUT, b'"promise_vkey":"', b'"promise_vkey":" '),
        (ABOUT, b'"slug":"', b'"slug":"A'),
        (ABOUT, b'"origin":"', b'"origin":"/'),
        (ABOUT, b'"made_at":"', b'"made_at":"9'),
        (ABOUT, b'"title":"All hands"', b'"title":["All hands"]'),
        (ABOUT, b'"slug":', b'"slugs":'),
        (OPENINGS, b'"field":"title"', b'"field":"titles"'),
        (OPENINGS, b'"field":"title"', b'"field":["title"]'),
        (OPENINGS, b'"leaf":0', b'"leaf":false'),
        (OPENINGS, b'"leaf":0', b'"leaf":9007199254740992'),
        (OPENINGS, b'"salt":"', b'"salt":"AB'),
        (POLICIES, b'"version":1', b'"version":0'),
        (POLICIES, b'"document":{', b'"documents":{'),
        (POLICIES, b'"version":1', b'"version":1.0'),
    ],
)
def test_a_field_that_is_not_of_its_form_is_one_line(members, name, old, new):
    assert old in members[name]
    changed = members[name].replace(old, new, 1)
    assert said(write_zip({**members, name: changed})).startswith(f"{name}: ")


def test_leaves_are_cut_by_their_lengths_and_in_no_other_way():
    leaves = [b"a", b"b" * 300, b"c" * 65_535]
    assert decode_leaves(encode_leaves(leaves)) == leaves
    assert decode_leaves(b"") == []
    for bad in (b"\0", b"\0\x02a", b"\0\0", b"\0\x01a\0", b"\0\x01a\0\0"):
        with pytest.raises(Malformed):
            decode_leaves(bad)
    for bad_leaf in (b"", b"x" * 65_536):
        with pytest.raises(Malformed):
            encode_leaves([bad_leaf])


def test_more_leaves_than_a_meeting_has_are_refused(monkeypatch):
    monkeypatch.setattr("qa.ledger.bundle.MAX_LEAVES", 3)
    assert len(decode_leaves(b"\0\x01a" * 3)) == 3
    with pytest.raises(Malformed, match="over 3 leaves"):
        decode_leaves(b"\0\x01a" * 4)
    assert MAX_LEAVES == 2_000_000


def test_a_member_too_many_is_refused(members):
    with pytest.raises(Malformed, match="no bundle has"):
        decode_members({**members, "more": b""})


@given(st.binary(max_size=60))
def test_json_is_read_strictly_or_not_at_all(data):
    try:
        value = parse_json(data)
    except Malformed:
        return
    assert parse_canonical_json(spell_json(value)) == value


def test_json_has_one_spelling():
    assert parse_canonical_json('{"a":"ä\\n","b":[1,true,null]}'.encode()) == {
        "a": "ä\n",
        "b": [1, True, None],
    }
    for other in (b'{"b":1,"a":2}', b"[1, 2]", b'"\\u0041"', b"-0", b" 1", b"1\n"):
        parse_json(other)
        with pytest.raises(Malformed):
            parse_canonical_json(other)
    for none in (b"1.0", b"1e2", b"Infinity", b"9007199254740992", b"-9007199254740992"):
        with pytest.raises(Malformed):
            parse_json(none)
    assert parse_json(b"-9007199254740991") == -(2**53 - 1)
    for value in ({1: 2, "a": 3}, {2}, float("nan"), "\udfff"):
        with pytest.raises(Malformed):
            spell_json(value)


@pytest.mark.parametrize(
    "data", [b"", b"\xff" * 900, b"PK\x03\x04", b"[" * 99_999, bytes(2**21)], ids=len
)
def test_the_command_says_one_line_about_a_file_that_is_no_bundle(hall, tmp_path, capsys, data):
    path = tmp_path / "bundle.zip"
    path.write_bytes(data)
    assert main([str(path), "--vkey", hall.pins.log.vkey]) == 1
    shown = capsys.readouterr()
    first, last = shown.out.splitlines()
    assert first.startswith(" 1  FAIL  Archive: ")
    assert last == "FAILED: this record does not hold. See 1."
    assert shown.err == ""
