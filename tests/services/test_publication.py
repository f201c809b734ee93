"""Who may read the report: the owner's choice, on the record, and a link that opens it."""

from urllib.parse import parse_qs, urlsplit

import pytest

from qa.errors import BadInput, EventNotOpen, NoRight, ReportWithheld
from qa.exports.bundle import make_bundle
from qa.ledger.checks import open_bundle, verify_bundle
from qa.ledger.note import Verifier
from qa.ledger.record import Pins
from qa.services import logs, publication, registry, reports, standing
from qa.services.context import Context
from qa.services.standing import Reader, read_standing
from tests.conftest import TurnableClock, everything_at_rest
from tests.services.log_reading import leaves_of
from tests.services.meeting import SLUG, Meeting, hold_meeting

ANYBODY = Reader()
STAFF = Reader(staff=True)


def publish(meeting: Meeting, audience: str, public_from: int | None = None) -> None:
    publication.change_publication(
        meeting.ctx, SLUG, meeting.owner, audience=audience, public_from=public_from
    )


def may_read(ctx: Context, reader: Reader) -> bool:
    try:
        read_standing(ctx, SLUG, reader)
    except ReportWithheld:
        return False
    return True


def test_everyone_may_read_until_the_owner_withholds_the_report(ctx: Context) -> None:
    meeting = hold_meeting(ctx)
    with pytest.raises(EventNotOpen):
        read_standing(ctx, SLUG, STAFF)
    meeting.move("open")
    assert may_read(ctx, ANYBODY)
    publish(meeting, "staff")
    assert not may_read(ctx, ANYBODY)
    assert may_read(ctx, STAFF)
    assert not may_read(ctx, Reader(key="A" * 32))


def test_an_embargo_ends_by_itself_and_is_on_the_record(ctx: Context, clock: TurnableClock) -> None:
    meeting = hold_meeting(ctx, "open")
    publish(meeting, "everyone", clock.now_ms + 60_000)
    publish(meeting, "everyone", clock.now_ms + 60_000)
    assert [leaf.fields["fields"] for leaf in leaves_of(ctx, "event.changed")] == [["report_from"]]
    assert not may_read(ctx, ANYBODY)
    index = [leaf.kind for leaf in leaves_of(ctx)].index("event.changed")
    said = str(standing.embargo(ctx, SLUG))
    assert said.startswith("The audit report is published on 2026-11-18 at 11:08 UTC.")
    assert said.endswith(f"Entry {index} of the log set that.")
    clock.turn(minutes=1)
    assert may_read(ctx, ANYBODY)
    assert standing.embargo(ctx, SLUG) is None


def test_a_share_link_opens_a_withheld_report_until_there_is_a_new_one(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    publish(meeting, "staff")
    assert publication.read_publication(ctx, SLUG, meeting.owner)["link"] is None
    keys = []
    for _ in range(2):
        link = publication.renew_link(ctx, SLUG, meeting.owner)["link"]
        assert link.startswith(f"{ctx.config.public_url}/e/{SLUG}/report?key=")
        keys += parse_qs(urlsplit(link).query)["key"]
    assert not may_read(ctx, Reader(key=keys[0]))
    assert may_read(ctx, Reader(key=keys[1]))
    assert not any(key in everything_at_rest(ctx) for key in keys)
    assert len(leaves_of(ctx, "event.changed")) == 3


def test_who_may_read_can_change_after_the_close_and_the_record_still_verifies(
    ctx: Context,
) -> None:
    meeting = hold_meeting(ctx, "open", "live")
    meeting.ask()
    meeting.decide(1, "filter")
    publish(meeting, "staff")
    meeting.move("closed")
    at_close = reports.build_report(ctx, SLUG)
    publish(meeting, "everyone")
    publication.renew_link(ctx, SLUG, meeting.owner)
    registry.anchor_logs(ctx)

    late = reports.build_report(ctx, SLUG)
    assert [leaf.what for leaf in late.late_changes] == [
        "Changed: who may read the report.",
        "Changed: the share link of the report.",
    ]
    assert late.late_changes[0].leaf_index == at_close.proof.tree_size
    again = reports.build_report(ctx, SLUG, tree_size=at_close.proof.tree_size)
    assert again == at_close
    assert late.numbers == at_close.numbers

    pins = Pins(
        log=Verifier.parse(logs.log_vkey(ctx, SLUG)),
        promise=ctx.keyring.promise_signer(ctx.config.origin).verifier,
        registry=Verifier.parse(logs.log_vkey(ctx, logs.REGISTRY)),
    )
    _, bundle = open_bundle(make_bundle(ctx, SLUG))
    assert [step for step in verify_bundle(bundle, pins) if step.passed is False] == []


def test_only_the_owner_decides_who_may_read(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    for actor in (meeting.moderator, meeting.presenter, meeting.auditor, meeting.person()):
        with pytest.raises(NoRight):
            publication.read_publication(ctx, SLUG, actor)
        with pytest.raises(NoRight):
            publication.renew_link(ctx, SLUG, actor)
        with pytest.raises(NoRight):
            publication.change_publication(ctx, SLUG, actor, audience="staff", public_from=None)
    with pytest.raises(BadInput):
        publish(meeting, "nobody")
