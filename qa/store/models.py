"""Tables. Times are milliseconds since the epoch; commitments and hashes are 32 raw bytes.

What is *not* here is as deliberate as what is: a question has no column that leads to a session, a
voter or an account. Its author proves authorship with a secret that only the browser keeps
(``author_tag`` is that secret's SHA-256), so an anonymous question stays anonymous to anyone who
reads the whole database.
"""

from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

BigKey = BigInteger().with_variant(Integer, "sqlite")
"""SQLite only counts up by itself for a column of the type INTEGER."""


class Base(DeclarativeBase):
    """The one registry of tables. Constraints have fixed names, so that migrations can use them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        dict[str, Any]: JSON,
        list[dict[str, Any]]: JSON,
    }


class Event(Base):
    """One meeting. ``revision`` counts every change that an open page must learn of.

    ``electorate`` counts tickets sent, ``admitted`` the people whom a ticket or a sign-in let in;
    ``issuer`` is what the OpenID provider calls itself, where people sign in.
    """

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(480))
    state: Mapped[str] = mapped_column(String(8))
    join_code: Mapped[str] = mapped_column(String(16), unique=True)
    starts_at: Mapped[int | None] = mapped_column(BigInteger)
    ends_at: Mapped[int | None] = mapped_column(BigInteger)
    anonymous_allowed: Mapped[bool] = mapped_column(Boolean)
    named_allowed: Mapped[bool] = mapped_column(Boolean)
    revision: Mapped[int] = mapped_column(BigInteger, default=0)
    last_docket: Mapped[int] = mapped_column(Integer, default=0)
    policy_version: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[int] = mapped_column(BigInteger)
    opened_at: Mapped[int | None] = mapped_column(BigInteger)
    closed_at: Mapped[int | None] = mapped_column(BigInteger)
    snapshot_root: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    report_audience: Mapped[str] = mapped_column(
        String(8), default="everyone", server_default="everyone"
    )
    report_from: Mapped[int | None] = mapped_column(BigInteger)
    report_link: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    admission: Mapped[str] = mapped_column(String(8), default="open", server_default="open")
    electorate: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    admitted: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    issuer: Mapped[str | None] = mapped_column(String(255))

    __table_args__ = (
        CheckConstraint("state IN ('draft', 'open', 'live', 'closed')", name="state"),
        CheckConstraint("anonymous_allowed OR named_allowed", name="somebody_may_ask"),
    )


class EventTitle(Base):
    """One wording of an event's title, kept so that its commitment can always be opened."""

    __tablename__ = "event_title"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    leaf_index: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    title: Mapped[str] = mapped_column(String(480))
    salt: Mapped[bytes] = mapped_column(LargeBinary(32))


class PolicyVersion(Base):
    """One published version of an event's policy: the document, never changed afterwards."""

    __tablename__ = "policy_version"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    document: Mapped[dict[str, Any]]
    published_at: Mapped[int] = mapped_column(BigInteger)


class Account(Base):
    """Somebody who can sign in. Participants never have one."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    name: Mapped[str] = mapped_column(String(240))
    may_create_events: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[int] = mapped_column(BigInteger)


class Staff(Base):
    """An account's role in one event. Removal keeps the row: its pseudonym is on the record."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    role: Mapped[str] = mapped_column(String(10))
    pseudonym: Mapped[str] = mapped_column(String(40))
    added_at: Mapped[int] = mapped_column(BigInteger)
    removed_at: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (
        UniqueConstraint("event_id", "pseudonym"),
        UniqueConstraint("event_id", "account_id", "role", name="uq_staff_membership"),
        CheckConstraint("role IN ('owner', 'moderator', 'presenter', 'auditor')", name="role"),
    )


class SignInLink(Base):
    """A link that signs one account in once. Only the hash of its secret is kept."""

    __tablename__ = "sign_in_link"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    expires_at: Mapped[int] = mapped_column(BigInteger)
    used_at: Mapped[int | None] = mapped_column(BigInteger)


class Password(Base):
    """An account's password as argon2id leaves it, and the name it is typed with."""

    __tablename__ = "password"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    sign_in_name: Mapped[str] = mapped_column(String(60), unique=True)
    hash: Mapped[str] = mapped_column(String(200))


class OneTimeCode(Base):
    """The secret of an account's authenticator app, sealed with a key outside the database.

    ``last_step`` is the step of the last code that was taken: none is taken twice.
    """

    __tablename__ = "one_time_code"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary(64))
    confirmed: Mapped[bool] = mapped_column(Boolean)
    last_step: Mapped[int] = mapped_column(BigInteger)


class ProviderAccount(Base):
    """Somebody at the OpenID provider, under a keyed hash, and the account they sign in to."""

    __tablename__ = "provider_account"

    tag: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), unique=True)


class StaffSession(Base):
    """A signed-in browser, and how it began. Only the hash of the cookie's secret is kept."""

    __tablename__ = "staff_session"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[int] = mapped_column(BigInteger)
    last_seen_at: Mapped[int] = mapped_column(BigInteger)
    way: Mapped[str] = mapped_column(String(8), default="link", server_default="link")


class Question(Base):
    """One submission and how it stands now. ``votes`` is the number of rows in ``vote``.

    A merged one names the docket number that it is merged into and its status before that; its
    votes stay its own.
    """

    __tablename__ = "question"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    docket_number: Mapped[int] = mapped_column(Integer)
    client_key: Mapped[str] = mapped_column(String(64))
    author_tag: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    source: Mapped[str] = mapped_column(String(6))
    anonymous: Mapped[bool] = mapped_column(Boolean)
    name: Mapped[str | None] = mapped_column(String(480))
    name_salt: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    name_hidden_leaf: Mapped[int | None] = mapped_column(BigInteger)
    language: Mapped[str | None] = mapped_column(String(35))
    status: Mapped[str] = mapped_column(String(9))
    text_open: Mapped[bool] = mapped_column(Boolean, default=False)
    text_version: Mapped[int] = mapped_column(Integer, default=1)
    flags: Mapped[list[dict[str, Any]]]
    decision_count: Mapped[int] = mapped_column(Integer, default=0)
    votes: Mapped[int] = mapped_column(Integer, default=0)
    revision: Mapped[int] = mapped_column(BigInteger)
    leaf_index: Mapped[int] = mapped_column(BigInteger)
    policy_version: Mapped[int] = mapped_column(Integer)
    submitted_at: Mapped[int] = mapped_column(BigInteger)
    due_at: Mapped[int] = mapped_column(BigInteger)
    next_at: Mapped[int | None] = mapped_column(BigInteger)
    live: Mapped[bool] = mapped_column(Boolean, default=False)
    live_at: Mapped[int | None] = mapped_column(BigInteger)
    answered_at: Mapped[int | None] = mapped_column(BigInteger)
    withdrawn_at: Mapped[int | None] = mapped_column(BigInteger)
    merged_into: Mapped[int | None] = mapped_column(Integer)
    before_merge: Mapped[str | None] = mapped_column(String(9))

    __table_args__ = (
        UniqueConstraint("event_id", "docket_number"),
        UniqueConstraint("event_id", "client_key", name="uq_question_client_key"),
        Index("ix_question_revision", "event_id", "revision"),
        Index("ix_question_merged_into", "event_id", "merged_into"),
        Index("ix_question_counts", "event_id", "status", "due_at", "answered_at"),
        CheckConstraint(
            "status IN ('pending', 'published', 'filtered', 'merged', 'withdrawn')", name="status"
        ),
        CheckConstraint("source IN ('live', 'import')", name="source"),
        CheckConstraint("NOT anonymous OR name IS NULL", name="anonymous_has_no_name"),
    )


class QuestionText(Base):
    """One version of a question's words. A revision adds a row and never changes one.

    Here and wherever else words stand: once an act has hidden words, ``hidden_leaf`` is the index
    of its leaf, and ``text`` and ``salt`` are what it left of them, opening that leaf, or nothing.
    """

    __tablename__ = "question_text"

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    text: Mapped[str | None] = mapped_column(Text)
    salt: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    written_at: Mapped[int] = mapped_column(BigInteger)
    leaf_index: Mapped[int] = mapped_column(BigInteger)
    hidden_leaf: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (
        CheckConstraint("text IS NOT NULL OR hidden_leaf IS NOT NULL", name="text_or_hidden"),
        CheckConstraint("(text IS NULL) = (salt IS NULL)", name="salt_with_text"),
    )


class Decision(Base):
    """A statement of reasons on one question. Corrections add a row that names the older one."""

    __tablename__ = "decision"

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True)
    supersedes: Mapped[int | None] = mapped_column(Integer)
    verdict: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str | None] = mapped_column(String(40))
    explanation: Mapped[str | None] = mapped_column(Text)
    explanation_salt: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    hidden_leaf: Mapped[int | None] = mapped_column(BigInteger)
    decided_by: Mapped[str] = mapped_column(String(40))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    rule: Mapped[str | None] = mapped_column(String(40))
    automated: Mapped[bool] = mapped_column(Boolean)
    overdue: Mapped[bool] = mapped_column(Boolean)
    policy_version: Mapped[int] = mapped_column(Integer)
    merged_into: Mapped[int | None] = mapped_column(Integer)
    appeal: Mapped[int | None] = mapped_column(Integer)
    sampled: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    decided_at: Mapped[int] = mapped_column(BigInteger)
    leaf_index: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        CheckConstraint(
            "verdict IN ('publish', 'filter', 'merge', 'restore', 'redact')", name="verdict"
        ),
        CheckConstraint(
            "verdict <> 'filter' OR (reason IS NOT NULL AND explanation <> '')",
            name="a_decline_has_reasons",
        ),
        CheckConstraint("automated = (rule IS NOT NULL)", name="automated_names_its_rule"),
        CheckConstraint(
            "explanation IS NOT NULL OR hidden_leaf IS NOT NULL", name="explained_or_hidden"
        ),
        CheckConstraint(
            "(explanation IS NULL) = (explanation_salt IS NULL)", name="salt_with_explanation"
        ),
    )


class Appeal(Base):
    """A demand that somebody else looks at decision ``seq`` again, and how it ended."""

    __tablename__ = "appeal"

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True)
    asked_by: Mapped[str] = mapped_column(String(10))
    asked_at: Mapped[int] = mapped_column(BigInteger)
    due_at: Mapped[int] = mapped_column(BigInteger)
    leaf_index: Mapped[int] = mapped_column(BigInteger)
    outcome: Mapped[str | None] = mapped_column(String(10))
    late: Mapped[bool] = mapped_column(Boolean, default=False)

    __table_args__ = (
        CheckConstraint("asked_by IN ('Author', 'Supporters')", name="asked_by"),
        CheckConstraint("outcome IN ('upheld', 'overturned', 'void')", name="outcome"),
    )


class AppealCall(Base):
    """One supporter who asks for an appeal. No time is kept, as with a vote."""

    __tablename__ = "appeal_call"

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True)
    voter: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)


class SecondReview(Base):
    """What somebody else says of the question that decision ``seq`` was about."""

    __tablename__ = "second_review"

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True)
    verdict: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str | None] = mapped_column(String(40))
    explanation: Mapped[str | None] = mapped_column(Text)
    explanation_salt: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    hidden_leaf: Mapped[int | None] = mapped_column(BigInteger)
    reviewed_by: Mapped[str] = mapped_column(String(40))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    policy_version: Mapped[int] = mapped_column(Integer)
    reviewed_at: Mapped[int] = mapped_column(BigInteger)
    leaf_index: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        CheckConstraint("verdict IN ('publish', 'filter')", name="verdict"),
        CheckConstraint("(verdict = 'filter') = (reason IS NOT NULL)", name="reason_of_a_decline"),
        CheckConstraint(
            "explanation IS NOT NULL OR hidden_leaf IS NOT NULL", name="explained_or_hidden"
        ),
        CheckConstraint(
            "(explanation IS NULL) = (explanation_salt IS NULL)", name="salt_with_explanation"
        ),
    )


class Answer(Base):
    """One answer to a question: spoken (no text) or written. A later one adds a row."""

    __tablename__ = "answer"

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True)
    leaf_index: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    mode: Mapped[str] = mapped_column(String(7))
    text: Mapped[str | None] = mapped_column(Text)
    salt: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    hidden_leaf: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (
        CheckConstraint("mode IN ('spoken', 'written')", name="mode"),
        CheckConstraint(
            "(mode = 'written') = (text IS NOT NULL OR hidden_leaf IS NOT NULL)",
            name="written_has_text",
        ),
    )


class RedactionProposal(Base):
    """What a member of staff proposes to hide, until another one decides; then the row is gone.

    A number is never given twice: nobody confirms one proposal under another's number.
    """

    __tablename__ = "redaction_proposal"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), index=True)
    what: Mapped[str] = mapped_column(String(11))
    seq: Mapped[int | None] = mapped_column(Integer)
    spans: Mapped[list[list[int]]] = mapped_column(JSON)
    basis: Mapped[str] = mapped_column(String(13))
    explanation: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[str] = mapped_column(String(40))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    proposed_at: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = ({"sqlite_autoincrement": True},)


class HidingAct(Base):
    """A redaction that two people decided, or an erasure: why words are no longer there.

    A redaction has a second person and an explanation; an erasure has neither.
    """

    __tablename__ = "hiding_act"

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True)
    leaf_index: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    kind: Mapped[str] = mapped_column(String(9))
    what: Mapped[list[str]] = mapped_column(JSON)
    seq: Mapped[int | None] = mapped_column(Integer)
    spans: Mapped[int] = mapped_column(Integer)
    basis: Mapped[str] = mapped_column(String(13))
    explanation: Mapped[str | None] = mapped_column(Text)
    explanation_salt: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    done_by: Mapped[str] = mapped_column(String(40))
    second: Mapped[str | None] = mapped_column(String(40))
    done_at: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        CheckConstraint("kind IN ('redaction', 'erasure')", name="kind"),
        CheckConstraint(
            "(kind = 'redaction') = (second IS NOT NULL AND explanation IS NOT NULL"
            " AND explanation_salt IS NOT NULL)",
            name="a_redaction_has_two_people_and_reasons",
        ),
        CheckConstraint("second IS NULL OR second <> done_by", name="two_people"),
    )


class Vote(Base):
    """One person's upvote. No time is kept: it would help to tell who voted."""

    __tablename__ = "vote"

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True)
    voter: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)

    __table_args__ = (Index("ix_vote_voter", "voter"),)


class Ticket(Base):
    """A ticket that nobody has used yet: its hash, and nothing of whom it was sent to.

    The row goes when the ticket is used. Which ticket was whose is in the file of links that the
    owner was given, and nowhere here.
    """

    __tablename__ = "ticket"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)


class TicketRecipient(Base):
    """Somebody who was sent a ticket, so that nobody is sent two. Gone at the close."""

    __tablename__ = "ticket_recipient"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    recipient: Mapped[str] = mapped_column(String(254), primary_key=True)


class ArrivalKey(Base):
    """The key that an event's sign-ins are made pseudonyms with, sealed. Gone at the close."""

    __tablename__ = "arrival_key"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary(64))


class Arrival(Base):
    """Somebody who signed in, under a hash, so that nobody is counted twice. Gone at the close.

    It is another hash than the one that votes are kept under, and it has no time.
    """

    __tablename__ = "arrival"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    tag: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)

    __table_args__ = ({"sqlite_with_rowid": False},)


class TopicEdit(Base):
    """What the auditor changed about the topics of a report; never changed or taken back."""

    __tablename__ = "topic_edit"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    leaf_index: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    edited_by: Mapped[str] = mapped_column(String(40))
    act: Mapped[str] = mapped_column(String(4))
    docket_number: Mapped[int] = mapped_column(Integer)
    into_number: Mapped[int | None] = mapped_column(Integer)
    label: Mapped[str | None] = mapped_column(String(480))

    __table_args__ = (CheckConstraint("act IN ('name', 'move', 'join')", name="act"),)


class Webhook(Base):
    """Where an event's owner wants to be told of what is public, and how the last try ended.

    ``sealed`` holds the address, which whoever knows it can post to, and the signing secret.
    """

    __tablename__ = "webhook"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    scope: Mapped[str] = mapped_column(String(9))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    last_at: Mapped[int | None] = mapped_column(BigInteger)
    last_outcome: Mapped[str | None] = mapped_column(String(9))
    last_detail: Mapped[str | None] = mapped_column(String(200))

    __table_args__ = (
        CheckConstraint("kind IN ('standard', 'slack', 'teams')", name="kind"),
        CheckConstraint("scope IN ('meeting', 'decisions')", name="scope"),
        CheckConstraint("last_outcome IN ('delivered', 'retrying', 'given_up')", name="outcome"),
        {"sqlite_autoincrement": True},
    )


class AuthorAddress(Base):
    """The e-mail address that the author of a named question left, sealed; gone at the close."""

    __tablename__ = "author_address"

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class Outgoing(Base):
    """One leaf that a webhook or an author is still to be told of. It holds no words.

    What is sent is read when it is sent, from what is public then. ``due_at`` is when to try next;
    who tries moves it on first, so that one that dies in between is followed by another.
    """

    __tablename__ = "outgoing"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    leaf_index: Mapped[int] = mapped_column(BigInteger)
    webhook_id: Mapped[int | None] = mapped_column(ForeignKey("webhook.id"), index=True)
    address_id: Mapped[int | None] = mapped_column(
        ForeignKey("author_address.question_id"), index=True
    )
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    due_at: Mapped[int] = mapped_column(BigInteger, index=True)

    __table_args__ = (
        CheckConstraint("(webhook_id IS NULL) <> (address_id IS NULL)", name="one_receiver"),
    )


class Log(Base):
    """One Merkle log and its head; ``latest`` is the time in its last leaf.

    ``event_id`` is null for the deployment's registry log.
    """

    __tablename__ = "log"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), unique=True)
    origin: Mapped[str] = mapped_column(String(255), unique=True)
    tree_size: Mapped[int] = mapped_column(BigInteger, default=0)
    root_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    latest: Mapped[str] = mapped_column(String(17))
    anchored_size: Mapped[int] = mapped_column(BigInteger, default=0)


class LogLeaf(Base):
    """One leaf, as served. ``docket_number`` repeats what is in ``data``, to find it by."""

    __tablename__ = "log_leaf"

    log_id: Mapped[int] = mapped_column(ForeignKey("log.id"), primary_key=True)
    leaf_index: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    docket_number: Mapped[int | None] = mapped_column(Integer)
    data: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (Index("ix_log_leaf_docket", "log_id", "docket_number"),)


class LogNode(Base):
    """The hash of one complete subtree: ``level`` 0 is the leaves; positions count from 0."""

    __tablename__ = "log_node"

    log_id: Mapped[int] = mapped_column(ForeignKey("log.id"), primary_key=True)
    level: Mapped[int] = mapped_column(Integer, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
