"""The demo, seeded: all of it is there, it is the same each time, and its log verifies."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from qa import verify
from qa.config import load_config
from qa.demo.script import Script, load_script
from qa.demo.seed import DemoLinks, seed_demo
from qa.domain.policy import DEFAULT_POLICY_DOCUMENT, Policy
from qa.domain.redaction import MARK
from qa.errors import BadLink, SlugTaken
from qa.exports.bundle import make_bundle
from qa.ledger import entry
from qa.services import boards, identity, logs, passwords, policies, second_reviews
from qa.services.context import Context, build_context
from qa.store import log
from qa.store.models.accounts import Account, SignInLink
from qa.store.models.decisions import Appeal, Decision
from qa.store.models.events import Event, Staff
from qa.store.queries.events import find_event
from tests.conftest import START_MS, TurnableClock, check_every_log


@dataclass(frozen=True)
class Demo:
    """A seeded database and how to get in."""

    ctx: Context
    links: DemoLinks

    def questions(self) -> dict[int, dict[str, Any]]:
        """Return the public board's questions by docket number."""
        board = boards.public_board(self.ctx, self.links.slug)
        return {question["n"]: question for question in board["questions"]}

    def leaves(self) -> list[entry.Entry]:
        """Return the event's log, decoded."""
        with self.ctx.db.read() as session:
            event = find_event(session, self.links.slug)
            head = log.find_log(session, event.id)
            assert head is not None
            rows = log.read_leaves(session, head.id, 0, head.tree_size)
        return [entry.decode(row) for row in rows]


def empty_context(folder: Path, template: Path) -> Context:
    """Return a context on an empty SQLite database, with keys of its own."""
    config = load_config({"QA_DATA_DIR": str(folder)})
    (folder / "fair-hearing.sqlite3").write_bytes(template.read_bytes())
    return build_context(config, clock=TurnableClock())


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Demo]:
    """Give the whole demo on SQLite, and re-verify its logs when the tests are done."""
    ctx = empty_context(tmp_path_factory.mktemp("demo"), sqlite_template)
    yield Demo(ctx, seed_demo(ctx))
    check_every_log(ctx)
    ctx.db.close()


@pytest.fixture(scope="module")
def first_half() -> Script:
    """Return the meeting's first questions with few votes, for tests that seed again."""
    script = load_script()
    asks = [replace(ask, votes=ask.votes // 10) for ask in script.asks[:60]]
    return replace(script, asks=tuple(asks))


@pytest.fixture(scope="module")
def first_root(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, first_half: Script
) -> tuple[int, bytes]:
    """Return where the log of the first half stands, seeded once."""
    ctx = empty_context(tmp_path_factory.mktemp("first_half"), sqlite_template)
    seed_demo(ctx, script=first_half)
    root = root_of(ctx, first_half.slug)
    ctx.db.close()
    return root


def root_of(ctx: Context, slug: str) -> tuple[int, bytes]:
    """Return tree size and root hash of an event's log."""
    with ctx.db.read() as session:
        head = log.find_log(session, find_event(session, slug).id)
        assert head is not None
        return head.tree_size, head.root_hash


def test_the_same_seed_gives_the_same_root_hash_on_either_database(
    ctx: Context, first_half: Script, first_root: tuple[int, bytes]
) -> None:
    seed_demo(ctx, script=first_half)
    assert root_of(ctx, first_half.slug) == first_root


def test_another_seed_gives_the_same_meeting_under_another_root_hash(
    tmp_path: Path, sqlite_template: Path, first_half: Script, first_root: tuple[int, bytes]
) -> None:
    ctx = empty_context(tmp_path, sqlite_template)
    seed_demo(ctx, script=first_half, seed="another")
    tree_size, root_hash = root_of(ctx, first_half.slug)
    check_every_log(ctx)
    ctx.db.close()
    # How many of the first few decisions are reviewed depends on the lot.
    most = sum(each.count for each in first_half.reviews)
    assert abs(tree_size - first_root[0]) <= most
    assert root_hash != first_root[1]


def test_every_question_has_its_docket_number_in_the_order_of_the_script(demo: Demo) -> None:
    asks = load_script().asks
    assert list(demo.questions()) == list(range(1, len(asks) + 1))
    for number, question in demo.questions().items():
        if question["text"] is not None and question["text_version"] == 1:
            words = asks[number - 1].text
            for step in asks[number - 1].steps:
                words = words.replace(step.hidden or "no step hides this", MARK)
            assert question["text"] == words


def test_every_status_is_there(demo: Demo) -> None:
    questions = demo.questions().values()
    assert {question["status"] for question in questions} == {
        "pending",
        "published",
        "filtered",
        "merged",
        "withdrawn",
    }
    assert sum(question["status"] == "withdrawn" for question in questions) == 3
    assert sum(question["live"] for question in questions) == 1
    assert sum(question["next"] for question in questions) == 2
    assert {question["answered_how"] for question in questions} == {None, "spoken", "written"}
    assert sum(question["text_version"] == 2 for question in questions) == 1


def test_some_questions_wait_and_some_wait_too_long(demo: Demo) -> None:
    pending = [
        question for question in demo.questions().values() if question["status"] == "pending"
    ]
    assert {question["overdue"] for question in pending} == {True, False}


def test_every_verdict_and_every_reason_shows_up(demo: Demo) -> None:
    with demo.ctx.db.read() as session:
        made = list(session.scalars(select(Decision)))
    assert {decision.verdict for decision in made} == {"publish", "filter", "merge", "restore"}
    codes = {reason["code"] for reason in DEFAULT_POLICY_DOCUMENT["reason_codes"]}
    assert {decision.reason for decision in made if decision.reason} == codes
    assert {decision.overdue for decision in made} == {True, False}


def test_a_filter_was_corrected_to_publish_and_both_stay_on_the_record(demo: Demo) -> None:
    corrected = [
        question["n"]
        for question in demo.questions().values()
        if question["decision"] and question["decision"]["supersedes"]
    ]
    histories = [
        [
            step["summary"]["verdict"]
            for step in boards.question_history(demo.ctx, demo.links.slug, n)["history"]
            if step["kind"] == "decision"
        ]
        for n in corrected
    ]
    assert ["filter", "publish"] in histories
    assert ["filter", "restore", "filter"] in histories
    assert ["publish", "restore"] in histories


def test_two_that_ask_the_same_are_one_and_an_appeal_was_won_while_another_waits(
    demo: Demo,
) -> None:
    questions = demo.questions()
    assert [n for n, each in questions.items() if each["merged_into"] == 10] == [30]
    with demo.ctx.db.read() as session:
        found = session.scalars(select(Appeal).order_by(Appeal.asked_at))
        assert [appeal.outcome for appeal in found] == ["overturned", None]
    assert (questions[64]["status"], questions[37]["status"]) == ("published", "filtered")


def test_decisions_were_reviewed_with_and_without_agreement_and_others_wait(demo: Demo) -> None:
    reviews = [
        each for question in demo.questions().values() for each in question["second_reviews"]
    ]
    assert len(reviews) == sum(each.count for each in load_script().reviews)
    assert sum(not each["agrees"] for each in reviews) == 2
    assert {each["by"] for each in reviews} == {"Moderator A", "Moderator B"}
    with demo.ctx.db.read() as session:
        event = session.scalars(select(Event)).one()
        member = session.scalars(select(Staff).where(Staff.pseudonym == "Moderator A")).one()
        assert second_reviews.count_waiting(session, event) > 0
        account = member.account_id
    moderator = identity.staff_actor(demo.ctx, demo.links.slug, account)
    assert moderator is not None
    waiting = second_reviews.list_waiting(demo.ctx, demo.links.slug, moderator)
    assert waiting["reviews"]


def test_words_were_hidden_in_part_as_a_whole_and_by_their_author(demo: Demo) -> None:
    questions, asks = demo.questions(), load_script().asks
    assert MARK in questions[8]["text"]
    assert (questions[28]["text"], questions[39]["text"]) == (None, None)
    board = repr(questions)
    assert "Henrik" not in board
    assert asks[27].text not in board
    assert "petra.quist" not in board


def test_the_rule_that_the_policy_names_decides_alone_and_no_other_does(demo: Demo) -> None:
    document = policies.get_policy(demo.ctx, demo.links.slug)["document"]
    deciding = [rule.id for rule in Policy.from_document(document).rules if rule.decides]
    assert deciding == ["exact_duplicate"]
    decisions = [question["decision"] for question in demo.questions().values()]
    automated = [decision for decision in decisions if decision and decision["automated"]]
    assert len(automated) >= 2
    assert {(decision["rule"], decision["by"]) for decision in automated} == {
        ("exact_duplicate", "Rule")
    }


def test_some_filtered_questions_have_more_support_than_most_published_ones(demo: Demo) -> None:
    def support(status: str) -> list[int]:
        found = demo.questions().values()
        return sorted(question["votes"] for question in found if question["status"] == status)

    published = support("published")
    assert support("filtered")[-1] > published[len(published) * 9 // 10]
    assert published[-1] > 100


def test_a_text_that_no_decision_opened_is_nowhere_in_the_public_board(demo: Demo) -> None:
    questions = demo.questions()
    board = repr(questions)
    for number, ask in enumerate(load_script().asks, start=1):
        decided = any(step.act in {"publish", "filter"} for step in ask.steps)
        question = questions[number]
        if not decided and question["decision"] is None:
            assert question["text"] is None
            assert ask.text not in board


def test_the_flags_that_the_rules_raised_are_of_many_kinds(demo: Demo) -> None:
    flags = {flag for leaf in demo.leaves() for flag in leaf.fields.get("flags", ())}  # type: ignore[union-attr]
    assert flags >= {
        "exact_duplicate",
        "near_duplicate",
        "email_address",
        "phone_number",
        "link",
        "shouting",
        "repeated_text",
    }


def test_nothing_in_the_log_is_later_than_now_and_the_last_is_of_this_minute(demo: Demo) -> None:
    times = [leaf.t for leaf in demo.leaves()]
    assert times == sorted(times)
    assert times[-1] in {"2026-11-18T11:06Z", "2026-11-18T11:07Z"}
    assert demo.ctx.clock() == START_MS


def test_the_log_holds_every_kind_of_leaf_that_a_meeting_under_way_can_have(demo: Demo) -> None:
    assert {leaf.kind for leaf in demo.leaves()} == {
        "event.opened",
        "event.state",
        "policy.published",
        "staff.changed",
        "question.submitted",
        "question.revised",
        "decision",
        "withdrawn",
        "live",
        "answered",
        "appeal",
        "review",
        "redaction",
        "erasure",
        "vote.snapshot",
        "refused",
    }


def test_the_links_sign_in_one_member_of_each_role_once(demo: Demo) -> None:
    assert set(demo.links.links) == {"owner", "moderator", "presenter", "auditor"}
    for role, link in demo.links.links.items():
        token = link.rpartition("/")[2]
        person = identity.signed_in(demo.ctx, identity.redeem_link(demo.ctx, token))
        assert person is not None
        actor = identity.staff_actor(demo.ctx, demo.links.slug, person.account_id)
        assert actor is not None
        assert actor.role == role
        with pytest.raises(BadLink):
            identity.redeem_link(demo.ctx, token)


def test_the_owner_can_sign_in_with_the_password_too(demo: Demo) -> None:
    assert demo.links.password is not None
    name, password = demo.links.password
    session = passwords.sign_in(demo.ctx, name, password, "", "127.0.0.1")
    person = identity.signed_in(demo.ctx, session)
    assert person is not None
    actor = identity.staff_actor(demo.ctx, demo.links.slug, person.account_id)
    assert actor is not None
    assert actor.role == "owner"


def test_the_guessable_links_made_while_seeding_are_over(demo: Demo) -> None:
    with demo.ctx.db.read() as session:
        expiries = list(session.scalars(select(SignInLink.expires_at)))
    now_ms = demo.ctx.clock()
    # And the one that the password was set with.
    assert sum(expiry > now_ms for expiry in expiries) == len(demo.links.links) + 1


def test_people_join_with_the_code_and_find_a_live_meeting_with_its_staff(demo: Demo) -> None:
    joined, _ = identity.join_by_code(demo.ctx, demo.links.join_code)
    assert joined["slug"] == demo.links.slug
    with demo.ctx.db.read() as session:
        event = session.scalars(select(Event)).one()
        roles = sorted(session.scalars(select(Staff.role)))
    assert (event.state, roles) == (
        "live",
        ["auditor", "moderator", "moderator", "owner", "presenter"],
    )


def test_seeding_a_database_that_has_the_demo_is_refused_and_adds_nobody(demo: Demo) -> None:
    def accounts() -> list[int]:
        with demo.ctx.db.read() as session:
            return list(session.scalars(select(Account.id)))

    before = accounts()
    with pytest.raises(SlugTaken):
        seed_demo(demo.ctx)
    assert accounts() == before


def test_the_bundle_of_the_demo_verifies(demo: Demo, tmp_path: Path) -> None:
    bundle, origin = tmp_path / "demo.zip", logs.new_origin(demo.ctx, demo.links.slug)
    bundle.write_bytes(make_bundle(demo.ctx, demo.links.slug))
    assert verify.main([str(bundle), "--vkey", demo.ctx.keyring.signer(origin).vkey]) == 0
