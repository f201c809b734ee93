"""The command, and the one file for laptops: the same words and exit codes for the same files."""

import gc
import io
import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from runner.build_verifier import build_verifier

import qa.verify
from qa.exports.bundle import make_bundle
from qa.ledger.bundle import encode_members
from qa.ledger.bundle_zip import write_zip
from qa.ledger.note import Signer
from qa.ledger.record import Pins
from qa.verify import main
from tests.services.meeting import SLUG
from tests.verify.forger import forge, lines_of
from tests.verify.test_receipts import receipt_of
from tests.verify.test_witness_policies import WITNESSES, cosigned


@pytest.fixture(scope="module")
def folder(hall, tmp_path_factory):
    """Return a folder with the files that a reader may have."""
    made = tmp_path_factory.mktemp("files")
    (made / "bundle.zip").write_bytes(make_bundle(hall.meeting.ctx, SLUG))
    (made / "old.txt").write_text(hall.checkpoints[2])
    (made / "receipt.json").write_text(json.dumps(receipt_of(hall, 5)))
    (made / "policy.txt").write_text(f"witness a {WITNESSES[0].vkey}\nquorum a\n")
    write(made / "cosigned.zip", cosigned(hall, *WITNESSES, at_s=1_700_000_000))
    lines = lines_of(hall.bundle())
    write(made / "short.zip", forge(hall, lines[:-1]))
    write(made / "forked.zip", forge(hall, [*lines[:20], *lines[21:]]))
    return made


def write(path, bundle):
    path.write_bytes(write_zip(encode_members(bundle)))


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    return build_verifier(tmp_path_factory.mktemp("dist") / "fair-hearing-verify.pyz")


def run(program, *arguments):
    """Run the one file with the standard library alone."""
    command = [sys.executable, "-S", "-I", "-X", "utf8", str(program), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def asked(hall, folder, name, *more):
    return [str(folder / name), "--vkey", hall.pins.log.vkey, *more]


def test_an_honest_bundle_with_everything_that_a_reader_has_passes(hall, folder, capsys):
    found = main(
        asked(
            hall,
            folder,
            "cosigned.zip",
            *("--vkey", hall.pins.promise.vkey, "--vkey", hall.pins.registry.vkey),
            *("--policy", str(folder / "policy.txt"), "--old", str(folder / "old.txt")),
            *("--receipt", str(folder / "receipt.json")),
        )
    )
    lines = capsys.readouterr().out.splitlines()
    assert found == 0
    assert lines[0] == "All hands: localhost:8010/log/all-hands, made 2026-11-18T12:25Z"
    assert [line[:8] for line in lines[1:-1]] == [f"{n:>2}  pass" for n in range(1, 16)]
    assert lines[-1] == "Verified: 15 checks passed, 0 had nothing to check."
    assert "(the pinned key)" in lines[14]
    assert "receipt.json: #5 is leaf" in lines[15]


def test_what_was_not_asked_for_is_no_pass(hall, folder, capsys):
    assert main(asked(hall, folder, "bundle.zip")) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line[:8] for line in lines[1:-1] if "pass" not in line[:8]] == [
        f"{n:>2}    - " for n in (3, 6, 15)
    ]
    assert lines[-1] == "Verified: 12 checks passed, 3 had nothing to check."


@pytest.mark.parametrize(
    ("name", "more", "failed"),
    [
        ("short.zip", [], "10"),
        ("forked.zip", ["--old", "old.txt"], "6, 8"),
        ("bundle.zip", ["--policy", "policy.txt"], "3"),
        ("bundle.zip", ["--receipt", "old.txt"], "15"),
        ("bundle.zip", ["--old", "receipt.json"], "6"),
        ("old.txt", [], "1"),
    ],
)
def test_a_failed_check_is_exit_code_1_and_named(hall, folder, capsys, name, more, failed):
    paths = [str(folder / one) if not one.startswith("--") else one for one in more]
    assert main(asked(hall, folder, name, *paths)) == 1
    shown = capsys.readouterr()
    assert shown.out.splitlines()[-1].startswith(f"FAILED: this record does not hold. See {failed}")
    assert shown.err == ""


def test_a_wrong_key_fails(hall, folder, capsys):
    other = Signer(hall.pins.log.name, b"s" * 32)
    assert main([str(folder / "bundle.zip"), "--vkey", other.vkey]) == 1
    assert " 2  FAIL  Signature: No known key signed this note." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "the key of the meeting's own log is missing"),
        (["--vkey", "nonsense"], "--vkey: A verifier key has the form"),
        (["--vkey", "LOG", "--vkey", "LOG"], "only one key of each kind"),
        (["--vkey", "LOG", "--old", "absent"], "absent cannot be read: No such file"),
        (["--vkey", "LOG", "--receipt", "."], ". cannot be read: Is a directory"),
        (["--vkey", "LOG", "--receipt", "a\0b"], "cannot be read: this is no name of a file"),
        (["--vkey", "LOG", "--policy", "old.txt"], "--policy: Line 1 of the policy"),
    ],
)
def test_wrong_usage_is_exit_code_2_and_one_line(
    hall, folder, capsys, monkeypatch, arguments, says
):
    monkeypatch.chdir(folder)
    keys = {"LOG": hall.pins.log.vkey}
    given = [keys.get(one, one) for one in arguments] or ["--vkey", hall.pins.promise.vkey]
    assert main(["bundle.zip", *given]) == 2
    (line,) = capsys.readouterr().out.splitlines()
    assert says in line


@pytest.mark.parametrize("arguments", [[], ["bundle.zip"], ["a", "b", "--vkey", "c"], ["--what"]])
def test_a_command_that_cannot_be_read_is_exit_code_2(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: python -m qa verify" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_exit_code_2(hall, folder, capsys):
    assert main(asked(hall, folder, "absent.zip")) == 2
    assert "absent.zip cannot be read: No such file" in capsys.readouterr().out


@pytest.mark.parametrize("address", ["http://", "https://example.org/", "http://a b/e/x"])
def test_an_address_of_no_meeting_is_exit_code_2(hall, capsys, address):
    assert main([address, "--vkey", hall.pins.log.vkey]) == 2
    assert "has to end in /e/MEETING or /log/MEETING" in capsys.readouterr().out


def test_nothing_in_a_record_can_move_the_cursor(hall, tmp_path, capsys):
    bundle = hall.bundle()
    title = "\x1b[2JAll \u202ehands\n\ud7ff"
    write(tmp_path / "b.zip", replace(bundle, about=replace(bundle.about, title=title)))
    assert main([str(tmp_path / "b.zip"), "--vkey", hall.pins.log.vkey]) == 1
    first = capsys.readouterr().out.splitlines()[0]
    assert first.startswith("\\x1b[2JAll \\u202ehands\\n\\ud7ff: ")


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (KeyboardInterrupt, "Stopped before everything was checked."),
        (MemoryError, "This machine has too little memory to check this bundle."),
    ],
)
@pytest.mark.parametrize("collecting", [True, False])
def test_being_stopped_or_out_of_memory_is_one_line_and_no_pass(
    hall, folder, capsys, monkeypatch, error, line, collecting
):
    def stop(_data):
        assert not gc.isenabled()
        raise error

    monkeypatch.setattr(qa.verify, "open_bundle", stop)
    if not collecting:
        gc.disable()
    try:
        assert main(asked(hall, folder, "bundle.zip")) == 1
        assert gc.isenabled() == collecting
    finally:
        gc.enable()
    assert capsys.readouterr().out.splitlines() == [line]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("example.org/log/spring", "log"),
        ("example.org/log/promise", "log"),
        ("example.org/qa/log/spring", "log"),
        ("log/spring", "log"),
        ("example.org", "log"),
        ("example.org/promise", "promise"),
        ("example.org/qa/promise", "promise"),
        ("example.org/log/registry", "registry"),
        ("example.org/qa/log/registry", "registry"),
        ("example.org/registry", "log"),
    ],
)
def test_a_pinned_key_is_for_what_its_name_says(name, kind):
    others = {"log": "example.org/log/other", kind: name}
    keys = {of: Signer(one, b"s" * 32).verifier for of, one in others.items()}
    assert qa.verify._pins([key.vkey for key in keys.values()]) == Pins(**keys)


@pytest.mark.parametrize(
    ("stdout", "shown"),
    [
        (io.TextIOWrapper(io.BytesIO(), "utf-8", newline=""), "Größe ☃ \\x1b\n"),
        (io.TextIOWrapper(io.BytesIO(), "latin-1", newline=""), "Größe \\u2603 \\x1b\n"),
        (io.StringIO(), "Gr\\xf6\\xdfe \\u2603 \\x1b\n"),
    ],
)
def test_a_terminal_gets_the_letters_that_it_knows(monkeypatch, stdout, shown):
    monkeypatch.setattr(sys, "stdout", stdout)
    qa.verify._say("Größe ☃ \x1b")
    stdout.seek(0)
    assert stdout.read() == shown


def test_the_age_of_a_cosignature_is_that_of_today(hall, folder, capsys):
    main(asked(hall, folder, "cosigned.zip", "--policy", str(folder / "policy.txt")))
    days = (int(datetime.now(tz=UTC).timestamp()) - 1_700_000_000) // 86_400
    assert f"the newest cosignature is {days:,} days old." in capsys.readouterr().out


@pytest.mark.parametrize("size", range(7))
def test_of_a_file_that_is_too_long_one_byte_too_many_is_read(tmp_path, size):
    (tmp_path / "file").write_bytes(bytes(size))
    assert len(qa.verify._read(str(tmp_path / "file"), 4)) == min(size, 5)


def test_the_usage_names_every_option(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    assert caught.value.code == 0
    assert " ".join(capsys.readouterr().out.split()).startswith(
        "usage: python -m qa verify [-h] --vkey KEY [--policy FILE] [--old CHECKPOINT]"
        " [--receipt FILE] [--report FILE] BUNDLE|URL Check the record of a meeting:"
    )


def test_the_one_file_says_what_the_command_says_without_any_package(hall, folder, program, capsys):
    for name, more, code in [
        ("bundle.zip", ["--receipt", str(folder / "receipt.json")], 0),
        ("cosigned.zip", ["--policy", str(folder / "policy.txt")], 0),
        ("forked.zip", ["--old", str(folder / "old.txt")], 1),
        ("old.txt", [], 1),
        ("absent.zip", [], 2),
    ]:
        arguments = asked(hall, folder, name, *more)
        done = run(program, *arguments)
        assert done.returncode == main(arguments) == code
        assert (done.stdout, done.stderr) == (capsys.readouterr().out, "")


def test_the_one_file_has_no_cryptography_and_knows_its_name(program):
    shown = run(program, "--help").stdout
    assert shown.startswith("usage: fair-hearing-verify.pyz [-h] --vkey KEY")
    check = "import importlib.util as u, sys; sys.exit(u.find_spec('cryptography') is not None)"
    assert subprocess.run([sys.executable, "-S", "-I", "-c", check], check=False).returncode == 0


def test_the_one_file_is_the_same_bytes_every_time(program, tmp_path):
    assert build_verifier(tmp_path / "again.pyz").read_bytes() == program.read_bytes()


def test_a_terminal_that_knows_no_umlauts_gets_escapes_from_the_one_file(hall, folder, program):
    command = [sys.executable, "-S", "-I", str(program), *asked(hall, folder, "bundle.zip")]
    lines = lines_of(hall.bundle())
    bundle = forge(hall, lines, title="Größe")
    write(folder / "umlaut.zip", bundle)
    done = subprocess.run(
        [*command[:4], str(folder / "umlaut.zip"), *command[5:]],
        capture_output=True,
        check=False,
        env={
            "PYTHONIOENCODING": "ascii",
            "PYTHONUTF8": "0",
            "LC_ALL": "C",
            "PYTHONCOERCECLOCALE": "0",
        },
    )
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
