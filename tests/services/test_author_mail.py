"""Mail to authors who left an address: what they are told, and where the address never is."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from qa.config import Mail
from qa.errors import BadInput, EventClosed, IllegalTransition, NoMail, NoRight
from qa.exports.bundle import read_bundle
from qa.services import author_mail, boards, erasures, mail_client, questions, sender
from qa.services.context import Context
from qa.services.webhook_client import NotDelivered
from qa.store.models.notices import AuthorAddress
from tests.conftest import TurnableClock, everything_at_rest
from tests.promises.traces import files_of
from tests.services.hiding import draft, redact
from tests.services.meeting import EXPLANATION, SLUG, Meeting, hold_meeting
from tests.services.post_office import Post, open_post_office

ADA = "ada.lovelace+board@mail.example.org"
TEXT = "Why was the Zorro project stopped?"


@pytest.fixture
def post_office() -> Iterator[tuple[Post, Mail]]:
    with open_post_office() as post:
        yield post, Mail("smtp+plain", "127.0.0.1", post.port, "board@example.org")


@pytest.fixture
def post(post_office: tuple[Post, Mail]) -> Post:
    return post_office[0]


@pytest.fixture
def house(ctx: Context, post_office: tuple[Post, Mail]) -> Context:
    """Return a house that sends mail."""
    return replace(ctx, config=replace(ctx.config, mail=post_office[1]))


def keep(meeting: Meeting, n: int, email: str | None = ADA) -> bool:
    kept = author_mail.keep_address(meeting.ctx, SLUG, n, meeting.key(n), email)
    return bool(kept["kept"])


def addresses(ctx: Context) -> int:
    with ctx.db.read() as session:
        return session.query(AuthorAddress).count()


def send_all(ctx: Context) -> None:
    while sender.send_due(ctx):
        pass


def test_an_author_is_told_the_decision_its_reasons_and_no_word_of_the_question(
    house: Context, post: Post
) -> None:
    meeting = hold_meeting(house, "open", "live")
    meeting.ask(TEXT, name="Ada")
    meeting.ask("And who decided?", name="Bob")
    assert keep(meeting, 1)
    for n in (1, 2):
        meeting.decide(n, "filter")
    send_all(house)
    ((receivers, mail),) = post.mails
    assert receivers == [ADA]
    assert str(mail["Subject"]) == "All hands: #1 is filtered out"
    assert str(mail["From"]) == "Fair Hearing <board@example.org>"
    body = mail.get_content()
    assert EXPLANATION in body
    assert f"/e/{SLUG}/record/1" in body
    assert "Zorro" not in mail.as_string()


def test_no_address_is_taken_with_an_anonymous_question_or_by_somebody_else(
    house: Context, post: Post
) -> None:
    meeting = hold_meeting(house, "open")
    meeting.ask(TEXT)
    before = everything_at_rest(house)
    with pytest.raises(IllegalTransition, match="named question only"):
        keep(meeting, 1)
    with pytest.raises(NoRight):
        author_mail.keep_address(house, SLUG, 1, "00" * 32, ADA)
    meeting.decide(1, "publish")
    send_all(house)
    assert post.mails == []
    assert addresses(house) == 0
    assert ADA not in before


@pytest.mark.parametrize(
    "email",
    [
        *("", "ada", "@example.org", "ada@", "ada@@example.org", "a b@example.org"),
        *("ada@example.org,bob@example.org", "Ada <ada@example.org>", "ada@example.org\n"),
        *("ada@example.org\r\nBcc: all@example.org", '"ada"@example.org', "ada..b@example.org"),
        *("ada@example.org\0", "ädä@example.org", f"{'a' * 65}@example.org", "a@" + "b" * 260),
    ],
)
def test_what_could_be_more_than_one_address_is_refused(house: Context, email: str) -> None:
    meeting = hold_meeting(house, "open")
    meeting.ask(TEXT, name="Ada")
    with pytest.raises(BadInput) as refused:
        keep(meeting, 1, email)
    assert refused.value.field == "email"
    assert addresses(house) == 0


def test_no_title_adds_a_header() -> None:
    mail = mail_client.compose("board@example.org", ADA, "Hi\r\nBcc: all@example.org", "x\n", "1")
    assert mail["Bcc"] is None
    assert str(mail["Subject"]) == "Hi Bcc: all@example.org"
    with pytest.raises(ValueError, match=r"(?i)linefeed|invalid|newline"):
        mail_client.compose("board@example.org", "ada@x\r\nBcc: b@example.org", "Hi", "x", "1")


def test_the_address_is_nowhere_but_sealed(
    house: Context, capsys: pytest.CaptureFixture[str], clock: TurnableClock
) -> None:
    """In no row, no file, no export, no page and no log output, also when the mail fails."""
    broken = replace(house, config=replace(house.config, mail=Mail("smtp", "127.0.0.1", 9, "b@x")))
    meeting = hold_meeting(broken, "open", "live")
    meeting.ask(TEXT, name="Ada")
    keep(meeting, 1)
    meeting.decide(1, "publish")
    send_all(broken)
    clock.turn(hours=1)
    send_all(broken)
    shown = [
        boards.public_board(house, SLUG),
        boards.desk_board(house, SLUG, meeting.owner),
        boards.question_history(house, SLUG, 1),
    ]
    bundle = read_bundle(house, SLUG)
    places = {
        "a row": everything_at_rest(house).encode(),
        "a file": files_of(house.config),
        "what is shown": repr(shown).encode(),
        "the bundle": repr(bundle).encode(),
        "the log output": "".join(capsys.readouterr()).encode(),
    }
    assert addresses(house) == 1
    for place, found in places.items():
        assert b"lovelace" not in found, place


@pytest.mark.parametrize("how", ["taken back", "withdrawn", "erased", "name hidden", "closed"])
def test_the_address_is_deleted_when_nobody_is_to_be_told_there(
    house: Context, post: Post, how: str
) -> None:
    meeting = hold_meeting(house, "open", "live")
    meeting.ask(TEXT, name="Ada")
    keep(meeting, 1)
    meeting.decide(1, "publish")  # a mail is waiting, too
    key = meeting.key(1)
    if how == "taken back":
        assert not keep(meeting, 1, None)
    elif how == "withdrawn":
        questions.withdraw_question(house, SLUG, 1, key)
    elif how == "erased":
        looked = erasures.erase_as_author(
            house, SLUG, 1, author_key=key, what=["text"], dry_run=True
        )
        assert "address" in {place["place"] for place in looked["places"]}
        erasures.erase_as_author(house, SLUG, 1, author_key=key, what=["text"], dry_run=False)
    elif how == "name hidden":
        redact(meeting, 1, draft(what="name"))
    else:
        meeting.move("closed")
        author_mail.forget_closed(house)
        assert addresses(house) == 1, "before the last mail was sent"
        send_all(house)
        author_mail.forget_closed(house)
        with pytest.raises(EventClosed):
            keep(meeting, 1)
    send_all(house)
    assert addresses(house) == 0
    assert len(post.mails) == (how == "closed")


def test_without_a_mail_server_no_address_is_taken(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask(TEXT, name="Ada")
    with pytest.raises(NoMail):
        keep(meeting, 1)
    assert addresses(ctx) == 0


def test_a_server_without_tls_is_handed_nothing_when_tls_is_wanted(
    post_office: tuple[Post, Mail],
) -> None:
    post, plain = post_office
    mail = mail_client.compose("board@example.org", ADA, "Hi", "x\n", "1")
    for scheme in ("smtp", "smtps"):
        with pytest.raises(NotDelivered) as failed:
            mail_client.send(replace(plain, scheme=scheme), mail)
        assert "lovelace" not in json.dumps(failed.value.as_dict())
    assert post.mails == []
