"""Lies about who was let in, told of a meeting by ticket, or by sign-in, that is honest otherwise.

The meeting of ``town_hall`` is by an open link; ``let_in_by`` makes it one of the other kinds. One
of its questions has five votes, so five people are the fewest that can have come.
"""

from collections.abc import Callable

from tests.verify.forger import Line, find

SENT, USED = 7, 5
ISSUER = "https://login.example.org/staff"

TicketLie = Callable[[list[Line]], None]
TICKET_LIES: dict[str, tuple[TicketLie, str, str]] = {}


def let_in_by(how: str, lines: list[Line]) -> None:
    """Make the record one of a meeting that people came to by ``tickets``, or by a ``provider``."""
    by_ticket = how == "tickets"
    more = {} if by_ticket else {"issuer": ISSUER}
    size = SENT if by_ticket else 0
    said = {"how": how, "size": size, **more}
    lines.insert(2, Line("admission", lines[2].t, said))
    counts = {"used": USED, **({"size": SENT} if by_ticket else {})}
    end = lines.index(find(lines, "event.state", to="closed"))
    lines.insert(end, Line("admission.forgotten", lines[end].t, counts))


def lie(says: str, how: str = "tickets") -> Callable[[TicketLie], TicketLie]:
    """Note a lie about a meeting of this kind, and what step 10 has to say of it."""

    def note(rewrite: TicketLie) -> TicketLie:
        TICKET_LIES[rewrite.__name__] = (rewrite, says, how)
        return rewrite

    return note


def sent(lines: list[Line]) -> Line:
    return find(lines, "admission")


def forgotten(lines: list[Line]) -> Line:
    return find(lines, "admission.forgotten")


def before(lines: list[Line], state: str, line: Line) -> None:
    lines.insert(lines.index(find(lines, "event.state", to=state)), line)


def after_opening(lines: list[Line], how: str, size: int) -> None:
    before(lines, "live", Line("admission", sent(lines).t, {"how": how, "size": size}))


@lie("a question has 5 votes, but 4 tickets were used")
def fewer_tickets_used_than_a_question_has_votes(lines: list[Line]) -> None:
    forgotten(lines).fields["used"] = 4


@lie("a question has 5 votes, but 4 people signed in", "provider")
def fewer_people_who_signed_in_than_a_question_has_votes(lines: list[Line]) -> None:
    forgotten(lines).fields["used"] = 4


@lie("it counts 9 tickets; the log has 7")
def more_tickets_used_than_were_ever_sent(lines: list[Line]) -> None:
    forgotten(lines).fields.update(size=9, used=9)


@lie("it counts 5 tickets; the log has 7")
def tickets_that_nobody_used_left_out(lines: list[Line]) -> None:
    forgotten(lines).fields["size"] = 5


@lie("it counts no tickets; the log has 7")
def tickets_left_uncounted(lines: list[Line]) -> None:
    del forgotten(lines).fields["size"]


@lie("it counts 7 tickets; the log has 0", "provider")
def tickets_where_people_signed_in(lines: list[Line]) -> None:
    forgotten(lines).fields["size"] = SENT


@lie("it counts 7 tickets; the log has 0")
def tickets_counted_that_nobody_was_said_to_be_sent(lines: list[Line]) -> None:
    lines.remove(sent(lines))


@lie("the meeting ended without saying how many tickets were used")
def a_list_of_recipients_that_nobody_says_is_destroyed(lines: list[Line]) -> None:
    lines.remove(forgotten(lines))


@lie("the meeting ended without saying how many people signed in", "provider")
def a_key_that_nobody_says_is_destroyed(lines: list[Line]) -> None:
    lines.remove(forgotten(lines))


@lie("it counts 7 tickets; the log has 7")
def a_count_of_used_tickets_that_is_replaced(lines: list[Line]) -> None:
    again = forgotten(lines)
    before(lines, "closed", Line(again.kind, again.t, {**again.fields, "used": 6}))


@lie("admission.forgotten cannot follow the end of the meeting")
def a_count_of_used_tickets_after_the_end(lines: list[Line]) -> None:
    line = forgotten(lines)
    lines.remove(line)
    lines.append(Line(line.kind, lines[-1].t, line.fields))


@lie("who may take part was changed too late")
def tickets_sent_after_they_were_counted(lines: list[Line]) -> None:
    line = forgotten(lines)
    before(lines, "closed", Line("admission", line.t, {"how": "tickets", "size": 8}))


@lie("who may take part was changed too late")
def an_open_link_once_the_meeting_was_open(lines: list[Line]) -> None:
    after_opening(lines, "open", 0)


@lie("7 tickets were sent, and now it says 6")
def tickets_taken_back(lines: list[Line]) -> None:
    after_opening(lines, "tickets", 6)
