"""Keys and secrets: made once, readable by their owner only, and never in the database."""

from pathlib import Path

import pytest

from qa.errors import ConfigError
from qa.services.context import Context
from qa.store.keys import Keyring
from tests.conftest import everything_at_rest
from tests.services.meeting import hold_meeting


def test_a_key_is_made_once_with_mode_0600_and_found_again(tmp_path: Path) -> None:
    first = Keyring(tmp_path).signer("example.org/log/one")
    again = Keyring(tmp_path).signer("example.org/log/one")
    other = Keyring(tmp_path).signer("example.org/log/two")
    assert first.vkey == again.vkey
    assert first.vkey != other.vkey
    files = list((tmp_path / "keys").iterdir())
    assert len(files) == 2
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_two_processes_that_make_the_same_key_agree_on_the_first(tmp_path: Path) -> None:
    one, two = Keyring(tmp_path), Keyring(tmp_path)
    assert one.secret("cookies") == two.secret("cookies")


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    Keyring(tmp_path).secret("cookies")
    (path,) = (tmp_path / "keys").iterdir()
    path.chmod(0o644)
    with pytest.raises(ConfigError):
        Keyring(tmp_path).secret("cookies")


def test_a_damaged_key_is_refused_and_never_replaced(tmp_path: Path) -> None:
    Keyring(tmp_path).secret("cookies")
    (path,) = (tmp_path / "keys").iterdir()
    path.write_text("not a key")
    with pytest.raises(ConfigError):
        Keyring(tmp_path).secret("cookies")
    assert path.read_text() == "not a key"


def test_the_database_holds_no_key(ctx: Context) -> None:
    hold_meeting(ctx, "open").ask()
    stored = everything_at_rest(ctx)
    for path in (ctx.config.data_dir / "keys").iterdir():
        seed = path.read_text().strip()
        assert seed not in stored
        assert repr(bytes.fromhex(seed)) not in stored
