"""`torch.backends.quantized`: the arithmetic is the same whatever the engine."""

engine = "x86"
supported_engines = ["qnnpack", "onednn", "x86", "fbgemm"]
