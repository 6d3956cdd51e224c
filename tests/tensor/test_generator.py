"""The generator draws PyTorch's numbers, keeps PyTorch's state and refuses with PyTorch's words."""

from __future__ import annotations

import base64
import copy
import hashlib
import pickle
import threading
import warnings
import zlib

import ml_dtypes
import numpy as np
import pytest

import torchish
from tests import oracle
from torchish._core.base import dtypes
from torchish._core.tensor import generator as random
from torchish._core.tensor.generator import Generator

RECORD = oracle.stored("generator")


def decode(record: dict) -> np.ndarray:
    name = record["dtype"]
    data = zlib.decompress(base64.b64decode(record["array"]))
    dtype = np.dtype(ml_dtypes.bfloat16 if name == "bfloat16" else name)
    return np.frombuffer(data, dtype).reshape(record["shape"])


def digest(array: np.ndarray) -> str:
    return hashlib.sha256(array.tobytes()).hexdigest()[:16]


def draw(op: str, args: dict, generator: Generator) -> np.ndarray:
    """The named method on arguments as the reference stores them."""
    args = {k: decode(v) if isinstance(v, dict) else v for k, v in args.items()}
    if "dtype" in args:
        args["dtype"] = dtypes.BY_NAME[args["dtype"]]
    with warnings.catch_warnings():
        # A range beyond a floating dtype's integers warns, as in PyTorch.
        warnings.filterwarnings("ignore", "(from|to - 1) is out of bounds", UserWarning)
        return getattr(generator, op)(**args)


def assert_same_numbers(got: np.ndarray, expected: np.ndarray) -> None:
    """Equal to the bit; double precision to a few units, since NumPy's functions are not libm's."""
    assert got.dtype == expected.dtype
    assert got.shape == expected.shape
    if got.dtype.itemsize < 8 or got.dtype.kind in "iub" or got.dtype == np.complex64:
        assert got.tobytes() == expected.tobytes()
    else:
        got, expected = (
            np.atleast_1d(got).view(np.float64),
            np.atleast_1d(expected).view(np.float64),
        )
        np.testing.assert_allclose(got, expected, rtol=4e-15, atol=0)


@pytest.mark.parametrize("sequence", RECORD["sequences"], ids=lambda s: str(s["seed"]))
def test_stored_sequences(sequence):
    generator = Generator().manual_seed(sequence["seed"])
    for op, args, expected, state in sequence["steps"]:
        got = draw(op, args, generator)
        assert_same_numbers(got, decode(expected))
        assert isinstance(got, np.ndarray)
        assert got.flags.writeable
        assert digest(generator._get_state_bytes()) == state, (op, args)


@pytest.mark.parametrize(("op", "args", "expected"), RECORD["long"], ids=lambda v: str(v)[:12])
def test_stored_long_draws(op, args, expected):
    assert digest(draw(op, args, Generator().manual_seed(5))) == expected


def test_stored_state_goes_on():
    generator = Generator()
    generator._set_state_bytes(decode(RECORD["state"]))
    assert generator.initial_seed() == 7
    assert generator._get_state_bytes().tobytes() == decode(RECORD["state"]).tobytes()
    normals, uniforms = map(decode, RECORD["next"])
    assert_same_numbers(generator.randn(3), normals)
    assert_same_numbers(generator.rand(3), uniforms)


@pytest.mark.parametrize(("op", "args", "expected"), RECORD["errors"])
def test_stored_errors(op, args, expected):
    try:
        draw(op, args, Generator())
    except Exception as e:
        assert [type(e).__name__, str(e)] == expected
    else:
        assert expected is None


@pytest.mark.oracle
@pytest.mark.parametrize("seed", [1, 2])
def test_new_sequences_against_pytorch(seed):
    torch = pytest.importorskip("torch")
    if torch.backends.cpu.get_cpu_capability() not in ("AVX2", "AVX512"):
        pytest.skip("PyTorch computes normals with other roundings on this processor")
    from tests.tensor import drawn

    for sequence in drawn.sequences(seed, count=6, steps=40, most=1000):
        test_stored_sequences(sequence)
    state = Generator().manual_seed(seed)._get_state_bytes()
    assert np.array_equal(state, torch.Generator().manual_seed(seed).get_state().numpy())


def test_seeds_wrap_and_are_checked():
    assert Generator().initial_seed() == 67280421310721
    for seed, kept in ((-1, 2**64 - 1), (-(2**63), 2**63), (2**64 - 1, 2**64 - 1), (0, 0)):
        assert Generator().manual_seed(seed).initial_seed() == kept
    # Only the low 32 bits choose the stream.
    low, high = (Generator().manual_seed(s).rand(3) for s in (5, 2**40 + 5))
    assert np.array_equal(low, high)
    for seed in (2**64, -(2**63) - 1):
        with pytest.raises(ValueError, match="Overflow when unpacking long long"):
            Generator().manual_seed(seed)
    for seed, name in ((1.5, "float"), ("3", "str"), (True, "bool"), (None, "NoneType"),
                       (np.float32(2), "numpy.float32")):  # fmt: skip
        with pytest.raises(RuntimeError, match=f"manual_seed expected a long, but got {name}"):
            Generator().manual_seed(seed)
    with pytest.raises(TypeError, match="an integer is required"):
        Generator().manual_seed(np.int64(3))


def test_seed_takes_new_randomness():
    generator = Generator()
    first, second = generator.seed(), generator.seed()
    assert first != second
    assert generator.initial_seed() == second
    assert np.array_equal(generator.rand(2), Generator().manual_seed(second).rand(2))


def test_states_are_checked():
    generator = Generator()
    good = generator._get_state_bytes()
    with pytest.raises(TypeError, match=r"expected a torch\.ByteTensor, but got int"):
        generator._set_state_bytes(5)
    with pytest.raises(TypeError, match=r"RNG state must be a torch\.ByteTensor"):
        generator._set_state_bytes(good.astype(np.float32))
    with pytest.raises(RuntimeError, match="RNG state must be contiguous"):
        generator._set_state_bytes(np.repeat(good, 2)[::2])
    with pytest.raises(
        RuntimeError, match=r"of size 5056 but found the input RNG state size to be 10$"
    ):
        generator._set_state_bytes(good[:10])
    with pytest.raises(RuntimeError, match="Invalid mt19937 state"):
        generator._set_state_bytes(np.zeros_like(good))


def test_states_round_trip_at_every_position():
    generator = Generator().manual_seed(3)
    for n in (0, 1, 622, 1, 1, 1, 624, 1248, 100):
        generator.rand(n)
        other = Generator()
        other._set_state_bytes(generator._get_state_bytes())
        assert other._get_state_bytes().tobytes() == generator._get_state_bytes().tobytes()
        assert np.array_equal(other.rand(700), generator.clone_state().rand(700))


def test_copies_go_on_alone():
    generator = Generator().manual_seed(11)
    generator.randn(3)
    copies = [
        generator.clone_state(),
        copy.deepcopy(generator),
        pickle.loads(pickle.dumps(generator)),
    ]
    expected = generator.randn(5)
    for other in copies:
        assert other.initial_seed() == 11
        assert np.array_equal(other.randn(5), expected)


def test_devices():
    assert str(Generator().device) == str(Generator("cpu:0").device) == "cpu"
    with pytest.raises(RuntimeError, match="META device type not an accelerator"):
        Generator("meta")
    with pytest.raises(RuntimeError, match="device type at start of device string: foo"):
        Generator("foo")
    for call in (Generator().get_offset, lambda: Generator().set_offset(3)):
        with pytest.raises(RuntimeError, match="CPU Generator does not use offset"):
            call()


def test_default_generator_and_forks():
    with random.fork_rng():
        assert random.manual_seed(3) is random.default_generator
        assert random.manual_seed("4").initial_seed() == random.initial_seed() == 4
        outer = random.default_generator._get_state_bytes()
        with random.fork_rng(devices=["cpu"], device_type="cpu"):
            random.seed()
            random.default_generator.randn(3)
        assert random.default_generator._get_state_bytes().tobytes() == outer.tobytes()
        with pytest.raises(KeyError), random.fork_rng():
            random.default_generator.randn(3)
            raise KeyError
        assert random.default_generator._get_state_bytes().tobytes() == outer.tobytes()
        with random.fork_rng(enabled=False):
            random.default_generator.rand(1)
        assert random.default_generator._get_state_bytes().tobytes() != outer.tobytes()
    with pytest.raises(TypeError, match="'int' object is not iterable"), random.fork_rng(devices=5):
        pass


def test_ranges_beyond_a_float_warn():
    with pytest.warns(UserWarning, match=r"to - 1 is out of bounds \[-\(2\^24\), 2\^24\]"):
        Generator().random(3, dtypes.float32, 0, 2**24 + 2)


def test_draws_do_not_alias():
    generator = Generator().manual_seed(0)
    p = np.full(40, 0.5, np.float32)
    first = [
        generator.rand(20),
        generator.randn(20),
        generator.randn(3),
        generator.bernoulli_each(p),
    ]
    kept = [a.copy() for a in first]
    for _ in range(3):
        generator.rand(20)[...] = 9
        generator.randn(20)[...] = 9
        generator.randn(3)[...] = 9
    assert all(np.array_equal(a, b) for a, b in zip(first, kept))
    assert (p == 0.5).all()


def test_the_long_permutation_is_a_permutation():
    # PyTorch takes it from 214,748,364 numbers on, too many for a test.
    drawn = Generator().manual_seed(0)._long_permutation(1000, chunk=64)
    assert np.array_equal(np.sort(drawn), np.arange(1000))
    assert not np.array_equal(drawn, np.arange(1000))


def test_gamma_refuses_what_has_no_answer():
    for bad in (-1.0, np.nan):
        with pytest.raises(RuntimeError, match="invalid gamma shape"):
            Generator().standard_gamma(np.array([bad]))


def test_rrelu_bounds():
    with pytest.raises(RuntimeError, match="Lower bound should be less than or equal to the upper"):
        Generator().rrelu_noise(np.ones(3, np.float32), 0.5, 0.1)


def test_threads_share_a_generator():
    generator = Generator().manual_seed(0)
    parts = [[] for _ in range(4)]
    threads = [
        threading.Thread(
            target=lambda p=p: p.extend(generator.normal(3).tolist() for _ in range(200))
        )
        for p in parts
    ]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    drawn = {x for part in parts for three in part for x in three}
    assert len(drawn) == 4 * 200 * 3  # none twice


@pytest.mark.parametrize(
    "name, draw",
    [
        ("Bernoulli", lambda p: torchish.bernoulli(p)),
        ("Poisson", lambda p: torchish.poisson(p)),
        ("Normal", lambda p: torchish.normal(p, 1.0)),
        ("Normal", lambda p: torchish.normal(p, p)),
    ],
)
def test_parameters_of_random_numbers_get_a_gradient_of_zero(name, draw):
    p = torchish.full((3,), 0.5, requires_grad=True)
    numbers = draw(p)
    assert numbers.grad_fn.name() == name + "Backward0"
    numbers.sum().backward()
    assert p.grad.tolist() == [0.0, 0.0, 0.0]
    assert not draw(p.detach()).requires_grad
