"""Random arrays with PyTorch's numbers: the distributions of its CPU generator, as NumPy arrays.

A method takes as many words from the stream, in the same order, as PyTorch takes to fill a
contiguous tensor, and returns a fresh array.
https://docs.pytorch.org/docs/stable/torch.html#random-sampling
"""

from __future__ import annotations

import math

import numpy as np

from torchish._core.base import boxmuller, dtypes, rejection
from torchish._core.base.drawing import (
    C_NAMES,
    FLOATS,
    HALVES,
    INTEGERS,
    SINGLES,
    Shape,
    cast,
    expand,
    int64,
    kind_of,
    require,
    sizes_of,
)
from torchish._core.base.errors import broadcast_shapes
from torchish._core.base.randomints import IntegerSampler


class Sampler(IntegerSampler):
    """A stream with PyTorch's distributions on it.

    `shape` is an int or ints, `dtype` a dtype object or NumPy's; an array that is passed in is only
    read. A bad argument raises PyTorch's exception with PyTorch's words.
    """

    # Floats

    def rand(self, shape: Shape, dtype=dtypes.float32) -> np.ndarray:
        """Uniforms in [0, 1); a complex dtype has both parts uniform."""
        return self.uniform(shape, dtype)

    def uniform(
        self, shape: Shape, dtype=dtypes.float32, low: float = 0.0, high: float = 1.0
    ) -> np.ndarray:
        """Uniforms in [low, high), floating or complex; RuntimeError where that is no range."""
        kind, sizes, low, high = kind_of(dtype), sizes_of(shape), float(low), float(high)
        if kind.is_complex:
            if 0 in sizes:
                return np.empty(sizes, kind.np)
            return self._as_complex(self.uniform((*sizes, 2), kind.to_real(), low, high), kind)
        require(kind, FLOATS, "check_uniform_bounds")
        most = dtypes.finfo(kind).max
        for name, value in (("from", low), ("to", high)):
            if not -most <= value <= most:
                raise RuntimeError(f"{name} is out of bounds for {C_NAMES[kind]}")
        if not low <= high:
            raise RuntimeError(
                f"uniform_ expects to return a [from, to) range, but found from={low:g} > "
                f"to={high:g}"
            )
        if high - low > most:
            raise RuntimeError(
                f"uniform_ expects to-from <= std::numeric_limits<{dtypes.SCALAR_NAMES[kind]}>"
                f"::max(), but found to={high:g} and from={low:g} which result in to-from to "
                "exceed the limit"
            )
        n = math.prod(sizes)
        if kind is dtypes.float64:
            out = self._uniforms64(n)
            if (low, high) != (0.0, 1.0):
                out = boxmuller.fma64(out, high - low, low)
        else:
            out = self._uniforms32(n)
            if (low, high) != (0.0, 1.0):
                low32 = np.float32(low)
                boxmuller.fma32(
                    out, float(np.float32(high) - low32), float(low32), np.empty(n), out
                )
            out = cast(out, kind)
        if kind in HALVES or (low, high) != (0.0, 1.0):
            # Rounding may reach the upper bound, which is not in the range.
            bottom, top = cast(np.array([low, high]), kind)
            out[out == top] = bottom
        return out.reshape(sizes)

    def randn(self, shape: Shape, dtype=dtypes.float32) -> np.ndarray:
        """Standard normals; a complex dtype has variance 1 in all, 1/2 a part."""
        return self.normal(shape, dtype)

    def normal(
        self,
        shape: Shape,
        dtype=dtypes.float32,
        mean: float = 0.0,
        std: float = 1.0,
        *,
        contiguous: bool = True,
    ) -> np.ndarray:
        """Normals of a floating or complex dtype; RuntimeError when std < 0.

        Sixteen or more are drawn in blocks, except into a tensor that is not contiguous
        (`contiguous=False`), which is filled one by one.
        """
        kind, sizes, mean, std = kind_of(dtype), sizes_of(shape), float(mean), float(std)
        if not std >= 0.0:
            raise RuntimeError(f"normal expects std >= 0.0, but found std {std:g}")
        n = math.prod(sizes)
        if not n:
            return np.empty(sizes, kind.np)
        if kind.is_complex:
            parts = self.normal(
                (*sizes, 2), kind.to_real(), mean, std / math.sqrt(2), contiguous=contiguous
            )
            return self._as_complex(parts, kind)
        require(kind, FLOATS, "normal_kernel_cpu")
        if n < 16 or not contiguous:
            return cast(boxmuller.fma64(self._serial_normals(n), std, mean), kind).reshape(sizes)
        if kind is dtypes.float64:
            uniforms, blocks = self._uniforms64, boxmuller.normals64
        else:
            uniforms, blocks = self._uniforms32, boxmuller.normals32
        # The last block of a length that is no multiple of 16 is drawn anew and overlaps the one
        # before. Halves are drawn block by block, so nothing is drawn for an incomplete block.
        whole = n - n % 16
        first = whole if kind in HALVES else n
        out = uniforms(n if n == whole else first + 16)
        if n > whole:
            out = np.concatenate((out[:whole], out[first:]))
        blocks(out, mean, std)
        if n > whole:
            out = np.concatenate((out[: n - 16], out[whole:]))
        return cast(out, kind).reshape(sizes)

    def normal_around(self, mean: np.ndarray | float, std: np.ndarray | float) -> np.ndarray:
        """`torch.normal` with an array as mean, as std, or both; in the mean's dtype if it is one.

        RuntimeError for a std that is complex or somewhere below 0.
        """
        if isinstance(std, np.ndarray):
            if std.dtype.kind == "c":
                raise RuntimeError("normal expects standard deviation to be non-complex")
            if std.size and not (std.min() >= 0):
                raise RuntimeError("normal expects all elements of std >= 0.0")
            kind = kind_of((mean if isinstance(mean, np.ndarray) else std).dtype)
            out = self.normal(broadcast_shapes(np.shape(mean), std.shape), kind)
            if not isinstance(mean, np.ndarray):
                mean = np.asarray(mean).astype(kind.np)
            return self._in_place(np.add, self._in_place(np.multiply, out, std), mean)
        if not isinstance(mean, np.ndarray):
            raise TypeError(
                "normal_around expects an array as mean or std; normal() takes numbers and a shape"
            )
        return self._in_place(np.add, self.normal(mean.shape, kind_of(mean.dtype), 0.0, std), mean)

    def log_normal(
        self, shape: Shape, dtype=dtypes.float32, mean: float = 1.0, std: float = 2.0
    ) -> np.ndarray:
        """exp of normals with this mean and std; RuntimeError unless std > 0."""
        kind, sizes, mean, std = kind_of(dtype), sizes_of(shape), float(mean), float(std)
        if not std > 0.0:
            raise RuntimeError(f"log_normal_ expects std > 0.0, but found std={std:g}")
        n = math.prod(sizes)
        if n:
            require(kind, FLOATS, "log_normal_cpu")
        with np.errstate(over="ignore"):
            values = np.exp(boxmuller.fma64(self._serial_normals(n), std, mean))
        return cast(values, kind).reshape(sizes)

    def exponential(self, shape: Shape, dtype=dtypes.float32, lambd: float = 1.0) -> np.ndarray:
        """Exponential variates of rate lambd; RuntimeError unless lambd > 0."""
        kind, sizes, lambd = kind_of(dtype), sizes_of(shape), float(lambd)
        if not lambd > 0.0:
            raise RuntimeError(f"exponential_ expects lambda > 0.0, but found lambda={lambd:g}")
        n = math.prod(sizes)
        if n and not kind.is_floating_point:
            raise RuntimeError(
                "Exponential distribution is a continuous probability distribution. dtype must be "
                f"a floating point but you specified {dtypes.SCALAR_NAMES[kind]}"
            )
        if n:
            require(kind, FLOATS, "exponential_cpu")
        return cast(-1.0 / lambd * np.log1p(-self._uniforms64(n)), kind).reshape(sizes)

    def cauchy(
        self, shape: Shape, dtype=dtypes.float32, median: float = 0.0, sigma: float = 1.0
    ) -> np.ndarray:
        """Cauchy variates; RuntimeError unless sigma > 0."""
        kind, sizes, sigma = kind_of(dtype), sizes_of(shape), float(sigma)
        if not sigma > 0.0:
            raise RuntimeError(f"cauchy_ expects sigma > 0.0, but found sigma={sigma:g}")
        if not kind.is_floating_point:
            raise RuntimeError(
                "Cauchy distribution is a continuous probability distribution. dtype must be a "
                f"floating point but you specified {C_NAMES[kind]}"
            )
        n = math.prod(sizes)
        if n:
            require(kind, FLOATS, "cauchy_cpu")
        values = np.tan(math.pi * (self._uniforms64(n) - 0.5))
        if math.isfinite(median) and math.isfinite(sigma):
            values = boxmuller.fma64(values, sigma, float(median))
        else:  # which the parts of an exact product are lost in
            values = values * sigma + median
        return cast(values, kind).reshape(sizes)

    @staticmethod
    def _as_complex(parts: np.ndarray, kind: dtypes.dtype) -> np.ndarray:
        if kind is dtypes.complex32:
            raise NotImplementedError(
                "complex32 (ComplexHalf) is not supported: JAX has no half-precision complex type"
            )
        return parts.view(kind.np)[..., 0]

    @staticmethod
    def _in_place(function: np.ufunc, out: np.ndarray, other: np.ndarray) -> np.ndarray:
        """out.mul_(other) or out.add_(other) as PyTorch rounds them: in the wider type.

        An `other` of no dims does not widen an `out` that has some.
        """
        scalar = other.ndim == 0 < out.ndim
        if not scalar and {out.dtype, other.dtype} == {d.np for d in HALVES}:
            other = other.astype(np.float32)
        elif scalar or other.dtype.kind not in "fc" or other.dtype.itemsize < out.dtype.itemsize:
            other = other.astype(out.dtype)
        with np.errstate(over="ignore", invalid="ignore"):
            return np.asarray(function(out, other).astype(out.dtype))

    # Events

    def bernoulli(self, shape: Shape, p: float = 0.5, dtype=dtypes.float32) -> np.ndarray:
        """Ones with probability p, else zeros; RuntimeError unless 0 <= p <= 1."""
        kind, sizes, p = kind_of(dtype), sizes_of(shape), float(p)
        if not 0.0 <= p <= 1.0:
            raise RuntimeError(f"bernoulli_ expects p to be in [0, 1], but got p={p:g}")
        n = math.prod(sizes)
        if n:
            require(kind, (*FLOATS, *INTEGERS, dtypes.bool_), "bernoulli_scalar_cpu_")
        return (self._uniforms64(n) < p).astype(kind.np).reshape(sizes)

    def bernoulli_each(self, p: np.ndarray, shape: Shape | None = None, dtype=None) -> np.ndarray:
        """Ones with the probabilities p, else zeros, in p's shape and dtype or those asked for.

        RuntimeError for a p outside [0, 1] or one that does not expand to the shape.
        """
        kind = kind_of(p.dtype if dtype is None else dtype)
        sizes = p.shape if shape is None else sizes_of(shape)
        if 0 in sizes:
            return np.empty(sizes, kind.np)
        require(kind, (*FLOATS, *INTEGERS, dtypes.bool_), "bernoulli_tensor_cpu_self_")
        require(kind_of(p.dtype), FLOATS, "bernoulli_tensor_cpu_p_")
        p = expand(p, sizes)
        if not ((p >= 0) & (p <= 1)).all():
            raise RuntimeError(
                "Expected p_in >= 0 && p_in <= 1 to be true, but got false.  (Could this error "
                "message be improved?  If so, please report an enhancement request to PyTorch.)"
            )
        draws = self._uniforms64(p.size) if p.dtype == np.float64 else self._uniforms32(p.size)
        below = draws < p.astype(draws.dtype, copy=False).ravel()
        return below.astype(kind.np).reshape(sizes)

    def dropout_mask(self, shape: Shape, p: float) -> np.ndarray:
        """What dropout keeps, as bools; nothing is drawn where p is 0 or 1.

        Feature dropout asks for the shape (N, C, 1, ...). RuntimeError unless 0 <= p <= 1.
        """
        sizes, p = sizes_of(shape), float(p)
        if not 0.0 <= p <= 1.0:
            raise RuntimeError(f"dropout probability has to be between 0 and 1, but got {p:g}")
        if p in (0.0, 1.0):
            return np.full(sizes, p == 0.0)
        return self.bernoulli(sizes, 1.0 - p, dtypes.bool_)

    def geometric(self, shape: Shape, dtype=dtypes.float32, p: float = 0.5) -> np.ndarray:
        """Trials up to the first success; RuntimeError unless 0 < p < 1."""
        kind, sizes, p = kind_of(dtype), sizes_of(shape), float(p)
        if not 0.0 < p < 1.0:
            raise RuntimeError(f"geometric_ expects p to be in (0, 1), but got p={p:g}")
        n = math.prod(sizes)
        if n:
            require(kind, (*FLOATS, *INTEGERS), "geometric_cpu")
        with np.errstate(divide="ignore"):
            values = np.ceil(np.log(self._uniforms64(n)) / math.log1p(-p))
        return cast(values, kind).reshape(sizes)

    def multinomial(
        self, probs: np.ndarray, num_samples: int, replacement: bool = False
    ) -> np.ndarray:
        """Indices (int64) drawn by the weights of a row, or of each row: shape (..., num_samples).

        With replacement the cumulated weights are searched; without, and for one sample, the
        largest of weight / exponential win. RuntimeError for weights that are no distribution, and
        for more samples than there are weights.
        """
        if not 1 <= probs.ndim <= 2:
            raise RuntimeError("prob_dist must be 1 or 2 dim")
        kind, num_samples = kind_of(probs.dtype), int64(num_samples)
        if not kind.is_floating_point:
            raise RuntimeError(
                "multinomial only supports floating-point dtypes for input, got: "
                f"{dtypes.SCALAR_NAMES[kind]}"
            )
        if num_samples <= 0:
            raise RuntimeError("cannot sample n_sample <= 0 samples")
        categories = probs.shape[-1]
        if not replacement and num_samples > categories:
            raise RuntimeError(
                "cannot sample n_sample > prob_dist.size(-1) samples without replacement"
            )
        if categories > 2**24:
            raise RuntimeError("number of categories cannot exceed 2^24")
        shape = (*probs.shape[:-1], num_samples)
        if 0 in shape:
            return np.empty(shape, np.int64)
        require(kind, FLOATS, "multinomial")
        if replacement and num_samples > 1:
            return self._search_cumulated(probs, num_samples)
        if not categories:
            raise RuntimeError(
                "aminmax(): cannot compute aminmax over an empty dimension as the operation has no "
                "identity."
            )
        if not (probs.max() < np.inf and probs.min() >= 0):
            raise RuntimeError("probability tensor contains either `inf`, `nan` or element < 0")
        if (probs.sum(-1) == 0).any():
            raise RuntimeError("invalid multinomial distribution (sum of probabilities <= 0)")
        if probs.flags.f_contiguous and not probs.flags.c_contiguous:  # in the order of memory
            drawn = self.exponential(probs.shape[::-1], kind).T
        else:
            drawn = self.exponential(probs.shape, kind)
        with np.errstate(divide="ignore", over="ignore"):
            keys = probs / drawn
        keys = keys.astype(np.float32, copy=False) if kind in HALVES else keys
        if num_samples == 1:
            return np.argmax(keys, -1, keepdims=True).astype(np.int64, copy=False)
        return np.argsort(-keys, -1, kind="stable")[..., :num_samples].astype(np.int64, copy=False)

    def _search_cumulated(self, probs: np.ndarray, num_samples: int) -> np.ndarray:
        rows = np.atleast_2d(probs)
        if rows.dtype.itemsize == 2:
            rows = rows.astype(np.float32)
        if not (rows >= 0).all():
            raise RuntimeError(
                "invalid multinomial distribution (encountering probability entry < 0)"
            )
        if np.isinf(rows).any():
            raise RuntimeError(
                "invalid multinomial distribution (encountering probability entry = infinity or "
                "NaN)"
            )
        cumulated = np.cumsum(rows, -1, dtype=rows.dtype)
        if not rows.shape[1] or not (cumulated[:, -1] > 0).all():
            raise RuntimeError("invalid multinomial distribution (sum of probabilities <= 0)")
        cumulated /= cumulated[:, -1:].copy()
        cumulated[:, -1] = 1
        draws = self._uniforms64(len(rows) * num_samples).reshape(len(rows), num_samples)
        out = np.empty(draws.shape, np.int64)
        for i, row in enumerate(cumulated.astype(np.float64, copy=False)):
            out[i] = np.searchsorted(row, draws[i])
        return out.reshape(*probs.shape[:-1], num_samples)

    # Counts and gammas

    def poisson(self, rates: np.ndarray) -> np.ndarray:
        """Poisson counts in the rates' shape and floating dtype; RuntimeError for a rate < 0."""
        kind = kind_of(rates.dtype)
        require(kind, FLOATS, "poisson_cpu")
        values = rates.astype(np.float64).ravel()
        if not (values >= 0).all():
            raise RuntimeError("invalid Poisson rate, expected rate to be non-negative")
        return cast(rejection.poisson(self, values).astype(np.float64), kind).reshape(rates.shape)

    def binomial(self, count: np.ndarray, prob: np.ndarray) -> np.ndarray:
        """Successes in `count` trials of probability `prob`, broadcast.

        Both float32 or both float64; ValueError or RuntimeError otherwise.
        """
        kind, other = kind_of(count.dtype), kind_of(prob.dtype)
        for name, k in (("count", kind), ("prob", other)):
            if not k.is_floating_point:
                raise ValueError(
                    f"binomial only supports floating-point dtypes for {name}, got: "
                    f"{dtypes.SCALAR_NAMES[k]}"
                )
        if kind is not other:
            raise RuntimeError(
                f"Found dtype {dtypes.SCALAR_NAMES[other]} but expected {dtypes.SCALAR_NAMES[kind]}"
            )
        require(kind, SINGLES, "binomial_cpu")
        sizes = broadcast_shapes(count.shape, prob.shape)
        count, prob = (np.broadcast_to(a, sizes).ravel() for a in (count, prob))
        return rejection.binomial(self, count, prob).reshape(sizes)

    def standard_gamma(self, alpha: np.ndarray) -> np.ndarray:
        """Gamma variates of scale 1 in alpha's shape and dtype, float32 or float64.

        RuntimeError for an alpha < 0.
        """
        kind = kind_of(alpha.dtype)
        require(kind, SINGLES, "gamma_cpu")
        values = self._gamma(alpha).astype(kind.np)
        return np.maximum(values, np.finfo(kind.np).tiny).reshape(alpha.shape)

    def dirichlet(self, alpha: np.ndarray) -> np.ndarray:
        """Points of the simplex along the last axis, in alpha's shape and dtype.

        float32 or float64; RuntimeError for an alpha < 0.
        """
        kind = kind_of(alpha.dtype)
        require(kind, SINGLES, "dirichlet")
        values = self._gamma(alpha.astype(np.float64)).reshape(alpha.shape)
        values = np.maximum(values, np.finfo(np.float64).tiny)
        total = values.sum(-1, keepdims=True) if alpha.ndim else values
        values = (values / total).astype(kind.np)
        below_one = np.nextafter(kind.np.type(1), kind.np.type(0))
        return np.asarray(np.clip(values, np.finfo(kind.np).tiny, below_one))

    def _gamma(self, alpha: np.ndarray) -> np.ndarray:
        if not (alpha >= 0).all():
            # PyTorch's loop finds no acceptable draw for such a shape and does not come back.
            raise RuntimeError("invalid gamma shape, expected alpha to be non-negative")
        return rejection.gamma(self, alpha.ravel())

    def rrelu_noise(self, input: np.ndarray, lower: float, upper: float) -> np.ndarray:
        """The slopes of randomised leaky ReLU: uniform in [lower, upper) where the input is <= 0.

        1 elsewhere; in the input's shape and dtype. RuntimeError when lower > upper.
        """
        kind, lower, upper = kind_of(input.dtype), float(lower), float(upper)
        if lower > upper:
            raise RuntimeError("Lower bound should be less than or equal to the upper bound")
        require(kind, (dtypes.bfloat16, *SINGLES), "rrelu_with_noise_out_cpu")
        if kind is not dtypes.float64:
            lower, upper = float(np.float32(lower)), float(np.float32(upper))
        out = np.ones(input.shape, kind.np)
        sloped = input <= 0
        slopes = self._uniforms64(int(np.count_nonzero(sloped))) * (upper - lower) + lower
        out[sloped] = cast(slopes, kind)
        return out
