"""``./run`` on machines that lack something: it says what, and goes on when it can.

The packages here are made up on the spot, so nothing is fetched from anywhere.
"""

import ast
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from runner.install import PipProgress

ROOT = Path(__file__).resolve().parent.parent
OLD = "import runpy, sys; sys.version_info = (3, 8, 18); sys.argv[0] = 'run'; "
START = "runpy.run_path('run', run_name='__main__')"


def run(
    *arguments: str, cwd: Path = ROOT, path: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, **environment}
    if path is not None:
        env["PATH"] = str(path)
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_script_holds_nothing_that_an_old_python_cannot_parse() -> None:
    tree = ast.parse((ROOT / "run").read_text("utf-8"), feature_version=(3, 4))

    too_new = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.Match)
    assert not [node for node in ast.walk(tree) if isinstance(node, too_new)]


def test_a_python_that_is_too_old_says_so_and_what_to_install(tmp_path: Path) -> None:
    refused = run("-c", OLD + START, path=tmp_path)

    assert refused.returncode == 2
    assert "needs Python 3.11 or newer" in refused.stderr
    assert "apt install" in refused.stderr
    assert "brew install" in refused.stderr


def test_a_python_that_is_too_old_hands_over_to_a_newer_one(tmp_path: Path) -> None:
    (tmp_path / "python3.13").symlink_to(sys.executable)

    helped = run("-c", OLD + START, path=tmp_path)

    assert helped.returncode == 0
    assert "./run demo" in helped.stdout


def test_a_name_on_the_path_that_starts_no_python_is_passed_over(tmp_path: Path) -> None:
    shim = tmp_path / "python3.14"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)

    assert run("-c", OLD + START, path=tmp_path).returncode == 2


def test_a_command_that_does_not_exist_is_named() -> None:
    refused = run("run", "dmeo")

    assert refused.returncode == 2
    assert "`./run dmeo` is not a command" in refused.stderr


def test_help_names_every_verb() -> None:
    text = run("run").stdout

    for verb in ("demo", "serve", "scale-demo", "check", "test", "soak", "bench", "lock", "help"):
        assert f"./run {verb}" in text


def test_a_lock_without_uv_says_how_to_get_it(tmp_path: Path, checkout: Path) -> None:
    refused = run("run", "lock", cwd=checkout, path=tmp_path)

    assert refused.returncode == 2
    assert "pip install uv" in refused.stderr


def test_a_python_without_venv_names_the_package_to_install(checkout: Path) -> None:
    code = "import runpy, sys; sys.modules['ensurepip'] = None; sys.argv[1:] = ['serve']; "

    refused = run("-c", code + START, cwd=checkout)

    assert refused.returncode == 2
    assert f"python3.{sys.version_info[1]}-venv" in refused.stderr
    assert "virtualenv" in refused.stderr
    assert not (checkout / ".venv").exists()


def test_it_installs_once_and_again_when_the_lock_changes_and_never_a_wrong_file(
    checkout: Path,
) -> None:
    lock = checkout / "requirements.txt"

    first = run("run", "serve", "--port", "1", cwd=checkout)
    second = run("run", "serve", cwd=checkout)
    lock.write_text(lock.read_text("utf-8") + "# changed\n")
    third = run("run", "serve", cwd=checkout)
    lock.write_text(f"tiny-part==1.0 --hash=sha256:{'0' * 64}\n")
    shutil.rmtree(next(checkout.glob(".venv/lib/*/site-packages/tiny_part-1.0.dist-info")))
    refused = run("run", "serve", cwd=checkout)

    assert first.returncode == 0, first.stdout + first.stderr
    assert "Making the environment" in first.stdout
    assert "fetched 1/1" in first.stdout
    assert "installed 1/1" in first.stdout
    assert first.stdout.endswith("migrate\nserve --port 1\n")
    assert second.stdout == "migrate\nserve\n"
    assert "Installing 1 locked packages" in third.stdout
    assert refused.returncode == 2
    assert "DO NOT MATCH THE HASHES" in refused.stderr
    assert "do not go around it" in refused.stderr


def test_an_interrupted_install_is_taken_up_again(checkout: Path) -> None:
    python = checkout / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(checkout / "gone")

    mended = run("run", "serve", cwd=checkout)

    assert mended.returncode == 0, mended.stdout + mended.stderr
    assert mended.stdout.endswith("migrate\nserve\n")


def test_progress_counts_what_pip_fetches_and_leaves_out_what_it_ignores(
    capsys: pytest.CaptureFixture[str],
) -> None:
    progress = PipProgress(4)

    progress.read("Ignoring colorama: markers 'sys_platform == \"win32\"' don't match")
    progress.read("Collecting flask==3.1.3 (from -r requirements.txt (line 3))")
    progress.read("Processing /wheels/bleach-6.4.0-py3-none-any.whl (from -r requirements.txt)")
    progress.read("Requirement already satisfied: click==8.5.1 in ./.venv")
    progress.read("Installing collected packages: bleach, flask")

    assert "fetched 3/3" in capsys.readouterr().out


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Path]:
    """Return a folder with ``./run``, a lock of one made-up package, and a program to start."""
    folder = tmp_path / "checkout"
    shutil.copytree(
        ROOT / ".ci" / "runner",
        folder / ".ci" / "runner",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    shutil.copy(ROOT / "run", folder / "run")
    wheel = _make_wheel(tmp_path)
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (folder / "requirements.txt").write_text(f"tiny-part==1.0 \\\n    --hash=sha256:{digest}\n")
    (folder / "qa").mkdir()
    program = "import sys, tiny_part\nprint(*sys.argv[1:])\n"
    (folder / "qa" / "__main__.py").write_text(program)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PIP_NO_INDEX", "1")
        patch.setenv("PIP_FIND_LINKS", str(tmp_path))
        patch.delenv("PIP_EXTRA_INDEX_URL", raising=False)
        yield folder


def _make_wheel(folder: Path) -> Path:
    wheel = folder / "tiny_part-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        info = "tiny_part-1.0.dist-info"
        archive.writestr("tiny_part.py", "")
        archive.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: tiny-part\nVersion: 1.0\n"
        )
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")
    return wheel


def test_the_verifier_is_built_by_a_verb_that_says_its_hash(tmp_path: Path) -> None:
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci")
    shutil.copytree(ROOT / "qa", tmp_path / "qa", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "run", tmp_path / "run")
    built = [run("run", "build-verifier", cwd=tmp_path) for _ in range(2)]
    assert [done.returncode for done in built] == [0, 0], built[0].stderr
    assert built[0].stdout == built[1].stdout
    program = tmp_path / "dist" / "fair-hearing-verify.pyz"
    digest = hashlib.sha256(program.read_bytes()).hexdigest()
    assert built[0].stdout.split() == [digest, "dist/fair-hearing-verify.pyz"]
    empty = tmp_path / "empty"
    empty.mkdir()
    asked = run("-I", str(program), "--help", cwd=empty)
    assert (asked.returncode, asked.stdout[:31]) == (0, "usage: fair-hearing-verify.pyz ")
