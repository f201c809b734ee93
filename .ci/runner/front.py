"""Lays out the nginx of ``deploy/`` in a folder of its own, for one machine and plain http."""

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from runner.install import ROOT

NGINX = ROOT / "deploy" / "nginx"
SHARED = ("front.conf", "headers.conf", "locations.conf")

_MAIN = """\
pid nginx.pid;
error_log stderr alert;
daemon off;
{user}
events {{
    worker_connections {connections};
}}
http {{
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    proxy_cache_path cache keys_zone=fair_hearing:1m max_size=64m;
    include front.conf;
    include workers.conf;
    server {{
        listen 127.0.0.1:{port};
        include locations.conf;
    }}
}}
"""


def lay_out_front(
    folder: Path, port: int, workers: Sequence[int], *, connections: int = 4_096, user: str = ""
) -> list[str]:
    """Write the configuration, and return the command that starts nginx with it.

    ``user`` names whom nginx belongs to when root starts it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in SHARED:
        shutil.copy(NGINX / name, folder / name)
    (folder / "workers.conf").write_text(name_workers(workers), encoding="utf-8")
    conf = folder / "nginx.conf"
    owner = f"user {user};" if user else ""
    conf.write_text(_MAIN.format(port=port, connections=connections, user=owner), encoding="utf-8")
    return ["nginx", "-p", str(folder), "-c", str(conf)]


def name_workers(ports: Sequence[int]) -> str:
    """Return ``workers.conf`` with workers on these ports in place of its own."""
    servers = "".join(
        f"    server 127.0.0.1:{port} max_fails=2 fail_timeout=5s;\n" for port in ports
    )
    text = (NGINX / "workers.conf").read_text(encoding="utf-8")
    return re.sub(r"(    server .*\n)+", servers, text)
