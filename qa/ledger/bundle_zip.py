"""The archive that a bundle travels in: a plain zip, written in one way and read with distrust.

The file may come from anyone. Before a byte is unpacked, its end is looked at, so that no archive
can make the reader list millions of files; then every member's name, kind and size. Nothing is
ever written to disk, so a name is compared with a closed list and never used as a path.
"""

import stat
import struct
import zlib
from collections.abc import Mapping, Sequence
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from qa.errors import Malformed
from qa.ledger.bundle import MEMBERS

MAX_ZIP_BYTES = 64 * 1024 * 1024
MAX_UNPACKED_BYTES = 512 * 1024 * 1024
MAX_RATIO = 200
"""A record is full of hashes, which hardly shrink. Deflate can reach 1,032."""

FREE_BYTES = 1024 * 1024
"""A member up to this size may shrink as well as it can."""

_EPOCH = (1980, 1, 1, 0, 0, 0)
_END_BYTES = 22
_END_MARK, _ZIP64_MARK = b"PK\x05\x06", b"PK\x06\x07"
_ZIP64_LOCATOR_BYTES = 20
_MAX_DIRECTORY_BYTES = 4096
_ENCRYPTED = 0x1
_UNREADABLE = (
    BadZipFile,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What ``zipfile`` raises on archives that are damaged, encrypted or packed in a rare way."""


def write_zip(members: Mapping[str, bytes]) -> bytes:
    """Return an archive of the members in their order. The same members give the same bytes."""
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        for name, data in members.items():
            info = ZipInfo(name, _EPOCH)
            info.create_system = 3  # Unix, wherever it is written
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            info.compress_type = ZIP_DEFLATED
            archive.writestr(info, data)
    return file.getvalue()


def read_zip(data: bytes) -> dict[str, bytes]:
    """Return the members of a bundle's archive by their names.

    1. The archive is no larger than it may be, and its end is a plain one: no comment, no zip64,
       one volume, a short list of files.
    2. Every file has a name on the list of members, once, and is a regular one, not encrypted,
       packed by deflate or not at all.
    3. The sizes, which are claims as yet, add up to no more than they may, and none is so many
       times larger than its packed form that this is a trap.
    4. What is unpacked is as long as claimed, and its checksum is right.

    Raises:
        Malformed: this archive is not safe, or damaged.
    """
    # 1.
    if len(data) > MAX_ZIP_BYTES:
        raise Malformed(f"The file is over {MAX_ZIP_BYTES // 2**20} MiB.")
    _check_end(data)
    try:
        with ZipFile(BytesIO(data)) as archive:
            # 2. and 3.
            _check_list(archive.infolist())
            # 4.
            return {info.filename: _unpack(archive, info) for info in archive.infolist()}
    except _UNREADABLE as error:
        raise Malformed("The zip archive is damaged.") from error


def _check_end(data: bytes) -> None:
    end = data[-_END_BYTES:]
    locator = data[-_END_BYTES - _ZIP64_LOCATOR_BYTES :][:4]
    if len(end) < _END_BYTES or end[:4] != _END_MARK or end[-2:] != b"\0\0":
        raise Malformed("This is not a whole zip archive, or there is something after its end.")
    directory_bytes = int.from_bytes(end[12:16], "little")
    if locator == _ZIP64_MARK or directory_bytes > _MAX_DIRECTORY_BYTES:
        raise Malformed("The zip archive lists more files than a bundle has.")


def _check_list(found: Sequence[ZipInfo]) -> None:
    seen: set[str] = set()
    for info in found:
        # The name is not repeated in the sentence: it may be made to harm a terminal.
        if info.filename not in MEMBERS or info.orig_filename != info.filename:
            raise Malformed("The zip archive holds a file that is not part of a bundle.")
        if info.filename in seen:
            raise Malformed(f"The zip archive holds {info.filename} twice.")
        seen.add(info.filename)
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in (0, stat.S_IFREG):
            raise Malformed(f"In the zip archive, {info.filename} is not a regular file.")
        if info.flag_bits & _ENCRYPTED or info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise Malformed(f"In the zip archive, {info.filename} is not packed plainly.")
        if info.file_size > max(FREE_BYTES, info.compress_size * MAX_RATIO):
            raise Malformed(f"In the zip archive, {info.filename} unpacks to suspiciously much.")
    if sum(info.file_size for info in found) > MAX_UNPACKED_BYTES:
        raise Malformed(f"The bundle unpacks to over {MAX_UNPACKED_BYTES // 2**20} MiB.")


def _unpack(archive: ZipFile, info: ZipInfo) -> bytes:
    with archive.open(info) as file:
        data = file.read(info.file_size + 1)
    if len(data) != info.file_size:
        raise Malformed(f"In the zip archive, {info.filename} is not as long as it says.")
    return data
