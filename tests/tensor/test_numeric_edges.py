"""What numeric functions refuse, and in whose words; results at the edges."""

from __future__ import annotations

import pytest

import torchish as torch
import torchish.nn.functional as F

A = torch.tensor([[2.0, 1, 0], [1, 3, 1], [0, 1, 4]])
V = torch.ones(3)
N = torch.ones(3, dtype=torch.int32)
LU, PIVOTS = torch.linalg.lu_factor(A)
LD, PLACES = torch.linalg.ldl_factor(A)

REFUSED = [
    (lambda: torch.eig(A), "deprecated since version 1.9 and is now removed"),
    (lambda: A.symeig(), "deprecated since version 1.9 and is now removed"),
    (lambda: torch.matrix_rank(A), "deprecated since version 1.9 and is now removed"),
    (lambda: torch.addr(A.int(), N, N, beta=2.0), "beta must not be a floating point number"),
    (lambda: torch.addr(A, V, V, alpha=True), "Boolean alpha only supported for Boolean results"),
    (lambda: torch.linalg.lstsq(A, torch.ones(2)), r"input.size\(-2\) should match other.size\(-1"),
    (lambda: torch.linalg.matrix_norm(A, ord=3.0), "Order 3 not supported"),
    (lambda: torch.linalg.matrix_norm(A, ord=0, dim=(0, 0)), "Order 0 not supported"),
    (lambda: torch.linalg.matrix_rank(V), "The input tensor input must have at least 2"),
    (lambda: torch.linalg.matrix_rank(A, atol=torch.tensor(1j)), "atol tensor of complex type"),
    (lambda: torch.linalg.pinv(A, rtol=torch.tensor(1j)), "rtol tensor of complex type is not"),
    (lambda: torch.linalg.tensorinv(A, ind=-2), "Expected a strictly positive integer for 'ind'"),
    (lambda: torch.linalg.lu(V), r"Expected tensor with 2 or more dimensions. Got size: \[3\]"),
    (lambda: torch.lu_unpack(LU, PIVOTS + 3), "must be between 1 and LU.size"),
    (lambda: torch.linalg.lu_solve(LU, PIVOTS[:2], A), "Number of pivots per batch should be same"),
    (
        lambda: torch.linalg.ldl_solve(LD, PLACES[:2], A),
        "to be the same, but got pivots with shape",
    ),
    (lambda: torch.triangular_solve(A.double(), A), "Expected b and A to have the same dtype"),
    (lambda: torch.cholesky_inverse(torch.zeros(3, 3)), "the input matrix is singular"),
    (lambda: torch.linalg.cross(A, torch.ones(3, 4), dim=0), "The size of tensor a"),
    (lambda: torch.chain_matmul(A, V), "Tensor dimension is 1, expected 2"),
    (lambda: torch.linalg.multi_dot([A, A.double()]), "tensor 0 is float and tensor 1 double"),
    (lambda: torch.ormqr(A, V[:2], A, True)[:, :0] + torch.ormqr(A, V, A.double()), "other has d"),
    (lambda: torch.tensordot(A, torch.ones(2, 2), 1), "has size 3 in dim -1 and second has size 2"),
    (lambda: torch._int_mm(A, A), "Expected self dtype to be of type int8"),
    (lambda: torch.einsum("i.j", A), "found '.' for operand 0 that is not part of any ellipsis"),
    (lambda: torch.einsum("ij->i..j", A), "found '.' for output that is not part of any ellipsis"),
    (lambda: torch.einsum("ij->ijj", A), "output subscript j appears more than once"),
    (lambda: torch.einsum("ij->i->j", A), "invalid subscript given at index 5"),
    (lambda: torch.einsum("ii", torch.ones(2, 3)), "is repeated for operand 0 but the sizes don't"),
    (lambda: torch.einsum("...,...", A, torch.ones(2, 3)), "covered by ellipsis in operand 1"),
]


@pytest.mark.filterwarnings("ignore:.*is deprecated")
@pytest.mark.parametrize(("call", "words"), REFUSED)
def test_words(call, words):
    with pytest.raises(RuntimeError, match=words):
        call()


@pytest.mark.parametrize("call", [lambda: torch.einsum("i->", []), lambda: torch.einsum(A)])
def test_einsum_without_operands(call):
    with pytest.raises(ValueError, match="must specify the equation string and at least one"):
        call()


def test_names_of_functions_in_type_errors():
    with pytest.raises(TypeError, match=r"^linalg_vector_norm\(\): argument 'dim'"):
        torch.linalg.vector_norm(A, dim=(None,))
    with pytest.raises(TypeError, match=r"^linalg_solve_triangular\(\) missing"):
        torch.linalg.solve_triangular(A, A)


@pytest.mark.parametrize("driver", ["gels", "gelsd", "gelsy"])
def test_least_squares_of_nothing(driver):
    found = torch.linalg.lstsq(torch.ones(2, 3, 0), torch.ones(2, 3, 2), driver=driver)
    assert found.solution.shape == (2, 0, 2)
    assert found.residuals.shape == ((0,) if driver == "gelsy" else (2, 2))
    assert found.singular_values.shape == ((2, 0) if driver == "gelsd" else (0,))


def test_qr_says_what_has_no_gradient():
    x = torch.randn(4, 2, requires_grad=True)
    with pytest.raises(RuntimeError, match="depends on Q, which is not computed"):
        torch.linalg.qr(x, "r").R.sum().backward()
    with pytest.raises(RuntimeError, match="not differentiable when mode='complete'"):
        torch.linalg.qr(x, "complete").R.sum().backward()


@pytest.mark.parametrize("shape", [(4, 2), (2, 4)])
def test_full_singular_vectors_have_the_gradient_of_the_thin_ones(shape):
    torch.manual_seed(0)
    x = torch.randn(shape, dtype=torch.double)
    grads = []
    for full in (True, False):
        a = x.clone().requires_grad_()
        u, s, vh = torch.linalg.svd(a, full_matrices=full)
        (u[:, :2].abs().sum() + (s**2).sum() + vh[:2].abs().sum()).backward()
        grads.append(a.grad)
    torch.testing.assert_close(*grads)


def test_dimensions_in_tensors():
    b = torch.arange(9.0).view(3, 3)
    assert torch.equal(torch.tensordot(A, b, torch.tensor([[1], [0]])), A @ b)
    assert torch.equal(torch.tensordot(A, b, torch.tensor(1)), A @ b)


def test_products_of_bytes():
    a, b = (torch.full(s, 100, dtype=torch.int8) for s in ((17, 8), (8, 16)))
    found = torch._int_mm(a, b)
    assert found.dtype is torch.int32 and found.unique().tolist() == [80000]


def test_two_tensors_map_a_third():
    c = torch.zeros(2, 2)
    assert c.map2_(torch.ones(2, 2), torch.tensor([0.0, 3.0]), lambda _, a, b: max(a, b)) is c
    assert c.tolist() == [[1, 3], [1, 3]]


def test_products_with_activations_and_bytes():
    a, b = A, torch.tensor([[1.0, -1, 0], [0, 1, 1], [-2, 0, 1]])
    assert torch.equal(torch._addmm_activation(V, a, b), torch.addmm(V, a, b).relu())
    gelu = torch.nn.functional.gelu(torch.addmm(V, a, b), approximate="tanh")
    assert torch.equal(torch._addmm_activation(V, a, b, use_gelu=True), gelu)
    weights = torch.tensor([[1, -2, 3], [4, 5, -6]], dtype=torch.int8)
    found = torch._weight_int8pack_mm(a, weights, torch.tensor([0.5, 2.0]))
    torch.testing.assert_close(found, a @ (weights * torch.tensor([[0.5], [2.0]])).t())


def test_powers_of_complex_numbers_follow_logarithms():
    inf, nan = float("inf"), float("nan")
    z = torch.tensor([complex(inf, 0), complex(nan, 1), 0j, 3 + 4j, 1e3 + 1e3j])
    for form in (lambda e: z**e, lambda e: torch.pow(z.repeat(2), e.repeat(10))[:5]):
        found = form(torch.tensor(2.5 + 1j)).tolist()
        assert found[0].real == inf and found[0].imag != found[0].imag
        assert found[1] != found[1] and found[2] == 0 and abs(found[3] + 15.63 + 15.65j) < 0.01


def test_running_sums_of_complex_exponentials():
    inf = float("inf")
    z = torch.tensor([complex(-inf, 4), complex(-inf, 1), 1.2 + 2.1j, complex(inf, 0)])
    assert torch.logcumsumexp(z, 0).tolist() == pytest.approx([-inf, -inf, 1.2 + 2.1j, inf])
    torch.manual_seed(0)
    z = torch.randn(5, dtype=torch.cdouble)
    torch.testing.assert_close(torch.logcumsumexp(z, 0), z.exp().cumsum(0).log())
    assert torch.autograd.gradcheck(lambda t: torch.logcumsumexp(t, 0), z.requires_grad_())


def test_histograms_at_the_edges():
    low, nan = torch.finfo(torch.float32).min, float("nan")
    assert torch.histc(torch.tensor([low] * 3), bins=4).tolist() == [3, 0, 0, 0]
    assert torch.histc(torch.tensor([-low] * 2), bins=4).tolist() == [0, 0, 0, 2]
    with pytest.raises(RuntimeError, match=r"range of \[-nan, -nan\] is not finite"):
        torch.histc(torch.tensor([nan, 1.0]))
    with pytest.raises(RuntimeError, match=r"dimension 0's range \[nan, nan\] is not finite"):
        torch.histogram(torch.tensor([nan]), 2)
    with pytest.raises(NotImplementedError, match="not implemented for 'Long'"):
        torch.histc(torch.tensor([1, 2]), bins=4)
    hist, edges = torch.histogramdd(torch.randn(5, 0), 3)
    assert hist.item() == 0 and list(edges) == []
    assert torch.histogramdd(torch.empty(7, 0, 3), 2).hist.shape == (2, 2, 2)


def test_searches_say_that_they_copy():
    x = torch.arange(6.0).view(2, 3).t()
    with pytest.warns(UserWarning, match="boundary tensor is non-contiguous"):
        torch.searchsorted(x, torch.ones(3, 1))


@pytest.mark.parametrize("name", ["sum", "prod", "amax", "argmin", "median", "mean", "norm"])
def test_identities_of_masked_reductions(name):
    found = torch.masked._reduction_identity(name, torch.ones(2))
    inf = float("inf")
    wanted = {"sum": 0, "prod": 1, "amax": -inf, "argmin": inf, "mean": None, "norm": 0}
    if name == "median":
        assert found.isnan()
    elif wanted[name] is None:
        assert found is None
    else:
        assert found.item() == wanted[name] and found.dtype is torch.float32


def test_references_of_reductions():
    x = torch.arange(1.0, 25).view(2, 3, 4)
    assert torch.equal(torch._refs.prod(x, [0, 2]), x.prod(2).prod(0))
    assert torch._refs.prod(x, (1, -1), keepdim=True).shape == (2, 1, 1)
    with pytest.raises(RuntimeError, match="appears multiple times"):
        torch._refs.prod(x, (0, 0))
    assert torch.equal(torch._refs.amax(x, (0, 1)), x.amax((0, 1)))
    with pytest.raises(RuntimeError, match="zero-size dimension for amin is undefined"):
        torch._refs.amin(torch.ones(0, 2), 0)


def test_references_are_lenient_about_out():
    x = torch.tensor([-1.5, 2.5])
    for name in ("isfinite", "neg", "round"):
        out = torch.empty(0, dtype=torch.double)
        assert getattr(torch._refs, name)(x, out=out) is out
        assert torch.equal(out, getattr(torch, name)(x).double())
    with pytest.raises(RuntimeError, match="Float can't be cast to the desired output type Int"):
        torch._refs.neg(x, out=torch.empty(2, dtype=torch.int))


@pytest.mark.parametrize("dtype", [torch.half, torch.bfloat16])
def test_shrinking_by_the_tangent_rounds_between(dtype):
    x = torch.tensor([0.01, 0.1, 0.5, 2.0]).to(dtype)
    assert torch.equal(torch.nn.functional.tanhshrink(x), x - x.tanh())


def test_what_elementwise_functions_refuse():
    x, i = torch.tensor([1.0, -2.0]), torch.tensor([1, 2])
    with pytest.raises(RuntimeError, match="given to float_power_ has dtype Float but the operat"):
        x.float_power_(2)
    assert x.double().float_power_(2).tolist() == [1, 4]
    for weight in (0.5, torch.tensor([1, 2])):
        with pytest.raises(NotImplementedError, match="lerp_kernel_.*not implemented for 'Long'"):
            torch.lerp(i, i, weight)
    with pytest.raises(RuntimeError, match=r"The size of tensor a \(2\) must match"):
        torch.max(x, torch.ones(3))


@pytest.mark.parametrize("given", ["int64", "float32", "float16", "complex64"])
def test_differences_are_as_precise_as_their_coordinates(given):
    t = torch.tensor([1, 2, 4, 8], dtype=getattr(torch, given))
    places = torch.tensor([0.0, 1e-9, 2e-9, 3e-9], dtype=torch.float64)
    (r,) = torch.gradient(t + 0, spacing=[1 + places])
    assert r.dtype is (torch.complex128 if t.is_complex() else torch.float64)
    steps = torch.diff(1 + places)
    assert abs(r[0] - 1 / steps[0]).item() < 1e-3


@pytest.mark.parametrize("numbers", [(1 + 0j, 1, 1.0, True), (0j, 0, 0.0, False)])
@pytest.mark.parametrize("backwards", [False, True])
def test_equal_numbers_of_different_classes_are_different_calls(numbers, backwards):
    x = torch.tensor([2, 3], dtype=torch.int16)
    for n in reversed(numbers) if backwards else numbers:
        wanted = torch.result_type(x, n)
        for r in (x**n, n**x, torch.pow(n, x), torch.where(x > 2, x, n), torch.mul(x, n)):
            assert r.dtype is wanted, n


def test_parts_of_complex_exponents_keep_their_signs():
    x = torch.tensor([-1.0 + 0j])
    for n in (complex(2, 0.0), complex(2, -0.0), 2, 2.0):
        assert torch.allclose(x**n, x * x, atol=1e-6)
    assert (torch.tensor([0j]) ** complex(0.0, -0.0)).item() == 1


def test_softsign_of_integers_adds_as_integers():
    x = torch.tensor([-128, 127, 3], dtype=torch.int8)
    torch.testing.assert_close(F.softsign(x), torch.tensor([128 / 127, -127 / 128, 0.75]))
    x = torch.tensor([1.0, -3.0], dtype=torch.bfloat16, requires_grad=True)
    F.softsign(x).sum().backward()
    assert x.grad.tolist() == [0.25, 0.0625]
    with pytest.raises(NotImplementedError, match="not implemented for 'Bool'"):
        F.softsign(x > 0)


def test_a_bool_may_be_added_first():
    x = torch.tensor([True, False])
    assert torch.add(True, x).dtype is torch.bool and torch.add(True, x).tolist() == [True, True]
    assert torch.add(True, torch.tensor([2])).tolist() == [3]
