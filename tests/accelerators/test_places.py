"""Tensors on several devices, and their forms there, where CPU devices stand for GPUs."""

from __future__ import annotations

import functools
import importlib.util
import pathlib

import pytest

spec = importlib.util.spec_from_file_location("run", pathlib.Path(__file__).with_name("run.py"))
assert spec is not None and spec.loader is not None
run = importlib.util.module_from_spec(spec)
spec.loader.exec_module(run)

FILES = ("places.py", "forms.py", "draws.py", "parallel.py")
results = functools.cache(run.results)


@pytest.mark.parametrize("file, check", [(f, c) for f in FILES for c in run.checks(f)])
def test_where_cpus_stand_for_gpus(file, check):
    found = results(file)[check]
    assert found == "pass", found
