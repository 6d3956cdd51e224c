"""PyTorch's CPU stream of random words: MT19937, its uniforms, normals one by one, and its state.

Matsumoto and Nishimura, "Mersenne Twister" (1998). NumPy's `MT19937` seeded the legacy way, with
the low 32 bits of the seed, gives PyTorch's words in PyTorch's order.
"""

from __future__ import annotations

import math
import threading

import numpy as np

from torchish._core.base import forks

# NumPy's own stream, which data sets draw from in forked workers.
forks.lock(np.random.get_bit_generator().lock)

_WORDS = 624
# What PyTorch stores as a generator's state, padding included: 5056 bytes.
_LAYOUT = np.dtype(
    {
        "names": [
            "seed",
            "left",
            "seeded",
            "next",
            "state",
            "normal_y",
            "normal_is_valid",
            "next_float",
            "float_is_valid",
        ],
        "formats": ["<u8", "<i4", "<i4", "<u8", ("<u8", (_WORDS,)), "<f8", "<i4", "<f4", "?"],
        "offsets": [0, 8, 12, 16, 24, 5024, 5040, 5048, 5052],
        "itemsize": 5056,
    }
)
_LOW24 = np.uint32(0x00FFFFFF)
_LOW21 = np.uint64(0x001FFFFF)
_HALF_WORD = np.uint64(32)


class Stream:
    """One MT19937 stream, with the second normal of the last pair kept for the next draw."""

    def __init__(self, seed: int):
        self._bits = np.random.MT19937(0)
        forks.lock(self._bits.lock)
        self._lock = forks.lock(threading.RLock())  # a signal handler may draw in between
        self._reseed(seed)

    def _reseed(self, seed: int) -> None:
        self._seed = seed
        self._bits._legacy_seeding(seed & 0xFFFFFFFF)
        self._begun = False
        self._next_double: float | None = None
        self._next_float: float | None = None

    # Words and uniforms

    def _words(self, n: int) -> np.ndarray:
        """n words of 32 bits, as uint64."""
        if n:
            self._begun = True
        return self._bits.random_raw(n)

    def _words64(self, n: int) -> np.ndarray:
        """n words of 64 bits; the first of two 32-bit words is the upper half."""
        words = self._words(2 * n)
        high = words[0::2] << _HALF_WORD
        high |= words[1::2]
        return high

    def _uniforms32(self, n: int) -> np.ndarray:
        """n float32 uniforms in [0, 1): the low 24 bits of a word."""
        words = self._words(n).astype(np.uint32)
        words &= _LOW24
        out = words.astype(np.float32)
        out *= np.float32(2.0**-24)
        return out

    def _uniforms64(self, n: int) -> np.ndarray:
        """n float64 uniforms in [0, 1): the low 53 bits of two words."""
        words = self._words(2 * n)
        high = words[0::2] & _LOW21
        high <<= _HALF_WORD
        high |= words[1::2]
        # As int64, which converts to float64 faster than uint64 does.
        out = high.view(np.int64).astype(np.float64)
        out *= 2.0**-53
        return out

    # Normals one by one

    def _pair(self, u1: float, u2: float) -> tuple[float, float]:
        """Two standard normals from two uniforms, in double precision."""
        radius = math.sqrt(-2.0 * math.log1p(-u2))
        angle = 2.0 * math.pi * u1
        return radius * math.cos(angle), radius * math.sin(angle)

    def _serial_normals(self, n: int) -> np.ndarray:
        """n standard normals in float64, drawn in pairs; first the one left from the last pair."""
        out = np.empty(n)
        with self._lock:
            done = 0
            if n and self._next_double is not None:
                out[0], self._next_double = self._next_double, None
                done = 1
            pairs = (n - done + 1) // 2
            uniforms = self._uniforms64(2 * pairs)
            # The last few by the C library, whose bits the kept normal has in PyTorch's state.
            vectorised = 0 if pairs <= 16 else pairs - 1
            if vectorised:
                u1, u2 = uniforms[: 2 * vectorised : 2], uniforms[1 : 2 * vectorised : 2]
                radius = np.sqrt(-2.0 * np.log1p(-u2))
                angle = 2.0 * math.pi * u1
                out[done : done + 2 * vectorised : 2] = radius * np.cos(angle)
                out[done + 1 : done + 2 * vectorised : 2] = radius * np.sin(angle)
                done += 2 * vectorised
            rest = uniforms[2 * vectorised :].tolist()
            for u1, u2 in zip(rest[0::2], rest[1::2], strict=True):
                out[done], second = self._pair(u1, u2)
                if done + 1 < n:
                    out[done + 1] = second
                else:
                    self._next_double = second
                done += 2
        return out

    # State

    def _get_state_bytes(self) -> np.ndarray:
        """The state in PyTorch's layout, as `torch.get_rng_state()` gives it: uint8 of 5056."""
        with self._lock:
            words = self._bits.state["state"]
            data = np.zeros((), _LAYOUT)
            data["seed"], data["seeded"], data["state"] = self._seed, 1, words["key"]
            # A seeded stream that was not drawn from has no words ready, like one that used all.
            data["next"] = words["pos"] if self._begun else 0
            data["left"] = _WORDS + 1 - words["pos"]
            if self._next_double is not None:
                data["normal_y"], data["normal_is_valid"] = self._next_double, 1
            if self._next_float is not None:
                data["next_float"], data["float_is_valid"] = self._next_float, True
        return np.frombuffer(bytearray(data.tobytes()), np.uint8)

    def _set_state_bytes(self, state: np.ndarray) -> None:
        """Continue from a state in PyTorch's layout; TypeError or RuntimeError when it is none."""
        if not isinstance(state, np.ndarray):
            raise TypeError(f"expected a torch.ByteTensor, but got {type(state).__name__}")
        if state.dtype != np.uint8:
            raise TypeError("RNG state must be a torch.ByteTensor")
        if not state.flags.c_contiguous:
            raise RuntimeError("RNG state must be contiguous")
        if state.size != _LAYOUT.itemsize:
            raise RuntimeError(
                f"Expected a CPUGeneratorImplState of size {_LAYOUT.itemsize} but found the input "
                f"RNG state size to be {state.size}"
            )
        data = np.frombuffer(state.tobytes(), _LAYOUT)[0]
        left, ready = int(data["left"]), int(data["next"])
        begun = ready > 0
        if (
            not data["seeded"]
            or left != (_WORDS + 1 - ready if begun else 1)
            or not 0 <= ready <= _WORDS
        ):
            raise RuntimeError("Invalid mt19937 state")
        with self._lock:
            self._seed, self._begun = int(data["seed"]), begun
            key = (data["state"] & np.uint64(0xFFFFFFFF)).astype(np.uint32)
            self._bits.state = {
                "bit_generator": "MT19937",
                "state": {"key": key, "pos": ready if begun else _WORDS},
            }
            self._next_double = float(data["normal_y"]) if data["normal_is_valid"] else None
            self._next_float = float(data["next_float"]) if data["float_is_valid"] else None
