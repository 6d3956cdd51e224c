"""Arrays that are handed over through DLPack capsules, and what they refuse to say."""

import numpy as np
import pytest

import torchish as torch
from torchish.utils.dlpack import DLDeviceType, from_dlpack, to_dlpack


class Producer:
    """An object that only has the two methods of the protocol."""

    def __init__(self, t):
        self.t = t

    def __dlpack__(self, *args, **kwargs):
        return self.t.__dlpack__(*args, **kwargs)

    def __dlpack_device__(self):
        return self.t.__dlpack_device__()


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.bool, torch.complex64])
@pytest.mark.parametrize("version", [None, (0, 8), (1, 0), (2, 0)])
def test_a_capsule_shares_memory(dtype, version):
    t = torch.tensor([0, 1, 1]).to(dtype)
    capsule = t.__dlpack__(max_version=version)
    versioned = version is not None and version[0] > 0
    assert f'"dltensor{"_versioned" if versioned else ""}"' in str(capsule)
    back = from_dlpack(capsule)
    assert back.dtype is dtype and back.data_ptr() == t.data_ptr()
    assert torch.equal(back, t)
    assert torch.equal(from_dlpack(to_dlpack(t)), t)


def test_objects_of_the_protocol_are_data():
    t = torch.arange(6.0).reshape(2, 3)
    assert torch.equal(torch.tensor(Producer(t)), t)
    assert torch.asarray(Producer(t)).data_ptr() == t.data_ptr()
    assert torch.from_dlpack(Producer(t.t())).stride() == (1, 3)


def test_copies_are_made_on_request():
    t = torch.arange(3.0)
    assert from_dlpack(t, copy=True).data_ptr() != t.data_ptr()
    assert from_dlpack(t, copy=False, device="cpu").data_ptr() == t.data_ptr()
    a = np.zeros(2)
    from_dlpack(a, copy=True)[0] = 1
    assert a[0] == 0
    with pytest.raises(AssertionError, match="already a DLPack capsule"):
        from_dlpack(to_dlpack(t), copy=True)


def test_what_a_capsule_cannot_say_is_refused():
    t = torch.zeros(2)
    with pytest.raises(BufferError, match="require gradient"):
        torch.zeros(2, requires_grad=True).__dlpack__()
    with pytest.raises(BufferError, match="conjugate bit"):
        torch.zeros(2, dtype=torch.complex64).conj().__dlpack__()
    with pytest.raises(BufferError, match="strided"):
        torch.eye(2).to_sparse().__dlpack__()
    with pytest.raises(TypeError, match="stream must be"):
        t.__dlpack__(stream=object())
    with pytest.raises(AssertionError, match="None on cpu"):
        t.__dlpack__(stream=0)
    with pytest.raises(BufferError, match="Unsupported device_type: 16"):
        t.__dlpack__(dl_device=(DLDeviceType.kDLHexagon, 0))
    assert t.__dlpack_device__() == (DLDeviceType.kDLCPU, 0)
