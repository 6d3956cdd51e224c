"""`python -m torchish.distributed.run` and `torchrun`: starts the processes of a program.

Each process runs the program as `python -m torchish` does, `import torch` meaning torchish, and
finds the others by the environment: RANK, LOCAL_RANK, WORLD_SIZE, MASTER_ADDR, MASTER_PORT and what
else PyTorch's launcher sets. When one fails, the others are ended; with `--max-restarts` all are
then started again.

https://docs.pytorch.org/docs/stable/elastic/run.html
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Sequence
from typing import Any

from torchish._core.base import devices
from torchish.distributed import _store

__all__ = ["get_args_parser", "main", "parse_args", "run"]

_PERIOD = 0.05  # seconds between two looks at the processes
_GRACE = 5.0  # seconds that a process has to end by itself
_PORT = 29500


class _Refused(argparse.Action):
    """An option of PyTorch's launcher that there is nothing for."""

    def __call__(self, parser: Any, namespace: Any, values: Any, option: Any = None) -> None:
        raise NotImplementedError(f"torchrun {option}")


def _both(name: str) -> tuple[str, str]:
    """An option in its two spellings."""
    return f"--{name}", f"--{name.replace('-', '_')}"


def get_args_parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="torchrun", description="Starts the processes of a distributed program."
    )
    add = parser.add_argument
    add(*_both("nnodes"), default="1", help="number of machines")
    add(*_both("nproc-per-node"), default="1", help="processes of each: a number, auto, cpu or gpu")
    add(*_both("rdzv-backend"), default="static", choices=["static", "c10d"])
    add(*_both("rdzv-endpoint"), default="", help="host:port at which the machines meet")
    add(*_both("rdzv-id"), default="none", help="the job's name")
    add(*_both("rdzv-conf"), default="", help="options, key=value,...: timeout")
    add("--standalone", action="store_true", help="one machine, any free port")
    add(*_both("max-restarts"), type=int, default=0, help="how often to start again")
    add(*_both("monitor-interval"), type=float, default=_PERIOD, help="seconds between two looks")
    add(*_both("node-rank"), type=int, default=0, help="which machine this is")
    add(*_both("master-addr"), default="127.0.0.1", help="address of machine 0")
    add(*_both("master-port"), type=int, default=_PORT, help="a free port of machine 0")
    add("--role", default="default", help="a name for the processes")
    add("-m", "--module", action="store_true", help="the program is a module")
    add(*_both("no-python"), action="store_true", help="the program is not Python's")
    add(*_both("start-method"), default="spawn", choices=["spawn", "fork", "forkserver"])
    for name in ("log-dir", "redirects", "tee", "local-addr", "logs-specs", "numa-binding",
                 "local-ranks-filter", "event-log-handler", "signals-to-handle", "shutdown-timeout",
                 "virtual-local-rank"):  # fmt: skip
        add(*_both(name), action=_Refused, help=argparse.SUPPRESS)
    add("training_script", help="the program")
    add("training_script_args", nargs=argparse.REMAINDER, help="its arguments")
    return parser


def parse_args(args: Sequence[str] | None) -> argparse.Namespace:
    """The options; a variable PET_<NAME> of the environment is an option's default."""
    parser = get_args_parser()
    for action in parser._actions:
        given = os.environ.get(f"PET_{action.dest.upper()}")
        if given is not None and action.option_strings and action.nargs != 0:
            action.default = action.type(given) if callable(action.type) else given
    return parser.parse_args(args)


def _processes(text: str) -> int:
    if text == "auto":
        text = "gpu" if devices.jax_devices("cuda") else "cpu"
    if text == "cpu":
        return os.cpu_count() or 1
    if text == "gpu":
        count = len(devices.jax_devices("cuda"))
        if not count:
            raise ValueError("Cuda is not available.")
        return count
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"Unsupported nproc_per_node value: {text}") from None


def _nodes(text: str) -> int:
    least, _, most = text.partition(":")
    if most and most != least:
        raise NotImplementedError(f"torchrun --nnodes={text}: a number of machines that changes")
    return int(least)


class _Place:
    """Where the ranks meet, and what the environment says of it."""

    def __init__(self, args: argparse.Namespace, nodes: int):
        self.node, self.nodes = args.node_rank, nodes
        self.host, self.port = args.master_addr, args.master_port
        if args.rdzv_endpoint:
            self.host, _, port = args.rdzv_endpoint.partition(":")
            self.port = int(port or _PORT)
            if args.rdzv_backend == "c10d" and nodes > 1 and not args.node_rank:
                # Whoever has the address is machine 0; the others have to say which they are.
                if not _is_here(self.host):
                    raise NotImplementedError(
                        "torchrun --rdzv-backend=c10d for several machines needs --node-rank"
                    )
        # Alone on one machine, any port will do, and a new one for each start.
        self.any_port = nodes == 1 and (args.standalone or args.rdzv_backend == "c10d")
        self.id = str(uuid.uuid4()) if args.standalone else args.rdzv_id

    def open(self) -> None:
        """Start the store, on machine 0."""
        if self.node == 0:
            if self.any_port:
                self.host, self.port = "127.0.0.1", _store._free_port()
            _store.start_service(self.port)


def _is_here(host: str) -> bool:
    if host in ("localhost", "127.0.0.1", "::1", socket.gethostname(), socket.getfqdn()):
        return True
    try:
        found = socket.gethostbyname(host)
        return found in socket.gethostbyname_ex(socket.gethostname())[2]
    except OSError:
        return False  # a name that is not known is not this machine's


def _environment(place: _Place, local: int, count: int, restart: int, most: int) -> dict[str, str]:
    world, rank = place.nodes * count, place.node * count + local
    values = {
        "LOCAL_RANK": local, "RANK": rank, "GROUP_RANK": place.node, "ROLE_RANK": rank,
        "LOCAL_WORLD_SIZE": count, "WORLD_SIZE": world, "GROUP_WORLD_SIZE": place.nodes,
        "ROLE_WORLD_SIZE": world, "MASTER_ADDR": place.host, "MASTER_PORT": place.port,
        "TORCHELASTIC_RESTART_COUNT": restart, "TORCHELASTIC_MAX_RESTARTS": most,
        "TORCHELASTIC_RUN_ID": place.id, "TORCHELASTIC_USE_AGENT_STORE": True,
    }  # fmt: skip
    made = os.environ | {name: str(value) for name, value in values.items()}
    if count > 1 and "OMP_NUM_THREADS" not in os.environ:
        made["OMP_NUM_THREADS"] = "1"
    if count > 1 and "NPROC" not in os.environ:
        # XLA's pool of threads: the processes of a machine share its cores.
        made["NPROC"] = str(max(1, (os.cpu_count() or 1) // count))
    return made


def _command(args: argparse.Namespace) -> list[str]:
    program = [args.training_script, *args.training_script_args]
    if args.no_python:
        if args.module:
            raise ValueError(
                "Don't use both the '--no-python' flag and the '--module' flag at the same time."
            )
        return program
    return [sys.executable, "-u", "-m", "torchish", *(["-m"] if args.module else []), *program]


def _end(processes: Sequence[subprocess.Popen]) -> None:
    """End what still runs: it is asked first, then made to."""
    for p in processes:
        if p.poll() is None:
            p.terminate()
    end = time.monotonic() + _GRACE
    for p in processes:
        try:
            p.wait(max(0.0, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            p.kill()
            p.wait()


def _watch(processes: Sequence[subprocess.Popen], period: float) -> tuple[int, int] | None:
    """Wait until all have ended well, None, or one has failed: which, and how."""
    while True:
        codes = [p.poll() for p in processes]
        for local, code in enumerate(codes):
            if code:
                return local, code
        if all(code == 0 for code in codes):
            return None
        time.sleep(period)


def _how(code: int) -> str:
    if code >= 0:
        return f"exitcode  : {code}"
    return f"exitcode  : {code} (signal {signal.Signals(-code).name})"


def run(args: argparse.Namespace) -> None:
    """Start the processes and wait for them. SystemExit(1) when one failed and has been started
    again as often as `max_restarts` says."""
    nodes = _nodes(args.nnodes)
    count = _processes(args.nproc_per_node)
    place = _Place(args, nodes)
    command = _command(args)
    for restart in range(args.max_restarts + 1):
        place.open()
        processes = [
            subprocess.Popen(
                command, env=_environment(place, local, count, restart, args.max_restarts)
            )
            for local in range(count)
        ]
        try:
            failed = _watch(processes, args.monitor_interval)
        finally:
            _end(processes)
        if failed is None:
            return
        local, code = failed
        rank = place.node * count + local
        left = args.max_restarts - restart
        print(
            f"{args.training_script} FAILED\n"
            f"  rank      : {rank} (local_rank: {local})\n"
            f"  {_how(code)} (pid: {processes[local].pid})\n"
            f"  restarts  : {restart} of {args.max_restarts}"
            + (", starting again" if left else ""),
            file=sys.stderr,
            flush=True,
        )
        if left and not place.any_port:
            # The old store ends with its last user; this process is its starter, and still one.
            place.port = _another_port(place)
    raise SystemExit(1)


def _another_port(place: _Place) -> int:
    if place.nodes > 1:
        raise NotImplementedError("torchrun --max-restarts with several machines")
    return _store._free_port()


def main(args: Sequence[str] | None = None) -> None:
    """The command."""
    run(parse_args(args))


if __name__ == "__main__":
    main()
