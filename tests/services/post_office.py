"""A mail server on this machine that keeps what it is handed."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


class Post:
    """What was handed in: recipients and mail of each."""

    def __init__(self) -> None:
        self.port = 0
        self.mails: list[tuple[list[str], EmailMessage]] = []

    async def handle_DATA(  # noqa: N802 - the library looks for this name
        self, _server: Any, _session: Any, envelope: Any
    ) -> str:
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append((list(envelope.rcpt_tos), mail))
        return "250 Kept"


@contextmanager
def open_post_office() -> Iterator[Post]:
    """Give a mail server that listens until the block ends."""
    post = Post()
    with socket.create_server(("127.0.0.1", 0)) as found:
        post.port = found.getsockname()[1]
    controller = Controller(post, hostname="127.0.0.1", port=post.port)
    controller.start()
    yield post
    controller.stop()
