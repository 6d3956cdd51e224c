"""`torch._vendor`: what PyTorch brings along of other packages."""
