"""Lines of views and indices."""

from __future__ import annotations

from choosing import FLOATS, Choice


class OfViews(Choice):
    """Views, reads and writes by an index."""

    def view_of(self, n: str) -> str:
        shape = self.facts[n][1]
        size = 1
        for s in shape:
            size *= s
        d, e = self.dim(n), self.dim(n)
        length = shape[d] if -len(shape) <= d < len(shape) else 1
        k = self.below(length + 1)
        return self.one(
            f"{n}.transpose({d}, {e})",
            f"{n}.unsqueeze({d})",
            f"{n}.squeeze()",
            f"{n}.squeeze({d})",
            f"{n}.expand(2, {', '.join(map(str, shape))})" if shape else f"{n}.expand(3)",
            f"{n}.expand({', '.join('-1' for _ in shape) or '2'})",
            f"{n}.unfold({d}, {self.below(length) + 1}, {1 + self.below(2)})",
            f"{n}.diagonal({self.below(3) - 1}, {d}, {e})",
            f"{n}.narrow({d}, {k}, {self.below(length - k + 1)})",
            f"{n}.select({d}, {k})",
            f"{n}.view(-1)",
            f"{n}.view({size})",
            f"{n}.reshape({size}, 1)",
            f"{n}.reshape(-1, {1 + self.below(3)})",
            f"{n}.flatten()",
            f"{n}.permute({tuple(self.random.sample(range(len(shape)), len(shape)))})",
            f"{n}.t()",
            f"{n}.mT",
            f"{n}.split({1 + self.below(2)}, {d})[0]",
            f"{n}.chunk(2, {d})[-1]",
            f"{n}.unbind({d})[-1]",
            f"{n}.tensor_split(2, {d})[0]",
            f"{n}.as_strided((2, 2), ({2 + self.below(2)}, 1), {self.below(2)})",
            f"{n}.as_strided((3,), (0,), {self.below(3)})",
            f"{n}.movedim({d}, {e})",
            f"{n}.detach()",
            f"{n}.view_as({self.name()})",
            f"{n}.expand_as({self.name()})",
            f"{n}.swapaxes(0, -1)",
            f"{n}.detach().view(torch.{self.one('int32', 'int64')})",
            # No bools: as such, bytes are written as 0 or 1 by what writes all of them.
            f"{n}.view(torch.{self.one(*FLOATS, 'int64', 'int32', 'int16', 'uint8', 'complex64')})",
            f"torch.view_as_real({n})",
            f"{n}.real",
            f"{n}.imag",
            f"{n}.unflatten({d}, (-1, 1))",
            f"torch.atleast_2d({n})",
            f"{n}.diag()",
            f"torch.broadcast_to({n}, {tuple(shape)})",
            f"{n}.contiguous()",
        )

    def view(self) -> str:
        line = f"{self.new()} = {self.view_of(self.name())}"
        if self.below(12) == 0:
            a, b = self.new(), self.new()
            n, d = self.name(), self.below(2)
            line = f"{a}, {b} = " + self.one(
                f"{n}.chunk(2, {d})", f"{n}.unbind({d})[:2]", f"{n}.split(1, {d})[-2:]"
            )
        return f"with torch.no_grad(): {line}" if self.below(12) == 0 else line

    def part(self, length: int) -> str:
        k = self.below(length) if length else 0
        return self.one(
            ":",
            ":",
            f"{k}",
            f"{k - length}",
            f"{k}:",
            f":{k + 1}",
            "::2",
            f"{k}:{length}:2",
            "None",
            f"[{k}, 0]",
            f"[{k - length}]",
            f"torch.tensor({k})",
            f"torch.tensor([{k}, 0, {k}])",
            f"torch.tensor([[{k}], [0]])",
            f"[{', '.join(self.one('True', 'False') for _ in range(length))}]",
            f"torch.tensor({[bool(i % 2) for i in range(length)]})",
            f"torch.tensor({[i % 2 for i in range(length)]}, dtype=torch.uint8)",
            f"[[{k}, 0], [0, 0]]",
            f"np.array([0, {k}])",
            f"range({min(length, 2)})",
            f"torch.arange({length})[{k}]",
            f"{length + self.below(2)}",
        )

    def index_of(self, n: str) -> str:
        shape = self.facts[n][1]
        used = self.below(len(shape)) + 1 if shape else self.below(2)
        parts = [self.part(shape[i] if i < len(shape) else 1) for i in range(used)]
        whole = self.below(14)
        if whole == 0:
            return f"{n} > 1"
        if whole == 1:
            return f"{n}.detach().bool()"
        if whole == 2 and shape:
            return f"[torch.tensor([0]), {self.one('slice(None)', '[0]', 'None', '...')}]"
        if whole == 3 and shape:
            return f"({', '.join(p for p in parts if ':' not in p)},)"
        return ", ".join(parts) if parts else "..."

    def index(self) -> str:
        n = self.name()
        return f"{self.new()} = {n}[{self.index_of(n)}]"

    def value(self, n: str) -> str:
        return self.one("0", "1", "2", "True", f"{n}.new_tensor(3)", self.name(), "[1, 2]", "1.0")

    def assign(self) -> str:
        n, op = self.name(), self.one("=", "=", "=", "+=", "*=")
        value = self.value(n)
        if value == n:
            value = f"{n}.clone()"
        line = f"{n}[{self.index_of(n)}] {op} {value}"
        return self.quietly(line)

    def quietly(self, line: str) -> str:
        return f"with torch.no_grad(): {line}" if self.below(4) == 0 else line

    def computed(self) -> str:
        n = self.name()
        if self.below(4) == 0:
            k = self.below((self.facts[n][1] or [1])[0])
            return f"{self.new()} = " + self.one(
                f"{n}[torch.tensor({k})]", f"{n}.narrow(0, torch.tensor({k}), 1)"
            )
        length = (self.facts[n][1] or [1])[0]
        k = self.below(length)
        i = self.one(
            f"torch.tensor({k})",
            f"torch.arange({length or 1}).max()",
            f"torch.tensor([0, {k}]).sum()",
            f"(torch.ones(3, dtype=torch.int64).cumsum(0)[{k % 3}] - 1)",
            f"torch.ones({length or 1}).argmax()",
        )
        return self.quietly(
            self.one(
                f"{n}[{i}].add_({1 + self.below(2)})",
                f"{n}[{i}].copy_({self.name()})",
                f"torch.add(torch.ones(()), 1, out={n}[{i}])",
                f"{n}[{i}] = {self.value(n)}",
                f"{n}[..., {i}].zero_()",
                f"{n}.select(0, {i}).fill_(2)",
                f"for k in torch.arange({min(length, 2)}): {n}[k].mul_(2)",
                f"{n}.index_select(0, {i}.reshape(1)).add_(1)",
                f"log.append([1, 2, 3, 4][{i}])",
            )
        )
