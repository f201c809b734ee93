"""What an append with its checkpoint, and a proof, cost in a log of 1,000 leaves and of 1,000,000.

    .venv/bin/python -m bench.log_growth [LEAVES]

Everything is the server's own: ``qa.store.log.append`` in the single writer on SQLite, one commit a
leaf, the checkpoint signed and saved after it; proofs are read from the same database. The log is
filled in batches of 1,000 leaves. Times are CPU time of this process, in which the ratio is what to
compare between machines. What the database is asked for is counted, so that O(log n) is no
impression: "hashes read" is the most that one append had to read, the ones in the binary size.
"""

import gc
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from sqlalchemy import Engine, event

from qa.ledger import merkle
from qa.ledger.merkle import check_inclusion, leaf_hash
from qa.store import log, migrate
from qa.store.checkpoints import Checkpoints
from qa.store.db import Database
from qa.store.keys import Keyring
from qa.store.log import LeafDraft
from qa.store.models.logs import Log

ORIGIN = "questions.example.org/log/registry"
NOW_MS = 1_795_000_020_000
BATCH, REPEATS, ROUND = 1_000, 512, 64
SIZES = (1_000, 10_000, 100_000, 1_000_000)
COLUMNS = (
    *("leaves", "append", "ratio", "statements", "rows added", "hashes read"),
    *("proof", "ratio", "hashes", "memory"),
)


class GrowingLog:
    """A log in a database of its own."""

    def __init__(self, folder):
        url = f"sqlite:///{folder / 'log.sqlite3'}"
        migrate.upgrade(url)
        self.checkpoints = Checkpoints(folder, Keyring(folder))
        self.db = Database(url, after_commit=self.checkpoints.save_heads)
        self.id = self.db.write(lambda session: log.create_log(session, ORIGIN, None).id)
        self.size = self.statements = self.rows_written = 0
        event.listen(Engine, "before_cursor_execute", self._sent)

    def append(self, count=1):
        numbers = range(self.size + 1, self.size + count + 1)
        drafts = [LeafDraft("withdrawn", {"n": n}) for n in numbers]
        self.db.write(
            lambda session: log.append(
                session, log.lock_log(session, None), "bench", NOW_MS, drafts
            )
        )
        self.size += count

    def prove(self, indexes):
        """Return the seconds that a proof takes, and the length of the longest; check each."""
        with self.db.read() as session:
            head = session.get_one(Log, self.id)
            proof_s, proofs = timed(lambda at: log.prove_inclusion(session, head, indexes[at]))
            for index, proof in zip(indexes, proofs, strict=True):
                (leaf,) = log.read_leaves(session, self.id, index, index + 1)
                check_inclusion(leaf_hash(leaf), index, head.tree_size, proof, head.root_hash)
        return proof_s, max(map(len, proofs))

    def _sent(self, _connection, _cursor, statement, parameters, _context, executemany):
        self.statements += 1
        if statement.startswith("INSERT"):
            self.rows_written += len(parameters) if executemany else 1


def timed(work):
    """Return the seconds of one piece of work, in the best of eight rounds, and what was made."""
    made, rounds_s = [], []
    for start in range(0, REPEATS, ROUND):
        started_s = process_time()
        made += [work(at) for at in range(start, start + ROUND)]
        rounds_s.append((process_time() - started_s) / ROUND)
    return min(rounds_s), made


def measure(growing, size):
    """Return one row of the table but for its ratios."""
    while growing.size < size:
        growing.append(min(BATCH, size - growing.size))
    growing.statements = growing.rows_written = 0
    append_s, _ = timed(lambda _: growing.append())
    indexes = [at * size // REPEATS for at in range(REPEATS)]
    proof_s, hashes = growing.prove(indexes)
    edge = max(len(merkle.read_nodes_for_append(size + at)) for at in range(REPEATS))
    sent = growing.statements / REPEATS, growing.rows_written / REPEATS
    gc.collect()
    return size, append_s, *sent, edge, proof_s, hashes, resident_mib()


def resident_mib():
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("this needs Linux")


def main(largest):
    say(*COLUMNS)
    first = None
    with TemporaryDirectory() as folder:
        growing = GrowingLog(Path(folder))
        for wanted in [size for size in SIZES if size <= largest]:
            row = measure(growing, wanted)
            size, append_s, statements, rows, edge, proof_s, hashes, rss_mib = row
            first = first or row
            say(
                f"{size:,}",
                f"{append_s * 1e3:.2f} ms",
                f"{append_s / first[1]:.2f}",
                f"{statements:.2f}",
                f"{rows:.2f}",
                edge,
                f"{proof_s * 1e3:.2f} ms",
                f"{proof_s / first[5]:.2f}",
                hashes,
                f"{rss_mib:.0f} MiB",
            )
        growing.db.close()


def say(*cells):
    print("".join(f"{cell:>12}" for cell in cells), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZES[-1])
