"""torch.profiler: schedules, traces and their files."""

import gzip
import json
import os
import re
import subprocess
import sys

import pytest

import torchish as torch
from torchish.profiler import (
    ProfilerAction,
    ProfilerActivity,
    profile,
    record_function,
    schedule,
    tensorboard_trace_handler,
)


def test_a_schedule():
    action = schedule(skip_first=1, wait=1, warmup=1, active=2, repeat=1)
    names = [action(i).name for i in range(7)]
    assert names == ["NONE", "NONE", "WARMUP", "RECORD", "RECORD_AND_SAVE", "NONE", "NONE"]
    assert schedule(wait=0, warmup=0, active=1)(5) is ProfilerAction.RECORD_AND_SAVE
    with pytest.raises(ValueError, match="schedule"):
        schedule(wait=0, warmup=0, active=0)


def test_steps_are_traced_into_files(tmp_path):
    ready = []
    place = tensorboard_trace_handler(str(tmp_path / "log"), "me")

    def handler(p):
        ready.append(p.step_num)
        place(p)
        p.export_chrome_trace(str(tmp_path / "trace.json"))

    x = torch.ones(4, 4)
    with profile(
        activities=[ProfilerActivity.CPU],
        schedule=schedule(wait=1, warmup=0, active=2, repeat=1),
        on_trace_ready=handler,
        record_shapes=True,
    ) as p:
        for _ in range(5):
            with record_function("my_block"):
                x = (x @ x).relu() / 4
            p.step()
    assert ready == [3]
    assert list((tmp_path / "log" / "me").rglob("*.pb"))
    text = (tmp_path / "trace.json").read_text()
    json.loads(text)
    assert "my_block" in text
    rows = {e.key: e for e in p.key_averages()}
    assert {k: rows[k].count for k in ("aten::mm", "aten::relu", "my_block")} == {
        "aten::mm": 2,
        "aten::relu": 2,
        "my_block": 2,
    }
    with pytest.raises(NotImplementedError, match="with_flops"):
        profile(with_flops=True)


def test_a_table_of_operators():
    x = torch.rand(64, 64, requires_grad=True)
    with profile(activities=[ProfilerActivity.CPU], record_shapes=True) as p:
        torch.nn.functional.linear(x, x).relu().sum().backward()
    rows = {e.key: e for e in p.key_averages()}
    assert rows["aten::mm"].count == 3
    assert rows["aten::threshold_backward"].count == 1
    assert rows["aten::linear"].cpu_time_total > rows["aten::linear"].self_cpu_time_total
    assert all(e.self_cpu_time_total >= 0 for e in rows.values())
    total = p.key_averages().self_cpu_time_total
    assert 0 < total < 60e6
    table = p.key_averages().table(sort_by="self_cpu_time_total", row_limit=3)
    lines = table.split("\n")
    assert lines[1].rstrip().endswith("# of Calls")
    assert lines[-2].startswith("Self CPU time total: ")
    assert len([line for line in lines if "aten::" in line]) == 3
    shaped = p.key_averages(group_by_input_shape=True)
    assert [[64, 64], [64, 64]] in [e.input_shapes for e in shaped if e.key == "aten::mm"]
    with pytest.raises(ValueError, match="cannot sort by"):
        p.key_averages().table(sort_by="weight")
    with pytest.raises(RuntimeError, match="didn't finish"):
        profile().key_averages()


def test_rows_say_modules_and_lines(tmp_path):
    net = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.Sequential(torch.nn.Tanh()))
    with profile(with_modules=True, with_stack=True) as p:
        net(torch.ones(2, 4)).sum().backward()
    rows = {e.key for e in p.key_averages()}
    assert {"nn.Module: Sequential", "nn.Module: Sequential.0", "nn.Module: Sequential.1.0"} <= rows
    calls = {e.name: e for e in p.events()}
    assert calls["aten::addmm"].module == "Sequential.0"
    assert calls["aten::tanh"].module == "Sequential.1.0"
    assert calls["aten::tanh_backward"].module == ""
    here = rf"{__file__}\(\d+\): test_rows_say_modules_and_lines"
    assert all(re.fullmatch(here, e.stack[0]) for e in p.events())
    grouped = p.key_averages(group_by_stack_n=1).table()
    assert "Source Location" in grouped and "test_profiler.py(" in grouped
    p.export_chrome_trace(str(tmp_path / "trace.json.gz"))
    trace = json.loads(gzip.decompress((tmp_path / "trace.json.gz").read_bytes()))
    found = {e.get("name"): e.get("args", {}) for e in trace["traceEvents"]}
    assert found["aten::tanh"]["module"] == "Sequential.1.0"
    assert "test_profiler.py(" in found["aten::tanh"]["line"]
    before = len(p.events())
    net(torch.ones(2, 4))  # no hook is left
    assert len(p.events()) == before


COMPILED = """
import json, torchish as torch
from torchish.profiler import profile, schedule

class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = torch.nn.Linear(64, 256), torch.nn.Linear(256, 64)

    def forward(self, x):
        return self.second(self.first(x).relu())

net, x = Net(), torch.randn(128, 64)
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)

def step():
    optimizer.zero_grad()
    loss = (net(x) - x).square().mean()
    loss.backward()
    optimizer.step()

for _ in range(4):  # recorded and compiled before, without names
    step()
torch.engine.reset_stats()
with profile(compiled=True, schedule=schedule(wait=0, warmup=4, active=2, repeat=1)) as p:
    for _ in range(6):
        step()
        p.step()
compiled = torch.engine.stats()["programs_compiled"]
for _ in range(3):
    step()
p.export_chrome_trace("trace.json")
rows = [e.get("name", "") for e in json.load(open("trace.json"))["traceEvents"]]
print(json.dumps([rows, {e.key: e.cpu_time_total for e in p.key_averages()}, compiled,
                  torch.engine.stats()["programs_compiled"] - compiled]))
"""


def test_compiled_programs_have_modules_and_lines(tmp_path):
    script = tmp_path / "train.py"
    script.write_text(COMPILED)
    done = subprocess.run(
        [sys.executable, str(script)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"TORCHISH_HOST": "off", "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode == 0, done.stderr
    rows, times, compiled, more = json.loads(done.stdout.splitlines()[-1])
    forward, backward = "Net.second/train.py:11/dot_general", "backward/Net.first/train.py:11/"
    assert any(forward in name for name in rows)
    assert any(name.startswith(backward) for name in rows)
    assert sum(times.values()) > 0 and any(forward in name for name in times)
    assert compiled and not more  # what was compiled with names goes on


def test_the_older_profiler():
    with torch.autograd.profiler.profile() as p, torch.autograd.profiler.record_function("block"):
        torch.ones(3) + 1
    assert [e.name for e in p.function_events] == ["block", "aten::ones", "aten::add"]
    assert "aten::add" in p.table()
    assert p.total_average().count == 3


def test_memory_of_results():
    net = torch.nn.Sequential(torch.nn.Linear(100, 200), torch.nn.ReLU(), torch.nn.Linear(200, 10))
    x = torch.ones(64, 100)
    with profile(profile_memory=True) as p, record_function("forward"):
        out = net(x)
        out.add_(1)
        out.t()
    rows = {e.key: e for e in p.key_averages()}
    used = {k: (e.cpu_memory_usage, e.self_cpu_memory_usage) for k, e in rows.items()}
    first, second = 64 * 200 * 4, 64 * 10 * 4
    assert used["aten::addmm"] == (first + second, first + second)
    assert used["aten::linear"] == (first + second, 0) and used["aten::relu"] == (first, first)
    assert used["aten::t"] == used["aten::add_"] == (0, 0)
    assert used["forward"] == (2 * first + second, 0)
    text = p.key_averages().table(sort_by="self_cpu_memory_usage", row_limit=1)
    assert "Self CPU Mem" in text and "52.50 KB" in text and "aten::addmm" in text
    with profile() as p:
        net(x)
    assert "CPU Mem" not in p.key_averages().table()
    with torch.autograd.profiler.profile(profile_memory=True) as older:
        net(x)
    assert older.key_averages().total_average().self_cpu_memory_usage == 2 * first + second
    with pytest.raises(NotImplementedError, match="with_flops"):
        torch.autograd.profiler.profile(with_flops=True)
    with pytest.raises(NotImplementedError, match="profile_memory"):
        profile(compiled=True, profile_memory=True)
