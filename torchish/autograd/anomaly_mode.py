"""`torch.autograd.anomaly_mode`."""

from torchish._core.tensor.tape.modes import detect_anomaly, set_detect_anomaly

__all__ = ["detect_anomaly", "set_detect_anomaly"]
