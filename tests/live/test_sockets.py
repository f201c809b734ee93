"""The socket door: who comes in, what may be sent, and how refusals look."""

import json
import socket
from typing import Any

import pytest
import requests
import socketio
import websocket

from qa.ledger.note import Verifier
from qa.ledger.proof import check_proof, parse_proof
from tests.live.meeting import LiveMeeting, question
from tests.live.server import Page, RawPage, wait_until


def test_asking_over_the_socket_gives_the_receipt_and_a_retry_the_same_one(
    meeting: LiveMeeting,
) -> None:
    person = meeting.participant()
    page, body = meeting.page(person), question("Over the socket?")
    receipt = page.call("ask", body)
    assert (receipt["n"], receipt["status"]) == (1, "pending")
    assert page.call("ask", body) == receipt
    assert person.send("POST", f"{meeting.api}/questions", body) == receipt


def test_the_author_alone_is_sent_the_proof_as_soon_as_a_checkpoint_covers_the_question(
    meeting: LiveMeeting,
) -> None:
    person = meeting.participant()
    page, other = meeting.page(person), meeting.page(meeting.participant())
    receipt = page.call("ask", question("Is it in the log?"))
    wait_until(lambda: page.named("proof"), 10)
    (notice,) = page.named("proof")
    assert (notice["n"], notice["leaf_index"]) == (receipt["n"], receipt["leaf_index"])
    key = Verifier.parse(person.http.get(person.base + meeting.api).json()["vkey"])
    covered = check_proof(parse_proof(notice["proof"]), receipt["leaf"].encode(), key)
    assert covered.tree_size > receipt["leaf_index"]
    wait_until(lambda: other.named("board"), 10)
    assert other.named("proof") == []


def test_both_doors_refuse_in_the_same_words(meeting: LiveMeeting) -> None:
    person = meeting.participant()
    page = meeting.page(person)
    bodies: list[Any] = [
        question(""),
        question("x" * 501),
        question("Fine?", extra=1),
        question("Fine?", anonymous="yes"),
        question("Fine?", client_key="short"),
        [],
        "text",
        None,
    ]
    for body in bodies:
        over_http = person.http.post(
            person.base + f"{meeting.api}/questions",
            data=json.dumps(body),
            headers={"Content-Type": "application/json"},
        )
        assert page.call("ask", body) == over_http.json(), body


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"n": 1}, "illegal_transition", None),
        ({"n": 99}, "unknown_question", None),
        ({"n": 0}, "bad_input", "n"),
        ({"n": "1"}, "bad_input", "n"),
        ({"n": True}, "bad_input", "n"),
        ({"n": 1.0}, "bad_input", "n"),
        ({}, "bad_input", "n"),
        ({"n": 1, "m": 2}, "bad_input", "m"),
    ],
)
def test_a_vote_that_cannot_count_says_why(
    meeting: LiveMeeting, body: dict[str, Any], code: str, field: str | None
) -> None:
    meeting.ask("Pending?")
    page = meeting.page(meeting.participant())
    error = page.call("vote", body)["error"]
    assert (error["code"], error.get("field")) == (code, field)


def test_who_has_not_joined_can_listen_only(meeting: LiveMeeting) -> None:
    page = meeting.page(meeting.person())
    for name, body in (("ask", question("Me?")), ("vote", {"n": 1}), ("unvote", {"n": 1})):
        assert page.call(name, body)["error"]["code"] == "not_joined"


@pytest.mark.parametrize(
    ("auth", "code"),
    [
        ({"slug": "no-such-event"}, "unknown_event"),
        ({"slug": "Not A Slug"}, "bad_input"),
        ({"slug": 5}, "bad_input"),
        ({"view": "desk"}, "signed_out"),
        ({"view": "else"}, "bad_input"),
        ({"extra": "x"}, "bad_input"),
    ],
)
def test_a_connection_that_is_refused_hears_why(
    meeting: LiveMeeting, auth: dict[str, Any], code: str
) -> None:
    page = meeting.unconnected(meeting.participant())
    page.send("40" + json.dumps({"slug": meeting.slug, **auth}))
    refusal = json.loads(page.expect("44")[2:])
    assert refusal["message"] == code
    assert refusal["data"]["error"]["code"] == code


def test_a_participant_of_the_desk_has_no_right(meeting: LiveMeeting) -> None:
    moderator, _ = meeting.moderator()
    other = meeting.owner.send(
        "POST", "/api/events", {"title": "Other", "slug": meeting.slug[::-1]}
    )
    with pytest.raises(socketio.exceptions.ConnectionError):
        Page(moderator, {"slug": other["slug"], "view": "desk"})


def test_polling_and_other_origins_are_refused(meeting: LiveMeeting) -> None:
    base = meeting.server.base
    for transport in ("polling", "jsonp", ""):
        answer = requests.get(f"{base}/socket.io/?EIO=4&transport={transport}")
        assert answer.status_code == 400
    url = base.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
    for origin in ("https://evil.example", "null", base.replace("localhost", "evil.example")):
        with pytest.raises(websocket.WebSocketBadStatusException, match="400"):
            websocket.create_connection(
                url, origin=origin, header={"X-Forwarded-Host": "evil.example"}
            )


STRICT = {
    '42%d["ask",{"text":"a","text":"b"}]': "bad_json",
    '42%d["vote",{"n":NaN}]': "bad_json",
    '42%d["vote",{"n":1e999}]': "bad_json",
    '42%d["vote",{"n":9007199254740993}]': "bad_json",
    '42%d["vote",{"n":"\\ud800"}]': "bad_json",
    '42%d["vote",[[[[[[[[[]]]]]]]]]': "bad_json",
    "42%d[": "bad_json",
    "42%d{}": "bad_json",
    '42%d["nothing"]': "bad_json",
    '42%d["connect",{}]': "bad_json",
    '42%d["disconnect"]': "bad_json",
    '42%d["malformed",{"error":{}}]': "bad_json",
    '42%d["vote"]': "bad_input",
}


def test_json_is_as_strict_as_over_http_and_the_connection_stays(meeting: LiveMeeting) -> None:
    page = meeting.raw(meeting.participant())
    for number, (frame, code) in enumerate(STRICT.items(), start=1):
        page.send(frame % number)
        answer = page.expect("43")
        assert answer.startswith(f"43{number}["), frame
        assert json.loads(answer[answer.index("[") :])[0]["error"]["code"] == code, frame


FATAL = [
    "",
    "4",
    "5",
    "2probe",
    "6",
    "0{}",
    "x",
    "4x",
    '4{"a":1}',
    "4²",
    "43[]",
    '44{"message":1}',
    '451-["ask",{"_placeholder":true,"num":0}]',
    "b4AAAA",
    "42" + "x" * 20_000,
    "\ud7ff" * 9_000,
]


def test_malformed_frames_cost_one_short_line_each_and_never_a_traceback(
    meeting: LiveMeeting,
) -> None:
    person = meeting.participant()
    for frame in FATAL:
        page = meeting.raw(person)
        page.send(frame)
        assert page.is_cut(), frame
    binary = meeting.raw(person)
    binary.socket.send_binary(b"\x04\x00")
    assert binary.is_cut()
    lines = meeting.logged.splitlines()
    faults = [json.loads(line) for line in lines if "faulty_frame" in line]
    assert len(faults) == len(FATAL) + 1
    assert max(map(len, lines)) < 300


def test_five_thousand_malformed_packets_are_five_thousand_short_lines(
    meeting: LiveMeeting,
) -> None:
    page = meeting.raw(meeting.participant())
    frame = websocket.ABNF.create_frame('42["nothing",{"n":1}', websocket.ABNF.OPCODE_TEXT)
    page.socket.sock.sendall(frame.format() * 5_000)
    page.send('421["vote",{"n":1}]')
    page.socket.settimeout(60)
    assert "unknown_question" in page.expect("431")
    lines = [line for line in meeting.logged.splitlines() if "faulty_frame" in line]
    assert len(lines) == 5_000
    assert max(map(len, lines)) < 300


def test_bytes_that_are_no_websocket_are_survived(meeting: LiveMeeting) -> None:
    page = meeting.raw(meeting.participant())
    page.socket.sock.sendall(b"\xff" * 64)
    assert page.is_cut()
    with socket.create_connection(("localhost", int(meeting.server.base.rsplit(":", 1)[1]))) as s:
        s.sendall(b"nonsense\r\n\r\n")
        assert s.recv(100).startswith(b"HTTP/1.1 400")
    assert "127.0.0.1" not in meeting.logged


def test_a_message_in_many_pieces_is_one_message(meeting: LiveMeeting) -> None:
    page = meeting.raw(meeting.participant())
    body = '421["vote",{"n":99}]'
    for at, piece in enumerate(body):
        opcode = websocket.ABNF.OPCODE_TEXT if at == 0 else websocket.ABNF.OPCODE_CONT
        last = int(at == len(body) - 1)
        page.socket.send_frame(websocket.ABNF(fin=last, opcode=opcode, mask_value=1, data=piece))
    assert "unknown_question" in page.expect("431")


def test_a_flood_of_pieces_ends_at_the_limit(meeting: LiveMeeting) -> None:
    page = meeting.raw(meeting.participant())
    first = websocket.ABNF(opcode=websocket.ABNF.OPCODE_TEXT, mask_value=1, data="42")
    piece = websocket.ABNF(opcode=websocket.ABNF.OPCODE_CONT, mask_value=1, data="x" * 1_000)
    frames = [first, *[piece] * 10_000]
    with pytest.raises((OSError, websocket.WebSocketException)):
        send_unfinished(page, frames)


def send_unfinished(page: RawPage, frames: list[websocket.ABNF]) -> None:
    for frame in frames:
        frame.fin = 0
        page.socket.send_frame(frame)


def test_a_page_that_reads_slowly_gets_whole_frames(meeting: LiveMeeting) -> None:
    page = meeting.raw(meeting.person())
    page.socket.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
    asker = meeting.page(meeting.participant())
    for number in range(15):
        asker.call("ask", question(f"{number} " + "long " * 90))
    for number in range(1, 16):
        meeting.decide(number)
    last = meeting.owner.send("GET", f"{meeting.api}/board")["revision"]
    revisions = [0]
    while revisions[-1] < last:
        name, board = json.loads(page.expect('42["')[2:])
        revisions.append(board["revision"])
        assert name == "board"
    assert revisions == sorted(revisions)


def test_one_clients_messages_are_answered_in_order(meeting: LiveMeeting) -> None:
    meeting.ask("Ordered?")
    meeting.decide(1)
    page = meeting.raw(meeting.participant())
    for number in range(100):
        page.send(f'42{number}["{"unvote" if number % 2 else "vote"}",{{"n":1}}]')
    answers = [page.expect("43") for _ in range(100)]
    assert [answer[2 : answer.index("[")] for answer in answers] == [str(n) for n in range(100)]
    assert [json.loads(a[a.index("[") :])[0]["voted"] for a in answers] == [True, False] * 50


def test_joining_takes_effect_with_a_new_connection(meeting: LiveMeeting) -> None:
    person = meeting.person()
    meeting.page(person).close()
    person.send("POST", "/api/join", {"code": meeting.code})
    page = meeting.page(person)
    assert page.call("ask", question("Now?"))["n"] == 1
