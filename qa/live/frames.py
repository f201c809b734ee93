"""Websocket frames as a server reads and writes them (RFC 6455): text only, masked, strict.

Nothing here waits or touches a socket. What a client may make the server keep is bounded by
``max_bytes``, whatever it sends and however it cuts it into pieces.
"""

import base64
import hashlib
from collections.abc import Iterator
from typing import Final

CONTINUATION: Final = 0x0
TEXT: Final = 0x1
CLOSE: Final = 0x8
PING: Final = 0x9
PONG: Final = 0xA

NORMAL: Final = 1000
PROTOCOL_ERROR: Final = 1002

FIN: Final = 0x80
RESERVED: Final = 0x70
MASKED: Final = 0x80
MAX_CONTROL_BYTES: Final = 125
KEY_GUID: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class FaultyFrame(Exception):
    """The client sent what no client of this server sends; its argument is one short word."""


def accept_key(key: str) -> str | None:
    """Return the answer to a Sec-WebSocket-Key, or None when it is not 16 bytes in base64."""
    try:
        if len(base64.b64decode(key, validate=True)) != 16:
            return None
        digest = hashlib.sha1(key.encode("ascii") + KEY_GUID, usedforsecurity=False).digest()
    except ValueError:
        return None
    return base64.b64encode(digest).decode("ascii")


def text_frame(text: str) -> bytes:
    """Return a whole message as one frame."""
    return _frame(TEXT, text.encode())


def control_frame(opcode: int, payload: bytes) -> bytes:
    """Return a ping, pong or close frame. The payload has 125 bytes at most."""
    return _frame(opcode, payload)


def close_frame(code: int) -> bytes:
    """Return the frame that ends a connection."""
    return _frame(CLOSE, code.to_bytes(2, "big"))


def _frame(opcode: int, payload: bytes) -> bytes:
    size = len(payload)
    if size <= 125:
        return bytes((FIN | opcode, size)) + payload
    if size < 1 << 16:
        return bytes((FIN | opcode, 126)) + size.to_bytes(2, "big") + payload
    return bytes((FIN | opcode, 127)) + size.to_bytes(8, "big") + payload


class FrameReader:
    """Turns what arrives from one client into whole messages and control frames."""

    __slots__ = ("_max_bytes", "_message", "_rest")

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._rest = b""
        self._message: bytearray | None = None

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """Yield opcode and payload of each message or control frame that is complete now.

        The payload of a text message is UTF-8. Raises: FaultyFrame.
        """
        self._rest += data
        while (found := self._next_frame()) is not None:
            first, payload = found
            opcode = first & 0x0F
            if opcode >= CLOSE:
                yield opcode, payload
                continue
            if self._message is not None:
                self._message += payload
                payload = bytes(self._message)
            if first & FIN:
                self._message = None
                yield TEXT, payload
            elif self._message is None:
                self._message = bytearray(payload)

    def _next_frame(self) -> tuple[int, bytes] | None:
        """Take one frame off what has arrived: its first byte and its payload, unmasked."""
        rest = self._rest
        if len(rest) < 2:
            return None
        first, size = rest[0], rest[1] & 0x7F
        self._check_head(first, rest[1])
        start = 2
        if size >= 126:
            start = 4 if size == 126 else 10
            if len(rest) < start:
                return None
            size = int.from_bytes(rest[2:start], "big")
            if size < (126 if start == 4 else 1 << 16):
                raise FaultyFrame("websocket")  # a length has one spelling only
        # Refused before it is waited for.
        if size + len(self._message or b"") > self._max_bytes:
            raise FaultyFrame("too_large")
        end = start + 4 + size
        if len(rest) < end:
            return None
        self._rest = rest[end:]
        return first, _unmask(rest[start + 4 : end], rest[start : start + 4])

    def _check_head(self, first: int, second: int) -> None:
        opcode = first & 0x0F
        if first & RESERVED or not second & MASKED:
            raise FaultyFrame("websocket")
        if opcode >= CLOSE:
            whole = first & FIN and second & 0x7F <= MAX_CONTROL_BYTES
            if opcode > PONG or not whole:
                raise FaultyFrame("websocket")
        elif opcode not in (CONTINUATION, TEXT):
            raise FaultyFrame("binary" if opcode == 2 else "websocket")
        elif (opcode == CONTINUATION) is (self._message is None):
            raise FaultyFrame("websocket")  # nothing to go on with, or something unfinished


def _unmask(payload: bytes, mask: bytes) -> bytes:
    size = len(payload)
    key = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(key, "big")).to_bytes(size, "big")
