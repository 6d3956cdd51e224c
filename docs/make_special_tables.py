"""Writes torchish/_core/ops/special/tables.py: Chebyshev coefficients of smooth parts of special
functions.

Each table is a function on [-1, 1], evaluated with 40 digits and interpolated at Chebyshev nodes;
coefficients below half a unit in the last place of float64 are dropped. Needs mpmath:

    python docs/make_special_tables.py > torchish/_core/ops/special/tables.py
"""

from mpmath import (
    airyai,
    airybi,
    besseli,
    besselj,
    besselk,
    bessely,
    cos,
    erfc,
    exp,
    ln,
    mp,
    mpf,
    pi,
    sin,
    sqrt,
)

mp.dps = 40
NODES = 96


def chebyshev(f):
    nodes = [cos(pi * (2 * k + 1) / (2 * NODES)) for k in range(NODES)]
    values = [f(t) for t in nodes]
    out = []
    for j in range(NODES):
        s = sum(v * cos(pi * j * (2 * k + 1) / (2 * NODES)) for k, v in enumerate(values))
        out.append(s * 2 / NODES)
    out[0] /= 2
    scale = max(abs(c) for c in out)
    while abs(out[-1]) < scale * mpf(2) ** -54:
        out.pop()
    return out


def near(f):
    """A function of x² on [0, 64]."""
    return lambda t: f(sqrt(32 * (t + 1)))


def modulus(order, part):
    """P or Q·x/8 of the Hankel form of J and Y, as functions of (8/x)² on (0, 1]."""

    def f(t):
        z = sqrt((t + 1) / 2)
        x = 8 / z
        with_ = x - (2 * order + 1) * pi / 4
        j, y, s = besselj(order, x), bessely(order, x), sqrt(pi * x / 2)
        if part == "P":
            return s * (j * cos(with_) + y * sin(with_))
        return s * (y * cos(with_) - j * sin(with_)) / z

    return f


def k_near(f):
    """A function of x² on [0, 4]."""
    return lambda t: f(sqrt(2 * (t + 1)))


def k_far(order):
    """sqrt(x) e^x K(x) as a function of 2/x on (0, 1]."""

    def f(t):
        x = 4 / (t + 1)
        return sqrt(x) * exp(x) * besselk(order, x)

    return f


AIRY_RIGHT = 2 * mpf(2) ** mpf(1.5) / 3  # ζ at x = 2
AIRY_LEFT = 2 * mpf(4) ** mpf(1.5) / 3  # ζ at x = -4


def airy_right(t):
    zeta = 2 * AIRY_RIGHT / (t + 1)
    x = (3 * zeta / 2) ** (mpf(2) / 3)
    return airyai(x) * exp(zeta) * x ** mpf(0.25)


def airy_left(part):
    def f(t):
        z = sqrt((t + 1) / 2)
        zeta = AIRY_LEFT / z
        x = (3 * zeta / 2) ** (mpf(2) / 3)
        s, angle = sqrt(pi) * x ** mpf(0.25), zeta - pi / 4
        a, b = airyai(-x), airybi(-x)
        if part == "P":
            return s * (a * cos(angle) - b * sin(angle))
        return s * (a * sin(angle) + b * cos(angle)) / z

    return f


def erfcx(t):
    x = 3 * (1 + t) / (1 - t)
    if x > 40:  # the continued fraction of erfc, from its tail
        d = mpf(0)
        for k in range(200, 0, -1):
            d = (mpf(k) / 2) / (x + d)
        return (1 + 2 * x) / (sqrt(pi) * (x + d))
    return (1 + 2 * x) * exp(x * x) * erfc(x)


TABLES = {
    "J0_NEAR": near(lambda x: besselj(0, x)),
    "J1_NEAR": near(lambda x: besselj(1, x) / x),
    "Y0_NEAR": near(lambda x: bessely(0, x) - 2 / pi * ln(x) * besselj(0, x)),
    "Y1_NEAR": near(lambda x: (bessely(1, x) - 2 / pi * (ln(x) * besselj(1, x) - 1 / x)) / x),
    "P0": modulus(0, "P"),
    "Q0": modulus(0, "Q"),
    "P1": modulus(1, "P"),
    "Q1": modulus(1, "Q"),
    "K0_NEAR": k_near(lambda x: besselk(0, x) + ln(x / 2) * besseli(0, x)),
    "K1_NEAR": k_near(lambda x: x * (besselk(1, x) - ln(x / 2) * besseli(1, x))),
    "K0_FAR": k_far(0),
    "K1_FAR": k_far(1),
    "AIRY_MIDDLE": lambda t: airyai(3 * t - 1),
    "AIRY_RIGHT": airy_right,
    "AIRY_LEFT_P": airy_left("P"),
    "AIRY_LEFT_Q": airy_left("Q"),
    "ERFCX": erfcx,
}


def main():
    print('"""Chebyshev coefficients, written by docs/make_special_tables.py."""')
    for name, f in TABLES.items():
        print(f"\n{name} = (")
        for c in chebyshev(f):
            print(f"    {float(c)!r},")
        print(")")


if __name__ == "__main__":
    main()
