"""The embedded HTTP server, spoken to over TCP."""

import socket
from typing import Any

import gevent
from gevent import socket as green

from qa.web.server import make_server


def test_the_body_of_an_answer_is_not_kept_back_until_its_head_is_acknowledged() -> None:
    served: list[Any] = []
    kept_back: list[bool] = []

    def app(_environ: Any, start_response: Any) -> list[bytes]:
        kept_back.append(not served[0].getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        start_response("200 OK", [("Content-Length", "2")])
        return [b"hi"]

    listener = green.create_server(("127.0.0.1", 0))
    client = green.create_connection(listener.getsockname())
    sock, address = listener.accept()
    served.append(sock)
    client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    with gevent.Timeout(15):
        make_server("127.0.0.1", 0, app).handle(sock, address)
    assert client.recv(4_096).startswith(b"HTTP/1.1 200")
    client.close()
    listener.close()
    assert kept_back == [False]
