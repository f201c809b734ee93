"""An organisation's own rule: a package that pip installs, named by a policy, bound by patience."""

import importlib
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator

import pytest

from qa.domain.policy import DEFAULT_POLICY_DOCUMENT, Policy
from qa.errors import BadInput
from qa.services import boards, own_rules, policies
from qa.services.context import Context
from tests.services.log_reading import leaves_of
from tests.services.meeting import SLUG, Meeting, hold_meeting

CODE = '''
import threading

let_go = threading.Event()

def project_names(text, name):
    """Flags the code names of projects that are not announced."""
    if "Falcon" in text:
        return "It names a project that is not announced."

def breaks(text, name):
    raise RuntimeError(text)

def answers_oddly(text, name):
    return 42

def dawdles(text, name):
    let_go.wait(60)
    return "Too late to say."
'''
NAMES = ("project_names", "breaks", "answers_oddly", "dawdles")
INFO = "acme_rules-1.2.0.dist-info"
PATIENCE_S = own_rules.PATIENCE_S


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a rule that answers take its time, as it may on a machine with other work to do."""
    monkeypatch.setattr(own_rules, "PATIENCE_S", 30.0)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("own")
    wheel = folder / "acme_rules-1.2.0-py3-none-any.whl"
    lines = "\n".join(f"{name} = acme_rules:{name}" for name in NAMES)
    with zipfile.ZipFile(wheel, "w") as made:
        made.writestr("acme_rules.py", CODE)
        made.writestr(
            f"{INFO}/METADATA", "Metadata-Version: 2.1\nName: acme-rules\nVersion: 1.2.0\n"
        )
        made.writestr(
            f"{INFO}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        made.writestr(f"{INFO}/entry_points.txt", f"[{own_rules.GROUP}]\n{lines}\n")
        made.writestr(f"{INFO}/RECORD", "")
    site = folder / "site"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
    subprocess.run([*pip, "--target", str(site), str(wheel)], check=True)
    sys.path.insert(0, str(site))
    _look_again()
    yield
    sys.path.remove(str(site))
    _look_again()


def _look_again() -> None:
    importlib.invalidate_caches()
    own_rules._installed.cache_clear()


def policy_with(name: str, version: str = "1.2.0", decides: str | None = None) -> Policy:
    rule = {
        "id": "announced",
        "kind": "own",
        "explanation": "Our own check.",
        "decides": decides and {"reason": decides},
        "params": {"rule": name, "version": version},
    }
    return Policy.from_document({**DEFAULT_POLICY_DOCUMENT, "rules": [rule]})


def under(ctx: Context, policy: Policy) -> Meeting:
    meeting = hold_meeting(ctx, "open")
    policies.publish_policy(ctx, SLUG, meeting.owner, policy, 1)
    return meeting


def flags(meeting: Meeting, n: int) -> list[str]:
    board = boards.desk_view(meeting.ctx, SLUG, 0)
    return [flag["explanation"] for flag in board["questions"][n - 1]["flags"]]


@pytest.mark.usefixtures("installed")
def test_an_own_rule_flags_with_its_name_and_version_and_the_log_names_it(ctx: Context) -> None:
    meeting = under(ctx, policy_with("project_names"))
    meeting.ask("When does Falcon start?")
    meeting.ask("When does lunch start?")
    assert flags(meeting, 1) == [
        "project_names, version 1.2.0, says: It names a project that is not announced."
    ]
    assert flags(meeting, 2) == []
    asked = leaves_of(ctx, "question.submitted")
    assert [leaf.fields["flags"] for leaf in asked] == [["announced"], []]


@pytest.mark.usefixtures("installed")
def test_one_that_the_policy_lets_decide_declines_with_its_reason(ctx: Context) -> None:
    meeting = under(ctx, policy_with("project_names", decides="off_topic"))
    meeting.ask("When does Falcon start?")
    (decision,) = leaves_of(ctx, "decision")
    assert (decision.fields["rule"], decision.fields["auto"]) == ("announced", True)


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("name", "why"),
    [("breaks", "failed"), ("answers_oddly", "failed"), ("dawdles", "took too long")],
)
def test_one_that_fails_loses_no_question_and_decides_nothing(
    ctx: Context, name: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting = under(ctx, policy_with(name, decides="off_topic"))
    rules = importlib.import_module("acme_rules")
    rules.let_go.clear()
    if name == "dawdles":
        monkeypatch.setattr(own_rules, "PATIENCE_S", PATIENCE_S)
    started_s = time.monotonic()
    meeting.ask("When does lunch start?")
    # It would be a minute until the one that dawdles answers.
    assert time.monotonic() - started_s < 30
    rules.let_go.set()
    assert flags(meeting, 1) == [f"{name}, version 1.2.0, {why}, so it did not look at this."]
    assert leaves_of(ctx, "decision") == []


@pytest.mark.usefixtures("installed")
def test_a_policy_names_what_is_installed_and_a_package_that_goes_stops_no_meeting(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting = under(ctx, policy_with("project_names", decides="off_topic"))
    for name, version, field in (
        ("nothing_here", "1.2.0", "rules[0].params.rule"),
        ("project_names", "9.9", "rules[0].params.version"),
    ):
        with pytest.raises(BadInput) as refused:
            policies.publish_policy(ctx, SLUG, meeting.owner, policy_with(name, version), 2)
        assert refused.value.field == field
    monkeypatch.setattr(own_rules, "_installed", dict)
    meeting.ask("When does Falcon start?")
    assert flags(meeting, 1) == [
        "project_names, version 1.2.0, is not installed, so it did not look at this."
    ]
    assert leaves_of(ctx, "decision") == []


@pytest.mark.usefixtures("installed")
def test_it_is_tried_on_past_questions_before_it_is_adopted(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    for text in ("When does Falcon start?", "When does lunch start?"):
        meeting.ask(text)
    tried = policies.try_policy(ctx, SLUG, meeting.owner, policy_with("project_names"))
    assert [(rule["flagged"], tried["questions"]) for rule in tried["rules"]] == [(1, 2)]
