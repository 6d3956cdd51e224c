"""Swin transformers, versions 1 and 2.

Z. Liu et al., Swin Transformer: Hierarchical Vision Transformer using Shifted Windows, 2021;
Swin Transformer V2: Scaling Up Capacity and Resolution, 2022.
https://docs.pytorch.org/vision/stable/models/swin_transformer.html
"""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import torchish as torch
from torchish import nn
from torchish._core.tensor import Tensor
from torchish.nn import functional as F
from torchish.vision.models._api import model, weights_enum
from torchish.vision.models._blocks import Layer, relative_positions
from torchish.vision.ops.misc import MLP, Permute, StochasticDepth

__all__ = [
    "SwinTransformer",
    "Swin_B_Weights",
    "Swin_S_Weights",
    "Swin_T_Weights",
    "Swin_V2_B_Weights",
    "Swin_V2_S_Weights",
    "Swin_V2_T_Weights",
    "swin_b",
    "swin_s",
    "swin_t",
    "swin_v2_b",
    "swin_v2_s",
    "swin_v2_t",
]


class PatchMerging(nn.Module):
    """Squares of four patches of (..., H, W, C) become one: (..., ceil(H/2), ceil(W/2), 2C)."""

    def __init__(self, dim: int, norm_layer: Layer = nn.LayerNorm) -> None:
        super().__init__()
        self.dim = dim
        self.reduction = nn.Linear(4 * dim, 2 * dim, bias=False)
        self.norm = self._norm(norm_layer)

    def _norm(self, norm_layer: Layer) -> nn.Module:
        return norm_layer(4 * self.dim)

    def _merged(self, x: Tensor) -> Tensor:
        height, width = x.shape[-3:-1]
        x = F.pad(x, (0, 0, 0, width % 2, 0, height % 2))
        return torch.cat([x[..., i::2, j::2, :] for j in (0, 1) for i in (0, 1)], -1)

    def forward(self, x: Tensor) -> Tensor:
        return self.reduction(self.norm(self._merged(x)))


class PatchMergingV2(PatchMerging):
    """`PatchMerging` that normalizes what it gives."""

    def _norm(self, norm_layer: Layer) -> nn.Module:
        return norm_layer(2 * self.dim)

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(self.reduction(self._merged(x)))


def _windows(x: Tensor, window: list[int]) -> Tensor:
    """(N, H, W, C) as (N * windows, places of a window, C)."""
    count, height, width, channels = x.shape
    x = x.view(count, height // window[0], window[0], width // window[1], window[1], channels)
    return x.permute(0, 1, 3, 2, 4, 5).reshape(-1, window[0] * window[1], channels)


def _mask(size: tuple[int, int], window: list[int], shift: list[int], like: Tensor) -> Tensor:
    """-100 (windows, places, places) between places that only the roll has brought together."""
    region = torch.zeros(size, dtype=like.dtype, device=like.device)
    number = 0
    parts = [
        (slice(0, -w), slice(-w, -s), slice(-s, None)) for w, s in zip(window, shift, strict=True)
    ]
    for rows in parts[0]:
        for columns in parts[1]:
            region[rows, columns] = number
            number += 1
    region = _windows(region[None, :, :, None], window)
    apart = region != region.transpose(1, 2)
    return torch.zeros_like(apart, dtype=like.dtype).masked_fill(apart, -100.0)


def shifted_window_attention(
    input: Tensor,
    qkv_weight: Tensor,
    proj_weight: Tensor,
    relative_position_bias: Tensor,
    window_size: list[int],
    num_heads: int,
    shift_size: list[int],
    attention_dropout: float = 0.0,
    dropout: float = 0.0,
    qkv_bias: Tensor | None = None,
    proj_bias: Tensor | None = None,
    logit_scale: Tensor | None = None,
    training: bool = True,
) -> Tensor:
    """Self-attention within windows of (N, H, W, C), which are shifted by `shift_size`.

    `relative_position_bias` (1, heads, places, places) is added to the attention's logits. With
    `logit_scale` (heads, 1, 1), the logarithm of a factor, they are cosines (version 2).
    """
    count, height, width, channels = input.shape
    x = F.pad(input, (0, 0, 0, -width % window_size[1], 0, -height % window_size[0]))
    size = x.shape[1:3]
    # A window that holds the whole image has nowhere to be shifted to
    shift = [0 if w >= n else s for w, n, s in zip(window_size, size, shift_size, strict=True)]
    if any(shift):
        x = torch.roll(x, shifts=(-shift[0], -shift[1]), dims=(1, 2))
    x = _windows(x, window_size)
    places = x.size(1)
    if logit_scale is not None and qkv_bias is not None:  # no bias for keys: cosines
        query, _, value = qkv_bias.chunk(3)
        qkv_bias = torch.cat([query, torch.zeros_like(query), value])
    qkv = F.linear(x, qkv_weight, qkv_bias)
    q, k, v = qkv.reshape(-1, places, 3, num_heads, channels // num_heads).permute(2, 0, 3, 1, 4)
    if logit_scale is None:
        logits = (q * (channels // num_heads) ** -0.5).matmul(k.transpose(-2, -1))
    else:
        logits = F.normalize(q, dim=-1) @ F.normalize(k, dim=-1).transpose(-2, -1)
        logits = logits * torch.clamp(logit_scale, max=math.log(100.0)).exp()
    logits = logits + relative_position_bias
    if any(shift):
        mask = _mask(size, window_size, shift, x)
        logits = logits.view(count, -1, num_heads, places, places) + mask[:, None]
        logits = logits.view(-1, num_heads, places, places)
    attention = F.dropout(F.softmax(logits, dim=-1), p=attention_dropout, training=training)
    x = attention.matmul(v).transpose(1, 2).reshape(-1, places, channels)
    x = F.dropout(F.linear(x, proj_weight, proj_bias), p=dropout, training=training)
    rows, columns = size[0] // window_size[0], size[1] // window_size[1]
    x = x.view(count, rows, columns, window_size[0], window_size[1], channels)
    x = x.permute(0, 1, 3, 2, 4, 5).reshape(count, *size, channels)
    if any(shift):
        x = torch.roll(x, shifts=(shift[0], shift[1]), dims=(1, 2))
    return x[:, :height, :width, :].contiguous()


class ShiftedWindowAttention(nn.Module):
    """`shifted_window_attention` with a table of biases."""

    def __init__(
        self,
        dim: int,
        window_size: list[int],
        shift_size: list[int],
        num_heads: int,
        qkv_bias: bool = True,
        proj_bias: bool = True,
        attention_dropout: float = 0.0,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        if len(window_size) != 2 or len(shift_size) != 2:
            raise ValueError("window_size and shift_size must be of length 2")
        self.window_size = window_size
        self.shift_size = shift_size
        self.num_heads = num_heads
        self.attention_dropout = attention_dropout
        self.dropout = dropout
        self.qkv = nn.Linear(dim, dim * 3, bias=qkv_bias)
        self.proj = nn.Linear(dim, dim, bias=proj_bias)
        self.define_relative_position_bias_table()
        self.define_relative_position_index()

    def define_relative_position_bias_table(self) -> None:
        height, width = self.window_size
        steps = (2 * height - 1) * (2 * width - 1)
        self.relative_position_bias_table = nn.Parameter(torch.zeros(steps, self.num_heads))
        nn.init.trunc_normal_(self.relative_position_bias_table, std=0.02)

    def define_relative_position_index(self) -> None:
        self.register_buffer(
            "relative_position_index", relative_positions(*self.window_size).flatten()
        )

    def _biases(self, table: Tensor) -> Tensor:
        places = self.window_size[0] * self.window_size[1]
        biases = table[self.relative_position_index].view(places, places, -1)
        return biases.permute(2, 0, 1).contiguous().unsqueeze(0)

    def get_relative_position_bias(self) -> Tensor:
        """Biases (1, heads, places, places)."""
        return self._biases(self.relative_position_bias_table)

    def forward(self, x: Tensor) -> Tensor:
        return shifted_window_attention(
            x,
            self.qkv.weight,
            self.proj.weight,
            self.get_relative_position_bias(),
            self.window_size,
            self.num_heads,
            self.shift_size,
            self.attention_dropout,
            self.dropout,
            self.qkv.bias,
            self.proj.bias,
            getattr(self, "logit_scale", None),
            self.training,
        )


class ShiftedWindowAttentionV2(ShiftedWindowAttention):
    """Attention by cosines; a perceptron makes the biases from the logarithms of distances."""

    def __init__(
        self,
        dim: int,
        window_size: list[int],
        shift_size: list[int],
        num_heads: int,
        qkv_bias: bool = True,
        proj_bias: bool = True,
        attention_dropout: float = 0.0,
        dropout: float = 0.0,
    ) -> None:
        super().__init__(
            dim,
            window_size,
            shift_size,
            num_heads,
            qkv_bias,
            proj_bias,
            attention_dropout,
            dropout,
        )
        self.logit_scale = nn.Parameter(torch.log(10 * torch.ones((num_heads, 1, 1))))
        self.cpb_mlp = nn.Sequential(
            nn.Linear(2, 512, bias=True), nn.ReLU(inplace=True), nn.Linear(512, num_heads, False)
        )
        if qkv_bias:
            with torch.no_grad():
                self.qkv.bias[dim : 2 * dim].zero_()

    def define_relative_position_bias_table(self) -> None:
        steps = [torch.arange(1 - n, n, dtype=torch.float32) for n in self.window_size]
        steps = [s / (n - 1) * 8 for s, n in zip(steps, self.window_size, strict=True)]
        table = torch.stack(torch.meshgrid(steps, indexing="ij"), dim=-1)[None]
        table = torch.sign(table) * torch.log2(torch.abs(table) + 1.0) / 3.0
        self.register_buffer("relative_coords_table", table)

    def get_relative_position_bias(self) -> Tensor:
        """Biases (1, heads, places, places)."""
        table = self.cpb_mlp(self.relative_coords_table).view(-1, self.num_heads)
        return 16 * torch.sigmoid(self._biases(table))


class SwinTransformerBlock(nn.Module):
    """Attention and a perceptron, each beside a shortcut and after a norm."""

    def __init__(
        self,
        dim: int,
        num_heads: int,
        window_size: list[int],
        shift_size: list[int],
        mlp_ratio: float = 4.0,
        dropout: float = 0.0,
        attention_dropout: float = 0.0,
        stochastic_depth_prob: float = 0.0,
        norm_layer: Layer = nn.LayerNorm,
        attn_layer: Layer = ShiftedWindowAttention,
    ) -> None:
        super().__init__()
        self.norm1 = norm_layer(dim)
        self.attn = attn_layer(
            dim,
            window_size,
            shift_size,
            num_heads,
            attention_dropout=attention_dropout,
            dropout=dropout,
        )
        self.stochastic_depth = StochasticDepth(stochastic_depth_prob, "row")
        self.norm2 = norm_layer(dim)
        hidden = [int(dim * mlp_ratio), dim]
        self.mlp = MLP(dim, hidden, activation_layer=nn.GELU, inplace=None, dropout=dropout)
        for m in self.mlp.modules():
            if isinstance(m, nn.Linear):
                nn.init.xavier_uniform_(m.weight)
                if m.bias is not None:
                    nn.init.normal_(m.bias, std=1e-6)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.stochastic_depth(self.attn(self.norm1(x)))
        return x + self.stochastic_depth(self.mlp(self.norm2(x)))


class SwinTransformerBlockV2(SwinTransformerBlock):
    """`SwinTransformerBlock` with the norms after what they belong to."""

    def __init__(
        self,
        dim: int,
        num_heads: int,
        window_size: list[int],
        shift_size: list[int],
        mlp_ratio: float = 4.0,
        dropout: float = 0.0,
        attention_dropout: float = 0.0,
        stochastic_depth_prob: float = 0.0,
        norm_layer: Layer = nn.LayerNorm,
        attn_layer: Layer = ShiftedWindowAttentionV2,
    ) -> None:
        super().__init__(
            dim,
            num_heads,
            window_size,
            shift_size,
            mlp_ratio,
            dropout,
            attention_dropout,
            stochastic_depth_prob,
            norm_layer,
            attn_layer,
        )

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.stochastic_depth(self.norm1(self.attn(x)))
        return x + self.stochastic_depth(self.norm2(self.mlp(x)))


class SwinTransformer(nn.Module):
    """Stages of blocks with patches merged between. Images (N, 3, H, W) give logits."""

    def __init__(
        self,
        patch_size: list[int],
        embed_dim: int,
        depths: list[int],
        num_heads: list[int],
        window_size: list[int],
        mlp_ratio: float = 4.0,
        dropout: float = 0.0,
        attention_dropout: float = 0.0,
        stochastic_depth_prob: float = 0.1,
        num_classes: int = 1000,
        norm_layer: Layer | None = None,
        block: Layer | None = None,
        downsample_layer: Layer = PatchMerging,
    ) -> None:
        super().__init__()
        self.num_classes = num_classes
        make = block or SwinTransformerBlock
        norm = norm_layer or partial(nn.LayerNorm, eps=1e-5)
        layers: list[nn.Module] = [
            nn.Sequential(
                nn.Conv2d(3, embed_dim, tuple(patch_size), stride=tuple(patch_size)),
                Permute([0, 2, 3, 1]),
                norm(embed_dim),
            )
        ]
        made, total = 0, sum(depths)
        for i, depth in enumerate(depths):
            dim = embed_dim * 2**i
            stage = []
            for j in range(depth):
                stage.append(
                    make(
                        dim,
                        num_heads[i],
                        window_size=window_size,
                        shift_size=[0 if j % 2 == 0 else w // 2 for w in window_size],
                        mlp_ratio=mlp_ratio,
                        dropout=dropout,
                        attention_dropout=attention_dropout,
                        stochastic_depth_prob=stochastic_depth_prob * made / (total - 1),
                        norm_layer=norm,
                    )
                )
                made += 1
            layers.append(nn.Sequential(*stage))
            if i < len(depths) - 1:
                layers.append(downsample_layer(dim, norm))
        self.features = nn.Sequential(*layers)
        last = embed_dim * 2 ** (len(depths) - 1)
        self.norm = norm(last)
        self.permute = Permute([0, 3, 1, 2])
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten(1)
        self.head = nn.Linear(last, num_classes)
        for m in self.modules():
            if isinstance(m, nn.Linear):
                nn.init.trunc_normal_(m.weight, std=0.02)
                if m.bias is not None:
                    nn.init.zeros_(m.bias)

    def forward(self, x: Tensor) -> Tensor:
        x = self.permute(self.norm(self.features(x)))
        return self.head(self.flatten(self.avgpool(x)))


def _make(
    width: int, depth: int, heads: int, probability: float, kwargs: dict[str, Any]
) -> SwinTransformer:
    """Four stages; the third has `depth` blocks, the others two."""
    kwargs.setdefault("stochastic_depth_prob", probability)
    kwargs.setdefault("window_size", [7, 7])
    return SwinTransformer(
        patch_size=[4, 4],
        embed_dim=width,
        depths=[2, 2, depth, 2],
        num_heads=[heads * 2**i for i in range(4)],
        **kwargs,
    )


def _make_v2(
    width: int, depth: int, heads: int, probability: float, kwargs: dict[str, Any]
) -> SwinTransformer:
    parts = {"block": SwinTransformerBlockV2, "downsample_layer": PatchMergingV2}
    return _make(width, depth, heads, probability, {"window_size": [8, 8], **kwargs, **parts})


Swin_T_Weights = weights_enum("Swin_T_Weights", __name__)
Swin_S_Weights = weights_enum("Swin_S_Weights", __name__)
Swin_B_Weights = weights_enum("Swin_B_Weights", __name__)
Swin_V2_T_Weights = weights_enum("Swin_V2_T_Weights", __name__)
Swin_V2_S_Weights = weights_enum("Swin_V2_S_Weights", __name__)
Swin_V2_B_Weights = weights_enum("Swin_V2_B_Weights", __name__)


@model(Swin_T_Weights)
def swin_t(**kwargs: Any) -> SwinTransformer:
    """Swin transformer, tiny."""
    return _make(96, 6, 3, 0.2, kwargs)


@model(Swin_S_Weights)
def swin_s(**kwargs: Any) -> SwinTransformer:
    """Swin transformer, small."""
    return _make(96, 18, 3, 0.3, kwargs)


@model(Swin_B_Weights)
def swin_b(**kwargs: Any) -> SwinTransformer:
    """Swin transformer, base."""
    return _make(128, 18, 4, 0.5, kwargs)


@model(Swin_V2_T_Weights)
def swin_v2_t(**kwargs: Any) -> SwinTransformer:
    """Swin transformer version 2, tiny."""
    return _make_v2(96, 6, 3, 0.2, kwargs)


@model(Swin_V2_S_Weights)
def swin_v2_s(**kwargs: Any) -> SwinTransformer:
    """Swin transformer version 2, small."""
    return _make_v2(96, 18, 3, 0.3, kwargs)


@model(Swin_V2_B_Weights)
def swin_v2_b(**kwargs: Any) -> SwinTransformer:
    """Swin transformer version 2, base."""
    return _make_v2(128, 18, 4, 0.5, kwargs)
