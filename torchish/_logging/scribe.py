"""`torch._logging.scribe`: no service is told anything."""

__all__ = ["open_source_signpost"]


def open_source_signpost(subsystem: str, name: str, parameters: str | None = None) -> None:
    """Nothing is sent."""
