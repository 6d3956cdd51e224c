"""`python -m torchish doctor`: the page, and trials that can fail."""

import subprocess
import sys

import pytest

from torchish._tools import doctor


def test_the_page():
    done = subprocess.run(
        [sys.executable, "-m", "torchish", "doctor"], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    text = done.stdout
    for title in ("versions", "devices", "compiled programs", "environment", "forms", "trials"):
        assert f"\n{title}\n" in "\n" + text
    trials = text.partition("\ntrials\n")[2].partition("\n\n")[0].splitlines()
    assert len(trials) == len(doctor.TRIALS)
    assert all(line.endswith("  ok") for line in trials)
    assert "what to report with a bug" in text


@pytest.mark.parametrize(
    "name, break_it",
    [
        ("random numbers", ("rand", lambda n: doctor.torchish.zeros(n))),
        ("gradients", ("tanh", lambda x: x.detach() * 2 + x)),
        ("NumPy and XLA", ("tanh", lambda x: x)),
        ("checkpoints", ("load", lambda file: {"w": doctor.torchish.zeros(2, 3), "step": 3})),
    ],
)
def test_a_trial_fails_where_something_is_broken(monkeypatch, name, break_it):
    assert doctor.TRIALS[name]() == ""
    monkeypatch.setattr(doctor.torchish, *break_it)
    assert doctor.TRIALS[name]() != ""


def test_an_error_in_a_trial_is_told(monkeypatch):
    def broken():
        raise OSError("no disk")

    monkeypatch.setattr(doctor, "TRIALS", {"disk": broken})
    text, good = doctor.report()
    assert not good and "disk  FAILS: OSError: no disk" in text


def test_sizes():
    assert doctor.shown(12) == "12 B"
    assert doctor.shown(1536) == "1.5 KiB"
    assert doctor.shown(3 << 30) == "3.0 GiB"
