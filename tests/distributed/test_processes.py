"""Programs of several processes: faults, the launcher, stores. What collectives and
DistributedDataParallel give is held against PyTorch by the case `processes` of tests/oracle.py."""

import re
import subprocess
import sys
import threading
from datetime import timedelta

import pytest

import torchish as torch
import torchish.distributed as dist
from tests.distributed import ranks


@pytest.mark.parametrize("world", [2, 4])
def test_losses_are_those_of_the_whole_batch(world):
    (line,) = [x for x in ranks.run("ddp", world)[0].splitlines() if x.startswith("losses")]
    pairs = [tuple(map(float, p.split(", "))) for p in re.findall(r"\[([^][]+)\]", line)]
    assert len(pairs) == 50
    for alone, together in pairs:
        assert together == pytest.approx(alone, rel=1e-6)


@pytest.mark.parametrize("program", ["parts", "fsdp_wrapped"])
def test_parts_give_the_whole(program):
    for out in ranks.run(program, 2):
        lines = out.splitlines()
        assert len(lines) >= 12 and all(line.endswith("True") for line in lines), out


def compared(out):
    """How many results a program has compared, none of which differed."""
    lines = out.splitlines()
    assert len(lines) == 1 and lines[0].startswith("compared"), out
    return int(lines[0].split()[1])


@pytest.mark.parametrize(("world", "kind"), [(2, "flat"), (4, "grid")])
def test_functions_of_tensors_over_several_processes(world, kind):
    for out in ranks.run("dtensor", world, kind):
        assert compared(out) > 100


@pytest.mark.parametrize("kind", ["flat", "grid"])
def test_functions_of_tensors_over_several_devices_of_one_process(kind):
    assert compared(ranks.run_alone("dtensor", kind)) > 100


def test_a_model_shared_out_over_several_devices_of_one_process():
    out = ranks.run_alone("tensor_parallel").splitlines()
    assert "as alone True" in out and len(out) == 11
    assert not any("False" in line for line in out), out


def test_nets_lie_in_parts_on_several_devices_of_one_process():
    out = ranks.run_alone("devices").splitlines()
    assert len(out) == 23 and all(line.endswith("True") for line in out), "\n".join(out)
    compiled = [re.search(r"compiled (\d+)", line) for line in out]
    assert [int(c[1]) for c in compiled if c] == [1, 1, 1, 1], out


def faults(kind, world=2):
    ended = ranks.finish(ranks.start("faults", world, kind), 120)
    return [e.out for e in ended], [e.code for e in ended]


def test_a_rank_that_is_gone():
    (said, _), codes = faults("gone")
    assert codes == [0, 7]
    # As the system tells of it: closed, or reset where something was still on its way.
    assert "DistBackendError" in said and re.search("Connection (closed|reset) by peer", said)
    assert float(re.search(r"after ([\d.]+) s", said)[1]) < 5


@pytest.mark.parametrize(
    ("kind", "doing"),
    [
        ("shapes", ("all_reduce(float32[3], op=SUM)", "all_reduce(float32[4], op=SUM)")),
        ("calls", ("broadcast(float32[3], src=0)", "all_reduce(float32[3], op=SUM)")),
    ],
)
def test_ranks_that_differ_all_say_both_lines(kind, doing):
    said, codes = faults(kind)
    assert codes == [0, 0]
    for out in said:
        for rank, call in enumerate(doing):
            assert re.search(rf"rank {rank}: {re.escape(call)} at .*faults\.py:\d+", out)
        assert "afterwards [2.0, 2.0]" in out


def test_a_rank_that_does_not_come():
    processes = ranks.start("faults", 2, "away")
    out, _ = processes[0].communicate(timeout=120)
    processes[1].kill()
    ranks.finish(processes[1:], 120)
    assert "Timed out waiting 5000ms for all_reduce(float32[100], op=SUM)" in out
    assert 5 <= float(re.search(r"after ([\d.]+) s", out)[1]) < 20


def test_monitored_barrier_says_who_is_missing():
    said, codes = faults("barrier", 3)
    assert codes == [0, 0, 0]
    for out in (said[0], said[2]):
        assert "Rank 1 failed to pass monitoredBarrier in 2000 ms" in out


def test_worlds_one_after_the_other():
    assert ranks.run("again", 2) == ["[8.0, 16.0, 24.0]\n"] * 2


PROGRAM = """
import os, sys, torch, torch.distributed as dist
dist.init_process_group("gloo")
again = os.environ["TORCHELASTIC_RESTART_COUNT"]
if sys.argv[1:] == ["fail"] and dist.get_rank() == 1 and again == "0":
    raise ValueError("the first time")
t = torch.ones(1) * (dist.get_rank() + 1)
dist.all_reduce(t)
# In one piece: both processes write to the same place.
sys.stdout.write(f"sum {t.item()} of {dist.get_world_size()} start {again} {sys.argv[1:]}\\n")
"""


def launch(tmp_path, *args):
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    command = [sys.executable, "-m", "torchish.distributed.run", "--standalone", *args]
    at = command.index("PROGRAM")
    command[at] = str(program)
    return subprocess.run(
        command, env=ranks.environment(), capture_output=True, text=True, timeout=240
    )


def test_the_launcher(tmp_path):
    done = launch(tmp_path, "--nproc_per_node=2", "PROGRAM", "--a", "b")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["sum 3.0 of 2 start 0 ['--a', 'b']"] * 2


def test_the_launcher_starts_again(tmp_path):
    done = launch(tmp_path, "--nproc-per-node", "2", "--max-restarts=1", "PROGRAM", "fail")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["sum 3.0 of 2 start 1 ['fail']"] * 2
    said = done.stderr
    assert said.index("ValueError: the first time") < said.index("restarts  : 0 of 1")
    assert "rank      : 1 (local_rank: 1)\n  exitcode  : 1" in said


def test_the_launcher_tells_of_failure(tmp_path):
    done = launch(tmp_path, "--nproc-per-node", "2", "PROGRAM", "fail")
    assert done.returncode == 1
    assert "FAILED" in done.stderr and "ValueError: the first time" in done.stderr


def test_options_of_the_launcher(monkeypatch):
    from torchish.distributed import run

    args = run.parse_args(["--nnodes=2", "--node_rank", "1", "-m", "program", "--own", "1"])
    assert (args.nnodes, args.node_rank, args.module) == ("2", 1, True)
    assert (args.training_script, args.training_script_args) == ("program", ["--own", "1"])
    monkeypatch.setenv("PET_NPROC_PER_NODE", "3")
    assert run.parse_args(["program.py"]).nproc_per_node == "3"
    with pytest.raises(NotImplementedError, match="--tee"):
        run.parse_args(["--tee", "3", "program.py"])
    with pytest.raises(ValueError, match="Unsupported nproc_per_node value: many"):
        run.run(run.parse_args(["--nproc-per-node=many", "program.py"]))
    with pytest.raises(NotImplementedError, match="--nnodes=1:4"):
        run.run(run.parse_args(["--nnodes=1:4", "program.py"]))


# --- stores


@pytest.fixture(scope="module")
def tcp():
    return dist.TCPStore("127.0.0.1", 0, is_master=True, timeout=timedelta(seconds=60))


@pytest.fixture(params=["hash", "file", "tcp", "prefix"])
def store(request, tmp_path):
    if request.param == "hash":
        return dist.HashStore()
    if request.param == "file":
        return dist.FileStore(str(tmp_path / "store"))
    tcp = request.getfixturevalue("tcp")
    for key in tcp.list_keys():
        tcp.delete_key(key)
    return tcp if request.param == "tcp" else dist.PrefixStore("some/where", tcp)


def test_values(store):
    store.set("a key/with %", "1")
    store.set("b", b"\x00\xff")
    assert (store.get("a key/with %"), store.get("b")) == (b"1", b"\x00\xff")
    assert store.add("count", 2) == 2 and store.add("count", 3) == 5
    assert store.get("count") == b"5"
    assert store.compare_set("c", "", "new") == b"new"
    assert store.compare_set("c", "other", "x") == b"new"
    assert store.compare_set("c", "new", "newer") == b"newer"
    store.append("b", b"z")
    assert store.get("b") == b"\x00\xffz"
    assert store.check(["b", "c"]) and not store.check(["b", "nothing"])
    assert sorted(store.list_keys()) == ["a key/with %", "b", "c", "count"]
    assert store.num_keys() == 4
    assert store.delete_key("b") and not store.delete_key("b")
    store.multi_set(["x", "y"], ["1", "2"])
    assert store.multi_get(["x", "y"]) == [b"1", b"2"]
    with pytest.raises(TypeError, match="str or bytes"):
        store.set("a", 1)


def test_waiting(store):
    with pytest.raises(dist.DistStoreError, match="wait timeout after 50ms, keys: /never"):
        store.wait(["never"], timedelta(milliseconds=50))
    threading.Timer(0.2, store.set, ("late", "here")).start()
    assert store.get("late") == b"here"


def test_queues(store):
    store.queue_push("q", "1")
    store.queue_push("q", "2")
    assert store.queue_len("q") == 2
    assert [store.queue_pop("q"), store.queue_pop("q")] == [b"1", b"2"]
    with pytest.raises(dist.QueueEmptyError):
        store.queue_pop("q", block=False)


def test_many_add_at_once(store):
    threads = [
        threading.Thread(target=lambda: [store.append("text", "x") for _ in range(10)])
        for _ in range(4)
    ]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert store.get("text") == b"x" * 40


def test_a_store_of_files_skips_a_line_that_is_being_written(tmp_path):
    path = tmp_path / "store"
    first, second = dist.FileStore(str(path)), dist.FileStore(str(path))
    first.set("a", "1")
    with path.open("ab") as file:
        file.write(b'["b", "M')
    assert second.get("a") == b"1" and not second.check(["b"])


def test_addresses_that_nobody_answers_at(tcp):
    with pytest.raises(dist.DistNetworkError, match=r"timed out after 100ms .*\(127\.0\.0\.1"):
        dist.TCPStore("127.0.0.1", ranks.free_port(), timeout=timedelta(milliseconds=100))
    with pytest.raises(dist.DistNetworkError, match="EADDRINUSE"):
        dist.TCPStore("127.0.0.1", tcp.port, is_master=True)


def test_meeting_in_a_file(tmp_path):
    path = tmp_path / "meet"
    code = (
        "import sys, torch, torch.distributed as dist\n"
        f"dist.init_process_group('gloo', 'file://{path}', rank=int(sys.argv[1]), world_size=2)\n"
        "t = torch.ones(1)\ndist.all_reduce(t)\nprint(t.item())\n"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "torchish", "-c", code, str(rank)],
            env=ranks.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            start_new_session=True,
        )
        for rank in range(2)
    ]  # fmt: skip
    assert [e.out for e in ranks.finish(processes)] == ["2.0\n"] * 2
    assert not path.exists()


# --- gradients through collectives, in one process


def test_gradients_of_a_group_of_one():
    import torchish.distributed.nn.functional as F

    dist.init_process_group("gloo", rank=0, world_size=1)
    try:
        x = torch.tensor([1.0, 2.0], requires_grad=True)
        made = F.all_reduce(x * 2) + F.all_gather(x)[0] + F.broadcast(x, 0) + F.reduce(x, 0)
        (made * torch.tensor([1.0, 10.0])).sum().backward()
        assert x.grad.tolist() == [5.0, 50.0]
    finally:
        dist.destroy_process_group()


@pytest.mark.parametrize("seed_of_the_hook", [0, 3])
def test_gradients_of_full_rank_travel_whole(seed_of_the_hook):
    from torchish.distributed.algorithms.ddp_comm_hooks import powerSGD_hook as power

    dist.init_process_group("gloo", rank=0, world_size=1)
    try:
        x = torch.randn(5, 6)
        found = []
        for hook in (None, power.powerSGD_hook, power.batched_powerSGD_hook):
            torch.manual_seed(0)
            model = torch.nn.parallel.DistributedDataParallel(torch.nn.Linear(6, 4))
            if hook is not None:
                state = power.PowerSGDState(
                    None, 6, 0, 0, False, False, random_seed=seed_of_the_hook
                )
                model.register_comm_hook(state, hook)
            model(x).pow(2).sum().backward()
            found.append(model.module.weight.grad)
        for g in found[1:]:
            torch.testing.assert_close(g, found[0], rtol=1e-4, atol=1e-4)
    finally:
        dist.destroy_process_group()
    with pytest.raises(ValueError, match="Expect `start_powerSGD_iter` > 1"):
        power.PowerSGDState(None, start_powerSGD_iter=1)
