"""`torch.backends.xnnpack`: not part of XLA."""

enabled = False
