"""An adversary with database, logs, export, sockets and Redis cannot tell who asked what.

A real server is run; sessions ask over their sockets and vote, each of them drawn by lot. Then
every attacker of ``adversary`` has a go. None may do better than chance would once in a
million such tests: an exact binomial bound, shared out among the attackers (Bonferroni).

What this leaves out is in docs/threat-model.md: an order in which people come, their style, a habit
of voting for one's own question, and whoever watches the running server or the network.
"""

import hashlib
import hmac
import json
import random
import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import redis
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection

from qa.config import load_config
from qa.services import identity
from qa.store.keys import Keyring
from tests.live.meeting import LiveMeeting, sign_in_owner
from tests.live.server import Running, running
from tests.promises.adversary import Guesses, Loot, Verdict, attack, binomial_tail, judge
from tests.promises.traces import spellings

ONE_IN = 1_000_000
LOT = random.Random(20_181_115)


def verdicts(loot: Loot, authors: Guesses) -> list[Verdict]:
    found = [judge(name, guesses, authors, len(loot.voters)) for name, guesses in attack(loot)]
    return sorted(found, key=lambda verdict: verdict.p_value)


def gives_away(loot: Loot, authors: Guesses) -> list[Verdict]:
    """Return the attackers that did better than chance would once in a million such tests."""
    found = verdicts(loot, authors)
    return [each for each in found if each.p_value < 1 / ONE_IN / len(found)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sessions", "questions"),
    [(10, 100), pytest.param(50, 1_000, marks=pytest.mark.soak)],
)
def test_no_attacker_does_better_than_chance_and_a_planted_leak_is_found(
    sessions: int, questions: int, tmp_path: Path, database_url: str, redis_url: str
) -> None:
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    settings = {"QA_LOG_LEVEL": "debug", "QA_REDIS_URL": redis_url}
    with running(data_dir, database_url, **settings) as server:
        loot, authors = hold(server, redis_url, sessions, questions)
    assert len(loot.questions) == questions
    assert set(authors.values()) == set(range(sessions))
    best, *others = verdicts(loot, authors)
    print(f"best of {1 + len(others)} attackers: {best}; chance is 1 in {sessions}")
    assert gives_away(loot, authors) == []
    for name, leak in LEAKS.items():
        assert gives_away(leak(loot, authors), authors), f"{name} was not noticed"


def hold(server: Running, redis_url: str, sessions: int, questions: int) -> tuple[Loot, Guesses]:
    """Hold a meeting whose authors and voters are drawn by lot; return the loot and the truth."""
    owner = sign_in_owner(server)
    slug = f"lot-{secrets.token_hex(4)}"
    made = owner.send("POST", "/api/events", {"title": "All hands", "slug": slug})
    meeting = LiveMeeting(server, owner, slug, made["join_code"])
    owner.send("POST", f"{meeting.api}/state", {"state": "open"})
    people = [meeting.participant() for _ in range(sessions)]
    pages = [meeting.page(person) for person in people]
    authors: Guesses = {}
    for n in range(1, questions + 1):
        authors[n] = LOT.randrange(sessions)
        receipt = pages[authors[n]].call("ask", new_question(n))
        assert receipt.get("n") == n, receipt
        meeting.decide(n)
        for _ in range(2):
            vote = {"n": LOT.randint(1, n)}
            assert pages[LOT.randrange(sessions)].call("vote", vote)["voted"]
    secrets_of = [person.http.cookies[f"fh-p-{slug}"].rsplit(".", 1)[0] for person in people]
    sids = [str(page.client.get_sid()) for page in pages]
    heard = [json.dumps(notice).encode() for page in pages for notice in page.notices]
    bundle = owner.http.get(f"{server.base}{meeting.api}/board").content
    meeting.close()
    owner.close()
    loot = rob(server, slug, redis_url, secrets_of, sids)
    lines = server.log.read_bytes().splitlines()
    known = {n: who for n, who in authors.items() if n % 2}
    return replace(loot, lines=lines, heard=heard, export=bundle, known=known), authors


def new_question(n: int) -> dict[str, Any]:
    """Return a question as the page makes it: with fresh random keys each time."""
    tag = hashlib.sha256(secrets.token_bytes(32)).hexdigest()
    key = secrets.token_urlsafe(24)
    words = f"What about matter {secrets.token_hex(4)}, number {n:04d} of the list?"
    return {"text": words, "anonymous": True, "client_key": key, "author_tag": tag}


def rob(server: Running, slug: str, redis_url: str, cookies: list[str], sids: list[str]) -> Loot:
    config = load_config(server.environ)
    voters = [identity.voter_of(slug, secret) for secret in cookies]
    engine = create_engine(config.database_url)
    with engine.connect() as connection:
        questions, votes, leaves = read_tables(connection, slug)
    engine.dispose()
    shared = redis.Redis.from_url(redis_url)
    quota_secret = Keyring(config.data_dir).secret("quotas")
    names = [
        hmac.new(quota_secret, f"{slug}/{voter.hex()}".encode(), "sha256").hexdigest().encode()
        for voter in voters
    ]
    keys = [key for key in shared.scan_iter("*") if any(name in key for name in names)]
    counts = [(key, bytes(shared.get(key) or b"")) for key in keys]  # type: ignore[arg-type]
    shared.delete(*keys)
    assert counts, "Redis kept nothing, so the attack on it means nothing"
    traces = [
        [name, *traces_of(secret, voter, sid)]
        for name, secret, voter, sid in zip(names, cookies, voters, sids, strict=True)
    ]
    return Loot(traces, voters, questions, votes, leaves, redis=counts)


def traces_of(secret: str, voter: bytes, sid: str) -> list[bytes]:
    """Return everything by which a session could be recognised."""
    key = bytes.fromhex(secret)
    made = [key, voter, *(hashlib.sha256(of).digest() for of in (key, secret.encode(), voter))]
    found = {one for each in made for one in spellings(each)}
    return sorted({*found, sid.encode()})


def read_tables(
    connection: Connection, slug: str
) -> tuple[dict[int, Any], list[tuple[int, bytes, int]], dict[int, bytes]]:
    """Return questions, votes and leaves, each with its place on disk.

    On PostgreSQL the place is the number of the transaction, which orders rows of all tables; on
    SQLite it is the row's number, stretched so that votes and questions cover the same range.
    """
    postgres = connection.dialect.name == "postgresql"
    place = "CAST(CAST({0}.xmin AS text) AS bigint)" if postgres else "{0}.rowid * {1}"
    wanted = text(
        f"SELECT {place.format('q', 2)} AS place, w.*, q.* FROM question q"
        " JOIN question_text w ON w.question_id = q.id JOIN event e ON e.id = q.event_id"
        " WHERE e.slug = :slug ORDER BY 1"
    )
    rows = [dict(row) for row in connection.execute(wanted, {"slug": slug}).mappings()]
    questions = {int(row["docket_number"]): row for row in rows}
    cast = text(
        f"SELECT q.docket_number, v.voter, {place.format('v', 1)} AS place FROM vote v"
        " JOIN question q ON q.id = v.question_id JOIN event e ON e.id = q.event_id"
        " WHERE e.slug = :slug ORDER BY 3"
    )
    votes = [(n, bytes(voter), at) for n, voter, at in connection.execute(cast, {"slug": slug})]
    leaf = text(
        "SELECT l.docket_number, l.data FROM log_leaf l JOIN log g ON g.id = l.log_id"
        " JOIN event e ON e.id = g.event_id WHERE e.slug = :slug AND l.docket_number > 0"
        " ORDER BY l.leaf_index DESC"
    )
    leaves = {n: bytes(data) for n, data in connection.execute(leaf, {"slug": slug})}
    return questions, votes, leaves


# Leaks, planted into what was taken, so that the test is known to notice them


def with_column(make: Callable[[Loot, int, int], Any]) -> Callable[[Loot, Guesses], Loot]:
    def plant(loot: Loot, authors: Guesses) -> Loot:
        rows = {
            n: {**row, "planted": make(loot, n, authors[n])} for n, row in loot.questions.items()
        }
        return replace(loot, questions=rows)

    return plant


def self_votes(loot: Loot, authors: Guesses) -> Loot:
    """Let everybody's first act be a vote for their own question."""
    own = [(n, loot.voters[who], 0) for n, who in authors.items()]
    return replace(loot, votes=own + loot.votes)


def a_log_line(loot: Loot, authors: Guesses) -> Loot:
    lines = [
        b'{"event": "asked", "by": "' + loot.voters[authors[n]].hex().encode() + b'"}'
        for n in sorted(authors)
    ]
    return replace(loot, lines=lines)


LEAKS: dict[str, Callable[[Loot, Guesses], Loot]] = {
    "a pseudonym in the row": with_column(lambda loot, _n, who: loot.voters[who]),
    "a salted name of the session": with_column(
        lambda _loot, _n, who: hashlib.sha256(b"salt %d" % who).digest()
    ),
    "a key that begins alike": with_column(
        lambda _loot, n, who: hashlib.sha256(b"%d" % who).hexdigest()[:8] + f"{n:08d}"
    ),
    "a place in a queue": with_column(lambda loot, n, who: n * len(loot.voters) + who),
    "a log line": a_log_line,
    "votes for one's own question": self_votes,
}


def test_the_bound_is_that_of_a_fair_lot() -> None:
    assert binomial_tail(0, 10, 0.5) == 1
    assert binomial_tail(10, 10, 0.5) == pytest.approx(2**-10)
    assert binomial_tail(3, 4, 0.25) == pytest.approx(4 * 0.25**3 * 0.75 + 0.25**4)
    assert binomial_tail(40, 1_000, 1 / 50) < 1e-4 < binomial_tail(30, 1_000, 1 / 50)
