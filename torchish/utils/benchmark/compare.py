"""Measurements side by side."""

from __future__ import annotations

from collections.abc import Iterable

from torchish.utils.benchmark.measurement import Measurement, unit_of

__all__ = ["Compare"]


class Compare:
    """A table of measurements for each label: a row for each sub-label, number of threads and
    environment, a column for each description."""

    def __init__(self, results: list[Measurement]) -> None:
        self._results: list[Measurement] = []
        self.extend_results(results)
        self._trim = self._warn = False

    def extend_results(self, results: Iterable[Measurement]) -> None:
        results = list(results)
        for r in results:
            if not isinstance(r, Measurement):
                raise ValueError(f"Expected an instance of `Measurement`, got {type(r)} instead.")
        self._results.extend(results)

    def trim_significant_figures(self) -> None:
        """Show no more digits than the spread allows."""
        self._trim = True

    def colorize(self, rowwise: bool = False) -> None:
        raise NotImplementedError("Compare.colorize")

    def highlight_warnings(self) -> None:
        """Mark what spreads by more than a tenth of its median."""
        self._warn = True

    def print(self) -> None:
        print(str(self))

    def __str__(self) -> str:
        merged = Measurement.merge(self._results)
        labels = dict.fromkeys(m.task_spec.label or m.task_spec.stmt for m in merged)
        tables = []
        for label in labels:
            group = [m for m in merged if (m.task_spec.label or m.task_spec.stmt) == label]
            tables.append(self._table(label, group))
        return "\n".join(tables)

    def _cell(self, m: Measurement | None, unit: float) -> str:
        if m is None:
            return ""
        digits = m.significant_figures if self._trim else 4
        number = float(f"{m.median / unit:.{digits}g}")
        text = f"{number:.1f}"
        if self._warn and len(m.times) > 1 and m.has_warnings:
            text = f"(! {100 * m.iqr / m.median:.0f}%) {text}"
        return text

    def _table(self, label: str, group: list[Measurement]) -> str:
        name, unit, long_name = unit_of(min(m.median for m in group))
        columns = list(dict.fromkeys(m.task_spec.description or "" for m in group))
        threads = dict.fromkeys(m.task_spec.num_threads for m in group)
        rows: list[list[str]] = []
        for n in threads:
            rows.append([f"{n} threads: "])
            for row in dict.fromkeys(m.as_row_name for m in group):
                cells = {
                    m.task_spec.description or "": m
                    for m in group
                    if m.as_row_name == row and m.task_spec.num_threads == n
                }
                if cells:
                    rows.append(
                        [f"      {row}", *[self._cell(cells.get(c), unit) for c in columns]]
                    )
        widths = [max(len(r[0]) for r in rows)]
        for i, c in enumerate(columns, 1):
            widths.append(max(len(c), *[len(r[i]) for r in rows if len(r) > i]))
        longest = [max(len(r[i]) for r in rows if len(r) > i) for i in range(1, len(widths))]
        total = sum(widths) + 5 * len(columns)
        lines = [f"[{f' {label} ':-^{total - 2}}]"]
        head = [" " * widths[0], *[f"{c:^{w}}" for c, w in zip(columns, widths[1:], strict=True)]]
        lines.append("  |  ".join(head))
        for r in rows:
            if len(r) == 1:
                lines.append(r[0] + "-" * (total - len(r[0])))
                continue
            body = [
                f"{c:>{n}}".center(w) for c, n, w in zip(r[1:], longest, widths[1:], strict=True)
            ]
            lines.append("  |  ".join([f"{r[0]:<{widths[0]}}", *body]))
        return "\n".join([*lines, "", f"Times are in {long_name} ({name}).", ""])
