"""``python -m qa report``: a file, or one line that says why there is none."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from qa.cli import main, parser
from qa.exports.command import CHOICES, Bar
from qa.services import events, identity
from qa.services.context import Context
from qa.services.events import EventDraft
from tests.services.meeting import SLUG, hold_meeting


@pytest.fixture
def held(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> Context:
    """Return a deployment with a small meeting, which the command finds in the environment."""
    meeting = hold_meeting(ctx, "open", "live")
    meeting.ask()
    meeting.decide(1, "filter")
    meeting.move("closed")
    monkeypatch.setenv("QA_DATA_DIR", str(ctx.config.data_dir))
    monkeypatch.setenv("QA_DATABASE_URL", ctx.config.database_url)
    return ctx


def test_each_form_is_written_where_it_was_asked_for(
    held: Context, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for form in ("json", "csv", "bundle"):
        target = tmp_path / f"made.{form}"
        assert main(["report", SLUG, "--format", form, "--out", str(target)]) == 0
        said = capsys.readouterr().err
        assert said == f"{target}: {target.stat().st_size:,} bytes\n"
    assert json.loads((tmp_path / "made.json").read_text())["numbers"]["filtered"] == 1
    assert zipfile.is_zipfile(tmp_path / "made.bundle")
    size = json.loads((tmp_path / "made.json").read_text())["proof"]["tree_size"] - 2
    again = tmp_path / "earlier.json"
    asked = ["report", SLUG, "--format", "json", "--size", str(size), "--out", str(again)]
    assert main(asked) == 0
    assert json.loads(again.read_text())["proof"]["tree_size"] == size


def test_what_cannot_be_done_is_one_line(
    held: Context, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    account = identity.create_account(held, "Otto Owner", may_create_events=True)
    events.create_event(held, account, EventDraft(title="Draft", slug="just-a-draft"))
    for arguments, line in (
        (["no-such-meeting"], "There is no meeting at this address.\n"),
        (["just-a-draft"], "This meeting is not open yet"),
        ([SLUG, "--size", "9999"], "The record has sizes from 1 to "),
        ([SLUG, "--format", "csv", "--out", str(tmp_path / "no" / "f")], "cannot be written: "),
    ):
        assert main(["report", *arguments]) == 2
        said = capsys.readouterr().err
        assert line in said
        assert said.count("\n") == 1


def test_the_command_line_offers_every_form_there_is() -> None:
    (verbs,) = (action for action in parser()._actions if isinstance(action.choices, dict))
    (formats,) = (a for a in verbs.choices["report"]._actions if a.dest == "format")
    assert set(formats.choices) == set(CHOICES)


class Terminal(io.StringIO):
    """Where a person looks on."""

    def isatty(self) -> bool:
        return True


def test_a_person_sees_a_bar_that_ends_at_100_and_a_file_sees_none() -> None:
    for stream, drawn in ((Terminal(), True), (io.StringIO(), False)):
        bar = Bar(stream)
        with bar.stage("Reading the log", 0, 30):
            pass
        with bar.stage("Writing it", 95, 100):
            pass
        said = stream.getvalue()
        assert (
            "\r\x1b[K 30% [#########                     ] Reading the log, 0 s" in said
        ) == drawn
        assert said.endswith(f"100% [{'#' * 30}] Writing it, 0 s\n") == drawn
        assert bool(said) == drawn
