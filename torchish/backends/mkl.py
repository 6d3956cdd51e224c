"""`torch.backends.mkl`: not part of XLA."""


def is_available() -> bool:
    return False
