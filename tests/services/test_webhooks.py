"""Webhooks: who is told what, signed by whom, how often, and where no request ever goes."""

import base64
import hashlib
import hmac
import ipaddress
import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from qa.config import Config
from qa.errors import BadInput, NoRight, UnknownWebhook
from qa.services import erasures, notice_forms, sender, webhook_client, webhooks
from qa.services.context import Context
from qa.services.notice_forms import Notice
from qa.services.webhook_client import NotDelivered, check_url, is_public, post
from qa.store import outbox
from qa.store.models.notices import Outgoing
from tests.conftest import TurnableClock, everything_at_rest
from tests.services.meeting import EXPLANATION, SLUG, Meeting, hold_meeting
from tests.services.receiver import Receiver, listening

PENDING = "Who closed the canteen in Quux?"
PUBLIC = "Why is <!channel> so *loud* & [bright](http://evil.example)?"
HERE = frozenset({"127.0.0.1"})


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as found:
        yield found


@pytest.fixture
def house(ctx: Context) -> Context:
    """Return the house of an operator who lets webhooks reach this machine."""
    return replace(ctx, config=replace(ctx.config, webhook_hosts=HERE))


def hook(meeting: Meeting, url: str, kind: str = "standard", scope: str = "decisions") -> str:
    added = webhooks.add_webhook(meeting.ctx, SLUG, meeting.owner, kind=kind, scope=scope, url=url)
    return str(added["secret"])


def state_of(meeting: Meeting) -> tuple[Any, ...]:
    (shown,) = webhooks.read_webhooks(meeting.ctx, SLUG, meeting.owner)["webhooks"]
    return shown["last_outcome"], shown["last_detail"], shown["waiting"]


def send_all(ctx: Context) -> None:
    while sender.send_due(ctx):
        pass


def waiting(ctx: Context) -> int:
    with ctx.db.read() as session:
        return session.scalar(select(func.count()).select_from(Outgoing)) or 0


# Who is told what


def test_a_decision_is_told_signed_by_the_secret_that_the_owner_was_shown(
    house: Context, receiver: Receiver
) -> None:
    meeting = hold_meeting(house, "open")
    secret = hook(meeting, receiver.url())
    meeting.ask(PENDING)
    meeting.ask(PUBLIC)
    meeting.decide(2, "filter")
    send_all(house)
    ((headers, body),) = receiver.requests
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert int(headers["webhook-timestamp"]) == house.clock() // 1000
    told = json.loads(body)
    assert told["type"] == "question.filtered"
    assert (told["data"]["question"]["n"], told["data"]["question"]["text"]) == (2, PUBLIC)
    assert told["data"]["decision"]["explanation"] == EXPLANATION
    assert state_of(meeting) == ("delivered", "", 0)


def test_nobody_is_sent_what_is_pending_or_what_was_hidden_before_it_was_sent(
    house: Context, receiver: Receiver
) -> None:
    meeting = hold_meeting(house, "open", "live")
    for kind in webhooks.KINDS:
        hook(meeting, receiver.url(), kind)
    meeting.ask(PENDING, name="Quux Quuxson")
    meeting.ask("Will the words of Zorro go?")
    meeting.decide(2, "publish")
    key = {"author_key": meeting.key(2), "what": ["text"]}
    erasures.erase_as_author(house, SLUG, 2, **key, dry_run=False)
    meeting.move("closed")
    send_all(house)
    assert len(receiver.requests) == 6
    sent = b"".join(body for _, body in receiver.requests)
    assert b"Quux" not in sent
    assert b"Zorro" not in sent
    assert everything_at_rest(house).count("Zorro") == 0


def test_who_asked_for_the_meeting_only_is_told_of_no_decision(
    house: Context, receiver: Receiver
) -> None:
    meeting = hold_meeting(house, "open")
    hook(meeting, receiver.url(), scope="meeting")
    meeting.ask(PUBLIC)
    meeting.decide(1, "publish")
    meeting.move("live", "closed")
    send_all(house)
    assert [json.loads(body)["type"] for _, body in receiver.requests] == [
        "event.started",
        "event.closed",
    ]


def test_two_workers_send_a_notice_once(
    house: Context, config: Config, make_context: Callable[[Config], Context], receiver: Receiver
) -> None:
    other = make_context(replace(config, webhook_hosts=HERE))
    meeting = hold_meeting(house, "open")
    hook(meeting, receiver.url())
    for n in range(1, 6):
        meeting.ask()
        meeting.decide(n, "publish")
    while sum(sender.send_due(worker) for worker in (house, other)):
        pass
    ids = [headers["webhook-id"] for headers, _ in receiver.requests]
    assert len(ids) == len(set(ids)) == 5


def test_an_owner_and_nobody_else_manages_webhooks_and_sees_no_address_again(
    house: Context, receiver: Receiver
) -> None:
    meeting = hold_meeting(house, "open")
    for url in range(webhooks.MOST):
        hook(meeting, f"https://hooks.example.org/T0KEN/{url}", "slack")
    with pytest.raises(BadInput, match="at most 5"):
        hook(meeting, receiver.url())
    shown = webhooks.read_webhooks(house, SLUG, meeting.owner)
    assert "T0KEN" not in repr(shown) + everything_at_rest(house)
    assert {each["host"] for each in shown["webhooks"]} == {"hooks.example.org"}
    with pytest.raises(NoRight):
        webhooks.remove_webhook(house, SLUG, meeting.moderator, shown["webhooks"][0]["id"])
    meeting.move("live")
    assert waiting(house) == webhooks.MOST
    for each in shown["webhooks"]:
        left = webhooks.remove_webhook(house, SLUG, meeting.owner, each["id"])
    assert (left["webhooks"], waiting(house)) == ([], 0)
    with pytest.raises(UnknownWebhook):
        webhooks.remove_webhook(house, SLUG, meeting.owner, 1)


# Trying again


def test_a_receiver_that_fails_is_tried_again_later_and_not_for_ever(
    house: Context, receiver: Receiver, clock: TurnableClock
) -> None:
    meeting = hold_meeting(house, "open")
    hook(meeting, receiver.url())
    receiver.status = 500
    meeting.move("live")
    send_all(house)
    assert len(receiver.requests) == 1
    assert state_of(meeting) == ("retrying", "It answered 500.", 1)
    for _ in range(20):
        clock.turn(hours=1)
        send_all(house)
    assert len(receiver.requests) == outbox.MAX_ATTEMPTS
    assert state_of(meeting) == ("given_up", "It answered 500.", 0)
    assert len({headers["webhook-id"] for headers, _ in receiver.requests}) == 1
    assert len({headers["webhook-timestamp"] for headers, _ in receiver.requests}) > 1


def test_pauses_grow_up_to_an_hour_and_differ() -> None:
    for attempts, longest_s in enumerate((60, 240, 960, 3600, 3600), start=1):
        pauses = {outbox.pause_ms(attempts) for _ in range(200)}
        assert longest_s * 500 <= min(pauses) < max(pauses) <= longest_s * 1000


# Where no request goes


@pytest.mark.parametrize(
    "url",
    [
        *("http://hooks.example.org/", "https://", "https:///path", "ftp://example.org/", ""),
        *("https://user:password@example.org/", "https://a.example/#x", "https://a.example:99999/"),
        *("https://a.example/\r\nX-Evil: 1", "https://a b.example/", "file:///etc/passwd"),
        "https://a.example/" + "x" * 1_000,
    ],
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(BadInput) as refused:
        check_url(url, HERE)
    assert refused.value.field == "url"


@pytest.mark.parametrize(
    ("address", "public"),
    [
        *(("8.8.8.8", True), ("2606:4700::1", True), ("::ffff:8.8.8.8", True)),
        *(("127.0.0.1", False), ("10.1.2.3", False), ("172.16.0.1", False)),
        *(("192.168.0.1", False), ("169.254.169.254", False), ("100.64.0.1", False)),
        *(("0.0.0.0", False), ("224.0.0.1", False), ("255.255.255.255", False)),
        *(("::1", False), ("::", False), ("fe80::1", False), ("fd00::1", False)),
        *(("ff02::1", False), ("::ffff:10.0.0.1", False), ("64:ff9b::a00:1", False)),
        *(("2002:a00:1::", False), ("fec0::1", False), ("::127.0.0.1", False)),
    ],
)
def test_only_addresses_on_the_public_internet_are_public(address: str, public: bool) -> None:
    assert is_public(ipaddress.ip_address(address)) is public


def test_a_name_that_leads_into_the_house_is_not_connected_to(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One private address among public ones is enough: a resolver may answer in any order."""

    def resolve(*_: Any, **__: Any) -> list[Any]:
        return [(2, 1, 6, "", (at, receiver.port)) for at in ("93.184.216.34", "127.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("connected"))
    for host in ("rebinding.example", "127.0.0.1", "2130706433"):
        with pytest.raises(NotDelivered, match="not on the public internet"):
            post(f"https://{host}:{receiver.port}/", b"{}", {}, frozenset())
    assert receiver.requests == []


def test_the_address_that_was_checked_is_the_one_that_is_connected_to(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A resolver that answers otherwise the second time gets no second question."""
    asked: list[str] = []
    resolve = socket.getaddrinfo

    def once(host: str, *more: Any, **named: Any) -> Any:
        asked.append(host)
        return resolve("127.0.0.1", *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", once)
    post(receiver.url("hooks.internal"), b"{}", {}, frozenset({"hooks.internal"}))
    assert [host for host in asked if host != "127.0.0.1"] == ["hooks.internal"]
    ((headers, _),) = receiver.requests
    assert headers["host"] == f"hooks.internal:{receiver.port}"


def test_a_redirect_leads_nowhere_and_a_certificate_is_looked_at(receiver: Receiver) -> None:
    receiver.status, receiver.location = 307, receiver.url()
    with pytest.raises(NotDelivered, match="redirects"):
        post(receiver.url(), b"{}", {}, HERE)
    assert len(receiver.requests) == 1
    with pytest.raises(NotDelivered, match=r"certificate|reached"):  # it speaks no TLS at all
        post(receiver.url().replace("http:", "https:"), b"{}", {}, HERE)


def test_a_receiver_that_says_nothing_is_left_after_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(webhook_client, "WITHIN_S", 0.2)
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        pytest.raises(NotDelivered, match="did not answer"),
    ):
        post(f"http://127.0.0.1:{silent.getsockname()[1]}/", b"{}", {}, HERE)


# Forms


def test_the_signature_is_that_of_the_specifications_own_example() -> None:
    """From the reference implementations of Standard Webhooks (standardwebhooks.com)."""
    signature = notice_forms.sign(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "1614265330",
        b'{"test": 2432232314}',
    )
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_words_of_the_audience_are_plain_text_in_a_chat() -> None:
    said = "<Pay> & more: #1 is on the board"
    notice = Notice("msg_1", "question.published", 0, said, PUBLIC, "https://a.example/e/x", {})
    slack = json.loads(notice_forms.encode(notice, "slack"))
    marked, words = (block["text"] for block in slack["blocks"])
    assert words == {"type": "plain_text", "text": PUBLIC, "emoji": False}
    assert "&lt;Pay&gt; &amp; more" in marked["text"]
    assert "<Pay>" not in slack["text"]
    teams = json.loads(notice_forms.encode(notice, "teams"))
    (attached,) = teams["attachments"]
    assert attached["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert {block["type"] for block in attached["content"]["body"]} == {"RichTextBlock"}
    assert attached["content"]["body"][1]["inlines"] == [{"type": "TextRun", "text": PUBLIC}]
