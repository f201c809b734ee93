"""Answers about meetings: how one stands, joining and leaving, what is protected in it."""

from typing import Annotated, Literal

from pydantic import Field

from qa.web.answers.base import Answer, Docket, StaffRole, State, Time


class Joined(Answer):
    """An event that was joined."""

    slug: str
    title: str
    url: str


class Left(Answer):
    """A meeting that a browser is no longer in."""

    left: Literal[True]


class Counts(Answer):
    """How an event's questions stand."""

    submitted: int
    pending: int
    published: int
    filtered: int
    merged: int
    withdrawn: int
    overdue: int
    answered: int
    undecided: int


class Admission(Answer):
    """Who may take part, and how many do. By an open link, whoever votes is unverified."""

    how: Literal["open", "tickets", "provider"]
    verified: Annotated[
        bool, Field(description="Whether each voter used a ticket of their own, or signed in.")
    ]
    electorate: Annotated[int | None, Field(description="Tickets sent out; null without tickets.")]
    used: Annotated[
        int | None,
        Field(description="Tickets used, or people who signed in; null for an open link."),
    ]
    at: Annotated[str | None, Field(description="Host of the provider to sign in at, if any.")]
    words: Annotated[str, Field(description="The same, in a sentence or two.")]


class Event(Answer):
    """One meeting."""

    slug: str
    title: str
    state: State
    starts_at: Time | None
    ends_at: Time | None
    anonymous_allowed: bool
    named_allowed: bool
    admission: Admission
    revision: int
    policy_version: int
    closed_at: Time | None
    now: Time
    join_code: str
    join_url: str
    counts: Counts
    limits: dict[str, int]
    origin: str
    vkey: str


class Me(Answer):
    """Who this browser is in an event."""

    joined: bool
    csrf: str
    role: StaffRole | None
    pseudonym: str | None
    votes: list[Docket]


class AnonymitySentence(Answer):
    """One thing that is so under the settings in force."""

    code: Annotated[str, Field(description="Stable, for programs.")]
    text: str
    short: Annotated[bool, Field(description="Whether it is among the few shown at once.")]


class Anonymity(Answer):
    """What is and is not protected when somebody asks, most important first."""

    sentences: list[AnonymitySentence]
