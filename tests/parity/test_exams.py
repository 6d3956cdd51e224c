"""The exams are fair and sharp: PyTorch passes them, and a library with one fault fails."""

from __future__ import annotations

import functools
import pathlib
import re
import subprocess
import sys
import types

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("torch.testing._internal.common_methods_invocations")
EXAMS = pathlib.Path(__file__).with_name("exams")
# One of each rule: order, seeds of the database, dtypes with a method's name, partials, truth,
# the public form of a private operator, gauge, memory, methods of Python, lists, random draws.
SAMPLE = (
    "add,sort,argsort,topk,kthvalue,bernoulli,nn.functional.rrelu,cfloat,nn.functional.mish,"
    "matrix_exp,special.bessel_j0,slice,linalg.svd,cat,__rmatmul__,split,randn,masked.softmax"
)


@pytest.fixture(scope="module")
def exam():
    """The modules of the exams, by name; they import each other as scripts of one folder do."""
    sys.path.insert(0, str(EXAMS))
    names = ("bridge", "rules", "op_parity", "module_parity", "optim_parity", "steps", "lowering")
    try:
        found = types.SimpleNamespace(**{name: __import__(name) for name in names})
    finally:
        sys.path.remove(str(EXAMS))
    yield found
    for name in names:
        del sys.modules[name]


def run(name: str, *options: str) -> tuple[int, str]:
    command = [sys.executable, str(EXAMS / f"{name}.py"), "--verbose", *options]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("name", "options", "least"),
    [
        ("op_parity", ["--ops", SAMPLE, "--samples", "3"], 18),
        ("module_parity", ["--modules", "TransformerEncoder,Linear,FractionalMaxPool2d,LSTM"], 4),
        ("optim_parity", ["--only", "LBFGS,Muon,Adam,OneCycleLR"], 4),
    ],
)
def test_pytorch_passes(name, options, least):
    status, out = run(name, "--self", *options)
    assert status == 0, out
    passed = re.search(r"(\d+) of (\d+) +100\.0%\s*$", out)
    assert passed and passed[1] == passed[2] and int(passed[1]) >= least, out


def test_nothing_selected(exam):
    assert run("op_parity", "--self", "--ops", "no_such_operator")[0] == 2


class Faulty(types.ModuleType):
    """PyTorch with some names replaced: "sort" a function, "Tensor.add_" a method."""

    def __init__(self, **replaced):
        super().__init__("faulty")
        methods = {k.removeprefix("Tensor."): f for k, f in replaced.items() if "." in k}

        class OfTensors(type):
            def __instancecheck__(cls, x):
                return isinstance(x, torch.Tensor)

            def __getattr__(cls, name):
                return methods[name] if name in methods else getattr(torch.Tensor, name)

        self.__dict__.update(replaced, Tensor=OfTensors("Tensor", (), {}))

    def __getattr__(self, name):
        return getattr(torch, name)


def off_by(amount: float, f):
    """A function whose results are all a little off."""
    return lambda *args, **kwargs: f(*args, **kwargs) + amount


def reversed_ties(input, dim=-1, descending=False, stable=False):
    """A sort that is right, and has equal elements in the other order than PyTorch."""
    values, indices = torch.sort(input.flip(dim), dim=dim, descending=descending, stable=True)
    last = input.shape[dim] - 1 if input.ndim else 0
    return values, last - indices


def shuffled(input, dim=-1, descending=False, stable=False):
    """A sort whose indices lead elsewhere."""
    values, indices = torch.sort(input, dim, descending)
    return values, indices.roll(1, dim) if input.ndim else indices


def twice(input, dim=-1, descending=False, stable=False):
    """A sort whose indices lead to the right values, but name one of equal elements twice."""
    values = torch.sort(input, dim, descending).values
    return values, (values[:, None] == input).int().argmax(-1)


def wrong_gradient(input, *args, **kwargs):
    return torch.exp(input) + (input - input.detach()) * 1e-3


def forgets_out(input, other, *, alpha=1, out=None):
    return torch.add(input, other, alpha=alpha)


def does_not_write(self, other, *, alpha=1):
    return torch.add(self, other, alpha=alpha)


@pytest.mark.parametrize(
    ("op", "kind", "dtype", "replaced"),
    [
        ("add", "forward", "float32", {"add": off_by(1e-3, torch.add)}),
        ("add", "forward", "float64", {"add": off_by(1e-6, torch.add)}),
        ("add", "forward", "bfloat16", {"add": off_by(0.5, torch.add)}),
        ("add", "forward", "int64", {"add": off_by(1, torch.add)}),
        ("add", "forward", "float32", {"add": lambda *a, **k: torch.add(*a, **k).double()}),
        ("add", "forward", "float32", {"add": lambda *a, **k: torch.add(*a, **k)[None]}),
        ("add", "out", "float32", {"add": forgets_out}),
        ("add", "method", "float32", {"Tensor.add": off_by(1e-3, torch.add)}),
        ("add", "inplace", "float32", {"Tensor.add_": does_not_write}),
        ("exp", "grad", "float64", {"exp": wrong_gradient}),
        ("sort", "forward", "bool", {"sort": shuffled}),
        ("sort", "forward", "int64", {"sort": shuffled}),
        ("matrix_exp", "forward", "float32", {"matrix_exp": lambda x: torch.matrix_exp(x) * 1.01}),
        ("randn", "forward", "float32", {"randn": lambda *a, **k: torch.rand(*a, **k)}),
        ("uniform", "forward", "float64", {"Tensor.uniform_": off_by(1e-3, torch.Tensor.uniform_)}),
        ("gather", "error", "any", {"gather": lambda *a, **k: None}),
        ("index_select", "error", "any", {"index_select": lambda *a, out=None: a}),
    ],
)
def test_a_fault_is_found(exam, op, kind, dtype, replaced):
    entry = next(o for o in exam.op_parity.selected(op, None))
    sound = exam.op_parity.cell(exam.bridge.Bridge(torch), entry, kind, dtype, 6, 60)
    found = exam.op_parity.cell(exam.bridge.Bridge(Faulty(**replaced)), entry, kind, dtype, 6, 60)
    assert sound == "pass"
    assert found not in ("pass", "skip")


def call_of_ties(exam, f):
    """compare()'s verdict on a sort of equal elements."""
    x = torch.tensor([1.0, 0.0, 1.0, 0.0, 2.0, 1.0])
    entry = next(o for o in exam.op_parity.selected("sort", None))
    want = torch.sort(x, stable=True)
    check = functools.partial(exam.rules.compare, exam.bridge.Bridge(torch), f(x), want, entry, "")
    return check, x


def test_the_order_of_equal_elements_is_free(exam):
    check, x = call_of_ties(exam, reversed_ties)
    check(call=(x, (), {}))
    with pytest.raises(AssertionError):
        check(call=(x, (), {"stable": True}))


@pytest.mark.parametrize("f", [shuffled, twice])
def test_other_indices_are_not(exam, f):
    check, x = call_of_ties(exam, f)
    with pytest.raises(AssertionError, match="ind"):
        check(call=(x, (), {}))


def test_truth_is_for_values_near_it(exam):
    near = exam.rules._near_truth
    truth = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64)
    theirs = (truth * (1 + 1e-3)).float()
    assert near(truth.float(), theirs, truth)
    assert near((truth * (1 - 9e-4)).float(), theirs, truth)
    assert not near((truth * (1 - 3e-3)).float(), theirs, truth)
    assert not near(torch.tensor([1.0, 2.0, float("nan")]), theirs, truth)
    # PyTorch's own values are something else: this is not their truth.
    assert not near(truth.float(), torch.tensor([2.0, 3.0, 1.0]), truth)


def test_a_faulty_module_and_a_faulty_optimizer(exam):
    class Linear(torch.nn.Linear):
        def forward(self, x):
            return super().forward(x) * (1 + 1e-4)

    class Adam(torch.optim.Adam):
        def step(self, closure=None):
            super().step(closure)
            with torch.no_grad():
                self.param_groups[0]["params"][0].mul_(1 + 1e-6)

    lib = types.SimpleNamespace(**{n: getattr(torch, n) for n in ("Tensor", "from_numpy")})
    lib.manual_seed, lib.autograd = torch.manual_seed, torch.autograd
    lib.bfloat16, lib.float64, lib.device = torch.bfloat16, torch.float64, torch.device
    lib.nn, lib.optim = types.SimpleNamespace(Linear=Linear), types.SimpleNamespace(Adam=Adam)
    bridge = exam.bridge.Bridge(lib)
    info = next(i for i in exam.module_parity.module_db if i.module_cls is torch.nn.Linear)
    assert exam.module_parity.cell(bridge, info, "init") == "pass"
    assert "forward" in exam.module_parity.cell(bridge, info, "forward")
    with pytest.raises(AssertionError, match="step 1"):
        exam.optim_parity.optimizer_case(bridge, torch.optim.Adam, {"lr": 0.01})


def lowered(exam, op: str, kind: str) -> str:
    bridge, lowering = exam.Bridge(exam.torchish), exam.Lowering()
    (entry,) = exam.selected(op, None)
    return exam.cell(bridge, lowering, entry, kind, 1, 60)


def test_an_operator_that_has_no_program_is_found(exam, monkeypatch):
    assert lowered(exam.lowering, "linalg.eig", "grad") == "pass"
    entry = exam.lowering.torchish._core.ops.table.TABLE["linalg.eig"]
    monkeypatch.setattr(entry, "host_on", ())
    result = lowered(exam.lowering, "linalg.eig", "forward")
    assert "linalg.eig" in result and "'eig' not found" in result, result


def test_a_form_for_one_device_alone_is_found(exam, monkeypatch):
    from torchish._core.ops.reductions import sums

    usual = sums._total

    def total(x, *args, **kwargs):
        if sums.devices.traced_for() == "tpu":
            raise NotImplementedError("a form for TPUs that is not there")
        return usual(x, *args, **kwargs)

    monkeypatch.setattr(sums, "_total", total)
    assert "not there" in lowered(exam.lowering, "sum", "forward")


def test_a_step_that_keeps_its_parameters_is_found(exam, monkeypatch):
    assert exam.lowering.step_cell("mlp") == "pass"
    monkeypatch.setattr(exam.lowering.plan.Plan, "donated", lambda self, dead: ())
    assert "are taken over" in exam.lowering.step_cell("mlp")
