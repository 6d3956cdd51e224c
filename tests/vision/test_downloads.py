"""Downloads of data sets, from a server on this machine that also fails in the usual ways."""

from __future__ import annotations

import gzip
import hashlib
import http.server
import io
import os
import stat
import tarfile
import threading
import zipfile

import numpy as np
import pytest

from tests.vision import dataset_files
from torchish.vision import datasets
from torchish.vision.datasets import utils

pytest.importorskip("tqdm")
BODY = bytes(range(256)) * 1200
MD5 = hashlib.md5(BODY).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    """GET /how/name: the file as a whole, cut off, moved, wrong or missing."""

    def do_GET(self):
        how, _, name = self.path.lstrip("/").partition("/")
        asked = self.headers.get("Range")
        self.server.asked.append((how, name, asked))
        body = self.server.files.get(name)
        if how == "missing" or body is None:
            return self.send_error(404)
        if how == "moved":
            self.send_response(302)
            self.send_header("Location", f"/plain/{name}")
            return self.end_headers()
        if how == "wrong":
            body = body[::-1]
        start = 0
        if asked and how not in ("norange", "wrong"):
            start = int(asked.removeprefix("bytes=").rstrip("-"))
            if start >= len(body):
                return self.send_error(416)
        self.send_response(206 if start else 200)
        lies = {"lettered": "abc", "negative": "-5", "empty": ""}
        self.send_header("Content-Length", lies.get(how, str(len(body) - start)))
        self.close_connection = how in lies
        self.end_headers()
        rest = body[start:]
        if how == "stops" or (how in ("cut", "norange") and len(self.server.asked) == 1):
            rest = rest[: len(rest) // 2]
            self.close_connection = True
        self.wfile.write(rest)

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as s:
        s.files, s.asked = {"file.bin": BODY}, []
        s.url = f"http://127.0.0.1:{s.server_port}/"
        thread = threading.Thread(target=s.serve_forever, args=(0.05,))
        thread.start()
        yield s
        s.shutdown()
        thread.join()


@pytest.mark.parametrize(
    "how", ["plain", "moved", "cut", "norange", "lettered", "negative", "empty"]
)
def test_arrives(server, tmp_path, how):
    utils.download_url(f"{server.url}{how}/file.bin", tmp_path, md5=MD5)
    assert (tmp_path / "file.bin").read_bytes() == BODY
    assert os.listdir(tmp_path) == ["file.bin"]
    if how == "cut":  # what had come was not fetched again
        assert server.asked[1][2] == f"bytes={len(BODY) // 2}-"
    seen = len(server.asked)
    utils.download_url(f"{server.url}{how}/file.bin", tmp_path, md5=MD5)
    assert len(server.asked) == seen


def test_a_later_run_goes_on(server, tmp_path):
    with pytest.raises(RuntimeError, match="the connection ended after"):
        utils.download_url(f"{server.url}stops/file.bin", tmp_path, md5=MD5)
    assert not (tmp_path / "file.bin").exists()
    part = tmp_path / "file.bin.part"
    have = part.stat().st_size
    assert have > len(BODY) // 2
    server.asked.clear()
    utils.download_url(f"{server.url}plain/file.bin", tmp_path, md5=MD5)
    assert server.asked == [("plain", "file.bin", f"bytes={have}-")]
    assert (tmp_path / "file.bin").read_bytes() == BODY and not part.exists()


def test_wrong_contents_are_not_kept(server, tmp_path):
    with pytest.raises(RuntimeError, match=f"File not found or corrupted.*instead of {MD5}"):
        utils.download_url(f"{server.url}wrong/file.bin", tmp_path, md5=MD5)
    assert os.listdir(tmp_path) == []
    (tmp_path / "file.bin").write_bytes(b"older and broken")
    utils.download_url(f"{server.url}plain/file.bin", tmp_path, md5=MD5)
    assert (tmp_path / "file.bin").read_bytes() == BODY


def test_mirrors_one_after_the_other(server, tmp_path):
    urls = [f"{server.url}{how}/file.bin" for how in ("missing", "wrong", "plain")]
    utils.download_from_mirrors(urls, tmp_path, "file.bin", MD5)
    assert [how for how, *_ in server.asked] == ["missing", "wrong", "plain"]
    assert (tmp_path / "file.bin").read_bytes() == BODY


def test_offline_says_what_to_do(tmp_path):
    with pytest.raises(RuntimeError) as caught:
        utils.download_url("http://127.0.0.1:9/f.bin", tmp_path, md5=MD5)
    for wanted in ("f.bin", MD5, str(tmp_path), "http://127.0.0.1:9/f.bin", "yourself"):
        assert wanted in str(caught.value)


def test_mnist_from_a_mirror(server, tmp_path, monkeypatch):
    resources = []
    for name, _ in datasets.MNIST.resources:
        shape = (3, 28, 28) if "images" in name else (3,)
        numbers = np.arange(np.prod(shape)).reshape(shape).astype(np.uint8) % 10
        server.files[name] = gzip.compress(dataset_files.idx(numbers))
        resources.append((name, hashlib.md5(server.files[name]).hexdigest()))
    monkeypatch.setattr(datasets.MNIST, "resources", resources)
    monkeypatch.setattr(datasets.MNIST, "mirrors", [f"{server.url}missing/", f"{server.url}moved/"])
    data = datasets.MNIST(str(tmp_path), download=True)
    assert (len(data), data[1][1]) == (3, 1)
    server.files.clear()
    assert len(datasets.MNIST(str(tmp_path), train=False, download=True)) == 3


def test_emnist_and_an_archive(server, tmp_path, monkeypatch):
    made = tmp_path / "made"
    dataset_files.emnist(made, datasets.EMNIST)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as z:
        for file in (made / "EMNIST" / "raw").iterdir():
            z.writestr(f"gzip/{file.name}.gz", gzip.compress(file.read_bytes()))
    server.files["gzip.zip"] = archive.getvalue()
    monkeypatch.setattr(datasets.EMNIST, "url", f"{server.url}plain/gzip.zip")
    monkeypatch.setattr(datasets.EMNIST, "md5", hashlib.md5(archive.getvalue()).hexdigest())
    data = datasets.EMNIST(str(tmp_path / "root"), "letters", download=True)
    assert (len(data), data.classes[1]) == (6, "a")
    assert not (tmp_path / "root/EMNIST/raw/gzip").exists()


def tar(path, *members):
    with tarfile.open(path, "w") as archive:
        for name, kind, target in members:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, target
            info.size = 3 if kind == tarfile.REGTYPE else 0
            archive.addfile(info, io.BytesIO(b"abc") if info.size else None)
    return path


@pytest.mark.parametrize(
    "members",
    [
        [("../out", tarfile.REGTYPE, "")],
        [("/out", tarfile.REGTYPE, "")],
        [("a/link", tarfile.SYMTYPE, "../../out")],
        [("link", tarfile.SYMTYPE, "/")],
        [("link", tarfile.LNKTYPE, "../out")],
        [("link", tarfile.SYMTYPE, "sub"), ("link/../../out", tarfile.REGTYPE, "")],
        [("pipe", tarfile.FIFOTYPE, "")],
    ],
)
def test_archives_stay_inside(tmp_path, members):
    archive = tar(tmp_path / "a.tar", *members)
    with pytest.raises(RuntimeError, match="Refusing to extract"):
        utils.extract_archive(archive, tmp_path / "inside")
    assert not (tmp_path / "out").exists()


def test_zip_archives_stay_inside(tmp_path):
    for name, mode in (("../out", 0), ("link", stat.S_IFLNK | 0o777)):
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as z:
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            z.writestr(info, "/etc")
        with pytest.raises(RuntimeError, match="Refusing to extract"):
            utils.extract_archive(tmp_path / "a.zip", tmp_path / "inside")
        assert not (tmp_path / "out").exists()


def test_archives_of_every_kind(tmp_path):
    for mode, name in (
        ("w", "a.tar"),
        ("w:gz", "a.tgz"),
        ("w:bz2", "a.tar.bz2"),
        ("w:xz", "a.tar.xz"),
    ):
        with tarfile.open(tmp_path / name, mode) as archive:
            info = tarfile.TarInfo("d/file")
            info.size = 3
            archive.addfile(info, io.BytesIO(b"abc"))
        utils.extract_archive(tmp_path / name, tmp_path / name.replace(".", "_"), True)
        assert (tmp_path / name.replace(".", "_") / "d" / "file").read_bytes() == b"abc"
        assert not (tmp_path / name).exists()
    with pytest.raises(RuntimeError, match="Unknown compression or archive type"):
        utils.extract_archive(tmp_path / "a.rar")
