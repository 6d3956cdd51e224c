"""What tensors say of devices and builds that are not here, in PyTorch's words."""

import pytest

import torchish as torch


def test_no_tensor_is_elsewhere():
    t = torch.ones(3)
    for name in ("is_vulkan", "is_ipu", "is_maia", "is_mtia", "is_xpu"):
        assert getattr(t, name) is False
    assert t.name is None
    assert t.is_distributed() is torch.is_distributed(t) is torch.is_vulkan_available() is False


@pytest.mark.parametrize(
    ("name", "args", "kind", "words"),
    [
        ("xpu", (), AssertionError, "Torch not compiled with XPU enabled"),
        ("mtia", (), AssertionError, "Torch not compiled with MTIA enabled"),
        ("ipu", (), RuntimeError, "PyTorch is not linked with support for ipu devices"),
        ("record_stream", (None,), NotImplementedError, "Could not run 'aten::record_stream'"),
        ("reinforce", (1.0,), RuntimeError, "Use torch.distributions instead"),
        ("resize_as_sparse_", (torch.ones(2),), NotImplementedError, "resize_as_sparse_"),
    ],
)
def test_refusals(name, args, kind, words):
    with pytest.raises(kind, match=words):
        getattr(torch.ones(3), name)(*args)


def test_functions_beside_their_methods():
    t = torch.arange(6.0)
    assert torch.as_strided_(t, (2, 2), (3, 1)) is t
    assert t.tolist() == [[0.0, 1.0], [3.0, 4.0]]
    s = torch.zeros(2, 2).to_sparse()
    assert torch.resize_as_sparse_(s, torch.eye(3).to_sparse()) is s
    assert s.shape == (3, 3)
    dense = torch.arange(4.0).reshape(2, 2)
    for m in (torch.eye(2), torch.eye(2).to_sparse(), torch.eye(2).to_sparse_csr()):
        assert torch.equal(torch.spmm(m, dense), dense)
