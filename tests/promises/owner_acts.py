"""What the owner of a meeting tries, and what follows for everybody else.

Staff, settings, states, versions of the policy, tickets, and who may read the report.
"""

import csv
import io
from typing import Any

from qa.domain.policy import Policy
from qa.domain.question import Role
from qa.services import events, policies, publication, staff, staff_links, standing, tickets
from qa.services.context import Actor
from qa.services.standing import Reader
from tests.promises.hall import PEOPLE, SLUG
from tests.promises.trial import Trial

EVENT_MOVES = {("draft", "open"), ("open", "live"), ("open", "closed"), ("live", "closed")}
NEVER_SENT = "0" * 32


class OwnerActs(Trial):
    """Everything that changes the terms of a meeting, one method each, with arguments as data."""

    def hire(self, who: str, whom: str, role: str) -> None:
        if self.hall.role(whom) == "public" and whom not in PEOPLE:
            self.attempt(who, "manage", lambda actor: self.hall.hire(whom, role, actor))

    def dismiss(self, who: str, whom: str, leave: bool) -> None:
        """Take somebody's role away, or only send them a new link."""
        member = self.hall.actor(whom).staff_id or 0
        act = staff.remove_staff if leave else staff_links.renew_link
        done = self.attempt(
            who, "manage", lambda actor: act(self.ctx, SLUG, actor, member) or "removed"
        )
        if done == "removed":
            del self.hall.roles[whom]

    def change(self, who: str, wanted: dict[str, Any]) -> None:
        done = self.attempt(
            who, "manage", lambda actor: events.change_event(self.ctx, SLUG, actor, wanted)
        )
        way_in = wanted.get("admission", self.hall.admission)
        if done is not None and way_in != self.hall.admission:
            assert self.state == "draft", "the way in changed after people may have come in"
            self.hall.admission, self.hall.sent = way_in, 0
            self.hall.unused.clear()

    def move(self, who: str, state: str) -> None:
        moved = self.attempt(
            who, "manage", lambda actor: events.move_event(self.ctx, SLUG, actor, state)
        )
        if moved is not None:
            assert (self.state, state) in EVENT_MOVES
            self.moved_to(state)

    def create_another_event(self, slug: str | None) -> None:
        draft = events.EventDraft(title="Town hall", slug=slug, join_code="AGAIN")
        account = self.hall.accounts["owner"]
        if self.hall.role("owner") == "owner":
            self.attempt("owner", "manage", lambda _: events.create_event(self.ctx, account, draft))

    def publish_policy(self, who: str, wanted: dict[str, Any], behind: int) -> None:
        """Publish a version of the policy with other terms, perhaps over one never seen."""
        known = len(self.hall.policies)
        document = {**self.hall.policy, **wanted}

        def act(actor: Actor) -> dict[str, Any]:
            policy = Policy.from_document(document)
            return policies.publish_policy(self.ctx, SLUG, actor, policy, known - behind)

        done = self.attempt(who, "manage", act)
        if done is None:
            return
        assert self.state != "closed", "the policy of a closed meeting changed"
        assert done["document"] == document
        if document == self.hall.policy:
            self.nothing_changed()
        else:
            assert behind == 0, "a version was published over one that its owner had not seen"
            self.hall.policies.append(document)
        assert done["in_force"] == done["version"] == len(self.hall.policies)

    def send_tickets(self, who: str, kind: str) -> None:
        """Send tickets to two people; ``again`` to one of them for the second time."""
        names = [f"{next(self.hall.numbers)}@tickets.example" for _ in range(2)]
        if kind == "again" and self.hall.recipients:
            names[1] = self.hall.recipients[-1]
        heading = "name" if kind == "no column" else "recipient"
        data = "\n".join([heading, *names]).encode()
        done = self.attempt(
            who,
            "manage",
            lambda actor: tickets.issue_tickets(
                self.ctx, SLUG, actor, data, dry_run=kind == "dry run"
            ),
        )
        if done is None:
            return
        assert self.hall.admission == "tickets"
        assert self.state != "closed"
        if kind == "dry run":
            self.nothing_changed()
            return
        assert kind == "new" or names[1] not in self.hall.recipients, "sent a second ticket"
        rows = list(csv.DictReader(io.StringIO(done["links"])))
        assert [row["recipient"] for row in rows] == names
        self.hall.recipients += names
        self.hall.unused += [row["link"].partition("/ticket#")[2] for row in rows]
        self.hall.sent += len(names)

    def use_ticket(self, who: str, kind: str, n: int) -> None:
        """Come in with a ticket, with one that somebody used before, or with one made up."""
        known = {"good": self.hall.unused, "used": self.hall.gone}.get(kind)
        ticket = known[n % len(known)] if known else NEVER_SENT
        done = self.attempt(who, "come in", lambda _: tickets.use_ticket(self.ctx, SLUG, ticket))
        if done is not None:
            assert self.hall.admission == "tickets"
            assert ticket in self.hall.unused, "a ticket let somebody in twice"
            self.hall.unused.remove(ticket)
            self.hall.gone.append(ticket)
            self.hall.came_in.add(who)

    def publish_report(self, who: str, audience: str, minutes: int | None) -> None:
        """Set who may read the report, and from when."""
        at = None if minutes is None else self.clock.now_ms + minutes * 60_000
        done = self.attempt(
            who,
            "manage",
            lambda actor: publication.change_publication(
                self.ctx, SLUG, actor, audience=audience, public_from=at
            ),
        )
        if done is not None:
            self.hall.report = (audience, at)

    def renew_report_link(self, who: str) -> None:
        done = self.attempt(
            who, "manage", lambda actor: publication.renew_link(self.ctx, SLUG, actor)
        )
        if done is not None:
            self.hall.report_keys.append(str(done["link"]).partition("?key=")[2])

    def read_the_report(self, who: str, key: int | None) -> None:
        """Ask for the report, with the newest share link (0), an older one, or none."""
        keys = self.hall.report_keys[::-1]
        shown = keys[key] if key is not None and key < len(keys) else None

        def act(actor: Actor) -> object:
            outside = actor.role in (Role.PARTICIPANT, Role.PUBLIC)
            return standing.read_standing(self.ctx, SLUG, Reader(staff=not outside, key=shown))

        audience, at = self.hall.report
        withheld = audience == "staff" or (at is not None and self.clock.now_ms < at)
        inside = self.hall.role(who) not in {"participant", "public"}
        newest = shown is not None and shown == keys[0]
        read = self.attempt(who, "read the report", act) is not None
        assert read == (self.state != "draft" and (inside or newest or not withheld))
        said = standing.embargo(self.ctx, SLUG)
        assert (said is not None) == (withheld and self.state != "draft"), "kept back in silence"
