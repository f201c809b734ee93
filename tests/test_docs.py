"""The documents name everything there is: settings, commands, routes, leaf kinds and files."""

import re
from pathlib import Path

import pytest

from qa import app as roof
from qa.cli import parser
from qa.config import Limits
from qa.ledger.entry import KINDS
from qa.web.routes import ROUTES

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"


def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_setting_is_explained() -> None:
    operations = _read("docs/operations.md")
    source = _read("qa/config.py")
    named = set(re.findall(r'"(QA_[A-Z_]+)"', source))
    named |= {f"QA_LIMIT_{name.upper()}" for name in vars(Limits())}
    explained = set(re.findall(r"`(QA_[A-Z_]+)`", operations))
    assert named <= explained
    assert explained - named == {"QA_REPLAY_DATA"}


def test_every_limit_is_given_with_its_default() -> None:
    operations = _read("docs/operations.md")
    for name, default in vars(Limits()).items():
        assert f"| `QA_LIMIT_{name.upper()}` | {default} |" in operations


def test_every_command_is_explained() -> None:
    operations = _read("docs/operations.md")
    commands = {
        name
        for action in parser()._actions
        if isinstance(action.choices, dict)
        for name in action.choices
    }
    assert len(commands) >= 6
    for name in commands:
        assert f"`python -m qa {name}" in operations


def test_every_route_of_the_api_is_listed_and_none_that_does_not_exist() -> None:
    assert roof.create_app
    listed = set(re.findall(r"^\| `([A-Z]+ /api[^`]*)`", _read("docs/api.md"), re.MULTILINE))
    real = {f"{route.method} {route.path.replace('<int:', '<')}" for route in ROUTES.all}
    assert listed == real


def test_every_kind_of_leaf_is_specified() -> None:
    text = _read("docs/log-format.md")
    for kind, fields in KINDS.items():
        section = text.split(f"### `{kind}`", 1)
        assert len(section) == 2, f"{kind} has no section"
        body = section[1].split("###", 1)[0]
        for field in fields:
            assert f"`{field}`" in body, f"{kind} does not explain {field}"


@pytest.mark.parametrize("document", [*sorted(DOCS.rglob("*.md")), ROOT / "README.md"])
def test_every_link_between_documents_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text(encoding="utf-8")):
        assert (document.parent / target).exists(), target
