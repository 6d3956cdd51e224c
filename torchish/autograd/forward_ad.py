"""`torch.autograd.forward_ad`: forward mode is `torchish.func.jvp`; dual tensors are not
implemented."""


def dual_level():
    raise NotImplementedError("autograd.forward_ad: use torchish.func.jvp")


def make_dual(tensor, tangent, *, level=None):
    raise NotImplementedError("autograd.forward_ad: use torchish.func.jvp")


def unpack_dual(tensor, *, level=None):
    raise NotImplementedError("autograd.forward_ad: use torchish.func.jvp")
