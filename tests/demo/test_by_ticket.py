"""The demo's small meeting by ticket: links work once, each start gives new ones."""

import pytest

from qa.demo import by_ticket
from qa.errors import BadTicket
from qa.services import boards, events, tickets
from qa.services.context import Context
from tests.services.meeting import SLUG, hold_meeting


def used(ctx: Context) -> tuple[int, int]:
    admission = boards.get_event(ctx, by_ticket.SLUG)["admission"]
    return admission["used"], admission["electorate"]


def test_each_start_of_the_demo_gives_links_that_let_one_browser_in_once(ctx: Context) -> None:
    hold_meeting(ctx)
    links = by_ticket.open_by_ticket(ctx, SLUG)
    assert list(links) == ["Guest 1", "Guest 2", "Guest 3"]
    assert used(ctx) == (5, 8)
    ticket = links["Guest 1"].rpartition("#")[2]
    tickets.use_ticket(ctx, by_ticket.SLUG, ticket)
    with pytest.raises(BadTicket):
        tickets.use_ticket(ctx, by_ticket.SLUG, ticket)
    assert list(by_ticket.open_by_ticket(ctx, SLUG)) == ["Guest 4", "Guest 5", "Guest 6"]
    assert used(ctx) == (6, 11)


def test_the_small_meeting_has_questions_with_votes_and_no_links_once_it_is_closed(
    ctx: Context,
) -> None:
    meeting = hold_meeting(ctx)
    by_ticket.open_by_ticket(ctx, SLUG)
    board = boards.public_board(ctx, by_ticket.SLUG)
    assert board["tally"] == [(1, 4), (2, 3)]
    assert board["event"]["counts"]["published"] == 2
    events.move_event(ctx, by_ticket.SLUG, meeting.owner, "closed")
    assert by_ticket.open_by_ticket(ctx, SLUG) == {}
