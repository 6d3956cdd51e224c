"""`torch.backends.cpu`."""


def get_cpu_capability() -> str:
    """XLA compiles for the machine it runs on."""
    return "DEFAULT"
