"""The zip container of PyTorch's `.pt` files: named records, stored uncompressed and aligned.

A writer that lays bytes out as PyTorch's own does (so that its memory-mapping loader finds every
record where it computes it), and a reader that trusts nothing in the file. Nothing here knows
pickles or tensors. Format: APPNOTE.TXT of the ZIP file format, with PyTorch's "FB" extra field as
padding.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import platform
import secrets
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any

import numpy as np

ALIGNMENT = 64
_LIMIT32 = 0xFFFFFFFF  # sizes and offsets from here on go to zip64 fields
_LOCAL, _CENTRAL, _END = (
    struct.Struct("<4s5H3I2H"),
    struct.Struct("<4s6H3I5H2I"),
    struct.Struct("<4s4H2IH"),
)
_END64, _LOCATOR64 = struct.Struct("<4sQ2H2I4Q"), struct.Struct("<4sIQI")
# Flags: a data descriptor follows the data; names are UTF-8.
_DESCRIPTOR, _UTF8 = 0x0008, 0x0800
# A compressed record, and all of them together, may grow this much when read, and this many bytes
# at least.
_MAX_RATIO, _FREE_GROWTH = 100, 1 << 26


class Writer:
    """Writes records to `file`, of which only `write` is used; `close` writes the directory.

    `archive` is the folder, inside the zip, of all records.
    """

    def __init__(self, file: IO[bytes], archive: str = "archive"):
        self._file, self._archive = file, archive
        self._at = 0
        self._entries: list[tuple[bytes, int, int, int, int]] = []  # name, flags, crc, size, offset

    def _write(self, data) -> None:
        self._file.write(data)
        self._at += len(data)

    def record(self, name: str, data) -> None:
        """One record; `data` is bytes or a contiguous buffer of any element type."""
        data = memoryview(data).cast("B") if len(data) else b""
        path, size, offset = f"{self._archive}/{name}".encode(), len(data), self._at
        crc = zlib.crc32(data)
        flags = _UTF8 | (_DESCRIPTOR if size else 0)
        wide = _wide_field(size, offset)
        start = offset + _LOCAL.size + len(path) + len(wide) + 4
        padding = -start % ALIGNMENT
        extra = wide + struct.pack("<2sH", b"FB", padding) + b"Z" * padding
        self._write(_LOCAL.pack(b"PK\3\4", 0, flags, 0, 0, 0, 0, 0, 0, len(path), len(extra)))
        self._write(path + extra)
        if size:
            self._write(data)
            self._write(struct.pack("<4sIQQ" if wide else "<4sIII", b"PK\7\10", crc, size, size))
        self._entries.append((path, flags, crc, size, offset))

    def close(self) -> None:
        """The last two records (format version and an identifier of the contents) and the
        directory."""
        self.record("version", b"3\n")
        self.record(".data/serialization_id", self._identifier())
        start = self._at
        for path, flags, crc, size, offset in self._entries:
            wide = _wide_field(size, offset)
            size, offset = min(size, _LIMIT32), min(offset, _LIMIT32)
            fixed = (b"PK\1\2", 0, 0, flags, 0, 0, 0, crc, size, size, len(path), len(wide))
            self._write(_CENTRAL.pack(*fixed, 0, 0, 0, 0, offset) + path + wide)
        count, end = len(self._entries), self._at
        # PyTorch writes the wide end record in small files too.
        self._write(_END64.pack(b"PK\6\6", 44, 0x031E, 45, 0, 0, count, count, end - start, start))
        self._write(_LOCATOR64.pack(b"PK\6\7", 0, end, 1))
        count, small = min(count, 0xFFFF), min(start, _LIMIT32)
        self._write(_END.pack(b"PK\5\6", 0, 0, count, count, min(end - start, _LIMIT32), small, 0))

    def _identifier(self) -> bytes:
        """Forty digits, as PyTorch writes them: a hash of the names and one of the contents."""
        names = hashlib.blake2b(b"\n".join(e[0] for e in self._entries), digest_size=8).digest()
        sums = hashlib.blake2b(
            repr([e[2:4] for e in self._entries]).encode(), digest_size=8
        ).digest()
        return b"%020d%020d" % (int.from_bytes(names), int.from_bytes(sums))


def _wide_field(size: int, offset: int) -> bytes:
    """The zip64 extra field; empty when 32 bits hold both numbers."""
    numbers = [size, size] if size >= _LIMIT32 else []
    numbers += [offset] if offset >= _LIMIT32 else []
    return struct.pack(f"<2H{len(numbers)}Q", 1, 8 * len(numbers), *numbers) if numbers else b""


def archive_name(path: str) -> str:
    """The folder that PyTorch names its records after: the file's name without its last
    extension."""
    base = os.path.basename(path)
    if not base.isascii():
        return "archive"
    stem = base.rpartition(".")[0] if "." in base else base
    if not stem:
        raise RuntimeError(f"invalid file name: {path}")
    return stem


def _machine() -> str:
    """Eight digits that stand for this machine, in whose folder others may write too."""
    return hashlib.blake2b(platform.node().encode(), digest_size=4).hexdigest()


def _clear_left(folder: str, stem: str) -> None:
    """Remove what processes that were ended while they wrote have left of a file of this name.
    Those that are being written stay."""
    ours = f"{stem}{_machine()}-"
    for name in os.listdir(folder):
        writer, dash, _ = name[len(ours) : -len(".tmp")].partition("-")
        if (
            name.startswith(ours)
            and name.endswith(".tmp")
            and dash
            and writer.isdecimal()
            and not _lives(int(writer))
        ):
            with contextlib.suppress(OSError):  # another process may clear it now
                os.unlink(os.path.join(folder, name))


def _lives(pid: int) -> bool:
    """Whether a process of this machine has this number."""
    if sys.platform == "win32":
        return False  # there a file that is being written can not be removed
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextlib.contextmanager
def atomic_file(path: str) -> Iterator[IO[bytes]]:
    """A file to write that becomes `path` when the block ends well; otherwise `path` stays as it
    was.

    RuntimeError when the folder does not exist. What is not a regular file (a device, a pipe) is
    written directly.
    """
    path = os.path.realpath(path)
    folder = os.path.dirname(path)
    if not os.path.isdir(folder):
        raise RuntimeError(f"Parent directory {folder} does not exist.")
    if os.path.exists(path) and not os.path.isfile(path):
        with open(path, "wb") as file:
            yield file
        return
    if os.path.exists(path) and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
    stem = f".{os.path.basename(path)[:100]}."
    _clear_left(folder, stem)
    temporary = os.path.join(folder, f"{stem}{_machine()}-{os.getpid()}-{secrets.token_hex(4)}.tmp")
    # Not mkstemp: its files are private, and the file is to get the permissions that open() would
    # give it.
    descriptor = os.open(
        temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666
    )
    try:
        with open(descriptor, "wb") as file:
            if os.path.exists(path):
                os.chmod(temporary, os.stat(path).st_mode & 0o7777)
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def is_zip(file: IO[bytes]) -> bool:
    """Whether a zip file starts at the current position, which stays."""
    at = file.tell()
    head = file.read(4)
    file.seek(at)
    return head == b"PK\3\4"


def _corrupt(why: str) -> RuntimeError:
    return RuntimeError(
        f"PytorchStreamReader failed reading zip archive: {why}. The checkpoint file is likely "
        "corrupted: not saved completely, changed in transfer, or modified after saving."
    )


class Reader:
    """Records of a zip file, each checked to lie inside the file and apart from the others before
    any is read.

    `path`, when the file is one, allows `mapped`. RuntimeError for files that are damaged or made
    to harm.
    """

    def __init__(self, file: IO[bytes], path: str | None = None):
        self._file, self._path = file, path
        self._map: np.memmap | None = None
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, struct.error, UnicodeDecodeError) as e:
            why = "failed finding central directory" if "not a zip" in str(e) else str(e)
            raise _corrupt(why) from None
        except NotImplementedError as e:
            raise _corrupt(str(e)) from None
        entries = self._zip.infolist()
        if not entries:
            raise _corrupt("archive does not contain any files")
        self._check(entries)
        # PyTorch finds its records below the folder of the first one.
        folder, slash, _ = entries[0].filename.partition("/")
        if not slash:
            raise _corrupt("file is not in a subdirectory")
        self._entries = {
            e.filename.removeprefix(folder + "/"): e
            for e in entries
            if e.filename.startswith(folder + "/")
        }

    def _check(self, entries: list[zipfile.ZipInfo]) -> None:
        names = set()
        growth = whole = 0
        end = self._zip.start_dir
        for e in sorted(entries, key=lambda e: e.header_offset, reverse=True):
            if e.filename in names:
                raise _corrupt(f"two records are named {e.filename!r}")
            names.add(e.filename)
            if e.flag_bits & 0x1:
                raise _corrupt(f"record {e.filename!r} is encrypted")
            if e.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise _corrupt(f"record {e.filename!r} uses compression method {e.compress_type}")
            if e.compress_type == zipfile.ZIP_STORED and e.file_size != e.compress_size:
                raise _corrupt(f"record {e.filename!r} has two different sizes")
            if e.file_size > max(_FREE_GROWTH, _MAX_RATIO * e.compress_size):
                raise _corrupt(
                    f"record {e.filename!r} would grow from {e.compress_size} to {e.file_size} "
                    "bytes, more than data of a checkpoint does"
                )
            growth += e.file_size - e.compress_size
            whole += e.compress_size
            # Records that share bytes would let a small file fill the memory.
            if e.header_offset < 0 or e.header_offset + _LOCAL.size + e.compress_size > end:
                raise _corrupt(f"record {e.filename!r} overlaps another one or the end of the file")
            end = e.header_offset
        if growth > max(_FREE_GROWTH, _MAX_RATIO * whole):
            raise _corrupt(
                f"its records would grow by {growth} from {whole} bytes, more than data of a "
                "checkpoint does"
            )

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def size(self, name: str) -> int:
        """The record's length in bytes; RuntimeError when there is none of this name."""
        return self._entry(name).file_size

    def _entry(self, name: str) -> zipfile.ZipInfo:
        if name not in self._entries:
            raise RuntimeError(f"PytorchStreamReader failed locating file {name}: file not found")
        return self._entries[name]

    def read(self, name: str) -> np.ndarray:
        """The record's bytes, as a new uint8 array; its checksum is verified."""
        entry = self._entry(name)
        out = np.empty(entry.file_size, np.uint8)
        view, done = out.data, 0
        try:
            source: Any
            with self._zip.open(entry) as source:
                while done < len(view):
                    n = source.readinto(view[done : done + (1 << 24)])
                    if not n:
                        raise _corrupt(f"record {name!r} ends early")
                    done += n
                source.read(1)  # past the end: zipfile compares the checksum here
        except (zipfile.BadZipFile, zlib.error, EOFError, struct.error) as e:
            raise _corrupt(f"record {name!r}: {e}") from None
        return out

    def records(self) -> list[str]:
        """The names of all records, without their folder."""
        return list(self._entries)

    def mapped(self, name: str, writing: bool = False) -> np.ndarray:
        """The record's bytes as a memory map: read from disk when looked at. It is private
        (copy-on-write), or `writing` writes to the file."""
        entry = self._entry(name)
        if entry.compress_type != zipfile.ZIP_STORED:
            raise RuntimeError(f"mmap needs uncompressed records, but {name!r} is compressed")
        if self._path is None:
            raise ValueError("f must be a file path in order to use the mmap argument")
        if self._map is None:
            self._map = np.memmap(self._path, np.uint8, mode="r+" if writing else "c")
        at = entry.header_offset
        head = self._map[at : at + _LOCAL.size].tobytes()
        if len(head) < _LOCAL.size or head[:4] != b"PK\3\4":
            raise _corrupt(f"record {name!r} has no header")
        name_length, extra_length = _LOCAL.unpack(head)[-2:]
        start = at + _LOCAL.size + name_length + extra_length
        data = self._map[start : start + entry.file_size]
        if len(data) != entry.file_size or start + entry.file_size > self._zip.start_dir:
            raise _corrupt(f"record {name!r} ends early")
        return data
