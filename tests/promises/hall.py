"""A meeting for tests that try everything: who is in it, and what was acknowledged to whom."""

import hashlib
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from qa.domain.policy import DEFAULT_POLICY_DOCUMENT, Policy
from qa.domain.question import Role
from qa.services import events, identity, staff
from qa.services.context import PUBLIC, Actor, Context
from qa.services.events import EventDraft
from qa.services.questions import QuestionDraft
from qa.services.receipts import Receipt

SLUG = "town-hall"
MODERATORS = ("moderator", "other moderator")
STAFF = {
    "moderator": Role.MODERATOR,
    "other moderator": Role.MODERATOR,
    "presenter": Role.PRESENTER,
    "auditor": Role.AUDITOR,
}
PEOPLE = ("ada", "bob", "cem")
EVERYBODY = ("owner", *STAFF, *PEOPLE, "public")


@dataclass
class Asked:
    """A question as its author knows it; an imported one has no receipt, draft and key."""

    wordings: list[str]
    name: str | None
    receipt: Receipt | None = None
    draft: QuestionDraft | None = None
    key: str = "0" * 64
    status: str = "pending"
    opened: bool = False
    answered: bool = False
    into: int | None = None
    before: str = ""
    appeals: list[list[Any]] = field(default_factory=list)
    calls: dict[int, set[str]] = field(default_factory=dict)
    rewritten: bool = False
    left: str | None = None
    hidings: int = 0
    under: list[dict[str, Any]] = field(default_factory=list)
    """The policy that each decision was made under."""

    @property
    def text(self) -> str | None:
        """Return the words as staff see them: what was left of them, once some are hidden."""
        return self.left if self.rewritten else self.wordings[-1]

    @property
    def shown(self) -> str | None:
        """Return the words as the public sees them."""
        return self.text if self.opened else None

    @property
    def hidden(self) -> list[str]:
        """Return the wordings that nobody but the author and perhaps the staff may see."""
        return self.wordings[:-1] if self.opened and not self.rewritten else self.wordings


@dataclass(frozen=True)
class Proposed:
    """A redaction that somebody proposed, and what it would leave of the words."""

    n: int
    what: str
    who: str
    left: str | None


@dataclass
class Hall:
    """An event, its people, and what the service has acknowledged."""

    ctx: Context
    slug: str = SLUG
    accounts: dict[str, int] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    votes: dict[int, set[str]] = field(default_factory=dict)
    proposals: dict[int, Proposed] = field(default_factory=dict)
    silenced: set[tuple[int, int]] = field(default_factory=set)
    policies: list[dict[str, Any]] = field(default_factory=list)
    admission: str = "open"
    sent: int = 0
    recipients: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    came_in: set[str] = field(default_factory=set)
    report: tuple[str, int | None] = ("everyone", None)
    report_keys: list[str] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def actor(self, who: str) -> Actor:
        """Return who acts, as the doors find out at each request."""
        if self.role(who) == "participant":
            return identity.participant(self.slug, who)
        if who not in self.accounts:
            return PUBLIC
        return identity.staff_actor(self.ctx, self.slug, self.accounts[who]) or PUBLIC

    def hire(self, who: str, role: str, by: Actor) -> dict[str, object]:
        """Add a member of staff, and sign them in with the link they were sent."""
        added = staff.add_staff(self.ctx, self.slug, by, who, role)
        token = str(added["link"]).rsplit("/", maxsplit=1)[-1]
        person = identity.signed_in(self.ctx, identity.redeem_link(self.ctx, token))
        assert person is not None
        self.accounts[who], self.roles[who] = person.account_id, role
        return added

    def role(self, who: str) -> str:
        """Return the role that somebody was given, and not what the database says."""
        if who in PEOPLE and (self.admission == "open" or who in self.came_in):
            return "participant"
        return self.roles.get(who, "public")

    @property
    def policy(self) -> dict[str, Any]:
        """Return the policy in force."""
        return self.policies[-1]

    @property
    def holds_back(self) -> bool:
        """Say whether the policy in force keeps the words of filtered questions to the close."""
        return bool(self.policy["filtered_words"] == "at_close")

    @property
    def rule_decides(self) -> bool:
        """Say whether the policy in force lets a rule decline repeats."""
        return any(rule["decides"] for rule in self.policy["rules"])

    def owner(self) -> Actor:
        """Return an owner: there always is one."""
        return self.actor(next(who for who, role in self.roles.items() if role == "owner"))

    def merged(self, number: int) -> list[int]:
        """Return the docket numbers that are merged into one."""
        return [n for n, asked in enumerate(self.asked, start=1) if asked.into == number]

    def supporters(self, number: int) -> set[str]:
        """Return the people behind a question and what is merged into it."""
        return set().union(*(self.votes.get(n, set()) for n in (number, *self.merged(number))))

    def words(self) -> str:
        """Return a question that nobody has asked yet, with a word that is in no other text."""
        label = hashlib.sha256(f"words {next(self.numbers)}".encode()).hexdigest()[:12]
        return f"Who decided about {label}, and can that be changed before spring?"

    def draft(self, text: str, label: object, name: str | None = None) -> QuestionDraft:
        """Return a draft whose secrets are made from a label."""
        tag = hashlib.sha256(bytes.fromhex(author_key(label))).hexdigest()
        key = hashlib.sha256(f"client {label}".encode()).hexdigest()[:40]
        return QuestionDraft(text, name is None, name, None, client_key=key, author_tag=tag)


def secret_in(words: str) -> str:
    """Return the word of a question that is in no other question."""
    found = re.search(r"[0-9a-f]{12}", words)
    assert found is not None
    return found.group()


def author_key(label: object) -> str:
    """Return the author key that a browser would have made for this label."""
    return hashlib.sha256(f"author {label}".encode()).hexdigest()


def open_hall(
    ctx: Context, *states: str, slug: str = SLUG, admission: str = "open", **terms: Any
) -> Hall:
    """Create the event with staff of every role, and move it through ``states``.

    ``terms`` are those of its policy that are not the usual ones.
    """
    document = {**DEFAULT_POLICY_DOCUMENT, "appeal_supporters": 2, "second_review_percent": 50}
    policy = Policy.from_document({**document, **terms}).as_document()
    hall = Hall(ctx, slug, policies=[policy], admission=admission)
    hall.accounts["owner"] = identity.create_account(ctx, "Olga Owner", may_create_events=True)
    hall.roles["owner"] = "owner"
    draft = EventDraft(title="Town hall", slug=slug, policy=policy, admission=admission)
    events.create_event(ctx, hall.accounts["owner"], draft)
    for who, role in STAFF.items():
        hall.hire(who, role, hall.owner())
    for state in states:
        events.move_event(ctx, slug, hall.owner(), state)
    return hall


def rules(*, rule_decides: bool) -> list[dict[str, Any]]:
    """Return the rules of the default policy; on request, repeats are declined without a person."""
    decides = {"reason": "duplicate"} if rule_decides else None
    return [
        {**rule, "decides": decides if rule["id"] == "exact_duplicate" else None}
        for rule in DEFAULT_POLICY_DOCUMENT["rules"]
    ]
