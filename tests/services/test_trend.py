"""The same numbers over a deployment's meetings."""

import json

from qa.report.trend import Trend, make_trend, point_of, trend_json
from qa.services import boards, decisions, events, questions
from qa.services.context import Actor, Context
from qa.services.events import EventDraft
from qa.services.reports import build_report
from tests.conftest import TurnableClock
from tests.services.meeting import EXPLANATION, SLUG, Meeting, hold_meeting


def hold_another(meeting: Meeting, slug: str, declined: int) -> None:
    """Hold a second meeting of ten questions, of which so many are declined."""
    ctx, owner = meeting.ctx, meeting.owner
    assert owner.account_id is not None
    events.create_event(ctx, owner.account_id, EventDraft(title=f"Meeting {slug}", slug=slug))
    actor = Actor(owner.role, "Owner")
    events.move_event(ctx, slug, actor, "open")
    for n in range(1, 11):
        draft = meeting.draft(f"What about matter number {n} this time?", f"{slug} {n}")
        questions.submit_question(ctx, slug, meeting.person(), draft)
        verdict = "filter" if n <= declined else "publish"
        decisions.decide(
            ctx,
            slug,
            actor,
            n,
            verdict=verdict,
            reason="off_topic" if n <= declined else None,
            explanation=EXPLANATION if n <= declined else None,
            seq=0,
        )


def build_trend(ctx: Context) -> Trend:
    """Return the trend over every meeting of a deployment."""
    slugs = boards.known_slugs(ctx)
    return make_trend([point_of(build_report(ctx, slug, topics="none")) for slug in slugs])


def test_a_trend_has_the_numbers_of_each_report_in_the_order_of_meetings(
    ctx: Context, clock: TurnableClock
) -> None:
    meeting = hold_meeting(ctx, "open")
    clock.turn(hours=24)
    hold_another(meeting, "later", declined=8)
    clock.turn(hours=24)
    hold_another(meeting, "last", declined=1)
    assert meeting.owner.account_id is not None
    events.create_event(ctx, meeting.owner.account_id, EventDraft(title="Draft", slug="a-draft"))
    trend = build_trend(ctx)
    assert [point.meeting.slug for point in trend.points] == [SLUG, "later", "last"]
    for point in trend.points:
        report = build_report(ctx, point.meeting.slug)
        assert point.numbers == report.numbers
        assert point.rates == report.rates
        assert point.tree_size == report.proof.tree_size
    later = trend.points[1]
    assert later.rates.filtered == 0.8
    assert later.filtered_low is not None
    assert later.filtered_low < 0.8
    assert trend.p_value == 0.005477  # Fisher's exact test of 8 of 10 against 1 of 10
    assert "from 10 to 80 in 100" in trend.sentence
    assert "does not say why" in trend.sentence
    assert trend_json(build_trend(ctx)) == trend_json(trend)
    assert "matter number" not in json.dumps(json.loads(trend_json(trend)))


def test_a_deployment_without_meetings_has_an_empty_trend(ctx: Context) -> None:
    assert build_trend(ctx) == make_trend([])
    assert build_trend(ctx).sentence.startswith("There is nothing to compare yet")
