"""A meeting whose checkpoints go to witnesses, and witnesses that are not what they should be."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from qa.clock import system_clock
from qa.config import Config
from qa.ledger.checkpoint import Checkpoint
from qa.ledger.cosignature import Cosigner, open_cosigned
from qa.ledger.note import Verifier
from qa.ledger.witness_policy import parse_policy
from qa.services import logs, witnesses
from qa.services.context import Context
from tests.services.meeting import SLUG, Meeting, hold_meeting

NAME = "other.example.org/w2"
REGISTRY = logs.REGISTRY


@dataclass
class Deployment:
    """A meeting, the policy that its server and its readers have, and the file of known logs."""

    meeting: Meeting
    policy_file: Path
    logs_file: Path

    @property
    def ctx(self) -> Context:
        return self.meeting.ctx

    def key(self, slug: str = SLUG) -> Verifier:
        return Verifier.parse(logs.log_vkey(self.ctx, slug))

    def submit(self) -> None:
        """Do what the server does once a second."""
        witnesses.submit_grown(self.ctx)

    def hurry(self) -> None:
        """Let every wait be over."""
        self.ctx.patience.until_s.clear()
        for origin in self.ctx.patience.later:
            self.ctx.patience.later[origin] = 0.0

    def read(self, note: str, slug: str = SLUG) -> tuple[Checkpoint, set[str]]:
        """Return the checkpoint in a note, and who of the policy cosigned it."""
        policy = parse_policy(self.policy_file.read_bytes())
        head, times_s = open_cosigned(note, self.key(slug), policy.cosigners)
        return head, set(times_s)

    def served(self, slug: str = SLUG) -> tuple[int, set[str]]:
        """Return the size of what clients of the log are served, and who cosigned it."""
        head, names = self.read(logs.checkpoint(self.ctx, slug), slug)
        return head.tree_size, names

    def size(self, slug: str = SLUG) -> int:
        return logs.newest_head(self.ctx, slug).checkpoint.tree_size

    def witnessed(self) -> dict[str, int]:
        found = witnesses.status(self.ctx, SLUG)["witnesses"]
        return {witness["name"]: witness["size"] for witness in found}


def deploy(
    config: Config,
    make_context: Callable[[Config], Context],
    policy: str,
    logs_file: Path,
) -> Deployment:
    """Open a deployment with this policy, hold a meeting, and tell the witnesses of its logs."""
    policy_file = config.data_dir / "policy"
    policy_file.write_text(policy, encoding="utf-8")
    ctx = make_context(replace(config, witness_policy=policy_file))
    held = Deployment(hold_meeting(ctx, "open"), policy_file, logs_file)
    with logs_file.open("a", encoding="utf-8") as file:
        file.write(f"{held.key().vkey}\n{held.key(REGISTRY).vkey}\n")
    return held


Say = Callable[[BaseHTTPRequestHandler, bytes], None]


class Liar:
    """A witness that answers whatever a test wants, and counts how often it was asked."""

    def __init__(self, name: str = NAME) -> None:
        self.cosigner = Cosigner(name, b"\x2a" * 32)
        self.bodies: list[bytes] = []
        self.say: Say = lambda handler, body: answer(handler, 500, b"")
        liar = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 10

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                liar.bodies.append(body)
                liar.say(self, body)

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                """The other side hung up, as it should."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def line(self) -> str:
        return f"witness liar {self.cosigner.vkey} {self.url}\n"

    def cosign(self, body: bytes, at_s: int | None = None) -> bytes:
        """Return its right signature on what it was sent."""
        text = body.decode().partition("\n\n")[2].partition("\n\n")[0] + "\n"
        return self.cosigner.cosign(text, at_s or system_clock() // 1000).encode()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def answer(
    handler: BaseHTTPRequestHandler, status: int, body: bytes, kind: str = "text/plain"
) -> None:
    """Answer like a witness."""
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)
