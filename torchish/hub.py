"""`torch.hub`: files by URL, kept in a cache folder, and models of local `hubconf.py` files.

https://docs.pytorch.org/docs/stable/hub.html
"""

from __future__ import annotations

import builtins
import hashlib
import importlib.util
import os
import pathlib
import re
import sys
import tempfile
import urllib.request
from typing import Any
from urllib.parse import urlparse

from torchish.serialization import load as _load

__all__ = [
    "download_url_to_file",
    "get_dir",
    "help",
    "list",
    "load",
    "load_state_dict_from_url",
    "set_dir",
]

HASH_REGEX = re.compile(r"-([a-f0-9]*)\.")
_CHUNK = 128 * 1024
_TIMEOUT = 30.0  # seconds without an answer
_folder: str | None = None


def get_dir() -> str:
    """Where downloads are kept: set by `set_dir`, else $TORCH_HOME/hub, else
    $XDG_CACHE_HOME/torch/hub, else ~/.cache/torch/hub."""
    return _folder if _folder is not None else os.path.join(_get_torch_home(), "hub")


def _get_torch_home() -> str:
    """$TORCH_HOME, else $XDG_CACHE_HOME/torch, else ~/.cache/torch."""
    home = os.environ.get("TORCH_HOME")
    if home is None:
        home = os.path.join(os.environ.get("XDG_CACHE_HOME", "~/.cache"), "torch")
    return os.path.expanduser(home)


def set_dir(d: str | os.PathLike) -> None:
    """Keep downloads in this folder."""
    global _folder
    _folder = os.path.expanduser(os.fspath(d))


def download_url_to_file(
    url: str, dst: str, hash_prefix: str | None = None, progress: bool = True
) -> None:
    """Download to a file, which appears only when it is whole.

    RuntimeError when its SHA-256 does not begin with `hash_prefix`; URLError without a network.
    """
    request = urllib.request.Request(url, headers={"User-Agent": "torchish.hub"})
    dst = os.path.expanduser(dst)
    folder = os.path.dirname(os.path.abspath(dst))
    digest = hashlib.sha256()
    with urllib.request.urlopen(request, timeout=_TIMEOUT) as response:
        length = response.headers.get("Content-Length")
        expected = int(length) if length and length.isdecimal() else None
        handle, partial = tempfile.mkstemp(dir=folder, suffix=".partial")
        try:
            with os.fdopen(handle, "wb") as f, _bar(expected, progress) as bar:
                received = 0
                while chunk := response.read(_CHUNK):
                    f.write(chunk)
                    digest.update(chunk)
                    received += len(chunk)
                    bar.update(len(chunk))
            if expected is not None and received != expected:
                raise RuntimeError(f"{url}: {received} of {expected} bytes came")
            found = digest.hexdigest()
            if hash_prefix is not None and not found.startswith(hash_prefix):
                raise RuntimeError(f'invalid hash value (expected "{hash_prefix}", got "{found}")')
            os.replace(partial, dst)
        finally:
            if os.path.exists(partial):
                os.remove(partial)


def _bar(total: int | None, progress: bool) -> Any:
    from tqdm import tqdm

    return tqdm(total=total, disable=not progress, unit="B", unit_scale=True, unit_divisor=1024)


def load_state_dict_from_url(
    url: str,
    model_dir: str | None = None,
    map_location: Any = None,
    progress: bool = True,
    check_hash: bool = False,
    file_name: str | None = None,
    weights_only: bool = True,
) -> dict[str, Any]:
    """What `torch.load` reads from a URL; the file is kept in `model_dir` (get_dir()/checkpoints).

    With `check_hash` the file's SHA-256 must begin with the digits in its name (`name-<hash>.pth`);
    RuntimeError otherwise.
    """
    folder = pathlib.Path(model_dir or os.path.join(get_dir(), "checkpoints"))
    folder.mkdir(parents=True, exist_ok=True)
    name = file_name or os.path.basename(urlparse(url).path)
    cached = folder / name
    if not cached.exists():
        print(f'Downloading: "{url}" to {cached}\n', file=sys.stderr)
        match = HASH_REGEX.search(name) if check_hash else None
        download_url_to_file(url, str(cached), match.group(1) if match else None, progress)
    return _load(cached, map_location=map_location, weights_only=weights_only)


def _hubconf(repo: str, source: str) -> Any:
    if source not in ("github", "local"):
        raise ValueError(f'Unknown source: "{source}". Allowed values: "github" | "local".')
    if source == "github":
        raise NotImplementedError(
            f"torch.hub from GitHub ({repo}): clone the repository, and give its folder with "
            "source='local'"
        )
    path = os.path.join(os.path.expanduser(repo), "hubconf.py")
    spec = importlib.util.spec_from_file_location("hubconf", path)
    if spec is None or spec.loader is None or not os.path.exists(path):
        raise FileNotFoundError(f"[Errno 2] No such file or directory: '{path}'")
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, os.path.dirname(path))
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(os.path.dirname(path))
    return module


def _entry(module: Any, name: str) -> Any:
    f = getattr(module, name, None)
    if not callable(f):
        raise RuntimeError(f"Cannot find callable {name} in hubconf")
    return f


def list(
    github: str,
    force_reload: bool = False,
    skip_validation: bool = False,
    trust_repo: Any = None,
    verbose: bool = True,
    source: str = "local",
) -> builtins.list[str]:
    """The names that a folder's `hubconf.py` offers."""
    module = _hubconf(github, source)
    return [n for n in dir(module) if callable(getattr(module, n)) and not n.startswith("_")]


def help(
    github: str,
    model: str,
    force_reload: bool = False,
    skip_validation: bool = False,
    trust_repo: Any = None,
    source: str = "local",
) -> str | None:
    """The docstring of what a folder's `hubconf.py` offers."""
    return _entry(_hubconf(github, source), model).__doc__


def load(
    repo_or_dir: str,
    model: str,
    *args: Any,
    source: str = "github",
    trust_repo: Any = None,
    force_reload: bool = False,
    verbose: bool = True,
    skip_validation: bool = False,
    **kwargs: Any,
) -> Any:
    """What the callable `model` of a folder's `hubconf.py` gives.

    NotImplementedError for a repository on GitHub, whose code would run unseen.
    """
    return _entry(_hubconf(repo_or_dir, source), model)(*args, **kwargs)
