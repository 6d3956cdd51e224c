"""`python -m torchish doctor`: what is installed, what it runs on, and whether it works."""

from __future__ import annotations

import argparse
import importlib
import io
import os
import pathlib
import platform
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from importlib import metadata

import jax
import numpy as np

import torchish
from torchish._core.base import devices
from torchish._core.engine import memory, runners
from torchish._core.ops.nn import onednn_proof
from torchish.version import own_version, torch_version

__all__ = ["main", "report"]

PACKAGES = ("jax", "jaxlib", "numpy", "ml_dtypes", "scipy", "optax", "flax", "orbax-checkpoint",
            "safetensors", "pillow", "torch", "torchvision")  # fmt: skip
PREFIXES = ("TORCHISH_", "JAX_", "XLA_", "CUDA_VISIBLE", "TPU_", "OMP_", "OPENBLAS_", "MALLOC_",
            "GLIBC_TUNABLES", "MKL_")  # fmt: skip
ASKED = """what to report with a bug
  this page, the shortest program that shows it, and its whole traceback
  whether TORCHISH_EAGER=1 changes it      each operator by itself, so the traceback has its line
  whether TORCHISH_HOST=off changes it     if so, an operator's form in NumPy is at fault
  whether TORCHISH_ONEDNN=off changes it   if so, a convolution by oneDNN
  whether TORCHISH_CACHE=off changes it    if so, a program kept in the cache folder
  what PyTorch prints, if the program runs there"""
Lines = Iterator[tuple[str, str]]


def _versions() -> Lines:
    yield "torchish", f"{own_version}, which follows PyTorch {torch_version}"
    yield "place", os.path.dirname(os.path.abspath(torchish.__file__))
    yield "Python", f"{platform.python_version()} ({platform.python_implementation()})"
    yield "system", f"{platform.platform()}, {platform.machine()}"
    for name in PACKAGES:
        try:
            # Not by `version`: after `torchish.install()` that of torch would be torchish's.
            found = next(iter(metadata.Distribution.discover(name=name, path=sys.path)), None)
        except OSError:
            found = None
        yield name, found.version if found is not None else "not installed"


def _processor() -> str:
    try:
        text = pathlib.Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.processor() or "unknown"
    lines = [line for line in text.splitlines() if line.startswith("model name")]
    return lines[0].partition(":")[2].strip() if lines else "unknown"


def _memory() -> str:
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError, AttributeError):
        return "unknown"
    return shown(total)


def shown(size: float) -> str:
    """A number of bytes in the unit that suits it."""
    for unit in ("B", "KiB", "MiB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} GiB"


def _devices() -> Lines:
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    yield "processor", f"{_processor()}, {usable} of {os.cpu_count()} cores usable"
    yield "memory", _memory()
    yield "threads", f"{torchish.get_num_threads()} (torch.get_num_threads())"
    yield "default", str(devices.get_default())
    for d in devices.all_jax_devices():
        told = f"{d.platform} {d.device_kind}"
        stats = d.memory_stats() if d.platform != "cpu" else None
        limit = (stats or {}).get("bytes_limit")
        yield f"device {d.id}", told + (f", {shown(limit)} for XLA" if limit else "")


def _cache() -> Lines:
    folder = jax.config.jax_compilation_cache_dir
    if not folder:
        yield "folder", "none: TORCHISH_CACHE is off, and every process compiles anew"
        return
    yield "folder", folder
    place = pathlib.Path(folder)
    if not place.is_dir():
        yield "holds", "nothing yet: it is made when the first program is compiled"
        return
    sizes = []
    for entry in os.scandir(place):
        try:
            sizes.append(entry.stat().st_size)
        except FileNotFoundError:  # another process has just removed it
            continue
    yield "holds", f"{len(sizes)} files, {shown(sum(sizes))}"
    yield "writable", "yes" if os.access(place, os.W_OK) else "no: programs can not be kept"


def _settings() -> Lines:
    found = {k: v for k, v in sorted(os.environ.items()) if k.startswith(PREFIXES)}
    yield from found.items()
    if not found:
        yield "none", "no environment variable of torchish, JAX or XLA is set"


def _forms() -> Lines:
    serves = runners.serves(devices.cpu)
    yield "new code", "at once, in NumPy" if serves else "compiled (TORCHISH_HOST=off)"
    known = onednn_proof.JAXLIB in onednn_proof.PROVEN
    start = time.perf_counter()
    if onednn_proof.usable():
        how = "tried with this jaxlib when it was released" if known else "tried on this machine"
        verdict = f"holds ({how})"
    else:
        verdict = "not used: off, not x86-64 Linux, not tried, or the trial failed"
    took = time.perf_counter() - start
    yield "oneDNN", verdict + (f", {took:.0f} s" if took > 1 else "")
    kept = memory.keep_freed_memory()
    yield "allocator", "glibc keeps freed memory" if kept else "left as it is"
    precision = torchish.get_float32_matmul_precision()
    yield "products", f"float32 at precision {precision!r} (torch.get_float32_matmul_precision())"


# --- trials ---------------------------------------------------------------------------------------


def _draws() -> str:
    torchish.manual_seed(0)
    got = torchish.rand(3).tolist()
    wanted = [0.49625658988952637, 0.7682217955589294, 0.08847743272781372]
    return "" if got == wanted else f"rand(3) under seed 0 gave {got}"


def _loss(x: torchish.Tensor, w: torchish.Tensor) -> torchish.Tensor:
    return torchish.tanh(x @ w).square().mean()


def _gradient() -> str:
    x = torchish.linspace(-1, 1, 12, dtype=torchish.float64).reshape(4, 3)
    w = torchish.linspace(-0.5, 0.5, 6, dtype=torchish.float64).reshape(3, 2).requires_grad_()
    _loss(x, w).backward()
    step, worst = 1e-6, 0.0
    with torchish.no_grad():
        for i in range(6):
            move = torchish.zeros(6, dtype=torchish.float64)
            move[i] = step
            up, down = (_loss(x, w + s * move.reshape(3, 2)).item() for s in (1, -1))
            worst = max(worst, abs((up - down) / (2 * step) - w.grad.flatten()[i].item()))
    return "" if worst < 1e-7 else f"a gradient is off by {worst:.1e}"


def _training() -> str:
    torchish.manual_seed(0)
    net = torchish.nn.Sequential(
        torchish.nn.Linear(4, 8), torchish.nn.ReLU(), torchish.nn.Linear(8, 1)
    )
    x = torchish.linspace(-1, 1, 32).reshape(8, 4)
    optimizer = torchish.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    losses = []
    for _ in range(6):
        optimizer.zero_grad()
        loss = (net(x) - x.sum(1, keepdim=True)).square().mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    falls = losses[-1] < losses[0] / 2
    return "" if falls else f"the loss of a small network went from {losses[0]} to {losses[-1]}"


def _compiled() -> str:
    """The host's results against those of one compiled program."""
    x = torchish.linspace(-2, 2, 24).reshape(4, 6)
    f = jax.jit(lambda a: jax.numpy.tanh(a @ a.T).sum(0))
    wanted = np.asarray(f(x.numpy()))
    got = torchish.tanh(x @ x.T).sum(0).numpy()
    off = float(np.abs(got - wanted).max())
    return "" if off < 1e-5 else f"NumPy's form and XLA's differ by {off:.1e}"


def _files() -> str:
    buffer = io.BytesIO()
    saved = {"w": torchish.arange(6.0).reshape(2, 3), "step": 3}
    torchish.save(saved, buffer)
    buffer.seek(0)
    read = torchish.load(buffer)
    same = torchish.equal(read["w"], saved["w"]) and read["step"] == 3
    return "" if same else "a checkpoint came back changed"


def _kept_programs() -> str:
    folder = jax.config.jax_compilation_cache_dir
    if not folder:
        return ""
    probe = pathlib.Path(folder) / f"doctor-{os.getpid()}"
    try:
        probe.parent.mkdir(parents=True, exist_ok=True)
        probe.write_text("")
        probe.unlink()
    except OSError as error:
        return f"the cache folder can not be written: {error}"
    return ""


def _late_parts() -> str:
    failed = []
    for part in ("distributions", "fx", "profiler", "testing", "vision"):
        try:
            importlib.import_module(f"torchish.{part}")
        except ImportError as error:
            failed.append(f"torchish.{part}: {error}")
    return "; ".join(failed)


TRIALS: dict[str, Callable[[], str]] = {
    "random numbers": _draws,
    "gradients": _gradient,
    "training": _training,
    "NumPy and XLA": _compiled,
    "checkpoints": _files,
    "cache folder": _kept_programs,
    "late parts": _late_parts,
}


def _trials() -> Lines:
    for name, trial in TRIALS.items():
        try:
            wrong = trial()
        except Exception as error:  # whatever is broken here is what the page is for
            wrong = f"{type(error).__name__}: {error}"
        yield name, f"FAILS: {wrong}" if wrong else "ok"


def report() -> tuple[str, bool]:
    """The page, and whether all trials passed."""
    parts = {
        "versions": list(_versions()),
        "devices": list(_devices()),
        "compiled programs": list(_cache()),
        "environment": list(_settings()),
        "forms": list(_forms()),
        "trials": list(_trials()),
    }
    text = []
    for title, lines in parts.items():
        width = max(len(name) for name, _ in lines)
        text += [title, *(f"  {name:<{width}}  {told}" for name, told in lines), ""]
    good = not any(told.startswith("FAILS") for _, told in parts["trials"])
    return "\n".join([*text, ASKED]), good


def main(argv: Sequence[str]) -> int:
    """Print the page; the exit status: 0, or 1 where a trial failed."""
    argparse.ArgumentParser(
        prog="python -m torchish doctor",
        description="Prints versions, devices, the cache folder, which forms hold, and trials.",
    ).parse_args(list(argv))
    text, good = report()
    print(text)
    return 0 if good else 1
