"""A bundle that is fetched is compared with the log as it is served, within limits."""

import threading
import time
import urllib.request
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

import qa.served
from qa.errors import QaError
from qa.ledger.bundle import encode_members
from qa.ledger.bundle_zip import write_zip
from qa.ledger.checkpoint import Checkpoint, sign_checkpoint
from qa.ledger.merkle import leaf_hash
from qa.ledger.note import MAX_NOTE_BYTES, Signer
from qa.ledger.record import PrefixRoots
from qa.ledger.tiles import Tile, encode_bundle, tile_width
from qa.served import Server, Unreachable, check_served
from qa.verify import main
from tests.services.meeting import SLUG
from tests.verify.forger import cut, forge, lines_of, signed, signers


@pytest.fixture
def site():
    """Give a web site on this machine: a dictionary of paths, and what else it is told to do."""
    pages = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            found = pages.get(self.path)
            if callable(found):
                found(self)
                return
            self.send_response(200 if found is not None else 404)
            self.send_header("Content-Length", str(len(found or b"")))
            self.end_headers()
            self.wfile.write(found or b"")

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield pages, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def put(pages, bundle, base="", note=None, leaves=None):
    """Put a bundle and the log of these leaves on a site, tile by tile."""
    leaves = bundle.leaves if leaves is None else leaves
    roots = PrefixRoots([leaf_hash(leaf) for leaf in leaves])
    pages[f"{base}/api/events/{SLUG}/bundle.zip"] = write_zip(encode_members(bundle))
    pages[f"{base}/log/{SLUG}/checkpoint"] = note or bundle.checkpoint
    for level in (None, 0, 1, 2):
        for index in range(len(leaves)):
            width = tile_width(level, index, len(leaves))
            if not width:
                break
            tile = Tile(level, index, width)
            start = index * 256
            part = (leaves if level is None else roots.level(8 * level))[start : start + width]
            data = encode_bundle(part) if level is None else b"".join(part)
            pages[f"{base}/log/{SLUG}/{tile.path}"] = data


def check(hall, base, bundle):
    return check_served(Server(base, SLUG), bundle, hall.pins.log)


@pytest.mark.parametrize("prefix", ["", "/meetings/qa"])
@pytest.mark.parametrize(
    "page", ["/e/all-hands", "/log/all-hands", "/e/all-hands/record", "/log/all-hands/checkpoint"]
)
def test_a_served_record_passes_by_any_of_its_addresses(hall, site, capsys, prefix, page):
    pages, base = site
    put(pages, hall.bundle(), prefix)
    assert main([f"{base}{prefix}{page}", "--vkey", hall.pins.log.vkey]) == 0
    line = capsys.readouterr().out.splitlines()[-2]
    count = len(hall.bundle().leaves)
    assert line == f"16  pass  As served: The server shows the same log, now with {count} leaves."


def test_a_log_that_has_grown_since_the_bundle_was_made_passes(hall, site):
    pages, base = site
    lines = lines_of(hall.bundle())
    now, before = forge(hall, lines), forge(hall, cut(lines, 150))
    put(pages, now)
    assert "now with" in check(hall, base, before)


def test_a_log_of_several_tiles_passes(hall, site):
    pages, base = site
    leaves = [b"leaf %d" % number for number in range(700)]
    bundle = replace(hall.bundle(), leaves=leaves)
    log, _ = signers(hall)
    put(pages, bundle, note=signed(log, leaves))
    assert "700 leaves" in check(hall, base, bundle)
    tile = f"/log/{SLUG}/tile/1/000.p/2"
    pages[tile] = bytes(64)
    with pytest.raises(QaError, match=r"tile/1/000\.p/2 are not those of the entries"):
        check(hall, base, bundle)


def test_tiles_are_fetched_four_at_a_time_and_none_after_one_that_is_missing(site):
    pages, base = site
    under_way, most, asked = set(), [], []

    def answer(handler):
        asked.append(handler.path)
        under_way.add(handler.path)
        time.sleep(0.02)
        most.append(len(under_way))
        under_way.discard(handler.path)
        handler.send_response(404 if "/000" in handler.path else 200)
        handler.end_headers()

    tiles = [Tile(0, index, 256) for index in range(1, 25)]
    pages.update({f"/log/{SLUG}/{tile.path}": answer for tile in [*tiles, Tile(0, 0, 256)]})
    assert list(Server(base, SLUG).tiles(tiles)) == [b""] * 24
    assert max(most) == 4
    asked.clear()
    with pytest.raises(Unreachable, match="answers 404 for log/all-hands/tile/0/000"):
        list(Server(base, SLUG).tiles([Tile(0, 0, 256), *tiles]))
    assert len(asked) < 12


def test_a_log_that_waits_for_its_witnesses_is_compared_at_its_head(hall, site):
    pages, base = site
    lines = lines_of(hall.bundle())
    now, before = forge(hall, lines), forge(hall, cut(lines, 150))
    put(pages, now, note=before.checkpoint)
    with pytest.raises(QaError, match=r"now shows 150 leaves, .* fewer than the bundle's 218"):
        check(hall, base, now)
    pages[f"/log/{SLUG}/head"] = now.checkpoint
    assert check(hall, base, now) == "The server shows the same log, now with 218 leaves."
    stranger = Signer(hall.pins.log.name, b"s" * 32)
    pages[f"/log/{SLUG}/head"] = signed(stranger, now.leaves)
    with pytest.raises(QaError, match="No known key signed this note"):
        check(hall, base, now)
    pages[f"/log/{SLUG}/head"] = b"x" * (MAX_NOTE_BYTES + 1)
    with pytest.raises(QaError, match="now shows 150 leaves"):
        check(hall, base, now)


def test_another_log_than_that_in_the_bundle_is_found(hall, site):
    pages, base = site
    lines = lines_of(hall.bundle())
    other = [*lines]
    other[100] = replace(other[100], t=other[101].t, fields={"n": 1}, kind="withdrawn")
    put(pages, forge(hall, other))
    with pytest.raises(QaError, match="Leaf 100 of the bundle is not the one that is served"):
        check(hall, base, hall.bundle())


def test_a_server_that_shows_less_than_the_bundle_is_found(hall, site):
    pages, base = site
    put(pages, forge(hall, cut(lines_of(hall.bundle()), 100)))
    with pytest.raises(QaError, match=r"now shows 100 leaves, .* fewer than the bundle's"):
        check(hall, base, hall.bundle())


def test_entries_that_are_not_those_of_the_checkpoint_are_found(hall, site):
    pages, base = site
    bundle = hall.bundle()
    put(pages, bundle, leaves=[*bundle.leaves[:-1], b"another"])
    with pytest.raises(QaError, match="not those of the served checkpoint"):
        check(hall, base, bundle)
    put(pages, bundle)
    width = len(bundle.leaves)
    tile = f"/log/{SLUG}/tile/entries/000.p/{width}"
    pages[tile] = encode_bundle(bundle.leaves[:-1])
    with pytest.raises(QaError, match="not those of the served checkpoint"):
        check(hall, base, bundle)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "hashes of 32 bytes"),
        (bytes(31), "hashes of 32 bytes"),
        (bytes(32), r"in tile/0/000\.p/218 are not those of the entries"),
        (b"x" * 32 * 256, r"in tile/0/000\.p/218 are not those of the entries"),
        (b"x" * (32 * 256 + 1), "the answer is too long"),
    ],
)
def test_hashes_that_are_not_those_of_the_entries_are_found(hall, site, data, says):
    pages, base = site
    bundle = hall.bundle()
    put(pages, bundle)
    pages[f"/log/{SLUG}/tile/0/000.p/{len(bundle.leaves)}"] = data
    with pytest.raises(QaError, match=says):
        check(hall, base, bundle)


def test_a_checkpoint_of_more_leaves_than_a_log_has_is_not_followed(hall, site):
    pages, base = site
    log, _ = signers(hall)
    endless = sign_checkpoint(Checkpoint(log.name, 2**52, bytes(32)), log).encode()
    put(pages, hall.bundle(), note=endless)
    with pytest.raises(QaError, match="more leaves than a log has"):
        check(hall, base, hall.bundle())


def test_a_log_may_have_as_many_leaves_as_one_has(hall, site, monkeypatch):
    pages, base = site
    put(pages, hall.bundle())
    monkeypatch.setattr(qa.served, "MAX_LEAVES", 218)
    assert "218 leaves" in check(hall, base, hall.bundle())
    monkeypatch.setattr(qa.served, "MAX_LEAVES", 217)
    with pytest.raises(QaError, match="more leaves than a log has"):
        check(hall, base, hall.bundle())


def test_what_is_not_served_is_named(hall, site, capsys):
    pages, base = site
    assert main([f"{base}/e/all-hands", "--vkey", hall.pins.log.vkey]) == 1
    assert capsys.readouterr().out == (
        "Nothing could be checked: The server answers 404 for api/events/all-hands/bundle.zip.\n"
    )
    put(pages, hall.bundle())
    del pages[f"/log/{SLUG}/checkpoint"]
    assert main([f"{base}/e/all-hands", "--vkey", hall.pins.log.vkey]) == 1
    assert "16  FAIL  As served: The server answers 404" in capsys.readouterr().out


def test_a_server_that_is_not_there_is_one_line(hall, capsys):
    assert main(["http://127.0.0.1:9/e/all-hands", "--vkey", hall.pins.log.vkey]) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert line == (
        "Nothing could be checked: http://127.0.0.1:9/api/events/all-hands/bundle.zip cannot be"
        " fetched: [Errno 111] Connection refused."
    )


def test_an_answer_that_is_too_long_is_not_read_to_its_end(hall, site, monkeypatch):
    pages, base = site
    put(pages, hall.bundle())
    monkeypatch.setattr(qa.served, "MAX_NOTE_BYTES", 100)
    with pytest.raises(Unreachable, match="the answer is too long"):
        check(hall, base, hall.bundle())


def test_an_answer_that_comes_in_pieces_is_as_long_as_they_are_together(site):
    pages, base = site

    def pieces(handler):
        handler.send_response(200)
        handler.end_headers()
        for _ in range(4):
            handler.wfile.write(b"x" * (MAX_NOTE_BYTES // 3))
            time.sleep(0.02)

    pages[f"/log/{SLUG}/checkpoint"] = pieces
    with pytest.raises(Unreachable, match="the answer is too long"):
        Server(base, SLUG).checkpoint()


def test_a_server_that_sends_more_than_a_log_has_is_cut_off(hall, site, monkeypatch):
    pages, base = site
    put(pages, hall.bundle())
    fetched = sum(len(data) for path, data in pages.items() if path.startswith("/log/"))
    monkeypatch.setattr(qa.served, "MAX_UNPACKED_BYTES", fetched)
    assert "the same log" in check(hall, base, hall.bundle())
    monkeypatch.setattr(qa.served, "MAX_UNPACKED_BYTES", fetched - 1)
    with pytest.raises(Unreachable, match="more than a log has"):
        check(hall, base, hall.bundle())


def test_a_server_that_drips_is_given_up(hall, site):
    pages, base = site

    def drip(handler):
        handler.send_response(200)
        handler.end_headers()
        for _ in range(200):
            try:
                handler.wfile.write(b"x")
            except OSError:
                return
            time.sleep(0.02)

    pages[f"/log/{SLUG}/checkpoint"] = drip
    server = Server(base, SLUG, timeout_s=0.3)
    with pytest.raises(Unreachable, match="it takes too long"):
        server.checkpoint()
    with pytest.raises(Unreachable, match="it takes too long"):
        Server(base, SLUG, timeout_s=30, total_s=0.2).checkpoint()


def test_a_server_that_says_nothing_is_given_up(site):
    pages, base = site
    stop = threading.Event()
    pages[f"/log/{SLUG}/checkpoint"] = lambda handler: stop.wait(5)
    with pytest.raises(Unreachable, match="cannot be fetched: timed out"):
        Server(base, SLUG, timeout_s=0.2).checkpoint()
    stop.set()


def redirect(to):
    def answer(handler):
        handler.send_response(302)
        handler.send_header("Location", to)
        handler.end_headers()

    return answer


def test_a_redirect_is_followed_within_the_host_only(hall, site):
    pages, base = site
    path = f"/log/{SLUG}/checkpoint"
    pages["/moved"] = b"here"
    pages[path] = redirect("/moved")
    assert Server(base, SLUG).checkpoint() == b"here"
    port = base.rpartition(":")[2]
    for to in (f"http://localhost:{port}/moved", "file:///etc/passwd", "ftp://127.0.0.1/x"):
        pages[path] = redirect(to)
        with pytest.raises(Unreachable, match="answers 302"):
            Server(base, SLUG).checkpoint()
    pages[path] = redirect(path)
    with pytest.raises(Unreachable):
        Server(base, SLUG).checkpoint()


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_redirect_may_lead_from_one_scheme_to_the_other(scheme):
    asked = urllib.request.Request("https://example.org/a")
    to = f"{scheme}://example.org/b"
    again = qa.served._SameHost().redirect_request(asked, None, 302, "Found", {}, to)
    assert again.full_url == to


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org",
        "http://example.org/e/",
        "http://example.org/e/Spring",
        "ftp://example.org/e/spring",
        "http://example.org/e/spring?x=1",
        "http://example.org/e/spring#x",
        "http://user@example.org/e/spring",
        "http:///e/spring",
        "http://example.org/other/spring",
        " http://example.org/e/spring",
        "http://example.org/e/spring\n",
    ],
)
def test_an_address_that_is_not_one_of_a_meeting_is_refused(address):
    with pytest.raises(QaError):
        Server.find(address)


@pytest.mark.parametrize(
    ("address", "base", "slug"),
    [
        ("https://example.org/e/spring-2026", "https://example.org", "spring-2026"),
        ("http://[::1]:8010/log/a", "http://[::1]:8010", "a"),
        ("http://example.org/x/y/e/spring/record", "http://example.org/x/y", "spring"),
        ("http://example.org/api/events/spring/bundle.zip", "http://example.org", "spring"),
        ("http://example.org/log/log", "http://example.org", "log"),
        ("http://example.org/e/spring/", "http://example.org", "spring"),
    ],
)
def test_an_address_is_taken_apart(address, base, slug):
    found = Server.find(address)
    assert (found.base, found.slug) == (base, slug)
