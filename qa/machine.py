"""What this machine allows: a free port, an address for neighbours, a folder to ourselves."""

import errno
import os
import socket
from pathlib import Path

from qa.errors import QaError


class PortTaken(QaError):
    """The server cannot listen where it was told to."""

    code = "port_taken"


class FolderInUse(QaError):
    """Another process works in the folder."""

    code = "folder_in_use"


def require_free_port(host: str, port: int) -> None:
    """Return when the server could listen there, as it would do it.

    Raises:
        PortTaken: it could not; the message says why and what to do.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise port_refused(host, port, error) from error


def port_refused(host: str, port: int, error: OSError) -> PortTaken:
    """Return the refusal that tells a person why the server cannot listen."""
    if error.errno == errno.EADDRINUSE:
        why = f"Port {port} is taken by another program."
    elif error.errno == errno.EACCES:
        why = f"This user may not listen on port {port}; ports below 1024 are the administrator's."
    else:
        why = f"The server cannot listen on {host}, port {port}: {error.strerror}."
    return PortTaken(f"{why} Choose another with --port or QA_PORT.", field="QA_PORT")


def own_address() -> str:
    """Return the address under which this machine's network knows it. Nothing is sent.

    Choosing a route is enough for the operating system to name the address; 192.0.2.1 is reserved
    for documentation, and belongs to nobody.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "localhost"
        return str(probe.getsockname()[0])


def hold(lock: Path) -> int:
    """Take the lock file and return its descriptor; closing that, or a crash, gives it back.

    Raises:
        FolderInUse: another process holds it.
    """
    lock.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(lock, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        os.lockf(descriptor, os.F_TLOCK, 0)
    except OSError as error:
        os.close(descriptor)
        raise FolderInUse(
            f"Another process works in {lock.with_suffix('')}. Stop it first."
        ) from error
    return descriptor
