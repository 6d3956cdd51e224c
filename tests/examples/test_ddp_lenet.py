"""examples/ddp_lenet.py: two processes print what one prints."""

import re
import subprocess
import sys

from tests.distributed import ranks

EXAMPLE = ranks.ROOT / "examples" / "ddp_lenet.py"


def printed(*launcher):
    done = subprocess.run(
        [sys.executable, *launcher, str(EXAMPLE), "--epochs", "2"],
        env=ranks.environment(), capture_output=True, text=True, timeout=ranks.LIMIT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [float(n) for n in re.findall(r"loss ([\d.]+)", done.stdout)]


def test_two_processes_give_the_losses_of_one():
    two = printed("-m", "torchish.distributed.run", "--standalone", "--nproc-per-node", "2")
    one = printed()
    assert len(one) == 2
    # The sampler deals the same images out in another order within a batch, so sums differ.
    assert all(abs(a - b) < 2e-3 for a, b in zip(one, two, strict=True))
