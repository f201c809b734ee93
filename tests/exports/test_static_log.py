"""The exported files are what the server serves, byte for byte, and enough to verify the log."""

import functools
import shutil
import threading
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from qa import verify
from qa.app import create_app
from qa.cli import main
from qa.config import Config
from qa.errors import LogDamaged, UnknownEvent
from qa.exports.static_log import export_log, exportable
from qa.ledger import merkle
from qa.ledger.checkpoint import open_checkpoint
from qa.ledger.note import Verifier
from qa.ledger.tiles import decode_bundle, decode_hashes
from qa.services import logs
from qa.services.context import Context
from qa.store.log import LeafDraft, append, lock_log
from qa.store.models.logs import Log
from tests.conftest import START_MS
from tests.services.meeting import SLUG, hold_meeting
from tests.web.browser import Browser


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture
def web_server(tmp_path: Path) -> Iterator[str]:
    """Serve the folder of exports as files, by a server that knows nothing of logs."""
    folder = tmp_path / "files"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def files_in(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _grow(session: Session) -> None:
    """Append as many leaves as make a full tile, in one go."""
    log = session.query(Log).filter(Log.event_id.is_not(None)).one()
    draft = LeafDraft("refused", {"counts": {"rate_limited": 1}})
    append(session, lock_log(session, log.event_id), SLUG, START_MS, [draft] * 256)


def test_every_file_is_what_the_server_answers_at_its_path(ctx: Context, tmp_path: Path) -> None:
    hold_meeting(ctx, "open").ask()
    ctx.db.write(_grow)
    for slug in exportable(ctx):
        export_log(ctx, tmp_path / "files", slug)
    found = files_in(tmp_path / "files")
    reader = Browser(create_app(ctx.config, ctx))
    assert {f"log/{SLUG}/tile/0/000", f"log/{SLUG}/tile/1/000.p/1"} <= set(found)
    assert {f"log/{SLUG}/checkpoint", "log/registry/checkpoint"} <= set(found)
    for path, data in found.items():
        assert reader.get(f"/{path}").data == data, path


def test_a_client_that_knows_only_tiles_finds_the_whole_tree(ctx: Context, tmp_path: Path) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask()
    size, _ = export_log(ctx, tmp_path, SLUG)
    log = tmp_path / "log" / SLUG
    key = Verifier.parse(logs.log_vkey(ctx, SLUG))
    head = open_checkpoint((log / "checkpoint").read_bytes(), key)
    entries = decode_bundle((log / f"tile/entries/000.p/{size}").read_bytes())
    hashes = decode_hashes((log / f"tile/0/000.p/{size}").read_bytes())
    assert [merkle.leaf_hash(entry) for entry in entries] == hashes
    assert merkle.root_from_leaves(hashes) == head.root_hash


def test_the_offline_verifier_accepts_the_files_from_any_web_server(
    ctx: Context, tmp_path: Path, web_server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    meeting = hold_meeting(ctx, "open")
    for _ in range(2):
        meeting.decide(meeting.ask().n, "publish")
        export_log(ctx, tmp_path / "files", SLUG)
        vkey = logs.log_vkey(ctx, SLUG)
        assert verify.main([f"{web_server}/log/{SLUG}", "--vkey", vkey]) == 0
        assert "As served" in capsys.readouterr().out


def test_exporting_again_writes_only_what_is_new(ctx: Context, tmp_path: Path) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask()
    _, first = export_log(ctx, tmp_path, SLUG)
    before = {path: path.stat().st_ino for path in (tmp_path / "log").rglob("*.p/*")}
    assert export_log(ctx, tmp_path, SLUG)[1] == 0
    meeting.ask()
    size, again = export_log(ctx, tmp_path, SLUG)
    assert first == again == 2
    assert {path: path.stat().st_ino for path in before} == before
    assert not list(tmp_path.rglob("*.draft"))
    key = Verifier.parse(logs.log_vkey(ctx, SLUG))
    note = (tmp_path / "log" / SLUG / "checkpoint").read_bytes()
    assert open_checkpoint(note, key).tree_size == size


def test_a_folder_with_another_log_is_left_as_it_is(
    config: Config, ctx: Context, make_context: Callable[[Config], Context], tmp_path: Path
) -> None:
    meeting = hold_meeting(ctx, "open")
    export_log(ctx, tmp_path / "files", SLUG)
    checkpoint = tmp_path / "files" / "log" / SLUG / "checkpoint"
    earlier = checkpoint.read_bytes()
    meeting.ask()
    export_log(ctx, tmp_path / "files", SLUG)
    checkpoint.write_bytes(earlier.replace(b"localhost", b"elsewhere"))
    kept = files_in(tmp_path / "files")
    with pytest.raises(LogDamaged):
        export_log(ctx, tmp_path / "files", SLUG)
    assert files_in(tmp_path / "files") == kept
    checkpoint.write_bytes(earlier)
    export_log(ctx, tmp_path / "files", SLUG)
    with pytest.raises(UnknownEvent):
        export_log(ctx, tmp_path / "files", "no-such-event")


def test_the_command_exports_every_log_or_one(
    ctx: Context,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    hold_meeting(ctx, "open").ask()
    monkeypatch.setenv("QA_DATA_DIR", str(ctx.config.data_dir))
    monkeypatch.setenv("QA_DATABASE_URL", ctx.config.database_url)
    assert main(["export-log", str(tmp_path / "all")]) == 0
    said = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in said] == [SLUG, "registry"]
    assert main(["export-log", str(tmp_path / "one"), "registry"]) == 0
    assert set(files_in(tmp_path / "one")) == {
        path for path in files_in(tmp_path / "all") if path.startswith("log/registry/")
    }
    assert main(["export-log", str(tmp_path / "one"), "no-such-event"]) == 2
    shutil.rmtree(tmp_path / "one")
