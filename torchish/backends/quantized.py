"""`torch.backends.quantized`: no quantised kernels here."""

engine = "none"
supported_engines = ["none"]
