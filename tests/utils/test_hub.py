"""torch.hub, torch.multiprocessing and torch.jit."""

import functools
import hashlib
import http.server
import threading

import pytest

import torchish as torch
from tests.utils.processes import fails, writes
from torchish import hub, nn


@pytest.fixture
def site(tmp_path):
    """A folder served by HTTP: (folder, its address)."""
    folder = tmp_path / "site"
    folder.mkdir()

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_state_dicts_are_kept_and_verified(site, tmp_path):
    folder, address = site
    torch.save({"w": torch.arange(3.0)}, folder / "net.pth")
    digest = hashlib.sha256((folder / "net.pth").read_bytes()).hexdigest()
    named = folder / f"net-{digest[:8]}.pth"
    (folder / "net.pth").rename(named)
    cache = str(tmp_path / "cache")
    for _ in range(2):  # the second time from the cache
        state = hub.load_state_dict_from_url(
            f"{address}/{named.name}", cache, progress=False, check_hash=True
        )
        assert state["w"].tolist() == [0, 1, 2]
        named.unlink(missing_ok=True)
    (folder / "bad-0123abcd.pth").write_bytes(b"something")
    with pytest.raises(RuntimeError, match="invalid hash value"):
        hub.load_state_dict_from_url(
            f"{address}/bad-0123abcd.pth", cache, progress=False, check_hash=True
        )
    assert [p.name for p in (tmp_path / "cache").iterdir()] == [named.name]


def test_the_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(hub, "_folder", None)
    assert hub.get_dir() == str(tmp_path / "hub")
    hub.set_dir(tmp_path / "other")
    assert torch.hub.get_dir() == str(tmp_path / "other")


def test_local_models(tmp_path):
    (tmp_path / "hubconf.py").write_text(
        "import torchish.nn as nn\ndef tiny(n=2):\n    'A line.'\n    return nn.Linear(n, 1)\n"
    )
    assert hub.load(str(tmp_path), "tiny", 5, source="local").in_features == 5
    assert "tiny" in hub.list(str(tmp_path), source="local")
    assert hub.help(str(tmp_path), "tiny", source="local") == "A line."
    with pytest.raises(RuntimeError, match="Cannot find callable big"):
        hub.load(str(tmp_path), "big", source="local")
    with pytest.raises(NotImplementedError, match="GitHub"):
        hub.load("owner/name", "tiny")


def test_spawned_processes(tmp_path):
    torch.multiprocessing.spawn(writes, args=(str(tmp_path),), nprocs=2)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["0", "1"]
    with pytest.raises(torch.multiprocessing.ProcessRaisedException, match="no such thing"):
        torch.multiprocessing.spawn(fails, nprocs=1)
    torch.multiprocessing.set_start_method("fork", force=True)
    assert torch.multiprocessing.get_start_method() == "fork"
    torch.multiprocessing.set_start_method(None, force=True)
    assert torch.multiprocessing.get_start_method() == "spawn"


def test_scripting_gives_back_what_runs():
    @torch.jit.script
    def f(x):
        return x * 2 if x.sum() > 0 else x

    assert f(torch.ones(2)).tolist() == [2, 2]
    net = nn.Linear(2, 2)
    for made in (torch.jit.trace(net, torch.ones(1, 2)), torch.jit.script(net)):
        assert isinstance(made, nn.Linear) and made.weight is net.weight
    assert not torch.jit.is_scripting()
    assert torch.jit.ignore(f) is f and torch.jit.unused(f) is f
    with pytest.raises(RuntimeError, match="nothing is known of the arguments"):
        torch.jit.save(nn.Linear(2, 2), "x.pt")
    assert not isinstance(net, torch.jit.ScriptModule)
