"""Socket.IO packets, read strictly: a bad one becomes a refusal, never an exception."""

import json
from typing import Any, Final

import structlog
from socketio import packet

from qa.errors import BadJson, QaError
from qa.web.json_in import parse_json

MALFORMED: Final = "malformed"
"""The name under which a handler gets the refusal of an event that could not be read."""

EVENTS: Final = frozenset({"ask", "vote", "unvote", "look", "claim"})
"""What a client may send: ``connect`` and ``disconnect`` would reach their handlers too."""

READABLE: Final = (packet.CONNECT, packet.DISCONNECT, packet.EVENT)

log = structlog.get_logger("qa.live")


_ENCODER = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)


def _encode(value: object, **_options: object) -> str:
    """Return JSON; one encoder for all, because making one costs more than using it."""
    return _ENCODER.encode(value)


class _OwnJson:
    """JSON as this server writes it, and reads what it sends itself through its message queue."""

    dumps = staticmethod(_encode)
    loads = staticmethod(json.loads)


class _StrictJson:
    """JSON from clients."""

    dumps = staticmethod(_encode)

    @staticmethod
    def loads(text: str) -> object:
        """Return the value. The websocket has already bounded its size. Raises: BadJson."""
        return parse_json(text, len(text))


class StrictPacket(packet.Packet):  # type: ignore[misc]
    """A packet that cannot raise while it is read.

    An event that is not well formed turns into the event ``MALFORMED`` with its refusal, so that
    its sender gets an acknowledgement that says so; anything else turns into a disconnect.
    """

    uses_binary_events = False
    json: Any = _OwnJson
    packet_type: int
    namespace: str | None
    data: Any

    def decode(self, encoded_packet: str) -> int:
        """Read a packet; returns how many binary attachments follow: always none."""
        self.json = _StrictJson
        try:
            attachments = super().decode(encoded_packet)
            if attachments or self.packet_type not in READABLE:
                raise BadJson("Send events without attachments.")
            if self.packet_type == packet.EVENT:
                _check_event(self.data)
        except QaError as error:
            self._refuse(error)
        except ValueError:
            self._refuse(BadJson("This is not a Socket.IO packet."))
        return 0

    def _refuse(self, error: QaError) -> None:
        log.info("faulty_frame", fault=error.code)
        if self.packet_type == packet.EVENT and self.namespace is None:
            self.data = [MALFORMED, error.as_dict()]
        else:
            self.packet_type, self.data, self.namespace = packet.DISCONNECT, None, None


def _check_event(data: object) -> None:
    if not isinstance(data, list) or not data or data[0] not in EVENTS:
        raise BadJson("An event is a list that begins with ask, vote, unvote, look or claim.")
