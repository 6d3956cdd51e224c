"""The version, and what PyTorch programs ask of `torch.version`."""

__version__ = "0.1.0"
torch_version = "2.13.0"  # the PyTorch whose behaviour this version follows
cuda = None
hip = None
git_version = "unknown"
debug = False
