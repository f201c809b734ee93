"""A log to witness, a witness in a process of its own, and a client that speaks to it."""

import http.client
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from qa.ledger.checkpoint import Checkpoint, sign_checkpoint
from qa.ledger.merkle import consistency_proof, root_hash
from qa.ledger.note import Signer
from qa.ledger.submission import Submission
from tests.ledger.trees import Nodes

NAME = "witness.example.org/w1"
START = "import sys; from qa.witness import main; sys.exit(main(sys.argv[1:]))"
ROOT = Path(__file__).parent.parent.parent


@dataclass
class Log:
    """A log that can be asked for any of its heads, and that may keep two sets of books."""

    origin: str
    leaves: list = field(default_factory=lambda: [f"leaf {n}".encode() for n in range(40)])

    def __post_init__(self):
        self.signer = Signer(self.origin, bytes([len(self.origin)] * 32))
        self.nodes = Nodes(self.leaves)

    def fork(self, at):
        """Return the same log with other leaves from a number on."""
        return Log(
            self.origin, [*self.leaves[:at], *(b"other " + leaf for leaf in self.leaves[at:])]
        )

    def head(self, size):
        return Checkpoint(self.origin, size, root_hash(size, self.nodes.read))

    def note(self, size):
        return sign_checkpoint(self.head(size), self.signer)

    def submission(self, old, new):
        proof = tuple(consistency_proof(old, new, self.nodes.read)) if old <= new else ()
        return Submission(old, proof, self.note(new))

    def body(self, old, new):
        return self.submission(old, new).body()


@dataclass
class Answer:
    status: int
    kind: str
    text: str


class Running:
    """A witness process. What it says on stderr is in ``said``."""

    def __init__(self, data, *arguments, name=NAME):
        self.said_file = Path(data).with_name(f"{Path(data).name}.stderr")
        with self.said_file.open("ab") as stderr:
            self.process = subprocess.Popen(
                [sys.executable, "-c", START, "--name", name, "--data", str(data), "--port", "0"]
                + [str(argument) for argument in arguments],
                stdout=subprocess.PIPE,
                stderr=stderr,
                cwd=ROOT,
                text=True,
            )
        self.vkey = self.process.stdout.readline().strip()
        self.address = self.process.stdout.readline().strip().partition("http://")[2]

    @property
    def said(self):
        return self.said_file.read_text(encoding="utf-8", errors="replace")

    def connect(self):
        return http.client.HTTPConnection(self.address, timeout=20)

    def post(self, body, path="/add-checkpoint", connection=None, headers=None):
        return self.ask("POST", path, body, connection, headers)

    def ask(self, method, path, body=None, connection=None, headers=None):
        used = connection or self.connect()
        try:
            used.request(method, path, body, headers or {})
            response = used.getresponse()
            text = response.read().decode()
            return Answer(response.status, response.headers["Content-Type"], text)
        finally:
            if connection is None:
                used.close()

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
