"""Garbage at the witness's door: a short answer, no traceback, and nothing is cosigned by it."""

import random
import socket
import sqlite3
from base64 import b64encode
from contextlib import suppress
from hashlib import sha256

import pytest

from qa.errors import QaError
from qa.ledger.cosignature import Cosigner
from qa.ledger.submission import parse_submission
from qa.witness import MAX_BODY_BYTES, Logs, Refused, Witness, main
from tests.witness.hall import NAME, Log

ROUNDS = 400
TWO_LENGTHS = (
    b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 3\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
)
LOG = Log("questions.example.org/log/spring")


def raw(shared, data):
    """Send bytes as they are, and return what comes back until the witness hangs up."""
    host, port = shared.address.split(":")
    answer = b""
    with socket.create_connection((host, int(port)), timeout=15) as connection:
        # It may hang up while there is still something to send: that is what these tests ask for.
        with suppress(OSError):
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
        with suppress(ConnectionResetError):
            while piece := connection.recv(65536):
                answer += piece
    return answer


def mutated(chance, body):
    data = bytearray(body)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(data) + 1)
        kind = chance.randrange(5)
        if kind == 0 and at < len(data):
            data[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            data[at : at + chance.randint(1, 40)] = b""
        elif kind == 2:
            data[at:at] = chance.randbytes(chance.randint(1, 12))
        elif kind == 3:
            data[at:at] = chance.choice([b"\n", b"\n\n", b"\r", b"\0", b" ", "\u2014 ".encode()])
        else:
            start = chance.randrange(len(data) + 1)
            data[at:at] = data[start : start + 60]
    return bytes(data)


def test_changed_and_random_bodies_get_a_4xx_and_change_nothing(shared, log):
    chance = random.Random(20261123)
    assert shared.post(log.body(0, 9)).status == 200
    good = [log.body(9, 20), log.body(9, 9), log.fork(3).body(9, 12)]
    connection = shared.connect()
    seen = set()
    for number in range(ROUNDS):
        body = mutated(chance, chance.choice(good)) if number % 4 else chance.randbytes(200)
        answer = shared.post(body, connection=connection)
        if answer.status == 200:
            # Only a body that still says the same, such as one with a line by an unknown key.
            assert parse_submission(body).old_size == 9
            assert shared.post(log.body(9, 9)).status in {200, 409}
            break
        assert 400 <= answer.status < 500, body
        assert len(answer.text) < 200
        seen.add(answer.status)
    connection.close()
    assert seen >= {400, 403}
    assert shared.process.poll() is None
    assert "Traceback" not in shared.said


def test_a_body_of_many_proof_lines_or_signatures_is_answered_at_once(shared, log):
    lines = b"old 0\n" + b"A" * 43 + b"=\n"
    note = log.note(5)
    junk = "".join(f"\u2014 w{n} {b64encode(bytes(76)).decode()}\n" for n in range(101))
    for body in (
        lines * 2000,
        b"\n" * 100_000,
        b"old 0\n\n" + b"a\n" * 100_000,
        b"old 0\n\n" + (note + junk).encode(),
        b"old " + b"9" * 200_000 + b"\n\n" + note.encode(),
    ):
        assert shared.post(body).status == 400


def test_a_body_that_is_too_long_is_413_and_not_read(shared):
    answer = raw(
        shared,
        b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: %d\r\n\r\n"
        % (MAX_BODY_BYTES + 1),
    )
    assert answer.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\n\r\n", 411),
        (b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: \r\n\r\n", 411),
        (b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 411),
        (b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 0x10\r\n\r\n", 411),
        (b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 1_0\r\n\r\n", 411),
        (b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 9999999999\r\n\r\n", 411),
        (b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 411),
        (b"POST /add-checkpoint HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411),
        (TWO_LENGTHS, 411),
        (b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 100\r\n\r\nold 0\n", 400),
        (b"POST /add-checkpoint/ HTTP/1.1\r\nContent-Length: 0\r\n\r\n", 404),
        (b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello", 404),
        (b"POST //add-checkpoint?x HTTP/1.1\r\nContent-Length: 0\r\n\r\n", 404),
        (b"GET /add-checkpoint HTTP/1.1\r\nHost: w\r\n\r\n", 405),
        (b"GET / HTTP/1.1\r\nHost: w\r\n\r\n", 404),
        (b"GET /../../etc/passwd HTTP/1.1\r\nHost: w\r\n\r\n", 404),
        (b"GET /" + b"0" * 64 + b"/checkpoint HTTP/1.1\r\nHost: w\r\n\r\n", 404),
        (b"GET /" + b"A" * 70_000 + b" HTTP/1.1\r\nHost: w\r\n\r\n", 414),
        (b"BREW /add-checkpoint HTTP/1.1\r\nHost: w\r\n\r\n", 501),
        (b"POST /add-checkpoint HTTP/9.9\r\n\r\n", 505),
        (b"POST\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n", 431),
    ],
    ids=lambda value: repr(value[:48]) if isinstance(value, bytes) else str(value),
)
def test_an_odd_request_has_its_status_and_ends_the_connection(shared, head, status):
    follow_up = b"GET /smuggled HTTP/1.1\r\nHost: w\r\n\r\n"
    answer = raw(shared, head + (b"" if status == 400 else follow_up))
    assert b" %d " % status in answer.split(b"\r\n")[0]
    assert answer.count(b"HTTP/1.") == 1
    assert b"Traceback" not in answer


def test_a_body_that_is_shorter_than_it_says_is_not_taken_for_whole(shared, log):
    body = log.body(0, 5)
    head = b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (len(body) + 1)
    assert raw(shared, head + body).startswith(b"HTTP/1.1 400 ")
    assert shared.post(log.fork(2).body(0, 5)).status == 200


def test_the_body_of_a_get_is_not_taken_for_the_next_request(shared, log):
    assert shared.post(log.body(0, 5)).status == 200
    path = f"/{sha256(log.origin.encode()).hexdigest()}/checkpoint".encode()
    hidden = b"GET / HTTP/1.1\r\nHost: w\r\n\r\n"
    head = b"GET %s HTTP/1.1\r\nHost: w\r\nContent-Length: %d\r\n\r\n" % (path, len(hidden))
    answer = raw(shared, head + hidden)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.count(b"HTTP/1.") == 1


def test_bytes_that_are_no_http_end_the_connection_quietly(shared):
    chance = random.Random(7)
    for length in (0, 1, 10, 1000, 50_000):
        answer = raw(shared, chance.randbytes(length))
        assert answer == b"" or answer.startswith(b"HTTP/1.1 4")
    host, port = shared.address.split(":")
    for _ in range(5):
        connection = socket.create_connection((host, int(port)))
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        connection.sendall(b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 50\r\n\r\nold")
        connection.close()
    assert shared.ask("GET", "/").status == 404
    assert "Traceback" not in shared.said


def test_a_connection_is_used_again_after_an_answer(shared, log):
    connection = shared.connect()
    assert shared.post(b"garbage", connection=connection).status == 400
    used = connection.sock
    assert shared.post(log.body(0, 5), connection=connection).status == 200
    assert shared.post(log.body(5, 6), connection=connection).status == 200
    assert connection.sock is used
    assert used is not None
    connection.close()


def test_one_that_says_nothing_keeps_nobody_waiting(shared, log):
    host, port = shared.address.split(":")
    silent = [socket.create_connection((host, int(port))) for _ in range(20)]
    assert shared.post(log.body(0, 5)).status == 200
    for connection in silent:
        connection.close()


class Failing:
    """A database that fails at one statement, like a disk that is full."""

    def __init__(self, statement):
        self._database = sqlite3.connect(":memory:", isolation_level=None)
        self._database.execute("CREATE TABLE head (origin PRIMARY KEY, size, root, note)")
        self._statement = statement

    def execute(self, statement, *values):
        if self._statement and statement.startswith(self._statement):
            raise sqlite3.OperationalError("disk I/O error")
        return self._database.execute(statement, *values)

    @property
    def in_transaction(self):
        return self._database.in_transaction

    def recover(self):
        self._statement = None


@pytest.mark.parametrize("statement", ["BEGIN", "SELECT size", "INSERT", "COMMIT"])
def test_nothing_is_cosigned_that_could_not_be_stored(statement):
    database = Failing(statement)
    witness = Witness(Cosigner(NAME, bytes(32)), Logs([LOG.signer.vkey]), database, lambda: 1)
    with pytest.raises(sqlite3.Error):
        witness.add_checkpoint(LOG.body(0, 5))
    assert not database.in_transaction
    database.recover()
    assert witness.add_checkpoint(LOG.fork(2).body(0, 5))
    with pytest.raises(Refused):
        witness.add_checkpoint(LOG.body(5, 5))


def test_a_clock_that_gives_no_time_gives_no_cosignature():
    database = Failing(None)
    witness = Witness(Cosigner(NAME, bytes(32)), Logs([LOG.signer.vkey]), database, lambda: 0)
    with pytest.raises(QaError):
        witness.add_checkpoint(LOG.body(0, 5))
    assert not database.in_transaction
    assert database.execute("SELECT count(*) FROM head").fetchone() == (0,)


def test_help_names_every_option(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["--help"])
    assert stopped.value.code == 0
    said = capsys.readouterr().out
    for option in ("--name", "--data", "--log", "--logs", "--host", "--port"):
        assert option in said
