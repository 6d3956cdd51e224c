"""The process that keeps a store: `python _service.py MODULE PORT STARTER`.

MODULE has jaxlib's coordination service, which this process runs on PORT until every process that
uses it is gone. It is a process of its own because jaxlib ends whoever is connected to a service
that goes: so it must outlive all of them, whichever ends first. It imports no more than it needs,
as rank 0 waits for it.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import socket
import sys
import time
from typing import Any

MEMBERS = "members/"
PERIOD = 0.2  # seconds between two looks at who is still there
# Seconds that members on other machines, which can not be looked at, keep a service whose own
# machine has none left.
ELSEWHERE = 3600
_NO_END = 10**7


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # it is there, and another user's
    return True


def _wait_for_the_last(client: Any, starter: int) -> None:
    here, since = socket.gethostname(), time.monotonic()
    while True:
        members = [key.removeprefix(MEMBERS) for key, _ in client.key_value_dir_get(MEMBERS)]
        places = [member.rpartition("/") for member in members]
        local = [int(pid) for host, _, pid in places if host == here]
        if any(_runs(pid) for pid in local) or _runs(starter):
            since = time.monotonic()
        elif len(local) == len(places) or time.monotonic() - since > ELSEWHERE:
            return
        time.sleep(PERIOD)


def main() -> None:
    module, port, starter = sys.argv[1], sys.argv[2], int(sys.argv[3])
    runtime = importlib.import_module(module)
    options = {"heartbeat_timeout": _NO_END, "shutdown_timeout": 1, "recoverable": True}
    family = "[::]" if socket.has_dualstack_ipv6() else "0.0.0.0"
    service = runtime.get_distributed_runtime_service(f"{family}:{port}", 1, **options)
    client = runtime.get_distributed_runtime_client(
        f"127.0.0.1:{port}", 0, init_timeout=60, heartbeat_timeout=_NO_END,
        shutdown_on_destruction=False,
    )  # fmt: skip
    client.connect()
    with contextlib.suppress(BrokenPipeError):  # the starter is gone: the loop below ends at once
        print("ready", flush=True)
    _wait_for_the_last(client, starter)
    del service
    os._exit(0)  # jaxlib would end a process whose client outlives its service with an error


if __name__ == "__main__":
    main()
