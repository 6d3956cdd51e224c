"""Runs a program of `programs/` in several processes, each with a hard limit on its time."""

from __future__ import annotations

import os
import pathlib
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from typing import NamedTuple

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parents[1]
LIMIT = 240  # seconds, on a machine that is busy with other tests

# PyTorch aborts now and then when an interpreter ends whose gloo threads have not let go of their
# last work (https://github.com/pytorch/pytorch/pull/179291); the program has ended well by then.
PYTORCH = """
import os, runpy, sys
del sys.argv[0]
sys.path[0] = os.path.dirname(sys.argv[0])
runpy.run_path(sys.argv[0], run_name="__main__")
sys.stdout.flush()
sys.stderr.flush()
os._exit(0)
"""


class Ended(NamedTuple):
    code: int
    out: str
    err: str


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def environment(**values: str) -> dict[str, str]:
    here = {name: v for name, v in os.environ.items() if name not in ("RANK", "WORLD_SIZE")}
    return here | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "NPROC": "1"} | values


def start(name: str, world: int, *args: str, torch: bool = False) -> list[subprocess.Popen]:
    """The processes of a program, with torchish or with PyTorch under `import torch`."""
    place = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port()), "WORLD_SIZE": str(world)}
    runner = ["-c", PYTORCH] if torch else ["-m", "torchish"]
    command = [sys.executable, *runner, str(HERE / "programs" / f"{name}.py"), *args]
    return [
        subprocess.Popen(
            command,
            env=environment(RANK=str(rank), LOCAL_RANK=str(rank), **place),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        for rank in range(world)
    ]


def run_alone(name: str, *args: str, devices: int = 8) -> str:
    """What a program prints that runs in one process with several devices."""
    flags = f"--xla_force_host_platform_device_count={devices}"
    done = subprocess.run(
        [sys.executable, "-m", "torchish", str(HERE / "programs" / f"{name}.py"), *args],
        env=environment(XLA_FLAGS=flags),
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def finish(processes: Sequence[subprocess.Popen], limit: float = LIMIT) -> list[Ended]:
    """What became of the processes; all are ended at the limit."""
    ended = []
    try:
        for p in processes:
            out, err = p.communicate(timeout=limit)
            ended.append(Ended(p.returncode, out, err))
    finally:
        for p in processes:
            if p.poll() is None:
                os.killpg(p.pid, signal.SIGKILL)
                p.communicate()
    return ended


def run(name: str, world: int, *args: str, torch: bool = False) -> list[str]:
    """What each rank prints, all of which have to end well."""
    ended = finish(start(name, world, *args, torch=torch))
    assert all(e.code == 0 for e in ended), "\n".join(e.out + e.err for e in ended)
    return [e.out for e in ended]
