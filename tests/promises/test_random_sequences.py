"""Whatever anybody tries, in whatever order: nothing vanishes, and nothing is decided in silence.

Random acts in all roles, legal and illegal. After each act that was accepted, the whole public
record is compared with what was public before, and the log with its rows; an act that is refused
must be refused in our own words and leave the database as it was, to the byte. Each sequence ends
with the meeting's close, and its bundle and report are verified offline. A sequence that fails is
made shorter before it is reported.
"""

import os
import time
import traceback
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import pytest

from qa.services import boards, events, questions
from qa.services.context import Context
from tests.conftest import START_MS, TurnableClock
from tests.promises.acts import Acts
from tests.promises.conftest import Houses
from tests.promises.hall import EVERYBODY, MODERATORS, PEOPLE, SLUG, STAFF, open_hall, rules

STEPS = 120
SHORTENING_S = 60
SOAK_SEEDS = int(os.environ.get("QA_SOAK_SEEDS", "200"))

Step = tuple[str, dict[str, Any]]
Draw = Callable[[Random], Any]


def one_of(*choices: Any) -> Draw:
    return lambda random: random.choice(choices)


def mostly(*likely: str) -> Draw:
    """Draw somebody who may, four times in five, and otherwise anybody at all."""
    return lambda random: random.choice(likely if random.random() < 0.8 else EVERYBODY)


def number(random: Random) -> int:
    return random.randrange(1_000)


ROLES = (*(role.value for role in STAFF.values()), "owner", "king")
CHANGES = (
    *({"title": title} for title in ("Town hall", "Town hall, again", "")),
    *({"named_allowed": allowed} for allowed in (True, True, True, True, False)),
    *({"anonymous_allowed": allowed} for allowed in (True, True, True, True, False)),
    *({"starts_at": at} for at in (None, 1_795_003_600_000)),
    *({"ends_at": at} for at in (None, 1_795_000_000_000)),
    *({}, {"state": "closed"}, {"last_docket": 0}),
)
WAYS_IN = tuple({"admission": way_in} for way_in in ("open", "tickets", "provider"))
POLICIES: dict[str, tuple[Any, ...]] = {
    "filtered_words": ("at_close", "at_close", "at_close", "at_once", "never"),
    "deciders": (["owner"], ["owner", "moderator"], ["owner", "moderator"], []),
    "second_person_appeal": ("somebody_else", "somebody_else", "an_owner"),
    "second_person_redaction": ("somebody_else", "one_is_owner", "nobody"),
    "rules": (rules(rule_decides=True), rules(rule_decides=False)),
    "appeal_supporters": (0, 1, 2),
    "appeal_window_minutes": (0, 30, 1_440),
    "second_review_percent": (0, 100),
    "deadline_minutes": (0, 1, 15),
}


def terms(random: Random) -> dict[str, Any]:
    """Draw another term of the policy, one time in three the one about words held back."""
    name = random.choice(["filtered_words"] * 3 + list(POLICIES))
    return {name: random.choice(POLICIES[name])}


ANSWERS = (
    *[("spoken", None)] * 3,
    *[("written", "We will **publish** it.")] * 3,
    *(("spoken", "Words."), ("written", ""), ("written", "x" * 5_001), ("sung", None)),
)
ERASABLE = (["text"], ["text"], ["name", "text"], ["name"], [], ["votes"])
PLAN: Sequence[tuple[int, str, dict[str, Draw]]] = (
    (20, "ask", {"who": mostly(*PEOPLE), "kind": one_of(*["new"] * 5, "repeat", "repeat",
        "address", "too long"), "name": one_of(*[None] * 6, "Ada", "Ada", ""), "n": number}),
    (5, "ask_again", {"who": mostly(*PEOPLE), "n": number, "other_words": one_of(True, False)}),
    (6, "revise", {"n": number, "kind": one_of("new", "new", "repeat"),
        "stranger": one_of(False, False, True)}),
    (4, "withdraw", {"n": number, "stranger": one_of(False, True)}),
    (16, "vote", {"who": mostly(*PEOPLE), "n": number, "wanted": one_of(True, True, False)}),
    (2, "look_for_similar", {"n": number}),
    (12, "publish", {"who": mostly(*MODERATORS), "n": number}),
    (7, "decline", {"who": mostly(*MODERATORS), "n": number}),
    (10, "decide", {"who": mostly("owner", *MODERATORS), "n": number,
        "verdict": one_of("publish", "filter", *["restore"] * 4, "merge", ""),
        "reason": one_of(None, None, None, "off_topic", "other", "no_such_code", ""),
        "explanation": one_of("It was in the memo of Monday.", "Short.", "", " \u200b", None),
        "behind": one_of(0, 0, 0, 0, 1, -1)}),
    (7, "merge", {"who": mostly(*MODERATORS), "n": number, "into": number,
        "words": one_of(*["Asks the same."] * 4, "")}),
    (7, "appeal", {"n": number, "behind": one_of(0, 0, 0, 1), "stranger": one_of(False, True)}),
    (4, "call_for_appeal", {"who": mostly(*PEOPLE), "n": number}),
    (9, "review", {"who": mostly("owner", *MODERATORS), "n": number,
        "verdict": one_of("publish", "filter", "filter", "merge")}),
    (10, "stage", {"who": mostly("presenter", "owner"), "n": number,
        "what": one_of("live", "live", "next"), "on": one_of(True, True, False)}),
    (5, "answer", {"who": mostly("presenter", "owner"), "n": number, "said": one_of(*ANSWERS)}),
    (2, "bring_a_file", {"who": mostly("owner", *MODERATORS),
        "kind": one_of("good", "dry run", "bad row", "no column")}),
    (4, "hire", {"who": mostly("owner"), "whom": one_of(*EVERYBODY), "role": one_of(*ROLES)}),
    (3, "dismiss", {"who": mostly("owner"), "whom": one_of(*EVERYBODY),
        "leave": one_of(True, False)}),
    (4, "change", {"who": mostly("owner"), "wanted": one_of(*CHANGES)}),
    (2, "move", {"who": mostly("owner"), "state": one_of("draft", "open", "live", "over")}),
    (1, "create_another_event", {"slug": one_of(None, SLUG, "registry", "other-hall")}),
    (8, "propose", {"who": mostly("owner", *MODERATORS), "n": number, "part": one_of(True, False),
        "what": one_of("text", "text", "text", "name", "explanation", "answer", "title")}),
    (8, "confirm", {"who": mostly("owner", *MODERATORS), "n": number}),
    (2, "reject", {"who": mostly("owner", *MODERATORS), "n": number}),
    (2, "erase_own", {"n": number, "stranger": one_of(False, True), "what": one_of(*ERASABLE),
        "dry_run": one_of(False, True)}),
    (1, "erase_for", {"who": mostly("owner"), "n": number, "what": one_of(*ERASABLE),
        "dry_run": one_of(False, True)}),
    (9, "publish_policy", {"who": mostly("owner"), "wanted": terms, "behind": one_of(0, 0, 1)}),
    (4, "change", {"who": mostly("owner"), "wanted": one_of(*WAYS_IN)}),
    (2, "send_tickets", {"who": mostly("owner"),
        "kind": one_of("new", "new", "again", "dry run", "no column")}),
    (3, "use_ticket", {"who": one_of(*PEOPLE), "n": number,
        "kind": one_of("good", "good", "used", "made up")}),
    (4, "publish_report", {"who": mostly("owner"), "minutes": one_of(None, 0, 20, 20),
        "audience": one_of("everyone", "everyone", "everyone", "staff", "nobody")}),
    (1, "renew_report_link", {"who": mostly("owner")}),
    (5, "read_the_report", {"who": one_of(*EVERYBODY), "key": one_of(None, 0, 1)}),
    (2, "read_the_desk", {"who": one_of(*EVERYBODY)}),
    (4, "turn_the_clock", {"minutes": one_of(-30, -1, 1, 20)}),
    (6, "tick", {"what": one_of("snapshots", "refusals", "anchors")}),
)  # fmt: skip


def draw(seed: int, length: int) -> list[Step]:
    """Return a sequence: the meeting opens early, goes live later, and may close near the end.

    Everybody tries to come in by ticket at first, which only some meetings ask for.
    """
    random = Random(seed)
    weights = [weight for weight, _, _ in PLAN]
    steps = []
    for _, name, arguments in [PLAN[0]] * 6 + random.choices(PLAN, weights, k=length):
        steps.append((name, {key: value(random) for key, value in arguments.items()}))
    steps[:0] = [("use_ticket", {"who": who, "n": 0, "kind": "good"}) for who in PEOPLE]
    steps[:0] = [("send_tickets", {"who": "owner", "kind": "new"})] * 2
    for at, state in ((random.randrange(4), "open"), (length * 2 // 5, "live")):
        steps.insert(at, ("move", {"who": "owner", "state": state}))
    close_at = random.randrange(length * 3 // 4, length * 5 // 4)
    steps.insert(close_at, ("move", {"who": "owner", "state": "closed"}))
    return steps


def play(houses: Houses, clock: TurnableClock, seed: int, steps: Sequence[Step]) -> None:
    """Play a sequence in an empty house.

    In every other one a rule decides at first, two of four are by ticket, and one of three holds
    back the words of what is filtered.
    """
    clock.now_ms = START_MS
    admission = "tickets" if seed // 2 % 2 else "open"
    own = {"rules": rules(rule_decides=seed % 2 == 1)}
    own["filtered_words"] = "at_close" if seed % 3 == 1 else "at_once"
    acts = Acts(houses.open(), clock, admission=admission, **own)
    for name, arguments in steps:
        getattr(acts, name)(**arguments)
        acts.check()
    acts.end()


def search(houses: Houses, clock: TurnableClock, seed: int, length: int) -> None:
    """Play what a seed draws; report the shortest sequence found that fails in the same place."""
    steps = draw(seed, length)

    def failure(tried: Sequence[Step]) -> Exception | None:
        try:
            play(houses, clock, seed, tried)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what was looked for
            return error
        return None

    found = failure(steps)
    if found is None:
        return
    shortest = shorten(steps, lambda tried: where(failure(tried)) == where(found))
    told = "\n".join(f"  {name} {arguments}" for name, arguments in shortest)
    raise AssertionError(f"seed {seed}, in {len(shortest)} steps:\n{told}") from found


def shorten(steps: Sequence[Step], fails: Callable[[Sequence[Step]], bool]) -> Sequence[Step]:
    """Leave out as many steps as possible, in ever smaller pieces, while it still fails."""
    size, until = len(steps) // 2, time.monotonic() + SHORTENING_S
    while size and time.monotonic() < until:
        start = 0
        while start < len(steps) and time.monotonic() < until:
            fewer = [*steps[:start], *steps[start + size :]]
            if fails(fewer):
                steps = fewer
            else:
                start += size
        size //= 2
    return steps


def where(error: Exception | None) -> object:
    """Return what two failures of the same kind have in common."""
    frames = traceback.extract_tb(error.__traceback__) if error else []
    ours = [frame for frame in frames if "promises" in frame.filename]
    return type(error), [(frame.filename, frame.lineno) for frame in ours[-1:]]


def test_a_tally_that_fell_back_to_nothing_is_pinned_down_too(
    houses: Houses, clock: TurnableClock
) -> None:
    one = {"n": 1}
    steps: list[Step] = [
        ("move", {"who": "owner", "state": "open"}),
        ("ask", {"who": "ada", "kind": "new", "name": None, **one}),
        ("publish", {"who": "moderator", **one}),
        ("vote", {"who": "bob", "wanted": True, **one}),
        ("tick", {"what": "snapshots"}),
        ("vote", {"who": "bob", "wanted": False, **one}),
    ]
    play(houses, clock, 0, steps)


def test_an_open_page_learns_at_the_close_what_was_never_decided(ctx: Context) -> None:
    hall = open_hall(ctx, "open")
    draft = hall.draft(hall.words(), "never decided")
    questions.submit_question(ctx, SLUG, hall.actor("ada"), draft)
    known = boards.public_board(ctx, SLUG)["revision"]
    events.move_event(ctx, SLUG, hall.owner(), "closed")
    news = boards.public_board(ctx, SLUG, since=known)
    assert [(row["n"], row["undecided"]) for row in news["questions"]] == [(1, True)]


@pytest.mark.parametrize("seed", range(5))
def test_no_sequence_of_acts_shrinks_the_record_or_decides_in_silence(
    houses: Houses, clock: TurnableClock, seed: int
) -> None:
    search(houses, clock, seed, STEPS)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1_000, 1_000 + SOAK_SEEDS))
def test_no_long_sequence_of_acts_does_either(
    houses: Houses, clock: TurnableClock, seed: int
) -> None:
    search(houses, clock, seed, 3 * STEPS)
