"""Errors of docs/errors.md that take more than a few lines: `raised.py NAME` prints one."""

from __future__ import annotations

import os
import sys

VARIABLES = {
    "cudnn": {
        "TORCHISH_STAND_IN": "cuda",
        "XLA_FLAGS": "--xla_force_host_platform_device_count=2",
    },
}
SEVERAL = ("collective", "orbax")  # are started in two processes


def cudnn():
    import torchish as torch

    torch.backends.cudnn.enabled = False


def no_value():
    import jax

    import torchish as torch
    import torchish.interop.jax as border

    fails = False

    @border.operator
    def fragile(x):
        def f(a):
            if fails:
                raise ValueError("out of paper")
            return a

        return jax.pure_callback(f, jax.ShapeDtypeStruct(x.shape, x.dtype), x)

    for fails in (False, False, True):
        y = fragile(torch.ones(3)) + 1
        if not fails:
            y.sum().item()
    try:
        y.tolist()
    except Exception as error:
        assert "out of paper" in str(error), error
    y.tolist()


def forked():
    import jax

    import torchish as torch
    import torchish.interop.jax as border

    jax.jit(lambda x: x + 1)(1.0).block_until_ready()
    if os.fork():
        os.wait()
        return
    try:
        border.operator(jax.numpy.sin)(torch.ones(3)).sum().item()
        border.to_jax(torch.ones(3) + 1).block_until_ready()
    except RuntimeError as error:
        print(f"{type(error).__name__}: {error}", flush=True)
    os._exit(0)


def collective():
    import torchish as torch
    import torchish.distributed as dist

    dist.init_process_group()
    dist.all_reduce(torch.ones(3 + dist.get_rank()))


def orbax():
    import torchish.distributed as dist
    import torchish.interop.orbax as orbax

    dist.init_process_group()
    orbax.save("run", {})


def other_jax():
    from torchish._core.base import jax_internals

    jax_internals._need("jax.core.NoSuchName")


def main() -> None:
    name = sys.argv[1]
    try:
        globals()[name]()
    except Exception as error:
        if name in SEVERAL and os.environ["RANK"] != "0":
            return
        print(f"{type(error).__name__}: {error}", flush=True)


if __name__ == "__main__":
    main()
