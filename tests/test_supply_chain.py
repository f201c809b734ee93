"""What comes from elsewhere: pinned, hashed, new enough, and as its author published it."""

import hashlib
import json
import os
import re
import tomllib
from importlib.metadata import packages_distributions, version
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
NPM = ROOT / "tests" / "js"
RUNTIME_LOCK = ROOT / "requirements.txt"
TEST_LOCK = ROOT / "tests" / "requirements.txt"

SECURITY_FLOORS = {
    "flask": "3.1.3",  # CVE-2026-27205
    "psycopg": "3.1.14",
    "python-engineio": "4.13.2",  # CVE-2026-48802, CVE-2026-48804
    "python-socketio": "5.16.2",  # CVE-2025-61765: pickle over the message queue
    "bleach": "6.4.0",  # its last release; nh3 is the last gate behind it
}

PARTS_OF_FLASK = {"itsdangerous", "jinja2", "markupsafe", "werkzeug"}
UNMAINTAINED = {"eventlet", "gevent-websocket", "pymerkle"}


def read_pins(lock: Path) -> dict[str, set[str]]:
    """Return the versions that a lock file pins; a package can have one for each Python version."""
    pins: dict[str, set[str]] = {}
    for name, pinned in re.findall(r"^([\w.-]+)==(\S+)", lock.read_text("utf-8"), re.MULTILINE):
        pins.setdefault(name, set()).add(pinned)
    return pins


def read_manifest() -> list[dict[str, Any]]:
    return json.loads((VENDOR / "manifest.json").read_text("utf-8"))


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(("package", "floor"), SECURITY_FLOORS.items())
def test_no_installed_or_locked_version_has_a_known_hole(package: str, floor: str) -> None:
    assert Version(version(package)) >= Version(floor)
    assert all(Version(pin) >= Version(floor) for pin in read_pins(RUNTIME_LOCK)[package])


@pytest.mark.parametrize("lock", [RUNTIME_LOCK, TEST_LOCK], ids=["runtime", "test"])
def test_every_locked_package_has_hashes_and_names_no_index(lock: Path) -> None:
    text = lock.read_text("utf-8")
    entries = re.split(r"^(?=\w)", text, flags=re.MULTILINE)[1:]

    assert len(entries) > 20
    assert all("--hash=sha256:" in entry for entry in entries)
    assert not re.search(r"index-url|find-links|file:|://", text)


def test_what_is_tested_is_what_is_served() -> None:
    tested = read_pins(TEST_LOCK)

    assert {name: tested.get(name) for name in read_pins(RUNTIME_LOCK)} == read_pins(RUNTIME_LOCK)


def test_what_is_installed_is_what_is_locked() -> None:
    entries = re.findall(r"^(\w[^\\\n]*?) *\\?$", RUNTIME_LOCK.read_text("utf-8"), re.MULTILINE)
    wanted = [Requirement(entry) for entry in entries]
    here = [one for one in wanted if one.marker is None or one.marker.evaluate()]

    assert [one.name for one in here if not one.specifier.contains(version(one.name))] == []


def test_whatever_the_code_imports_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    optional = project["optional-dependencies"]["topics"]
    declared = {Requirement(entry).name for entry in (*project["dependencies"], *optional)}
    sources = [path.read_text("utf-8") for path in (ROOT / "qa").rglob("*.py")]
    imported = {
        name
        for source in sources
        for name in re.findall(r"^ *(?:import|from) ([a-z_0-9]+)", source, re.MULTILINE)
    }
    owners = packages_distributions()
    needed = {
        owner.lower().replace("_", "-") for name in imported for owner in owners.get(name, ())
    }

    assert len(needed) > 10
    assert needed - declared <= PARTS_OF_FLASK


def test_nothing_unmaintained_is_locked() -> None:
    assert not UNMAINTAINED & (set(read_pins(TEST_LOCK)) | set(read_pins(RUNTIME_LOCK)))


def test_every_vendored_file_is_the_one_that_the_manifest_describes() -> None:
    for entry in read_manifest():
        assert sha256((VENDOR / entry["file"]).read_bytes()) == entry["sha256"], entry["file"]


def test_the_manifest_describes_every_vendored_file() -> None:
    ours = {"manifest.json", "README.md"}
    found = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    described = {entry["file"] for entry in read_manifest()}

    assert {name for name in found - ours if not name.endswith(".d.ts")} == described
    assert {f"{name.partition('/')[0]}/LICENSE" for name in described} <= described


def test_no_vendored_file_asks_for_a_source_map_that_is_not_there() -> None:
    assert not any("sourceMappingURL" in path.read_text("utf-8") for path in VENDOR.rglob("*.js"))


def test_vendored_files_are_those_of_the_npm_package() -> None:
    if not (NPM / "node_modules").is_dir():
        assert os.environ.get("CI") != "true", "CI leaves nothing out"
        pytest.skip("tests/js/node_modules is missing; ./run check --fast installs it")
    for entry in read_manifest():
        package = NPM / "node_modules" / entry["package"]
        source = (package / entry["source"]).read_bytes()
        kept = re.sub(rb"\n//# sourceMappingURL=.*\n?\Z", b"\n", source)

        assert json.loads((package / "package.json").read_bytes())["version"] == entry["version"]
        assert sha256(source) == entry["source_sha256"]
        assert sha256(kept if entry["change"] else source) == entry["sha256"]


def test_npm_packages_are_pinned_to_one_version_and_hashed() -> None:
    wanted = json.loads((NPM / "package.json").read_bytes())["devDependencies"]
    locked = json.loads((NPM / "package-lock.json").read_bytes())["packages"]
    vendored = {entry["package"]: entry["version"] for entry in read_manifest()}

    assert all(re.fullmatch(r"\d+\.\d+\.\d+", pinned) for pinned in wanted.values())
    assert vendored.items() <= wanted.items()
    assert all(package["integrity"] for path, package in locked.items() if path)
