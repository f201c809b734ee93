"""Frames against another implementation of RFC 6455, and against what nobody should send."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wsproto import ConnectionType
from wsproto.connection import Connection as Peer
from wsproto.events import CloseConnection, Ping, Pong, TextMessage

from qa.live import frames
from qa.live.frames import FaultyFrame, FrameReader

LIMIT = 20_000
MASK = b"\x01\x02\x03\x04"


def frame(first: int, payload: bytes = b"", *, size: int | None = None) -> bytes:
    size = len(payload) if size is None else size
    masked = bytes(byte ^ MASK[at % 4] for at, byte in enumerate(payload))
    return bytes((first, 0x80 | size)) + MASK + masked


@given(
    messages=st.lists(st.lists(st.text(max_size=200), min_size=1, max_size=4), max_size=4),
    cuts=st.lists(st.integers(1, 300), min_size=1, max_size=20),
)
def test_messages_arrive_whole_however_they_are_cut_into_frames_and_packets(
    messages: list[list[str]], cuts: list[int]
) -> None:
    client = Peer(ConnectionType.CLIENT)
    wire = b""
    for parts in messages:
        for number, part in enumerate(parts, start=1):
            wire += client.send(TextMessage(data=part, message_finished=number == len(parts)))
            wire += client.send(Ping(payload=b"between"))
    reader, read, at = FrameReader(LIMIT), [], 0
    for cut in itertools.cycle(cuts):
        if at >= len(wire):
            break
        read += list(reader.feed(wire[at : at + cut]))
        at += cut
    texts = [payload.decode() for opcode, payload in read if opcode == frames.TEXT]
    assert texts == ["".join(parts) for parts in messages]
    pings = [payload for opcode, payload in read if opcode == frames.PING]
    assert pings == [b"between"] * sum(map(len, messages))


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 70_000])
def test_what_is_written_is_read_by_another_implementation(size: int) -> None:
    client = Peer(ConnectionType.CLIENT)
    client.receive_data(frames.text_frame("x" * size))
    client.receive_data(frames.control_frame(frames.PONG, b"yes"))
    client.receive_data(frames.close_frame(frames.NORMAL))
    events = list(client.events())
    texts = "".join(event.data for event in events if isinstance(event, TextMessage))
    assert texts == "x" * size
    assert [event.payload for event in events if isinstance(event, Pong)] == [b"yes"]
    assert [event.code for event in events if isinstance(event, CloseConnection)] == [1000]


@pytest.mark.parametrize(
    ("wire", "fault"),
    [
        (b"\x81\x05hello", "websocket"),
        (frame(0xC1, b"compressed"), "websocket"),
        (frame(0x82, b"binary"), "binary"),
        (frame(0x83), "websocket"),
        (frame(0x8B), "websocket"),
        (frame(0x09, b"in pieces"), "websocket"),
        (b"\x89\xfe\x00\x7e" + MASK + b"x" * 126, "websocket"),
        (b"\x81\xfe\x00\x05" + MASK + b"hello", "websocket"),
        (b"\x81\xff" + (500).to_bytes(8, "big") + MASK, "websocket"),
        (frame(0x80, b"goes on with nothing"), "websocket"),
        (frame(0x01, b"never ended") + frame(0x81, b"by this"), "websocket"),
        (b"\x81\xff" + (LIMIT + 70_000).to_bytes(8, "big") + MASK, "too_large"),
        (b"\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff" + MASK, "too_large"),
    ],
)
def test_what_no_browser_sends_is_a_fault_as_soon_as_it_shows(wire: bytes, fault: str) -> None:
    with pytest.raises(FaultyFrame, match=f"^{fault}$"):
        list(FrameReader(LIMIT).feed(wire))


def test_a_message_in_pieces_without_end_is_refused_at_the_limit() -> None:
    reader = FrameReader(1_000)
    list(reader.feed(frame(0x01, b"x" * 100)))
    with pytest.raises(FaultyFrame, match="too_large"):
        list(reader.feed(frame(0x00, b"x" * 100) * 10))


@given(st.lists(st.binary(max_size=60), max_size=8))
def test_noise_is_read_or_refused_and_nothing_else(pieces: list[bytes]) -> None:
    reader = FrameReader(LIMIT)
    try:
        for piece in pieces:
            list(reader.feed(piece))
    except FaultyFrame:
        pass


@pytest.mark.parametrize(
    ("key", "accepted"),
    [
        # RFC 6455, section 1.3
        ("dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
        ("", None),
        ("c2hvcnQ=", None),
        ("dGhlIHNhbXBsZSBub25jZQ==\xff", None),
    ],
)
def test_only_a_proper_key_is_accepted(key: str, accepted: str | None) -> None:
    assert frames.accept_key(key) == accepted
