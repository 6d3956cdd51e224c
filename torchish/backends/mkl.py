"""`torch.backends.mkl`: not part of XLA."""


def is_available() -> bool:
    return False


VERBOSE_OFF, VERBOSE_ON = 0, 1


class verbose:
    """A `with` block in which the library would say what it computes; here it does not exist, and a
    program that asks for that is told."""

    def __init__(self, enable):
        self.level = enable

    def __enter__(self):
        if self.level != VERBOSE_OFF:
            raise RuntimeError(
                "Failed to set MKL into verbose mode. Please consider to disable this "
                "verbose scope."
            )
        return self

    def __exit__(self, *exc) -> bool:
        return False
