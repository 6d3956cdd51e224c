"""`torch._dynamo.exc`: exceptions of PyTorch's tracer; the exporter raises `UserError`."""

__all__ = [
    "BackendCompilerFailed",
    "InternalTorchDynamoError",
    "TorchDynamoException",
    "TorchRuntimeError",
    "Unsupported",
    "UserError",
]


class TorchDynamoException(RuntimeError):
    """The base of the others."""


class InternalTorchDynamoError(TorchDynamoException):
    """The tracer failed."""


class Unsupported(TorchDynamoException):
    """The tracer met what it can not trace."""


class UserError(TorchDynamoException):
    """A program can not be exported as it was asked for."""


class TorchRuntimeError(TorchDynamoException):
    """An operator failed while it was traced."""


class BackendCompilerFailed(TorchDynamoException):
    """The compiler failed."""
