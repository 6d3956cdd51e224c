"""The ratchet notices what is lost and what is won, and keeps the reasons."""

from __future__ import annotations

import importlib.util
import json
import pathlib
import sys

import pytest

spec = importlib.util.spec_from_file_location(
    "ratchet", pathlib.Path(__file__).with_name("ratchet.py")
)
ratchet = importlib.util.module_from_spec(spec)
spec.loader.exec_module(ratchet)

EXAM = """
import json, sys
json.dump({cells}, open(sys.argv[sys.argv.index("--json") + 1], "w"))
sys.exit({status})
"""


@pytest.fixture
def place(tmp_path, monkeypatch, capsys):
    """A folder with a selection of one exam; `place(cells, args)` runs it: status and output."""
    (tmp_path / "selection.toml").write_text('[small_parity]\nkinds = ["a", "b"]\n')
    (tmp_path / "known_gaps.toml").write_text(
        '[[gap]]\nexam = "small_parity"\nreason = "because"\ncells = ["op forward"]\n'
    )
    monkeypatch.setattr(ratchet, "HERE", tmp_path)
    monkeypatch.setattr(ratchet, "GAPS", tmp_path / "known_gaps.toml")
    monkeypatch.setattr(ratchet, "EXAMS", tmp_path)

    def run(cells, *args, status=1):
        exam = EXAM.format(cells=json.dumps(cells), status=status)
        (tmp_path / "small_parity.py").write_text(exam)
        monkeypatch.setattr(sys, "argv", ["ratchet.py", *args])
        code = ratchet.main()
        return code, capsys.readouterr().out

    run.gaps = tmp_path / "known_gaps.toml"
    return run


def test_known_gap_is_allowed(place):
    code, out = place({"op forward": "wrong", "op grad": "pass"})
    assert code == 0
    assert out.endswith("1 known gaps\n1 passed, 0 failed\n")


def test_lost_cell_fails(place):
    code, out = place({"op forward": "wrong", "op grad": "worse"})
    assert code == 1
    assert "FAILS, and is not in known_gaps.toml: small_parity: op grad: worse" in out
    assert out.endswith("0 passed, 1 failed\n")


def test_won_cell_must_be_taken_out(place):
    code, out = place({"op forward": "pass", "op grad": "pass"})
    assert code == 1
    assert "passes now, take it out of known_gaps.toml: small_parity: op forward" in out
    assert out.endswith("1 passed, 1 failed\n")


def test_update_keeps_reasons_and_order(place):
    assert place({"op forward": "wrong", "op grad": "w", "a grad": "w"}, "--update")[0] == 0
    gaps = ratchet.read_gaps()["small_parity"]
    new = (ratchet.NEW, 0)
    assert gaps == {"op forward": ("because", 0), "op grad": new, "a grad": new}
    text = place.gaps.read_text()
    assert place({"op forward": "wrong", "op grad": "w", "a grad": "w"}, "--update")[0] == 0
    assert place.gaps.read_text() == text
    assert place({"op forward": "pass", "op grad": "pass", "a grad": "pass"}, "--update")[0] == 0
    assert ratchet.read_gaps() == {}


def test_a_gap_of_many_samples_may_pass_with_few(place, tmp_path):
    place.gaps.write_text(
        '[[gap]]\nexam = "small_parity"\nreason = "rare"\nsamples = 6\ncells = ["op grad"]\n'
    )
    assert place({"op grad": "pass"})[0] == 0
    assert place({"op grad": "wrong"})[0] == 0
    assert place({"op grad": "pass", "op forward": "w"}, "--update")[0] == 0
    gaps = ratchet.read_gaps()["small_parity"]
    assert gaps == {"op grad": ("rare", 6), "op forward": (ratchet.NEW, 0)}
    whole = tmp_path / "whole.json"
    whole.write_text(json.dumps({"add grad": "wrong", "sub grad": "pass"}))
    assert place({}, "--update", "--whole", str(whole))[0] == 0
    assert ratchet.read_gaps()["op_parity"] == {"add grad": (ratchet.NEW, ratchet.WHOLE)}
    assert ratchet.read_gaps()["small_parity"] == gaps


def test_crashed_and_empty_exams_fail(place):
    with pytest.raises(SystemExit, match="small_parity-1 did not finish"):
        place({}, status=139)
    with pytest.raises(SystemExit, match="small_parity ran no cell"):
        place({}, status=2)


def test_tables_of_one_exam(place, tmp_path):
    """A cell in two tables fails when it fails in one, and has the more samples of the two."""
    (tmp_path / "selection.toml").write_text(
        '[all_of_it]\nexam = "small_parity"\nsamples = 1\nbrief = true\n'
        "[small_parity]\nsamples = 2\n"
    )
    code, out = place({"op forward": "wrong", "op grad": "pass"})
    assert code == 0
    assert "--- all_of_it-1" in out and "--- small_parity-1" in out
    assert out.endswith("1 known gaps\n1 passed, 0 failed\n")
    cells = {}
    ratchet.merge(cells, {"a": "pass", "b": "wrong", "c": "pass"}, 1)
    ratchet.merge(cells, {"a": "worse", "b": "pass"}, 6)
    assert cells == {"a": ("worse", 6), "b": ("wrong", 6), "c": ("pass", 1)}
