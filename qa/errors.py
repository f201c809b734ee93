"""One error tree: a stable code, a sentence for people, and the field it is about.

Doors turn these into answers: HTTP status codes live in ``qa.web.errors``, not here.
"""

from collections.abc import Mapping
from typing import ClassVar


class QaError(Exception):
    """A refusal that a person can act on."""

    code: ClassVar[str] = "error"

    def __init__(
        self,
        message: str,
        *,
        field: str | None = None,
        details: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.details = dict(details or {})

    def as_dict(self) -> dict[str, object]:
        """Return the body shared by HTTP answers and socket acknowledgements."""
        error: dict[str, object] = {"code": self.code, "message": self.message}
        if self.field is not None:
            error["field"] = self.field
        return {"error": {**error, **self.details}}


class BadInput(QaError):
    """A field is missing, malformed or beyond its limit."""

    code = "bad_input"


class BadJson(QaError):
    """The body is not the strict JSON that every door accepts."""

    code = "bad_json"


class TooLarge(QaError):
    """The body or packet is larger than the door accepts."""

    code = "too_large"


class UnknownEvent(QaError):
    """No event has this slug."""

    code = "unknown_event"


class NotScheduled(QaError):
    """The event has no time at which it starts."""

    code = "not_scheduled"


class WrongCode(QaError):
    """No event can be joined with this code."""

    code = "wrong_code"


class UnknownQuestion(QaError):
    """The event has no question with this docket number."""

    code = "unknown_question"


class UnknownLeaf(QaError):
    """The log has no leaf with this index."""

    code = "unknown_leaf"


class UnknownStaff(QaError):
    """The event has no staff member with this number."""

    code = "unknown_staff"


class UnknownProposal(QaError):
    """There can be no proposal with this number."""

    code = "unknown_proposal"


class UnknownWebhook(QaError):
    """The event has no webhook with this number."""

    code = "unknown_webhook"


class NoMail(QaError):
    """This server has no mail server."""

    code = "no_mail"


class UnknownPolicy(QaError):
    """The event has no version of its policy with this number."""

    code = "unknown_policy"


class NotJoined(QaError):
    """The act needs a participant, and this browser has not joined the event."""

    code = "not_joined"


class SignedOut(QaError):
    """The act needs a staff session, and there is none."""

    code = "signed_out"


class BadLink(QaError):
    """A one-time sign-in link was used, has expired, or never existed."""

    code = "bad_link"


class WrongPassword(QaError):
    """Name, password and code are not those of one account; it is not said which is wrong."""

    code = "wrong_password"


class BadReturn(QaError):
    """Whoever came back from the OpenID provider did not bring what shows who they are."""

    code = "bad_return"


class UnknownSignIn(QaError):
    """Somebody signed in at the OpenID provider whom no account here is connected with."""

    code = "unknown_sign_in"


class ProviderAway(QaError):
    """The OpenID provider does not answer, or not like one."""

    code = "provider_away"


class BadTicket(QaError):
    """A ticket was used, belongs to another event, or never existed."""

    code = "bad_ticket"


class TicketNeeded(QaError):
    """Only whoever was sent a ticket may take part in this event."""

    code = "ticket_needed"


class SignInNeeded(QaError):
    """Only whoever signs in at the OpenID provider may take part in this event."""

    code = "sign_in_needed"


class NoRight(QaError):
    """The actor's role does not allow the act."""

    code = "no_right"


class CrossSite(QaError):
    """The request came from another site, or without its CSRF token."""

    code = "cross_site"


class EventNotOpen(QaError):
    """The event does not take this yet."""

    code = "event_not_open"


class EventNotClosed(QaError):
    """The event is not over yet."""

    code = "event_not_closed"


class EventClosed(QaError):
    """The event is closed, and its record with it."""

    code = "event_closed"


class SlugTaken(QaError):
    """Another event has this slug or join code."""

    code = "slug_taken"


class StaleVersion(QaError):
    """Somebody else acted first; ``details["current"]`` says how things stand."""

    code = "stale_version"


class IllegalTransition(QaError):
    """The question's status does not allow the act."""

    code = "illegal_transition"


class DuplicateSubmission(QaError):
    """The client key was already used for a different submission."""

    code = "duplicate_submission"


class RateLimited(QaError):
    """A quota is used up; ``details["retry_after_s"]`` says when to try again, if ever."""

    code = "rate_limited"


class Busy(QaError):
    """The queue in front of the writer is full; ``details["retry_after_s"]`` says when to retry."""

    code = "busy"


class ReportWithheld(QaError):
    """The owner has not published the report to this reader yet."""

    code = "report_withheld"


class LogDamaged(QaError):
    """The stored log contradicts itself; nothing may be signed until that is understood."""

    code = "log_damaged"


class Malformed(QaError):
    """Bytes from outside are not of their format."""

    code = "malformed"


class Unverified(QaError):
    """A signed text carries no signature by a key that is known."""

    code = "unverified"


class Invalid(QaError):
    """A well-formed proof, signature or commitment is wrong."""

    code = "invalid"


class ConfigError(QaError):
    """An environment setting is missing or not of its form."""

    code = "config"
