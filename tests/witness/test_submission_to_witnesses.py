"""What the server does with a real witness: submit, keep, serve, and never start behind it."""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from qa.app import create_app
from qa.clock import system_clock
from qa.config import Config
from qa.errors import ConfigError, LogDamaged
from qa.exports.bundle import make_bundle
from qa.services import logs, proofs
from qa.services.context import Context, read_policy
from qa.services.startup import check_signed_heads
from qa.store.models.logs import Log, LogLeaf
from qa.verify import main as verify
from tests.conftest import TurnableClock, check_every_log
from tests.services.meeting import SLUG, hold_meeting
from tests.web.browser import Browser
from tests.witness.deployment import REGISTRY, Deployment, deploy
from tests.witness.hall import NAME, Running


@pytest.fixture
def hold(
    config: Config,
    make_context: Callable[[Config], Context],
    clock: TurnableClock,
    numbers: Iterator[int],
) -> Callable[[Running], Deployment]:
    """Return a holder of meetings whose clients all ask for one witness, each with new origins."""
    clock.now_ms = system_clock()

    def hold_with(witness: Running) -> Deployment:
        policy = f"witness ours {witness.vkey} http://{witness.address}\nquorum ours\n"
        own = replace(config, public_url=f"http://questions-{next(numbers)}.example.org")
        return deploy(own, make_context, policy, witness.logs)

    return hold_with


@pytest.fixture
def held(hold: Callable[[Running], Deployment], shared: Running) -> Iterator[Deployment]:
    """Give a meeting with a witness."""
    deployment = hold(shared)
    yield deployment
    check_every_log(deployment.ctx)


@pytest.fixture
def mortal(start: Callable[..., Running], tmp_path: Path) -> Running:
    """Return a witness that a test may kill."""
    logs_file = tmp_path / "logs"
    logs_file.write_text("# none yet\n", encoding="utf-8")
    witness = start("--logs", logs_file)
    witness.logs = logs_file
    return witness


def test_what_is_served_as_the_checkpoint_is_cosigned_and_the_head_is_the_newest(
    held: Deployment,
) -> None:
    held.meeting.ask()
    held.submit()
    first = held.size()
    assert held.served() == (first, {"ours"})
    assert held.served(REGISTRY) == (held.size(REGISTRY), {"ours"})
    held.meeting.ask()
    assert held.served() == (first, {"ours"})
    head, names = held.read(logs.newest_head(held.ctx, SLUG).note)
    assert (head.tree_size, names) == (first + 1, set())
    held.submit()
    assert held.served() == (first + 1, {"ours"})


def test_many_heads_become_one_submission_and_no_growth_becomes_none(
    hold: Callable[[Running], Deployment], mortal: Running
) -> None:
    held = hold(mortal)
    for _ in range(20):
        held.meeting.ask()
    held.submit()
    assert held.served() == (held.size(), {"ours"})
    mortal.kill()
    held.submit()
    assert not held.ctx.patience.silences


def test_before_a_witness_has_seen_anything_the_head_is_served_all_the_same(
    held: Deployment,
) -> None:
    assert held.served() == (held.size(), set())


def test_a_server_that_lost_its_cosignatures_asks_again_from_where_the_witness_is(
    held: Deployment,
) -> None:
    held.meeting.ask()
    held.submit()
    shutil.rmtree(held.ctx.config.data_dir / "cosigned")
    assert held.served() == (held.size(), set())
    held.meeting.ask()
    held.submit()
    assert held.served() == (held.size(), {"ours"})


def test_a_witness_that_learns_of_the_log_later_is_asked_again(
    held: Deployment, shared: Running
) -> None:
    known = shared.logs.read_text("utf-8")
    shared.logs.write_text("# none\n", encoding="utf-8")
    held.submit()
    assert held.served() == (held.size(), set())
    shared.logs.write_text(known, encoding="utf-8")
    held.submit()
    assert held.served() == (held.size(), set())
    held.hurry()
    held.submit()
    assert held.served() == (held.size(), {"ours"})


def test_of_two_workers_one_asks_and_the_other_comes_back_to_it(
    held: Deployment, make_context: Callable[[Config], Context]
) -> None:
    other = replace(held, meeting=replace(held.meeting, ctx=make_context(held.ctx.config)))
    other.meeting.ask()
    with held.ctx.cosigned.turn(0) as ours:
        assert ours
        other.submit()
        assert other.served() == (held.size(), set())
    other.hurry()
    other.submit()
    assert held.served() == other.served() == (held.size(), {"ours"})


def test_a_bundle_is_cosigned_at_exactly_its_own_size_even_while_people_ask(
    held: Deployment, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bundle.zip"
    command = [str(file), "--vkey", held.key().vkey, "--policy", str(held.policy_file)]
    for _ in range(3):
        held.meeting.ask()
        file.write_bytes(make_bundle(held.ctx, SLUG))
        assert verify(command) == 0
        assert "Cosigned by ours" in capsys.readouterr().out


def test_a_bundle_is_there_without_the_witness_and_says_that_it_lacks_the_quorum(
    hold: Callable[[Running], Deployment],
    mortal: Running,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    held = hold(mortal)
    mortal.kill()
    file = tmp_path / "bundle.zip"
    file.write_bytes(make_bundle(held.ctx, SLUG))
    assert verify([str(file), "--vkey", held.key().vkey]) == 0
    command = [str(file), "--vkey", held.key().vkey, "--policy", str(held.policy_file)]
    assert verify(command) == 1
    assert "quorum is not reached" in capsys.readouterr().out


def test_the_proof_of_a_leaf_is_under_a_cosigned_checkpoint_as_soon_as_one_covers_it(
    held: Deployment,
) -> None:
    receipt = held.meeting.ask()
    before = proofs.leaf_proof(held.ctx, SLUG, receipt.leaf_index)
    held.submit()
    held.meeting.ask()
    after = proofs.leaf_proof(held.ctx, SLUG, receipt.leaf_index)
    for proof, names in ((before, set()), (after, {"ours"})):
        note = proof.partition("\n\n")[2]
        assert held.read(note) == (held.read(note)[0], names)


def _roll_back(session: Session) -> None:
    log = session.query(Log).filter(Log.event_id.is_not(None)).one()
    last = log.tree_size - 1
    session.query(LogLeaf).filter_by(log_id=log.id, leaf_index=last).delete()
    log.tree_size = last


@pytest.mark.parametrize("lost", ["cosigned", "checkpoints", "both"])
def test_a_server_behind_its_witness_refuses_to_start_whatever_else_was_lost(
    hold: Callable[[Running], Deployment],
    make_context: Callable[[Config], Context],
    shared: Running,
    lost: str,
) -> None:
    held = hold(shared)
    receipt = held.meeting.ask()
    held.submit()
    check_signed_heads(held.ctx)
    held.ctx.db.write(_roll_back)
    for folder in ("cosigned", "checkpoints"):
        if lost in (folder, "both"):
            shutil.rmtree(held.ctx.config.data_dir / folder)
    restored = make_context(held.ctx.config)
    with pytest.raises(LogDamaged) as refused:
        check_signed_heads(restored)
    said = refused.value.message
    assert "Nothing was signed" in said
    assert f"{receipt.leaf_index + 1} entries" in said
    assert f"the database has {receipt.leaf_index}" in said
    assert (NAME in said) == (lost == "both")


def test_a_silent_witness_stops_no_start_and_no_question(
    hold: Callable[[Running], Deployment], mortal: Running
) -> None:
    held = hold(mortal)
    held.submit()
    mortal.kill()
    check_signed_heads(held.ctx)
    held.meeting.ask()
    held.submit()
    assert held.size() == held.served()[0] + 1


def test_asking_at_start_signs_nothing_that_a_witness_could_hold_against_the_log(
    held: Deployment,
) -> None:
    check_signed_heads(held.ctx)
    held.submit()
    check_signed_heads(held.ctx)
    assert held.served() == (held.size(), {"ours"})


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        (None, "cannot be read"),
        ("witness w no-key\nquorum w\n", "Line 1"),
        ("quorum none\nquorum none\n", "Line 2"),
        ("witness w {vkey} file:///etc/passwd\nquorum w\n", "https://"),
    ],
)
def test_a_policy_that_is_none_stops_the_start_with_a_line(
    shared: Running, tmp_path: Path, policy: str | None, said: str
) -> None:
    file = tmp_path / "policy"
    if policy is not None:
        file.write_text(policy.format(vkey=shared.vkey), encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        read_policy(file)
    assert said in refused.value.message
    assert refused.value.field == "QA_WITNESS_POLICY"


def test_the_record_page_says_who_cosigned_how_much_and_how_long_ago(
    held: Deployment, clock: TurnableClock
) -> None:
    app = create_app(held.ctx.config, held.ctx)
    page = f"/e/{SLUG}/record"

    def words() -> str:
        found = (
            Browser(app).get(page).text.partition('id="witnesses"')[2].partition("</section>")[0]
        )
        return " ".join(re.sub(r"<[^>]*>", "", found).split())

    assert f"{NAME} has not cosigned this record yet" in words()
    (witness,) = held.ctx.cosigned.witnesses
    assert f'data-witnesses="{witness.verifier.vkey}"' in Browser(app).get(page).text
    held.submit()
    clock.turn(hours=3.5)
    assert re.search(rf"{NAME} cosigned all {held.size()} entries, 3 h \d+ min ago", words())
    held.meeting.ask()
    assert f"the first {held.size() - 1} of {held.size()} entries" in words()
    assert "only this server's word" in words()


def test_without_a_witness_the_record_page_says_so(ctx: Context) -> None:
    hold_meeting(ctx, "open")
    page = Browser(create_app(ctx.config, ctx)).get(f"/e/{SLUG}/record").text
    assert "No independent witness: this record is evidence for those who saved something" in page
