"""The nginx of ``deploy/``, really started: its own files, only ports and folders exchanged."""

import datetime as dt
import ipaddress
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from requests.adapters import HTTPAdapter

from tests.live.server import ROOT, free_port, wait_until

NGINX = ROOT / "deploy" / "nginx"


@dataclass
class Front:
    """A running nginx: its address, its certificate, and what it wrote into its log."""

    base: str
    certificate: Path
    log: Path

    def session(self, address: str = "127.0.0.1") -> requests.Session:
        """Return a browser's connection from an address of this machine."""
        session = requests.Session()
        session.trust_env = False  # a machine's own certificates would replace ours
        session.verify = str(self.certificate)
        session.mount("https://", From(address))
        return session


class From(HTTPAdapter):
    """Connections that come from one address."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__()

    def init_poolmanager(self, *given, **named) -> None:
        super().init_poolmanager(*given, source_address=(self.address, 0), **named)


@contextmanager
def fronted(folder: Path, port: int, workers: list[int]) -> Iterator[Front]:
    """Start nginx in front of workers on these ports until the block ends."""
    conf = lay_out(folder, port, workers)
    command = ["nginx", "-p", str(folder), "-c", str(conf)]
    certificate = folder / "tls" / "fullchain.pem"
    with (folder / "errors.log").open("wb") as log:
        nginx = subprocess.Popen([*command, "-g", "daemon off;"], stderr=log)
    front = Front(f"https://localhost:{port}", certificate, folder / "errors.log")
    try:
        wait_until(lambda: nginx.poll() is not None or _answers(front), 20)
        assert nginx.poll() is None, front.log.read_text()
        yield front
    finally:
        nginx.terminate()
        nginx.wait(20)


def lay_out(folder: Path, port: int, workers: list[int]) -> Path:
    """Copy the files and exchange what belongs to the machine: ports, folders, workers."""
    shutil.copytree(NGINX, folder, dirs_exist_ok=True)
    _make_certificate(folder / "tls")
    conf = folder / "nginx.conf"
    text = conf.read_text()
    text = text.replace("worker_rlimit_nofile 131072;", "worker_rlimit_nofile 1024;")
    text = text.replace("worker_connections 65536;", "worker_connections 256;")
    text = text.replace("/run/nginx.pid", "nginx.pid").replace("/var/cache/fair-hearing", "cache")
    text = re.sub(r"listen 80 ", f"listen 127.0.0.1:{free_port()} ", text)
    text = re.sub(r"listen 443 ", f"listen 127.0.0.1:{port} ", text)
    text = re.sub(r" *listen \[::\].*\n", "", text)
    if os.geteuid() == 0:
        # Its processes would otherwise belong to somebody who may not look into a test's folder.
        text = "user root;\n" + text
    # Debian compiles in folders that only root may write.
    paths = "".join(
        f"    {kind}_temp_path {kind}_temp;\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    conf.write_text(text.replace("http {\n", "http {\n" + paths))
    listed = folder / "workers.conf"
    servers = "".join(
        f"    server 127.0.0.1:{each} max_fails=2 fail_timeout=5s;\n" for each in workers
    )
    kept = re.sub(r"(    server .*\n)+", servers, listed.read_text())
    # Which worker answered, for the tests to see.
    listed.write_text(kept + "add_header X-Worker $upstream_addr;\n")
    return conf


def _answers(front: Front) -> bool:
    try:
        with front.session() as session:
            session.get(front.base + "/metrics", timeout=2)
    except requests.ConnectionError:
        return False
    return True


def _make_certificate(folder: Path) -> None:
    """Write a certificate for localhost that is good for a day, and its key."""
    folder.mkdir()
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(pem))
    plain = serialization.NoEncryption()
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    (folder / "privkey.pem").write_bytes(secret)
