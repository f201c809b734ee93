"""Builds ``dist/fair-hearing-verify.pyz``: the verifier as one file, for any Python from 3.11 on.

It holds ``qa.verify`` and what that stands on, and no package from elsewhere. Signatures are
verified in Python, or through ``cryptography`` where that is installed, which is faster. The same
sources give the same bytes.
"""

import stat
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from runner.install import ROOT

TARGET = ROOT / "dist" / "fair-hearing-verify.pyz"
SOURCES = ("__init__.py", "errors.py", "verify.py", "served.py", "ledger/*.py")

_SHEBANG = b"#!/usr/bin/env python3\n"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_MAIN = """\
import sys

if sys.version_info < (3, 11):
    sys.exit("This needs Python 3.11 or newer; this is " + sys.version.split()[0] + ".")

from qa.verify import main

sys.exit(main(sys.argv[1:], "fair-hearing-verify.pyz"))
"""


def build_verifier(target: Path = TARGET) -> Path:
    """Write the one file, and return where it is."""
    package = ROOT / "qa"
    sources = sorted({path for pattern in SOURCES for path in package.glob(pattern)})
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        file.write(_SHEBANG)
        with ZipFile(file, "w") as archive:
            _add(archive, "__main__.py", _MAIN.encode())
            for path in sources:
                _add(archive, path.relative_to(ROOT).as_posix(), path.read_bytes())
    target.chmod(0o755)
    return target


def _add(archive: ZipFile, name: str, data: bytes) -> None:
    info = ZipInfo(name, _EPOCH)
    info.create_system = 3  # Unix, wherever it is built
    info.external_attr = (stat.S_IFREG | 0o644) << 16
    info.compress_type = ZIP_STORED  # what deflate makes of it depends on the version of zlib
    archive.writestr(info, data)
