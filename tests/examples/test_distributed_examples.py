"""examples/fsdp_gpt.py and examples/tensor_parallel.py: several processes, and several devices of
one process, print what one prints."""

import re
import subprocess
import sys

import pytest

from tests.distributed import ranks

SMALL = ["--steps", "4", "--width", "32", "--depth", "2", "--length", "16", "--batch-size", "4"]
LAUNCHER = ["-m", "torchish.distributed.run", "--standalone", "--nproc-per-node", "2"]


def losses(name, *more, launcher=(), **variables):
    example = ranks.ROOT / "examples" / f"{name}.py"
    done = subprocess.run(
        [sys.executable, *launcher, str(example), *SMALL, *more],
        env=ranks.environment(**variables), capture_output=True, text=True, timeout=ranks.LIMIT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = re.findall(r"loss ([\d.]+)", done.stdout)
    assert len(found) == 1
    return float(found[0])


def test_fully_sharded_processes_give_the_loss_of_one(tmp_path):
    saved = tmp_path / "net.pt"
    one = losses("fsdp_gpt")
    two = losses("fsdp_gpt", "--save", str(saved), launcher=LAUNCHER)
    assert two == pytest.approx(one, abs=2e-4) and saved.exists()


def test_a_net_that_is_shared_out_gives_the_loss_of_one_device():
    one = losses("tensor_parallel")
    two = losses("tensor_parallel", launcher=LAUNCHER)
    flags = "--xla_force_host_platform_device_count=8"
    eight = losses("tensor_parallel", "--devices", "8", XLA_FLAGS=flags)
    assert two == pytest.approx(one, abs=2e-4) and eight == pytest.approx(one, abs=2e-4)
