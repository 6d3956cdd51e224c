"""Lines in which several kinds meet: hooks and writes, lists as indices, subclasses and storages
that outlive what they were made of, threads that write."""

from __future__ import annotations

from lines_of_gradients import OfGradients


class OfKinds(OfGradients):
    """Lines of more than one statement."""

    def watched(self) -> str:
        """A tensor that is written to while hooks and `retain_grad` watch it."""
        n, k = self.name(), 1 + self.below(2)
        if self.facts[n][-2] == "Seen":
            return self.result()
        begin = self.one(
            f"{n}.retain_grad()",
            f"{n}.register_hook(note)",
            f"{n}.register_hook(triple)",
            f"h = {n}.register_hook(triple); {n}.retain_grad()",
        )
        write = self.one(f"{n}.mul_({k})", f"{n}[..., :1].add_({k})", f"{n}.fill_({k})")
        end = self.one(
            f"{n}.sum().backward(retain_graph=True)",
            f"({n} * {n}).sum().backward()",
            f"{n}.register_hook(note); ({n} * {k}).sum().backward()",
            f"{n}.retain_grad(); {n}.mul_(2); {n}.sum().backward()",
        )
        base = self.new()
        return self.one(
            f"{begin}; {write}; {end}",
            f"{base} = {n} * 1; {begin.replace(n + '.', base + '.')}; {base}.mul_({k}); "
            f"{base}.sum().backward()",
            f"{base} = ({n} * 1).view(-1); {base}.retain_grad(); {base}[:1].mul_({k}); "
            f"({base} * {base}).sum().backward()",
        )

    def listed(self) -> str:
        """Lists and nested lists as indices."""
        n = self.name()
        length = (self.facts[n][1] or [1])[0]
        k = self.below(length)
        index = self.one(
            f"[[{k}, 0], [0, {k}]]",
            f"[[{k}], [0]]",
            f"[torch.tensor([{k}]), torch.tensor([0])]",
            f"[torch.tensor({k}), 0]",
            f"[[{k}, 0]], [0]",
            f"([{k}], ...)",
            f"..., [{k}]",
            f"[{k}], None",
            f"[{', '.join(['True'] * length)}]",
            f"[{', '.join(['False'] * length)}]",
            "True",
            "torch.tensor(True)",
            "False, None",
            f"[[{k}, 0]], :1",
            f"np.array([[{k}]]), ...",
            "[]",
            f"[slice(None), [{k}]]",
            f"[{k} > 0]",
        )
        return self.one(
            f"{self.new()} = {n}[{index}]",
            f"log.append({n}[{index}].shape == {n}.data[{index}].shape)",
            self.quietly(f"{n}[{index}] = {self.value(n)}"),
            self.quietly(f"{n}[{index}] += 1"),
        )

    def outliving(self) -> str:
        """A storage, or what shares one, after its tensor has left it."""
        n, m, k = self.name(), self.name(), self.below(3)
        if "Seen" in (self.facts[n][-2], self.facts[m][-2]):
            return self.result()
        a = self.new()
        leave = self.one(
            "k.data = torch.ones(5, dtype=k.dtype)",
            "k.set_(torch.zeros(2, dtype=k.dtype))",
            "k.resize_(7)",
            "del k",
            "k = k + 1",
        )
        return self.one(
            f"k = {n}.detach().clone(); s = k.storage(); {leave}; log.append(len(s)); "
            f"s.fill_({k}); log.append(s.tolist())",
            f"k = {n}.detach().clone(); s = k.untyped_storage(); v = k.view(-1)[{k}:]; {leave}; "
            f"s.fill_(0); log.append(v.tolist())",
            f"k = {n}.detach().clone(); v = k.flatten(); {leave}; v.zero_(); log.append(len(v))",
            f"{a} = {n}.detach().clone(); {a}.set_({a}.storage(), {k}, (2,), (1,)).fill_(1)",
            f"k = {n}.detach().clone(); s = k.untyped_storage(); k.resize_(9); "
            "log.append(s is k.untyped_storage())",
            f"k = {n}.clone(); k.storage()[{k}] = 1; log.append(k._version)",
            f"k = {n}.detach().as_subclass(Sub); k.untyped_storage().fill_(0); "
            f"log.append(type(k + 1).__name__)",
        )

    def written_by_threads(self) -> str:
        n = self.name()
        if self.below(3) or self.facts[n][-2] == "Seen":
            return self.result()
        rows = min((self.facts[n][1] or [1])[0], 3) or 1
        return self.one(
            f"k = {n}.detach().clone(); together(lambda i: k[i].fill_(i), {rows}); "
            "log.append(k.tolist())",
            f"k = {n}.detach().clone(); parts = [k * i for i in range(3)]; "
            "together(lambda i: parts[i].add_(i), 3); log.append([p.tolist() for p in parts])",
            f"k = {n}.detach().double().requires_grad_(); out = [0] * 3; together(lambda i: "
            "out.__setitem__(i, torch.autograd.grad((k * i).sum(), k)[0].tolist()), 3); "
            "log.append(out)",
        )
