"""Getting files: from mirrors, with a checksum before use, placed at once; archives opened safely.

Note [Downloads]
A file is fetched into a temporary neighbour, checked, and renamed, so a reader never sees half a
file. Archives may not
write outside their folder: members with absolute paths, `..` or links that lead out are refused.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import tarfile
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterable

__all__ = [
    "check_integrity",
    "download_and_extract_archive",
    "download_from_mirrors",
    "download_url",
    "extract_archive",
]

_AGENT = {"User-Agent": "torchish"}


def file_hash(path: str, algorithm: str = "md5") -> str:
    """The hexadecimal digest of a file."""
    with open(path, "rb") as f:
        return hashlib.file_digest(f, algorithm).hexdigest()


def check_integrity(path: str, md5: str | None = None) -> bool:
    """Whether a file is there and has the checksum."""
    return os.path.isfile(path) and (md5 is None or file_hash(path) == md5)


def _fetch(url: str, path: str, md5: str | None) -> None:
    from tqdm import tqdm

    folder = os.path.dirname(path) or "."
    os.makedirs(folder, exist_ok=True)
    handle, part = tempfile.mkstemp(prefix=os.path.basename(path) + ".", suffix=".part", dir=folder)
    try:
        request = urllib.request.Request(url, headers=_AGENT)
        with (
            os.fdopen(handle, "wb") as out,
            urllib.request.urlopen(request, timeout=60) as response,
        ):
            total = int(response.headers.get("Content-Length") or 0)
            got = 0
            with tqdm(
                total=total or None, unit="B", unit_scale=True, desc=os.path.basename(path)
            ) as bar:
                while chunk := response.read(1 << 16):
                    out.write(chunk)
                    got += len(chunk)
                    bar.update(len(chunk))
        if total and got != total:
            raise OSError(f"{url} ended after {got} of {total} bytes")
        if md5 is not None and file_hash(part) != md5:
            raise RuntimeError(
                f"File not found or corrupted: {url} gave a file whose MD5 is {file_hash(part)}, "
                f"not {md5}."
            )
        os.replace(part, path)
    finally:
        if os.path.exists(part):
            os.unlink(part)


def download_from_mirrors(
    mirrors: Iterable[str], folder: str, filename: str, md5: str | None = None
) -> str:
    """The path of a file, fetched from the first mirror that serves it unless it is there and
    right.

    RuntimeError naming the file, its place and every mirror's answer when none serves it.
    """
    path = os.path.join(folder, filename)
    if check_integrity(path, md5):
        return path
    answers = []
    for url in mirrors:
        try:
            _fetch(url, path, md5)
            return path
        except (urllib.error.URLError, OSError, RuntimeError, ValueError) as e:
            answers.append(f"  {url}: {e}")
    raise RuntimeError(
        f"Error downloading {filename}. Put the file into {os.path.abspath(folder)} yourself, or "
        "try again with a "
        "network connection.\n" + "\n".join(answers)
    )


def download_url(url: str, root: str, filename: str | None = None, md5: str | None = None) -> str:
    """Fetch one file into a folder; its path."""
    return download_from_mirrors(
        [url], os.path.expanduser(root), filename or os.path.basename(url), md5
    )


def _inside(folder: str, name: str) -> str:
    target = os.path.realpath(os.path.join(folder, name))
    if os.path.commonpath([os.path.realpath(folder), target]) != os.path.realpath(folder):
        raise RuntimeError(
            f"refused: the archive's member {name!r} lies outside the folder it is extracted to"
        )
    return target


def extract_archive(source: str, folder: str | None = None) -> str:
    """Open a .tar(.gz/.bz2/.xz), .zip or .gz file beside itself or into a folder; where it went."""
    folder = folder or os.path.dirname(source)
    os.makedirs(folder, exist_ok=True)
    if tarfile.is_tarfile(source):
        with tarfile.open(source) as tar:
            for member in tar.getmembers():
                _inside(folder, member.name)
            tar.extractall(folder, filter="data")
    elif zipfile.is_zipfile(source):
        with zipfile.ZipFile(source) as z:
            for name in z.namelist():
                _inside(folder, name)
            z.extractall(folder)
    elif source.endswith(".gz"):
        target = os.path.join(folder, os.path.basename(source)[:-3])
        part = target + ".part"
        with gzip.open(source) as f, open(part, "wb") as out:
            shutil.copyfileobj(f, out)
        os.replace(part, target)
        return target
    else:
        raise RuntimeError(f"Unknown compression or archive type: '{source}'")
    return folder


def download_and_extract_archive(
    url: str,
    download_root: str,
    extract_root: str | None = None,
    filename: str | None = None,
    md5: str | None = None,
    remove_finished: bool = False,
) -> None:
    """Fetch an archive and open it."""
    archive = download_url(url, download_root, filename, md5)
    extract_archive(archive, os.path.expanduser(extract_root or download_root))
    if remove_finished:
        os.unlink(archive)
