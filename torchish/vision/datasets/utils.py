"""Getting and opening the files of data sets.

A file is fetched beside its place under the name of `FILE.part`, checked against its digest, and
renamed: a reader never sees half a file, and what a broken connection left is gone on with. An
archive's members may lie, and link, only inside the folder that it is extracted to.

https://docs.pytorch.org/vision/stable/datasets.html
"""

from __future__ import annotations

import bz2
import contextlib
import gzip
import hashlib
import lzma
import os
import pathlib
import shutil
import stat
import tarfile
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterable, Iterator
from http.client import HTTPException
from typing import Any, BinaryIO

__all__ = [
    "calculate_md5",
    "check_integrity",
    "check_md5",
    "download_and_extract_archive",
    "download_file_from_google_drive",
    "download_from_mirrors",
    "download_url",
    "extract_archive",
    "iterable_to_str",
    "list_dir",
    "list_files",
    "verify_str_arg",
]

Path = str | os.PathLike
_CHUNK = 1 << 16
_TIMEOUT = 30.0  # seconds without an answer
_ATTEMPTS = 3  # of going on with a file that was cut off


def calculate_md5(fpath: Path, chunk_size: int = 1 << 20) -> str:
    """The MD5 digest of a file, in hexadecimal."""
    digest = hashlib.md5(usedforsecurity=False)
    with open(fpath, "rb") as f:
        while chunk := f.read(chunk_size):
            digest.update(chunk)
    return digest.hexdigest()


def check_md5(fpath: Path, md5: str, **kwargs: Any) -> bool:
    """Whether a file has a digest."""
    return md5 == calculate_md5(fpath, **kwargs)


def check_integrity(fpath: Path, md5: str | None = None) -> bool:
    """Whether a file is there, and has the digest if one is given."""
    return os.path.isfile(fpath) and (md5 is None or check_md5(fpath, md5))


# --- fetching ------------------------------------------------------------------------------------


class _CutOff(OSError):
    """A connection that ended before the file did."""


@contextlib.contextmanager
def _part_of(path: str) -> Iterator[str]:
    """The name to download to. A second process downloading the same file gets one of its own."""
    part = path + ".part"
    try:
        import fcntl
    except ImportError:  # Windows: no such locks, so no going on with another run's part
        fcntl = None
    if fcntl is not None:
        with open(part, "ab") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                lock.close()
            else:
                yield part
                return
    handle, own = tempfile.mkstemp(prefix=os.path.basename(path) + ".", dir=os.path.dirname(path))
    os.close(handle)
    try:
        yield own
    finally:
        if os.path.exists(own):
            os.unlink(own)


def _fetch_some(url: str, part: str) -> None:
    """Append what is missing of a file. _CutOff when the connection ends too early."""
    from tqdm import tqdm

    have = os.path.getsize(part) if os.path.exists(part) else 0
    request = urllib.request.Request(url, headers={"User-Agent": "torchish"})
    if have:
        request.add_header("Range", f"bytes={have}-")
    try:
        response = urllib.request.urlopen(request, timeout=_TIMEOUT)
    except urllib.error.HTTPError as e:
        if e.code != 416 or not have:  # 416: there is no such rest
            raise
        os.truncate(part, 0)
        return _fetch_some(url, part)
    with response:
        if response.status != 206:
            have = 0
        length = response.headers.get("Content-Length")
        total = have + int(length) if length and length.isdecimal() else None
        with (
            open(part, "r+b" if os.path.exists(part) else "wb") as out,
            tqdm(total=total, initial=have, unit="B", unit_scale=True) as bar,
        ):
            out.seek(have)
            out.truncate()
            try:
                while chunk := response.read(_CHUNK):
                    out.write(chunk)
                    have += len(chunk)
                    bar.update(len(chunk))
            except (ConnectionError, HTTPException, TimeoutError) as e:
                raise _CutOff(f"the connection ended after {have} bytes: {e}") from e
        if total is not None and have < total:
            raise _CutOff(f"the connection ended after {have} of {total} bytes")


def _fetch(url: str, path: str, md5: str | None) -> None:
    """Fetch a file, check it, and put it in its place."""
    with _part_of(path) as part:
        for attempt in range(_ATTEMPTS):
            try:
                _fetch_some(url, part)
                break
            except _CutOff:
                if attempt == _ATTEMPTS - 1:
                    raise
        if md5 is not None and not check_md5(part, md5):
            found = calculate_md5(part)
            os.unlink(part)
            raise RuntimeError(
                f"File not found or corrupted. {url} gave a file with the MD5 digest {found} "
                f"instead of {md5}."
            )
        os.replace(part, path)


def download_from_mirrors(
    urls: Iterable[str], root: Path, filename: str, md5: str | None = None
) -> str:
    """The path of a file in a folder: as it is there, or from the first address that serves it.

    RuntimeError with each address's answer, the file's name and its place, when none does.
    """
    root = os.path.expanduser(os.fspath(root))
    path = os.path.join(root, filename)
    if check_integrity(path, md5):
        return path
    os.makedirs(root, exist_ok=True)
    answers = ""
    for url in urls:
        try:
            _fetch(url, path, md5)
            return path
        except (OSError, HTTPException, RuntimeError) as e:
            answers += f"Tried {url}, got:\n{e}\n"
    digest = f" (MD5 {md5})" if md5 else ""
    raise RuntimeError(
        f"Error downloading {filename}:\n{answers}Without a connection, put {filename}{digest} "
        f"into {os.path.abspath(root)} yourself."
    )


def download_url(
    url: str,
    root: Path,
    filename: str | None = None,
    md5: str | None = None,
    max_redirect_hops: int = 3,
) -> None:
    """Fetch a file into a folder, unless it is there; RuntimeError when that fails.

    Redirects are followed as far as urllib follows them; other limits than 3 are not supported.
    """
    if max_redirect_hops != 3:
        raise NotImplementedError(f"download_url: max_redirect_hops={max_redirect_hops}")
    download_from_mirrors([url], root, filename or os.path.basename(url), md5)


def download_file_from_google_drive(
    file_id: str, root: Path, filename: str | None = None, md5: str | None = None
) -> None:
    """Fetch a public file of Google Drive into a folder, unless it is there.

    RuntimeError when that fails; Google refuses for a day when many have asked for a file.
    """
    url = f"https://drive.usercontent.google.com/download?id={file_id}&export=download&confirm=t"
    download_from_mirrors([url], root, filename or file_id, md5)


# --- archives ------------------------------------------------------------------------------------

_OPENERS: dict[str, Any] = {".bz2": bz2.open, ".gz": gzip.open, ".xz": lzma.open}
_ALIASES = {".tbz": (".tar", ".bz2"), ".tbz2": (".tar", ".bz2"), ".tgz": (".tar", ".gz")}


def _detect_file_type(file: Path) -> tuple[str, str | None, str | None]:
    """(suffix, kind of archive, compression) of a file's name. RuntimeError for other names."""
    suffixes = pathlib.Path(file).suffixes
    if not suffixes:
        raise RuntimeError(
            f"File '{file}' has no suffixes that could be used to detect the archive type and "
            "compression."
        )
    last = suffixes[-1]
    if last in _ALIASES:
        return (last, *_ALIASES[last])
    if last in (".tar", ".zip"):
        return last, last, None
    if last in _OPENERS:
        if len(suffixes) > 1 and suffixes[-2] in (".tar", ".zip"):
            return suffixes[-2] + last, suffixes[-2], last
        return last, None, last
    valid = sorted({*_ALIASES, ".tar", ".zip", *_OPENERS})
    raise RuntimeError(
        f"Unknown compression or archive type: '{last}'.\nKnown suffixes are: '{valid}'."
    )


def _refuse(name: str, folder: str, link: str | None = None) -> None:
    """RuntimeError for a member, or the target of a link, outside the folder."""
    base = os.path.realpath(folder)
    target = os.path.realpath(os.path.join(folder, name))
    if os.path.isabs(name) or os.path.commonpath([base, target]) != base:
        what = f"member {name!r}" if link is None else f"link {link!r} to {name!r}"
        raise RuntimeError(f"Refusing to extract: the {what} leads out of {folder}.")


def _extract_tar(path: Path, folder: str, compression: str | None) -> None:
    mode: Any = f"r:{compression[1:]}" if compression else "r:"
    with tarfile.open(path, mode) as tar:
        members = tar.getmembers()
        for m in members:
            _refuse(m.name, folder)
            if m.issym():
                _refuse(os.path.join(os.path.dirname(m.name), m.linkname), folder, m.name)
            elif m.islnk():
                _refuse(m.linkname, folder, m.name)
            elif not (m.isfile() or m.isdir()):
                raise RuntimeError(f"Refusing to extract: {m.name!r} is neither file nor folder.")
        # Python checks again, member by member, with the links that lie there by then.
        options: Any = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        tar.extractall(folder, members, **options)


def _extract_zip(path: Path, folder: str, compression: str | None) -> None:
    with contextlib.ExitStack() as stack:
        file: Any = path
        if compression:
            file = stack.enter_context(_OPENERS[compression](path, "rb"))
        archive = stack.enter_context(zipfile.ZipFile(file))
        for info in archive.infolist():
            _refuse(info.filename, folder)
            if stat.S_ISLNK(info.external_attr >> 16):
                raise RuntimeError(f"Refusing to extract: {info.filename!r} is a link.")
        archive.extractall(folder)


def _decompress(source: Path, target: str, compression: str) -> None:
    with _OPENERS[compression](source, "rb") as packed:
        _place(packed, target)


def _place(contents: BinaryIO, target: str) -> None:
    """Write a file beside its place, and rename it."""
    handle, part = tempfile.mkstemp(dir=os.path.dirname(target) or ".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as out:
            shutil.copyfileobj(contents, out, 1 << 20)
        os.chmod(part, 0o644)
        os.replace(part, target)
    finally:
        if os.path.exists(part):
            os.unlink(part)


def extract_archive(
    from_path: Path, to_path: Path | None = None, remove_finished: bool = False
) -> Any:
    """Open an archive (.tar, .zip, also compressed) into a folder, or decompress a file.

    Returns the folder, or the decompressed file, in the class of `from_path`. RuntimeError for
    unknown names and for archives that would write outside the folder.
    """
    suffix, kind, compression = _detect_file_type(from_path)
    folder = os.fspath(to_path) if to_path is not None else os.path.dirname(from_path)
    made = folder
    if kind is None:
        assert compression is not None
        made = os.path.join(folder, os.path.basename(from_path).replace(suffix, ""))
        _decompress(from_path, made, compression)
    else:
        (_extract_tar if kind == ".tar" else _extract_zip)(from_path, folder, compression)
    if remove_finished:
        os.remove(from_path)
    return made if isinstance(from_path, str) else pathlib.Path(made)


def download_and_extract_archive(
    url: str,
    download_root: Path,
    extract_root: Path | None = None,
    filename: str | None = None,
    md5: str | None = None,
    remove_finished: bool = False,
) -> None:
    """Fetch an archive into a folder, check it, and open it there or in `extract_root`."""
    root = os.path.expanduser(os.fspath(download_root))
    filename = filename or os.path.basename(url)
    download_url(url, root, filename, md5)
    extract_archive(os.path.join(root, filename), extract_root or root, remove_finished)


# --- small things --------------------------------------------------------------------------------


def list_dir(root: Path, prefix: bool = False) -> list[str]:
    """The folders in a folder; with `prefix` their paths."""
    root = os.path.expanduser(root)
    names = [n for n in os.listdir(root) if os.path.isdir(os.path.join(root, n))]
    return [os.path.join(root, n) for n in names] if prefix else names


def list_files(root: Path, suffix: str | tuple[str, ...], prefix: bool = False) -> list[str]:
    """The files in a folder whose names end in `suffix`; with `prefix` their paths."""
    root = os.path.expanduser(root)
    names = [
        n for n in os.listdir(root) if os.path.isfile(os.path.join(root, n)) and n.endswith(suffix)
    ]
    return [os.path.join(root, n) for n in names] if prefix else names


def iterable_to_str(iterable: Iterable) -> str:
    """'a', 'b', 'c'"""
    return "'" + "', '".join(str(item) for item in iterable) + "'"


def verify_str_arg(
    value: Any,
    arg: str | None = None,
    valid_values: Iterable[str] | None = None,
    custom_msg: str | None = None,
) -> Any:
    """A string argument, checked: ValueError unless it is one of the valid values."""
    if not isinstance(value, str):
        where = "" if arg is None else f" for argument {arg}"
        raise ValueError(f"Expected type str{where}, but got type {type(value)}.")
    if valid_values is None or value in valid_values:
        return value
    raise ValueError(
        custom_msg
        or f"Unknown value '{value}' for argument {arg}. Valid values are "
        f"{{{iterable_to_str(valid_values)}}}."
    )
