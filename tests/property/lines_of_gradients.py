"""Lines of hooks and backward, of memory, and of classes, functions and threads."""

from __future__ import annotations

from lines_of_writes import OfWrites
from world import NAMES


class OfGradients(OfWrites):
    """Hooks, backward, flags, storages, arrays, subclasses, functions, threads."""

    def hook(self) -> str:
        n = self.name()
        return self.one(
            f"{n}.register_hook(note)",
            f"{n}.register_hook(triple)",
            f"h = {n}.register_hook(triple); h.remove()",
            f"{n}.retain_grad()",
            f"{n}.register_post_accumulate_grad_hook(lambda p: log.append(p.grad.tolist()))",
            f"{n}.register_post_accumulate_grad_hook(lambda p: p.grad.mul_(2))",
            f"{n}.register_hook(lambda g: g[..., :1].expand(g.shape))",
            f"{n}.register_hook(lambda g: None)",
            f"{n}.register_hook(stop)" if self.below(4) == 0 else f"{n}.retain_grad()",
            f"{n}.grad_fn.register_prehook(lambda g: log.append(len(g)))",
            f"{n}.grad_fn.register_hook(lambda i, o: log.append((len(i), len(o))))",
        )

    def backward(self) -> str:
        n, m = self.name(), self.name()
        if "Seen" in (self.facts[n][-2], self.facts[m][-2]):
            return self.result()
        return self.one(
            f"{n}.sum().backward()",
            f"({n} * {n}).sum().backward()",
            f"({n} * {m}).sum().backward(retain_graph=True)",
            f"{n}.backward(torch.ones_like({n}))",
            f"{n}.backward(torch.ones_like({n}), inputs=[{m}])",
            f"log.append([g.tolist() for g in torch.autograd.grad({n}.sum(), [{m}])])",
            f"log.append([g is None for g in "
            f"torch.autograd.grad(({n} * 2).sum(), [{m}], allow_unused=True)])",
            f"g, = torch.autograd.grad(({n} * {n}).sum(), {n}, create_graph=True); "
            f"g.sum().backward(); del g",
            f"{n}.grad = None",
            f"{n}.grad.zero_()",
            f"{n}.grad = torch.ones_like({n})",
            f"{self.new()} = {n}.grad",
        )

    def flag(self) -> str:
        n, m = self.name(), self.name()
        if self.facts[m][-2] == "Seen":
            m = n
        # A view in other memory than its base still counts its writes with it, in PyTorch.
        put = f"{n}.data =" if self.facts[n][5] else f"{n}.clone().data ="
        return self.one(
            f"{n}.requires_grad = False",
            f"{n}.requires_grad_()",
            f"{put} {n} * 2",
            f"{n}.clone().data.add_(1)",
            f"{put} {m}.expand_as({n}).clone()",
            f"log.append(bool({n}))",
            f"log.append({n}.item())",
            f"log.append(int({n}))",
            f"log.append(len({n}))",
            f"log.append({n}.is_contiguous())",
            f"log.append({n} is {n}.contiguous())",
            f"log.append([r.tolist() for r in {n}])",
            f"log.append(torch.equal({n}, {m}))",
            f"log.append({n}.is_set_to({m}))",
            f"{n}, {m} = {m}, {n}",
            f"import copy; {self.new()} = copy.copy({n})",
            f"import copy; {self.new()} = copy.deepcopy({n}.as_subclass(torch.Tensor))",
            f"del {n}",
        )

    def storage(self) -> str:
        n, m, a, b = self.name(), self.name(), *self.random.sample(NAMES, 2)
        # Memory of which a part has another name grows.
        grown = f"{a} = {n}.detach().clone(); {b} = {a}.detach().view(-1)[{self.below(2)}:]; {a}"
        return self.one(
            f"log.append({n}.storage().tolist())",
            f"log.append({n}.untyped_storage().nbytes())",
            f"log.append({n}.storage().data_ptr() == {n}.data.storage().data_ptr())",
            f"k = {n}.clone(); k.untyped_storage().fill_(0); log.append(k.tolist())",
            f"log.append(len({n}.storage()))",
            f"k = {n}.clone(); k.storage()[0] = 1; log.append(k.tolist())",
            f"log.append({n}.storage()[0])",
            f"k = {n}.detach().clone(); k.set_(k.storage()); log.append(k.tolist())",
            f"log.append({n}.storage().size())",
            f"{grown}.resize_({self.below(4)}, {1 + self.below(3)}).fill_(1)",
            f"{grown}.set_({m}.detach().clone().flatten(), {self.below(2)}, "
            f"({self.below(4)}, 2), (2, 1)).untyped_storage().fill_(0)",
            f"{grown}; torch.add(torch.ones({self.below(4)}, 3, dtype={a}.dtype), 1, out={a})",
            f"{grown}; torch.mul(torch.ones({self.below(4)}, 3, dtype={b}.dtype), 1, out={b})",
            f"{grown}; {a}.untyped_storage().resize_({200 + 8 * self.below(9)}); "
            f"log.append({a}.untyped_storage().fill_(0).nbytes())",
        )

    def array(self) -> str:
        n = self.name()
        if self.facts[n][-2] == "Seen":
            return self.result()
        return self.one(
            f"{n}_array = {n}.numpy()",
            f"{n}_array = {n}.detach().numpy()",
            f"{n}_array[...] = 2",
            f"{n}_array.flat[0] = 3",
            f"{self.new()} = torch.from_numpy({n}_array)",
            f"{self.new()} = torch.as_tensor({n}_array)",
            f"{self.new()} = torch.tensor({n}_array)",
            f"log.append(np.asarray({n}).tolist())",
            f"{self.new()} = torch.from_dlpack({n}.detach().clone())",
        )

    def subclass(self) -> str:
        n, kind = self.name(), self.one("Sub", "Seen", "Sub")
        return self.one(
            f"{self.new()} = {n}.as_subclass({kind})",
            f"{self.new()} = {n}.detach().as_subclass({kind})",
            f"log.append(type({n} + 1).__name__)",
            f"log.append(type({n}.view(-1)).__name__)",
            f"log.append(type(torch.stack([{n}, {n}])).__name__)",
            f"log.append(type({n}.max(0)[0]).__name__)",
            f"{self.new()} = torch.Tensor._make_subclass({kind}, {n}.detach())",
            f"{self.new()} = {n}.as_subclass(torch.Tensor)",
            f"log.append(isinstance({n}, {kind}))",
        )

    def function(self) -> str:
        n = self.name()
        return self.one(
            f"{self.new()} = Twice.apply({n})",
            f"Twice.apply({n})",
            f"{n} = Twice.apply({n})",
            f"Twice.apply({self.view_of(n)})",
            f"{self.new()}, {self.new()} = Scaled.apply({n}, 2)",
            f"{self.new()} = Scaled.apply({n}, 3)[0]",
            f"{n} = Twice.apply({n}.clone())",
        )

    def thread(self) -> str:
        n = self.name()
        if self.below(3) or self.facts[n][-2] == "Seen":
            return self.result()
        return self.one(
            f"together(lambda k: ({n} * k).sum().backward(), {3 if self.facts[n][-3] else 1})",
            f"together(lambda k: {n}.sum().backward(), {4 if self.facts[n][-3] else 1})",
            f"out = [0] * 3; together(lambda k: out.__setitem__(k, ({n} + k).tolist()), 3); "
            f"log.append(out)",
            f"out = [0] * 3; together(lambda k: out.__setitem__(k, {n} * k), 3); "
            f"{self.new()} = out[2]",
            "together(lambda k: log.append(torch.is_grad_enabled()), 2)",
        )
