"""Answers to staff: deciding on several at once, settings, the team, imports."""

from qa.web.answers.base import Answer, Docket, StaffRole, Time
from qa.web.answers.events import Event
from qa.web.answers.questions import Question


class Refused(Answer):
    """A question that was not decided on with the others, and why."""

    n: int
    code: str
    message: str


class DecidedTogether(Answer):
    """The questions that were decided on, as staff see them now, and those that were not."""

    questions: list[Question]
    refused: list[Refused]


class Member(Answer):
    """Somebody with a role; ``removed_at`` says since when no longer."""

    id: int
    name: str
    role: StaffRole
    pseudonym: str
    added_at: Time
    removed_at: Time | None


class Settings(Answer):
    """What the owner sees of a meeting."""

    event: Event
    join_code: str
    join_url: str
    staff: list[Member]


class NewMember(Answer):
    """A member just added, with a link that signs them in once."""

    id: int
    pseudonym: str
    role: StaffRole
    link: str


class Link(Answer):
    """A link that signs somebody in once."""

    link: str


class RowError(Answer):
    """What is wrong with one line of a file."""

    line: int
    field: str | None
    message: str


class Imported(Answer):
    """What an import did, or would do."""

    rows: int
    imported: int
    errors: list[RowError]
    dry_run: bool
    first: Docket | None
    last: Docket | None
