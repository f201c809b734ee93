"""The logs as files: what a C2SP tlog-tiles client reads."""

from qa.ledger import merkle
from qa.ledger.checkpoint import open_checkpoint
from qa.ledger.note import Verifier
from qa.ledger.tiles import decode_bundle, decode_hashes
from tests.web.meeting import Meeting


def test_a_stranger_can_check_the_whole_log(meeting: Meeting) -> None:
    meeting.decide(meeting.ask(), "filter")
    reader = meeting.stranger()
    vkey = reader.get(meeting.api).json["vkey"]
    note = reader.get("/log/all-hands/checkpoint").text
    checkpoint = open_checkpoint(note, Verifier.parse(vkey))
    size = checkpoint.tree_size
    entries = decode_bundle(reader.get(f"/log/all-hands/tile/entries/000.p/{size}").data)
    hashes = decode_hashes(reader.get(f"/log/all-hands/tile/0/000.p/{size}").data)
    assert [merkle.leaf_hash(entry) for entry in entries] == hashes
    assert merkle.root_from_leaves(hashes) == checkpoint.root_hash
    assert checkpoint.origin == "localhost:8010/log/all-hands"


def test_a_tile_may_be_kept_for_ever_and_a_checkpoint_may_not(meeting: Meeting) -> None:
    reader = meeting.stranger()
    tile = reader.get("/log/all-hands/tile/0/000.p/2")
    assert tile.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    checkpoint = reader.get("/log/all-hands/checkpoint")
    assert checkpoint.headers["Cache-Control"] == "no-cache"
    assert checkpoint.mimetype == "text/plain"


def test_a_tile_beyond_the_log_is_not_found_and_a_wrong_path_is_refused(meeting: Meeting) -> None:
    reader = meeting.stranger()
    for path, status in {
        "0/000": 404,
        "0/000.p/200": 404,
        "0/001.p/1": 404,
        "1/000.p/1": 404,
        "0/0": 400,
        "64/000": 400,
        "0/000.p/256": 400,
        "entries/../checkpoint": 400,
        "%00": 400,
    }.items():
        answer = reader.get(f"/log/all-hands/tile/{path}")
        assert (answer.status_code, answer.mimetype) == (status, "application/json"), path


def test_the_registry_names_every_event(meeting: Meeting) -> None:
    bundle = meeting.stranger().get("/log/registry/tile/entries/000.p/1").data
    (entry,) = decode_bundle(bundle)
    assert b'"k":"event.opened"' in entry
    assert b"localhost:8010/log/all-hands" in entry
