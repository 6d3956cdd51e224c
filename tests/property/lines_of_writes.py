"""Lines that write in place, and lines that compute."""

from __future__ import annotations

from choosing import DTYPES
from lines_of_views import OfViews


class OfWrites(OfViews):
    """In-place methods, results, `out=`."""

    def write(self) -> str:
        n, m, k = self.name(), self.name(), 1 + self.below(2)
        target = n if self.below(3) else self.view_of(n)
        return self.quietly(
            self.one(
                f"{target}.add_({k})",
                f"{target}.mul_({k})",
                f"{target}.zero_()",
                f"{target}.fill_({k})",
                f"{target}.copy_({m})",
                f"{target}.add_({m})",
                f"{target}.sub_(1, alpha=2)",
                f"{target}.neg_()",
                f"{target}.clamp_(0, 2)",
                f"{target}.masked_fill_({n} > 1, {k})",
                f"{target}.index_fill_(0, torch.tensor([0]), {k})",
                f"{target}.index_add_(0, torch.tensor([0]), {target}[:1] + 0)",
                f"{target}.scatter_(0, torch.zeros_like({target}, dtype=torch.int64), 1)",
                f"{target}.relu_()",
                f"{target}.t_()",
                f"{target}.transpose_(0, -1)",
                f"{target}.unsqueeze_(0)",
                f"{target}.squeeze_()",
                f"{target}.resize_({n}.shape)",
                f"{n}.set_({m}.detach())",
                f"{n} += {self.value(n)}",
                f"{n} *= {m}",
                f"{n} -= 1",
                f"torch.add({n}, 1, out={n})",
                f"{target}.pow_(2)",
                f"{target}.addcmul_({m}.clone(), {m}.clone())",
                f"{target}.data.mul_({k})",
                f"{target}.detach().add_({k})",
                f"{target}.data.copy_({m})",
                f"{target}.index_put_((torch.tensor([0]),), {n}.new_ones(()), accumulate=True)",
                f"{target}.fill_diagonal_(1)",
                f"{target}.floor_()",
            )
        )

    def result(self) -> str:
        n, m = self.name(), self.name()
        d = self.dim(n)
        return f"{self.new()} = " + self.one(
            f"{n} + {m}",
            f"{n} * {1 + self.below(2)}",
            f"{n} - {m}",
            f"2 - {n}",
            f"{n}.clone()",
            f"-{n}",
            f"{n}.sum()",
            f"{n}.sum({d})",
            f"{n}.sum({d}, keepdim=True)",
            f"{n}.cumsum({d})",
            f"{n}.amax({d})",
            f"{n}.max({d})[0]",
            f"torch.cat([{n}, {n}], {d})",
            f"torch.stack([{n}, {n}], {d})",
            f"torch.where({n} > 1, {n}, {m})",
            f"{n}.flip({d})",
            f"{n}.roll(1, {d})",
            f"{n}.to(torch.{self.one(*DTYPES)})",
            f"{n} > {m}",
            f"{n} == 1",
            f"{n}.index_select({d}, torch.tensor([0, 0]))",
            f"{n}.gather({d}, torch.zeros_like({n}, dtype=torch.int64))",
            f"{n}.masked_fill({n} > 1, 0)",
            f"{n}[{n} > 0]",
            f"{n}.repeat_interleave(2)",
            f"{n}.tril()",
            f"{n}.abs()",
            f"torch.zeros_like({n})",
            f"{n}.new_zeros(2)",
            f"{n}.scatter_add(0, torch.zeros_like({n}, dtype=torch.int64), {n})",
            f"{n}.take(torch.tensor([0, -1]))",
            f"{n}.nonzero()",
            f"{n}.sort({d})[0]",
            f"{n}.any()",
            f"{n}.prod()",
            f"{n} // 2",
            f"{n} % 2",
            f"{n}.pow(2)",
            f"torch.outer({n}, {m})",
            f"{n}.tile(2)",
            f"{n}.data",
        )
