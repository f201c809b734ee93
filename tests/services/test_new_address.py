"""A deployment that people reach at another address than when its events began."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from qa.config import Config
from qa.exports.bundle import make_bundle
from qa.ledger.checks import open_bundle, verify_bundle
from qa.ledger.note import Verifier
from qa.ledger.promise import open_promise
from qa.ledger.record import Pins
from qa.services import boards, events, identity, logs, registry
from qa.services.context import Context
from tests.conftest import check_every_log
from tests.services.meeting import SLUG, hold_meeting

NEW = "https://questions.example.org"


@pytest.fixture
def moved(ctx: Context, config: Config, make_context: Callable[[Config], Context]) -> Context:
    return make_context(replace(config, public_url=NEW))


def test_logs_that_began_at_the_old_address_go_on_and_are_checked_with_the_old_key(
    ctx: Context, moved: Context
) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask()
    known = boards.get_event(ctx, SLUG)
    promises = ctx.keyring.promise_signer(ctx.config.origin).verifier
    anchors = Verifier.parse(logs.log_vkey(ctx, logs.REGISTRY))

    meeting.ctx = moved
    meeting.decide(1, "filter")
    receipt = meeting.ask()
    registry.anchor_logs(moved)
    told = boards.get_event(moved, SLUG)
    assert (told["origin"], told["vkey"]) == (known["origin"], known["vkey"])
    assert told["join_url"].startswith(NEW)
    assert open_promise(receipt.promise, promises).origin == known["origin"]
    _, bundle = open_bundle(make_bundle(moved, SLUG))
    assert bundle is not None
    assert (bundle.about.origin, bundle.about.vkey) == (known["origin"], known["vkey"])
    pins = Pins(log=Verifier.parse(known["vkey"]), promise=promises, registry=anchors)
    assert [step for step in verify_bundle(bundle, pins) if step.passed is False] == []
    check_every_log(moved)


def test_reading_at_another_address_makes_no_key(ctx: Context, moved: Context) -> None:
    hold_meeting(ctx, "open", "live").ask()
    registry.anchor_logs(ctx)
    keys = sorted((moved.config.data_dir / "keys").iterdir())
    boards.get_event(moved, SLUG)
    make_bundle(moved, SLUG)
    assert sorted((moved.config.data_dir / "keys").iterdir()) == keys


def test_an_event_that_begins_after_the_move_is_of_the_same_deployment(
    ctx: Context, moved: Context
) -> None:
    account = identity.create_account(ctx, "Ada", may_create_events=True)
    events.create_event(ctx, account, events.EventDraft(title="All hands", slug="earlier"))
    began = boards.get_event(ctx, "earlier")["origin"]
    meeting = hold_meeting(moved, "open")
    receipt = meeting.ask()
    registry.anchor_logs(moved)
    told = boards.get_event(moved, SLUG)
    assert told["origin"] == began.replace("earlier", SLUG)
    promises = moved.keyring.promise_signer(ctx.config.origin).verifier
    assert open_promise(receipt.promise, promises).origin == told["origin"]
    _, bundle = open_bundle(make_bundle(moved, SLUG))
    assert bundle is not None
    pins = Pins(
        log=Verifier.parse(told["vkey"]),
        promise=promises,
        registry=Verifier.parse(logs.log_vkey(moved, logs.REGISTRY)),
    )
    assert [step for step in verify_bundle(bundle, pins) if step.passed is False] == []
    check_every_log(moved)


def test_a_deployment_has_the_name_of_the_address_at_which_its_first_event_began(
    moved: Context,
) -> None:
    hold_meeting(moved)
    assert boards.get_event(moved, SLUG)["origin"] == f"questions.example.org/log/{SLUG}"
