"""`torch._dynamo.exc`: exceptions of PyTorch's tracer, which nothing here raises."""

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


class UserError(Unsupported):
    """The tracer met a mistake."""


class TorchRuntimeError(TorchDynamoException):
    """An operator failed while it was traced."""


class BackendCompilerFailed(TorchDynamoException):
    """The compiler failed."""
