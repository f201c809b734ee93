"""What a webhook is sent: one public notice in the form that its receiver reads.

``standard`` is signed as the Standard Webhooks specification 1.0 says: HMAC-SHA256 over
``id.timestamp.body`` under the secret that the owner was shown. Slack and Teams know the sender by
their secret address. Words of the audience go where a form takes plain text, so that they cannot
mention a channel or pretend to be a link.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

SECRET_PREFIX: Final = "whsec_"  # noqa: S105 - how every secret of the specification begins
MAX_PLAIN: Final = 2_900
"""Slack takes 3,000 characters of plain text."""

_SLACK_CONTROLS: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


@dataclass(frozen=True)
class Notice:
    """One public fact: its stable id, its type, and how it reads.

    ``said`` is our sentence, ``words`` those of people, ``data`` what programs read.
    """

    id: str
    kind: str
    at_ms: int
    said: str
    words: str
    link: str
    data: Mapping[str, Any]


def encode(notice: Notice, kind: str) -> bytes:
    """Return the body for a receiver of this kind, as JSON in UTF-8."""
    body = {"standard": _standard, "slack": _slack, "teams": _teams}[kind](notice)
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def headers(notice: Notice, kind: str, secret: str, body: bytes, now_ms: int) -> dict[str, str]:
    """Return the headers of a request; ``timestamp`` is in seconds and that of this attempt."""
    plain = {"Content-Type": "application/json"}
    if kind != "standard":
        return plain
    timestamp = str(now_ms // 1000)
    return {
        **plain,
        "webhook-id": notice.id,
        "webhook-timestamp": timestamp,
        "webhook-signature": sign(secret, notice.id, timestamp, body),
    }


def make_secret(key: bytes) -> str:
    """Return a signing secret as the specification writes it; ``key`` has 24 to 64 bytes."""
    return SECRET_PREFIX + base64.b64encode(key).decode()


def sign(secret: str, message_id: str, timestamp: str, body: bytes) -> str:
    """Return a signature of version 1: ``v1,`` and the base64 of the HMAC."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def _standard(notice: Notice) -> dict[str, Any]:
    at = datetime.fromtimestamp(notice.at_ms / 1000, UTC)
    return {
        "type": notice.kind,
        "timestamp": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "data": notice.data,
    }


def _slack(notice: Notice) -> dict[str, Any]:
    said = {"type": "mrkdwn", "text": f"*<{notice.link}|{notice.said.translate(_SLACK_CONTROLS)}>*"}
    blocks = [{"type": "section", "text": said}]
    if notice.words:
        words = {"type": "plain_text", "text": notice.words[:MAX_PLAIN], "emoji": False}
        blocks.append({"type": "section", "text": words})
    return {"text": notice.said.translate(_SLACK_CONTROLS), "blocks": blocks}


def _teams(notice: Notice) -> dict[str, Any]:
    said = {"type": "TextRun", "text": notice.said, "weight": "Bolder"}
    body = [{"type": "RichTextBlock", "inlines": [said]}]
    if notice.words:
        # A TextRun, unlike a TextBlock, reads no Markdown.
        words = [{"type": "TextRun", "text": notice.words}]
        body.append({"type": "RichTextBlock", "inlines": words})
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
        "actions": [{"type": "Action.OpenUrl", "title": "Read more", "url": notice.link}],
    }
    content_type = "application/vnd.microsoft.card.adaptive"
    return {"type": "message", "attachments": [{"contentType": content_type, "content": card}]}
