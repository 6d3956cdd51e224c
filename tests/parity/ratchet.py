"""Runs the exams against PyTorch and holds what they have reached: no cell lost, none won unsaid.

    python tests/parity/ratchet.py              what CI runs
    python tests/parity/ratchet.py --only op_parity --ops add,sub
    python tests/parity/ratchet.py --update     write known_gaps.toml anew, keeping its reasons
    python tests/parity/ratchet.py --whole f.json ...
                                                the same with results of a whole run of op_parity

The exams are in exams/ and want PyTorch installed (`pip install -e ".[parity]"`). `selection.toml`
says which part of each runs here; `known_gaps.toml` lists the cells that fail, with the reason. A
cell that fails and is not listed fails the run, and so does one that is listed and passes, unless
its entry says `samples = N` and fewer samples are run here: then it shows in the whole exam only.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import tomllib

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parents[1]
EXAMS = HERE / "exams"
GAPS = HERE / "known_gaps.toml"
NEW = "not looked into yet"
WHOLE = 6  # samples of the whole exam

Cells = dict[str, tuple[str, int]]  # 'pass' or the first difference, and of how many samples


def exam_of(name: str, selection: dict) -> str:
    """The exam that a table of selection.toml is a part of."""
    return selection[name].get("exam", name)


def commands(
    name: str, exam: str, options: dict, folder: pathlib.Path
) -> list[tuple[list[str], pathlib.Path]]:
    """The processes of one table of selection.toml, each with the file for its cells."""
    options = {key: value for key, value in options.items() if key != "exam"}
    parts = options.pop("parts", 1)
    flags = []
    for key, value in options.items():
        flags.append(f"--{key}")
        if value is not True:
            flags.append(",".join(value) if isinstance(value, list) else str(value))
    out = []
    for part in range(1, parts + 1):
        file = folder / f"{name}-{part}.json"
        shard = ["--shard", f"{part}/{parts}"] if parts > 1 else []
        out.append(
            ([sys.executable, str(EXAMS / f"{exam}.py"), *flags, *shard, "--json", str(file)], file)
        )
    return out


def run(selection: dict, at_once: int, environ: dict) -> dict[str, Cells]:
    """Every cell's result, by exam; of a cell in several tables, the worst."""
    results: dict[str, Cells] = {exam_of(name, selection): {} for name in selection}
    empty = set(selection)
    with tempfile.TemporaryDirectory() as folder:
        waiting = [
            (name, command, file)
            for name, options in selection.items()
            for command, file in commands(
                name, exam_of(name, selection), options, pathlib.Path(folder)
            )
        ]
        running: list = []
        while waiting or running:
            while waiting and len(running) < at_once:
                name, command, file = waiting.pop(0)
                log = file.with_suffix(".log")
                with log.open("w") as output:
                    process = subprocess.Popen(
                        command, cwd=ROOT, env=environ, stdout=output, stderr=subprocess.STDOUT
                    )
                running.append((process, name, file, log, time.monotonic()))
            time.sleep(0.2)
            for item in [item for item in running if item[0].poll() is not None]:
                running.remove(item)
                process, name, file, log, start = item
                print(f"--- {file.stem}: {time.monotonic() - start:.0f} s")
                print(log.read_text().rstrip(), flush=True)
                if process.returncode == 2:
                    continue  # nothing was selected from this part
                if process.returncode not in (0, 1) or not file.exists():
                    sys.exit(f"{file.stem} did not finish (exit status {process.returncode})")
                found = json.loads(file.read_text())
                merge(results[exam_of(name, selection)], found, selection[name].get("samples", 0))
                empty -= {name} if found else set()
    if empty:
        sys.exit(f"{', '.join(sorted(empty))} ran no cell: see tests/parity/selection.toml")
    return results


def merge(cells: Cells, found: dict[str, str], samples: int) -> None:
    """Adds results of so many samples (0: all) to those there are."""
    for cell, result in found.items():
        before, most = cells.get(cell, (result, samples))
        several = 0 if 0 in (most, samples) else max(most, samples)
        cells[cell] = (result if before == "pass" else before, several)


def read_gaps() -> dict[str, dict[str, tuple[str, int]]]:
    """The reason of every listed cell, and from how many samples on it fails, by exam."""
    gaps: dict[str, dict[str, tuple[str, int]]] = {}
    for entry in tomllib.loads(GAPS.read_text()).get("gap", ()):
        for cell in entry["cells"]:
            if cell in gaps.setdefault(entry["exam"], {}):
                sys.exit(f"{GAPS.name}: {cell!r} is listed twice")
            gaps[entry["exam"]][cell] = (entry["reason"], entry.get("samples", 0))
    return gaps


def write_gaps(gaps: dict[str, dict[str, tuple[str, int]]]) -> None:
    lines = [
        "# Cells of the exams that fail, and why. ratchet.py --update keeps this file in order."
    ]
    for exam, cells in sorted(gaps.items()):
        for reason, samples in sorted(set(cells.values())):
            members = sorted(cell for cell, why in cells.items() if why == (reason, samples))
            lines += ["", "[[gap]]", f"exam = {json.dumps(exam)}"]
            lines += [f"reason = {json.dumps(reason, ensure_ascii=False)}"]
            lines += [f"samples = {samples}"] if samples else []
            lines += ["cells = ["]
            lines += [f"    {json.dumps(cell, ensure_ascii=False)}," for cell in members]
            lines += ["]"]
    GAPS.write_text("\n".join(lines) + "\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", help="tables of selection.toml, comma-separated (default: all)")
    parser.add_argument("--ops", help="operators for op_parity, comma-separated")
    parser.add_argument("--jobs", type=int, default=2, help="processes at once")
    parser.add_argument("--update", action="store_true", help="write known_gaps.toml anew")
    parser.add_argument("--whole", nargs="+", metavar="JSON", help="results of a run by hand")
    args = parser.parse_args()

    selection = tomllib.loads((HERE / "selection.toml").read_text())
    if args.only:
        selection = {name: selection[name] for name in args.only.split(",")}
    if args.ops:
        selection["op_parity"]["ops"] = args.ops
    results: dict[str, Cells] = {}
    if args.whole:
        for file in args.whole:
            found = json.loads(pathlib.Path(file).read_text())
            merge(results.setdefault("op_parity", {}), found, WHOLE)
    else:
        path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        results = run(selection, args.jobs, {**os.environ, "PYTHONPATH": path})
    gaps = read_gaps()

    lost, won, failed_known, passed = [], [], 0, 0
    for exam, cells in results.items():
        known = gaps.setdefault(exam, {})
        for cell, (result, samples) in cells.items():
            if result == "pass":
                passed += 1
                if cell in known and known[cell][1] <= samples:
                    won.append(f"{exam}: {cell}")
                    del known[cell]
            elif cell in known:
                failed_known += 1
            else:
                lost.append(f"{exam}: {cell}: {result}")
                known[cell] = (NEW, samples if args.whole else 0)
    if args.update:
        write_gaps(gaps)
        print(f"{passed} cells pass, {failed_known + len(lost)} are listed in {GAPS.name}")
        return 0
    for line in lost:
        print("FAILS, and is not in known_gaps.toml:", line)
    for line in won:
        print("passes now, take it out of known_gaps.toml:", line)
    print(f"{failed_known} known gaps")
    print(f"{passed - len(won)} passed, {len(lost) + len(won)} failed")
    return 1 if lost or won else 0


if __name__ == "__main__":
    sys.exit(main())
