"""torch.profiler: schedules, traces and their files."""

import json

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
    with pytest.raises(NotImplementedError, match="key_averages"):
        p.key_averages()
    with pytest.raises(NotImplementedError, match="with_flops"):
        profile(with_flops=True)
