"""`torch.backends.mkldnn`: not part of XLA."""


def is_available() -> bool:
    return False
