"""A witness as a process: what survives a kill, who wins a race, what starts and what does not."""

import socket
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from http.client import HTTPException
from itertools import pairwise

import pytest

from qa.ledger.checkpoint import parse_checkpoint
from qa.ledger.cosignature import CosignatureVerifier
from qa.witness import _Server, main
from tests.witness.hall import NAME, Answer, Log

SIZE = "text/x.tlog.size"
LOG = Log("questions.example.org/log/spring")
OTHER = Log("questions.example.org/log/autumn")


def latest(running, log=LOG):
    path = f"/{sha256(log.origin.encode()).hexdigest()}/checkpoint"
    answer = running.ask("GET", path)
    return parse_checkpoint(answer.text.split("\n\n")[0] + "\n") if answer.status == 200 else None


@pytest.fixture
def failing(monkeypatch, capsys):
    """Return a function that runs a witness that has to give up, and returns what it says."""

    def must_not_serve(server):
        raise AssertionError("It serves.")

    def run(folder, *arguments, name=NAME):
        monkeypatch.setattr(_Server, "serve_forever", must_not_serve)
        given = ["--name", name, "--data", str(folder), "--port", "0", *map(str, arguments)]
        try:
            code = main(given)
        except SystemExit as stopped:
            code = stopped.code
        said = capsys.readouterr()
        assert (code, said.out) == (2, "")
        return said.err

    return run


def test_a_killed_witness_remembers_what_it_cosigned_and_who_it_is(start):
    first = start("--log", LOG.signer.vkey)
    assert first.post(LOG.body(0, 9)).status == 200
    first.kill()
    second = start("--log", LOG.signer.vkey)
    assert second.vkey == first.vkey
    assert second.post(LOG.body(0, 12)) == Answer(409, SIZE, "9\n")
    assert second.post(LOG.fork(4).body(9, 9)).status == 409
    assert second.post(LOG.fork(4).body(9, 12)).status == 422
    second.kill()
    assert latest(start("--log", LOG.signer.vkey)) == LOG.head(9)


def test_a_witness_that_is_killed_at_work_has_stored_all_that_it_answered(start):
    for round_number in range(2):
        running = start("--log", LOG.signer.vkey)
        known = latest(running)
        size = answered = known.tree_size if known else 0
        timer = threading.Timer(0.05 + 0.05 * round_number, running.process.kill)
        timer.start()
        try:
            while size < 40:
                assert running.post(LOG.body(size, size + 1)).status == 200
                size = answered = size + 1
        except (OSError, HTTPException):
            pass  # this is what the kill looks like from here
        timer.join()
        running.kill()
        stored = latest(start("--log", LOG.signer.vkey))
        assert (stored.tree_size if stored else 0) in {answered, answered + 1}
        assert stored is None or stored == LOG.head(stored.tree_size)


def test_of_two_forks_of_one_size_at_once_exactly_one_is_cosigned(shared, log):
    sizes = list(range(0, 40, 5))
    won = log
    for old, new in pairwise(sizes):
        # Both forks have grown out of what was cosigned last.
        rivals = [won, won.fork(old)]
        bodies = [rival.body(old, new) for rival in rivals] * 4
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(shared.post, bodies))
        winners = {n % 2 for n, answer in enumerate(answers) if answer.status == 200}
        assert len(winners) == 1
        assert {answer.status for answer in answers} == {200, 409}
        won = rivals[winners.pop()]
        assert latest(shared, won) == won.head(new)


def test_of_many_growths_at_once_none_rolls_another_back(shared, log):
    assert shared.post(log.body(0, 1)).status == 200
    cosigned, largest, lock = [], [1], threading.Lock()

    def push(new):
        with lock:
            old = largest[0]
        if old < new:
            answer = shared.post(log.body(old, new))
            if answer.status == 200:
                with lock:
                    cosigned.append(new)
                    largest[0] = max(largest[0], new)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(push, [size for size in range(2, 41) for _ in range(2)]))
    assert len(cosigned) == len(set(cosigned))
    assert latest(shared, log).tree_size == max(cosigned)


def test_two_processes_over_one_folder_are_one_witness(start):
    both = first, second = [start("--log", LOG.signer.vkey) for _ in range(2)]
    assert first.vkey == second.vkey
    won = LOG
    for old, new in ((0, 5), (5, 10), (10, 15)):
        rivals = [won, won.fork(old)]
        with ThreadPoolExecutor(2) as pool:
            asked = [
                pool.submit(one.post, log.body(old, new))
                for one, log in zip(both, rivals, strict=True)
            ]
        statuses = [answer.result().status for answer in asked]
        assert sorted(statuses) == [200, 409]
        won = rivals[statuses.index(200)]
        assert latest(first, won) == latest(second, won) == won.head(new)


def test_the_key_is_made_once_and_only_its_owner_can_read_it(start, tmp_path):
    running = start("--log", LOG.signer.vkey)
    key = tmp_path / "data" / "witness.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    made = key.read_bytes()
    assert CosignatureVerifier.parse(running.vkey).name == NAME
    running.kill()
    assert start("--log", LOG.signer.vkey).vkey == running.vkey
    assert key.read_bytes() == made
    assert [path.name for path in key.parent.glob("*.draft")] == []


def test_a_witness_that_has_forgotten_what_it_cosigned_does_not_start(start, failing, tmp_path):
    running = start("--log", LOG.signer.vkey)
    running.post(LOG.body(0, 5))
    running.kill()
    for file in (tmp_path / "data").glob("heads.sqlite3*"):
        file.unlink()
    assert "must not cosign again" in failing(tmp_path / "data", "--log", LOG.signer.vkey)
    (tmp_path / "data" / "heads.sqlite3").touch()
    assert "must not cosign again" in failing(tmp_path / "data", "--log", LOG.signer.vkey)


def test_a_key_that_others_can_read_or_of_another_name_is_not_used(start, failing, tmp_path):
    start("--log", LOG.signer.vkey).kill()
    key = tmp_path / "data" / "witness.key"
    key.chmod(0o640)
    assert "chmod 600" in failing(key.parent, "--log", LOG.signer.vkey)
    key.chmod(0o600)
    assert "two names" in failing(key.parent, "--log", LOG.signer.vkey, name="other.example")
    key.write_text(NAME + "\n0123\n", encoding="utf-8")
    assert "32 bytes" in failing(key.parent, "--log", LOG.signer.vkey)
    key.write_bytes(b"\xff\xfe")
    assert failing(key.parent, "--log", LOG.signer.vkey).count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["--log", "no key"],
        ["--log", "example.org+00000000+AQ=="],
        ["--logs", "/nowhere/to/be/found"],
        ["--log", LOG.signer.vkey, "--port", "99999"],
        ["--log", LOG.signer.vkey, "--host", "256.256.256.256"],
        [],
    ],
    ids=str,
)
def test_what_cannot_be_served_is_said_in_a_line_and_exit_code_2(failing, tmp_path, arguments):
    assert failing(tmp_path / "data", *arguments).strip()


def test_a_bad_name_leaves_no_key_behind(failing, tmp_path):
    failing(tmp_path / "data", "--log", LOG.signer.vkey, name="a bad name")
    assert not (tmp_path / "data" / "witness.key").exists()


def test_a_port_in_use_is_said_in_a_line(shared, failing, tmp_path):
    port = shared.address.rpartition(":")[2]
    said = failing(tmp_path / "data", "--log", LOG.signer.vkey, "--port", port)
    assert said.count("\n") == 1


def test_logs_can_be_added_to_the_file_while_the_witness_runs(start, tmp_path):
    logs = tmp_path / "logs"
    logs.write_text(f"# ours\n\n{LOG.signer.vkey}\n", encoding="utf-8")
    running = start("--logs", logs)
    assert running.post(LOG.body(0, 5)).status == 200
    assert running.post(OTHER.body(0, 5)).status == 404
    logs.write_text(f"{LOG.signer.vkey}\n  {OTHER.signer.vkey}\n", encoding="utf-8")
    assert running.post(OTHER.body(0, 5)).status == 200
    logs.write_text("half a li", encoding="utf-8")
    assert running.post(OTHER.body(5, 6)).status == 200
    logs.unlink()
    assert running.post(LOG.body(5, 6)).status == 200
    assert "last contents count" in running.said
    logs.write_text(f"{OTHER.signer.vkey}\n", encoding="utf-8")
    assert running.post(LOG.body(6, 7)).status == 404
    assert running.post(OTHER.body(6, 7)).status == 200


def test_a_log_may_have_more_than_one_key(start):
    class Rekeyed(Log):
        def __post_init__(self):
            super().__post_init__()
            self.signer = type(self.signer)(self.origin, b"\x77" * 32)

    new = Rekeyed(LOG.origin)
    running = start("--log", LOG.signer.vkey, "--log", new.signer.vkey)
    assert running.post(LOG.body(0, 5)).status == 200
    assert running.post(new.body(5, 9)).status == 200
    assert running.post(LOG.body(9, 12)).status == 200


def test_the_witness_listens_on_this_machine_only_unless_told_otherwise(shared):
    assert shared.address.startswith("127.0.0.1:")
    port = int(shared.address.rpartition(":")[2])
    with pytest.raises(OSError):  # noqa: PT011 - which error it is depends on the system
        socket.create_connection(("127.0.0.2", port), timeout=5)
