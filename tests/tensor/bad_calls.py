"""Calls with one argument spoilt, of every kind of public function, for any library with PyTorch's
interface.

`CALLS` are good calls. `bad_calls()` makes of each the calls in which one argument is of another
class or out of range, one is missing, one too many, or has a name that the function does not know.
"""

from __future__ import annotations

import functools
import pathlib
import random
import re
import warnings

import numpy as np

CALLS = """
t.add(X, X, alpha=2)
t.sub(X, 1)
t.mul(X, X)
t.div(X, X, rounding_mode='floor')
t.pow(X, 2)
t.matmul(X, X)
t.mm(X, X)
t.bmm(B, B)
t.dot(V, V)
t.addmm(X, X, X, beta=1, alpha=1)
t.addcmul(X, X, X, value=1)
t.abs(X)
t.exp(X)
t.relu(X)
t.sigmoid(X)
t.sum(X, 0, keepdim=True, dtype=t.float32)
t.mean(X, 0, True)
t.prod(X, 0, True)
t.amax(X, 0, True)
t.max(X, 0, True)
t.argmax(X, 0, True)
t.std(X, 0, correction=1, keepdim=True)
t.var(X, 0, True)
t.norm(X, 2, 0)
t.cumsum(X, 0)
t.logsumexp(X, 0, True)
t.softmax(X, 0)
t.log_softmax(X, 0)
t.all(X, 0, True)
t.any(X, 0)
t.count_nonzero(X, 0)
t.median(X, 0, True)
t.mode(X, 0, True)
t.kthvalue(X, 1, 0, True)
t.topk(X, 1, 0, True, True)
t.sort(X, 0, True)
t.argsort(X, 0, True)
t.unique(X, True, True, True, 0)
t.bincount(N, N, 3)
t.histc(X, 10, 0, 1)
t.cat([X, X], 0)
t.stack([X, X], 0)
t.hstack([X, X])
t.split(X, 1, 0)
t.chunk(X, 2, 0)
t.unbind(X, 0)
t.tensor_split(X, 2, 0)
t.reshape(X, (3, 3))
t.transpose(X, 0, 1)
t.permute(X, (1, 0))
t.movedim(X, 0, 1)
t.flatten(X, 0, 1)
t.squeeze(X, 0)
t.unsqueeze(X, 0)
t.flip(X, (0,))
t.roll(X, 1, 0)
t.rot90(X, 1, (0, 1))
t.tile(X, (2,))
t.repeat_interleave(X, 2, 0)
t.narrow(X, 0, 0, 1)
t.select(X, 0, 1)
t.index_select(X, 0, N)
t.gather(X, 0, M)
t.scatter(X, 0, M, X)
t.scatter_add(X, 0, M, X)
t.index_add(X, 0, N, X)
t.index_fill(X, 0, N, 1.0)
t.masked_fill(X, X > 0, 1.0)
t.masked_select(X, X > 0)
t.where(X > 0, X, X)
t.take(X, N)
t.take_along_dim(X, M, 0)
t.tril(X, 0)
t.triu(X, 1)
t.diag(X, 0)
t.diagonal(X, 0, 0, 1)
t.diag_embed(X, 0, 0, 1)
t.trace(X)
t.clamp(X, 0, 1)
t.lerp(X, X, 0.5)
t.nan_to_num(X, 0.0)
t.cross(X, X, 0)
t.einsum('ij,jk', X, X)
t.tensordot(X, X, 1)
t.outer(V, V)
t.kron(X, X)
t.cdist(X, X, 2.0)
t.isclose(X, X, 1e-5, 1e-8, False)
t.allclose(X, X, 1e-5, 1e-8, False)
t.equal(X, X)
t.searchsorted(V, X)
t.bucketize(X, V)
t.cumprod(X, 0)
t.diff(X, 1, 0)
t.quantile(X, 0.5, 0, True)
t.meshgrid(V, V, indexing='ij')
t.broadcast_to(X, (3, 3))
t.bernoulli(P)
t.multinomial(P, 2, True)
t.normal(0.0, 1.0, (2,))
t.zeros(2, 3, dtype=t.float32, requires_grad=False)
t.ones((2, 3), dtype=t.float32, device='cpu')
t.empty(2, 3)
t.full((2, 3), 1.0, dtype=t.float32)
t.arange(0, 4, 1, dtype=t.float32)
t.linspace(0, 1, 5)
t.logspace(0, 1, 5, 10.0)
t.eye(3, 3, dtype=t.float32)
t.rand(2, 3, dtype=t.float32)
t.randn(2, 3)
t.randint(0, 5, (2, 3))
t.randperm(5)
t.zeros_like(X, dtype=t.float32)
t.ones_like(X)
t.full_like(X, 1.0)
t.empty_like(X)
t.rand_like(X)
t.randn_like(X)
t.randint_like(X, 0, 3)
t.tensor([1.0], dtype=t.float32, device='cpu', requires_grad=False)
t.as_tensor([1.0], dtype=t.float32)
t.from_numpy(np.ones(3))
t.tril_indices(3, 3, 0)
t.complex(X, X)
t.polar(X, X)
t.manual_seed(0)
t.is_tensor(X)
t.numel(X)
t.vander(V, 3, True)
t.cov(X, correction=1)
t.poisson(P)
t.fft.fft(X, 3, 0, 'ortho')
t.fft.rfft2(X, (3, 3), (0, 1), 'ortho')
t.fft.fftshift(X, 0)
t.fft.fftfreq(4, 1.0)
t.linalg.inv(E)
t.linalg.det(E)
t.linalg.norm(X, 2, 0, True)
t.linalg.vector_norm(X, 2, 0, True)
t.linalg.matrix_norm(X, 'fro', (0, 1), True)
t.linalg.solve(E, X)
t.linalg.svd(X, True)
t.linalg.qr(X, 'reduced')
t.linalg.eigh(E, 'L')
t.linalg.cholesky(E)
t.linalg.matrix_power(E, 2)
t.linalg.multi_dot([X, X])
t.linalg.lstsq(X, X)
t.linalg.cross(X, X, dim=0)
t.special.expit(X)
t.special.logit(X, 0.1)
t.special.xlogy(X, X)
t.special.zeta(X, X)
t.special.polygamma(1, X)
F.relu(X, False)
F.leaky_relu(X, 0.1, False)
F.elu(X, 1.0)
F.gelu(X, approximate='none')
F.softmax(X, 0)
F.log_softmax(X, dim=0)
F.gumbel_softmax(X, 1.0, False)
F.dropout(X, 0.5, True, False)
F.linear(X, X, V)
F.bilinear(X, X, B, V)
F.embedding(N, X, 0)
F.one_hot(N, 3)
F.conv1d(C1, K1, V[:1], 1, 0, 1, 1)
F.conv2d(C2, K2, V[:1], 1, 0, 1, 1)
F.conv_transpose2d(C2, K2, V[:1], 1, 0, 0, 1, 1)
F.max_pool2d(C2, 2, 1, 0, 1)
F.avg_pool2d(C2, 2, 1, 0)
F.adaptive_avg_pool2d(C2, 2)
F.max_pool1d(C1, 2)
F.batch_norm(X, V, V, V, V, False, 0.1, 1e-5)
F.layer_norm(X, (3,), V, V, 1e-5)
F.group_norm(C2, 1, None, None, 1e-5)
F.mse_loss(X, X, reduction='mean')
F.l1_loss(X, X, reduction='sum')
F.cross_entropy(X, N, V)
F.nll_loss(X, N, V)
F.binary_cross_entropy(P, P, reduction='mean')
F.binary_cross_entropy_with_logits(X, X)
F.kl_div(X, P, reduction='batchmean')
F.smooth_l1_loss(X, X, beta=1.0)
F.huber_loss(X, X, delta=1.0)
F.cosine_similarity(X, X, 0, 1e-8)
F.cosine_embedding_loss(X, X, V)
F.triplet_margin_loss(X, X, X, 1.0)
F.hinge_embedding_loss(X, X, 1.0)
F.margin_ranking_loss(V, V, V)
F.pad(X, (1, 1), 'constant', 0.0)
F.interpolate(C2, scale_factor=2.0, mode='nearest')
F.grid_sample(C2, G, 'bilinear', 'zeros', False)
F.affine_grid(A, (1, 1, 2, 2), False)
F.unfold(C2, 2, 1, 0, 1)
F.normalize(X, 2.0, 0)
F.pixel_shuffle(C4, 2)
F.scaled_dot_product_attention(B, B, B, None, 0.0, False)
F.hardtanh(X, -1.0, 1.0)
F.softplus(X, 1, 20)
F.glu(C1, -1)
F.multi_margin_loss(X, N)
F.ctc_loss(C3, M, N + 1, N, 0)
F.pairwise_distance(X, X, 2.0)
nn.Linear(3, 2, True)
nn.Conv2d(1, 2, 3, 1, 0, 1, 1, True, 'zeros')
nn.ConvTranspose2d(1, 2, 3, 1)
nn.BatchNorm2d(3, 1e-5, 0.1, True, True)
nn.LayerNorm((3,), 1e-5, True)
nn.GroupNorm(1, 3)
nn.Embedding(3, 2, 0)
nn.Dropout(0.5, False)
nn.LSTM(3, 4, 1, True, False)
nn.GRUCell(3, 4)
nn.RNN(3, 4, 1, 'tanh')
nn.MultiheadAttention(4, 2, 0.0)
nn.TransformerEncoderLayer(4, 2, 8, 0.0)
nn.Sequential(nn.ReLU(), nn.ReLU())
nn.ModuleList([nn.ReLU()])
nn.ModuleDict({'a': nn.ReLU()})
nn.ParameterList([X])
nn.Parameter(X, True)
nn.CrossEntropyLoss(V, reduction='mean')
nn.MSELoss(reduction='mean')
nn.MaxPool2d(2, 1, 0)
nn.Softmax(0)
nn.ReLU(False)
nn.Upsample(scale_factor=2)
nn.Flatten(1, -1)
nn.Unflatten(1, (3, 1))
nn.PReLU(1, 0.25)
nn.init.uniform_(E, 0.0, 1.0)
nn.init.xavier_uniform_(E, 1.0)
nn.init.kaiming_normal_(E, 0, 'fan_in', 'relu')
nn.init.constant_(E, 1.0)
nn.init.orthogonal_(E, 1.0)
nn.utils.clip_grad_norm_([W], 1.0, 2.0)
nn.utils.parameters_to_vector([W])
nn.utils.rnn.pad_sequence([V, V], True, 0.0)
nn.utils.rnn.pack_padded_sequence(B, N + 1, True)
t.optim.SGD([W], 0.1, 0.9, 0, 0, False)
t.optim.Adam([W], 0.1, (0.9, 0.99), 1e-8, 0.0)
t.optim.AdamW([W], 0.1)
t.optim.RMSprop([W], 0.1, 0.9)
t.optim.Adagrad([W], 0.1)
t.optim.LBFGS([W], 1, 20)
t.optim.lr_scheduler.StepLR(O(), 2, 0.1)
t.optim.lr_scheduler.MultiStepLR(O(), [2, 3], 0.1)
t.optim.lr_scheduler.LambdaLR(O(), lambda e: 1.0)
t.optim.lr_scheduler.CosineAnnealingLR(O(), 5, 0.0)
t.optim.lr_scheduler.ReduceLROnPlateau(O(), 'min', 0.1, 2)
t.optim.lr_scheduler.OneCycleLR(O(), 0.1, 10)
D.TensorDataset(X, X)
D.DataLoader(D.TensorDataset(X), 2, True)
D.DataLoader(D.TensorDataset(X), batch_size=2, shuffle=True, drop_last=True, num_workers=0)
D.Subset(D.TensorDataset(X), [0, 1])
D.random_split(range(4), [2, 2])
D.RandomSampler(range(4), True, 3)
D.BatchSampler(range(4), 2, True)
D.SequentialSampler(range(4))
D.WeightedRandomSampler([0.5, 0.5], 2, True)
D.ConcatDataset([D.TensorDataset(X)])
t.autograd.grad(L(), W, retain_graph=True)
t.autograd.backward(L(), retain_graph=True)
t.no_grad()
t.set_grad_enabled(True)
t.set_default_dtype(t.float32)
t.get_rng_state()
t.Generator('cpu')
t.device('cpu', 0)
t.Size([1, 2])
t.Tensor([1.0, 2.0])
t.promote_types(t.float32, t.int64)
t.result_type(X, X)
t.can_cast(t.float32, t.int64)
t.finfo(t.float32)
t.iinfo(t.int64)
X.add(X, alpha=1)
X.add_(X)
X.mul(2)
X.sum(0, True)
X.mean(0)
X.view(3, 3)
X.view(-1)
X.reshape(3, 3)
X.expand(3, 3)
X.repeat(1, 2)
X.permute(1, 0)
X.transpose(0, 1)
X.t()
X.squeeze(0)
X.unsqueeze(0)
X.flatten(0, 1)
X.unfold(0, 1, 1)
X.as_strided((2, 2), (3, 1), 0)
X.narrow(0, 0, 1)
X.select(0, 0)
X.split(1, 0)
X.chunk(2, 0)
X.index_select(0, N)
X.index_add_(0, N, X)
X.index_copy_(0, N, X)
X.index_put_((N,), V, True)
X.scatter_(0, M, 1.0)
X.gather(0, M)
X.masked_fill_(X > 0, 1.0)
X.fill_(1.0)
X.zero_()
X.copy_(X, False)
X.clone()
X.detach()
X.contiguous()
X.to(t.float64)
X.to('cpu', t.float32, False, True)
X.type(t.float64)
X.float()
X.item()
X.tolist()
X.numpy()
X.size(0)
X.stride(0)
X.dim()
X.numel()
X.is_contiguous()
X.requires_grad_(False)
X.backward()
X.register_hook(lambda g: g)
X.new_zeros(2, 3)
X.new_full((2,), 1.0)
X.new_tensor([1.0])
X.uniform_(0, 1)
X.normal_(0, 1)
X.random_(0, 5)
X.bernoulli_(0.5)
X.exponential_(1.0)
X.clamp_(0, 1)
X.topk(1, 0)
X.sort(0, True)
X.max(0)
X.argmax(0)
X.std(0)
X.norm(2)
X.matmul(X)
X.where(X > 0, X)
X.any(0)
X.cumsum(0)
X.tril(0)
X.diagonal(0)
X.element_size()
X.storage_offset()
X.resize_(2, 2)
X.unbind(0)
X.view_as(X)
X.expand_as(X)
X.type_as(X)
X.is_floating_point()
X.nonzero()
X.flip(0)
X.roll(1, 0)
X.pow(2)
X.softmax(0)
X.lerp(X, 0.5)
X.__getitem__(0)
X.__setitem__(0, 1.0)
X + 1
X @ X
X[0]
X[0, 1]
X[0:2]
X[N]
lin(X)
conv(C2)
emb(N)
lin.load_state_dict(lin.state_dict(), True)
lin.register_buffer('b', X)
lin.register_parameter('p', W)
lin.add_module('m', lin)
lin.apply(lambda m: None)
lin.to(t.float32)
lin.train(True)
lin.requires_grad_(True)
lin.zero_grad(True)
lin.get_submodule('')
lin.parameters(True)
lin.named_parameters('', True)
"""

SPOILT = ("[1]", "'a'", "b'a'", "1.5", "None", "object()", "True", "-7", "99", "X", "[X]", "{}")
SPOILT += ("10**30", "(1, 2, 3)", "t.float32", "I2", "float('nan')")


def _parts(text: str) -> list[str]:
    """The arguments in a list of them."""
    out, depth, start = [], 0, 0
    for i, c in enumerate(text):
        depth += (c in "([{") - (c in ")]}")
        if c == "," and not depth:
            out.append(text[start:i].strip())
            start = i + 1
    last = text[start:].strip()
    return out + ([last] if last else [])


def _spoil(call: str):
    if not call.endswith(")"):
        for spoilt in SPOILT:
            if call.endswith("]"):
                yield f"{call[: call.index('[')]}[{spoilt}]"
            else:
                left, sign, _ = call.split(" ")
                yield f"{left} {sign} {spoilt}"
        return
    depth = 0
    for i in range(len(call) - 1, -1, -1):
        depth += (call[i] == ")") - (call[i] == "(")
        if not depth:
            break
    head, args = call[:i], _parts(call[i + 1 : -1])
    yield f"{head}({', '.join([*args, 'foo=1'])})"
    places = [a for a in args if not re.match(r"\w+=", a)]
    named = args[len(places) :]
    for surplus in ("1", "object()"):
        yield f"{head}({', '.join([*places, surplus, *named])})"
    for i, a in enumerate(args):
        if i < len(places):
            yield f"{head}({', '.join(args[:i] + args[i + 1 :])})"
        name = re.match(r"\w+=", a)
        for spoilt in SPOILT:
            if spoilt != a:
                new = f"{name[0] if name else ''}{spoilt}"
                yield f"{head}({', '.join([*args[:i], new, *args[i + 1 :]])})"


def bad_calls() -> list[str]:
    """All of them, but for those that take PyTorch for ever."""
    calls = dict.fromkeys(b for call in CALLS.strip().splitlines() for b in _spoil(call))
    return [c for c in calls if not re.match(r"nn\.(LSTM|RNN)\(3, 4, (10|99)", c)]


@functools.cache
def known_gaps() -> frozenset[str]:
    """Sampled calls that raise another class than in PyTorch, or nothing, or raise where PyTorch
    does not."""
    listed = pathlib.Path(__file__).with_name("bad_calls_known.txt").read_text()
    return frozenset(listed.splitlines())


class Scope:
    """What the calls name, made anew for each."""

    def __init__(self, lib):
        self.lib = lib

    def make(self) -> dict:
        t = self.lib
        t.manual_seed(0)
        t.set_default_dtype(t.float32)
        t.set_grad_enabled(True)
        x = t.arange(9.0).view(3, 3)
        w = t.ones(2, requires_grad=True)
        return {
            "t": t,
            "F": t.nn.functional,
            "nn": t.nn,
            "np": np,
            "D": t.utils.data,
            "X": x,
            "V": t.arange(3.0),
            "B": t.ones(3, 3, 3),
            "N": t.tensor([0, 2, 1]),
            "M": t.tensor([[0, 1, 2], [1, 1, 1], [2, 0, 0]]),
            "I2": t.ones(2, 2, dtype=t.int64),
            "P": t.full((3, 3), 0.25),
            "E": t.eye(3) * 2,
            "C1": t.ones(1, 1, 4),
            "K1": t.ones(1, 1, 2),
            "C2": t.ones(1, 1, 4, 4),
            "K2": t.ones(1, 1, 2, 2),
            "C3": t.zeros(3, 3, 3),
            "C4": t.ones(1, 4, 2, 2),
            "G": t.zeros(1, 2, 2, 2),
            "A": t.ones(1, 2, 3),
            "W": w,
            "L": lambda: (w * 2).sum(),
            "O": lambda: t.optim.SGD([w], 0.1),
            "lin": t.nn.Linear(3, 2),
            "conv": t.nn.Conv2d(1, 1, 2),
            "emb": t.nn.Embedding(4, 2),
        }


def sample(number: int = 3000) -> list[str]:
    """Some of the calls, always the same ones."""
    return sorted(random.Random(0).sample(bad_calls(), number))


def outcome(lib, call: str) -> str:
    """ "works", or the class of what is raised: the first one that is Python's own."""
    scope = Scope(lib).make()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = eval(call, scope)
            if hasattr(result, "tolist"):
                result.tolist()
    except Exception as e:
        return next(c.__name__ for c in type(e).__mro__ if c.__module__ == "builtins")
    return "works"


def text(lib, call: str) -> str:
    """The same with the first line of the message, addresses left out."""
    try:
        scope = Scope(lib).make()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            eval(call, scope)
    except Exception as e:
        line = f"{type(e).__name__}: {e}".split("\n")[0].replace("torchish", "torch")
        return re.sub(r"0x[0-9a-f]+", "0x", line)
    return "works"
