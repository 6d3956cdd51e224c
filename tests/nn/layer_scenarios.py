"""What layers say of bad options and inputs, and of what is deprecated; see scenarios.py."""

from __future__ import annotations

import warnings


def layers(torch, nn, rec, err):
    for k, f in dict(
        c1=lambda: nn.Conv2d(3, 4, 3, groups=2),
        c2=lambda: nn.Conv2d(3, 4, 3, padding="xx"),
        c3=lambda: nn.Conv2d(3, 4, 3, padding="same", stride=2),
        c4=lambda: nn.Conv2d(3, 4, 3, padding_mode="x"),
        c5=lambda: nn.ConvTranspose2d(3, 4, 3, padding_mode="reflect"),
        c6=lambda: nn.Conv2d(4, 3, 3, groups=2),
        c7=lambda: nn.Conv2d(4, 3, 3, groups=0),
        c8=lambda: nn.ConvTranspose2d(1, 1, 3)(torch.ones(1, 1, 3, 3), output_size=(9, 9)),
        c9=lambda: nn.ConvTranspose2d(1, 1, 3)(torch.ones(1, 1, 3, 3), output_size=(9,)),
        d1=lambda: nn.Dropout(2),
        d2=lambda: nn.BatchNorm2d(3)(torch.ones(1, 3)),
        d3=lambda: nn.BatchNorm1d(3)(torch.ones(3)),
        d4=lambda: nn.BatchNorm1d(3)(torch.ones(1, 3)),
        d5=lambda: nn.GroupNorm(2, 3),
        d6=lambda: nn.Embedding(3, 2, padding_idx=4),
        d7=lambda: nn.Embedding.from_pretrained(torch.ones(2)),
        d8=lambda: nn.Embedding(3, 2, _weight=torch.ones(2, 2)),
        d9=lambda: nn.MultiheadAttention(5, 2),
        e1=lambda: nn.MultiheadAttention(0, 2),
        e2=lambda: nn.LSTM(2, 2, dropout=2),
        e3=lambda: nn.LSTM(2, 2, proj_size=2),
        e4=lambda: nn.RNN(2, 2, nonlinearity="x"),
        e5=lambda: nn.GRU(2, 2, proj_size=1),
        e6=lambda: nn.LSTM(2, 2)(torch.ones(2)),
        e7=lambda: nn.LSTM(2, 2)(torch.ones(2, 3)),
        e8=lambda: nn.LSTM(2, 2)(torch.ones(2, 1, 2), (torch.ones(1, 2, 2), torch.ones(1, 2, 2))),
        e9=lambda: nn.GRU(2, 2)(torch.ones(2, 1, 2), torch.ones(1, 2)),
        f1=lambda: nn.GRUCell(2, 2)(torch.ones(1, 1, 1)),
        f2=lambda: nn.Transformer(4, 2)(torch.ones(1, 1, 3), torch.ones(1, 1, 3)),
        f3=lambda: nn.Hardtanh(1, 0),
        f4=lambda: nn.MultiMarginLoss(p=3),
        f5=lambda: nn.TripletMarginLoss(margin=0),
        f6=lambda: nn.HuberLoss(delta="a"),
        f7=lambda: nn.AdaptiveLogSoftmaxWithLoss(3, 4, []),
        f8=lambda: nn.AdaptiveLogSoftmaxWithLoss(3, 4, [5]),
        f9=lambda: nn.FractionalMaxPool2d(2),
        g1=lambda: nn.FractionalMaxPool2d(2, output_ratio=2),
        g2=lambda: nn.FractionalMaxPool2d(0, output_ratio=0.5),
        g3=lambda: nn.Unflatten(1, 3),
        g4=lambda: nn.Unflatten(1, (2.0,)),
        g5=lambda: nn.CircularPad2d(1)(torch.ones(1)),
        g6=lambda: nn.Softmax2d()(torch.ones(1)),
        g7=lambda: nn.InstanceNorm2d(3, affine=True)(torch.ones(1, 2, 4, 4)),
        g8=lambda: nn.Bilinear(0, 1, 1),
        g9=lambda: nn.LSTM(0, 2),
        h1=lambda: nn.LSTM(2.0, 2),
        h2=lambda: nn.LSTM(2, 2, bias=1),
        h3=lambda: nn.LSTM(2, 2)(torch.ones(2, 1, 2, dtype=torch.float64)),
        h4=lambda: nn.Unflatten("a", 3),
        h5=lambda: nn.RNNCell(2, 2)(torch.ones(1, 2), torch.ones(1, 1, 1)),
        h6=lambda: nn.Conv2d(3, 4, 3)(torch.ones(2, 2)),
        h7=lambda: nn.Linear(2, 3)(torch.ones(1, 3)),
        h8=lambda: nn.SyncBatchNorm(2)(torch.ones(2, 2)),
    ).items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            err(k, f)

    def warned(f):
        with warnings.catch_warnings(record=True) as w:
            warnings.simplefilter("always")
            f()
        return [f"{i.category.__name__}: {i.message}" for i in w]

    for k, f in dict(
        w1=lambda: nn.LSTM(2, 2, dropout=0.5),
        w2=lambda: nn.LazyLinear(2),
        w3=lambda: nn.MSELoss(size_average=False),
        w4=lambda: nn.MSELoss(reduce=False),
        w5=lambda: nn.Hardtanh(min_value=-2.0),
        w6=lambda: nn.Softmax()(torch.ones(2)),
        w7=lambda: nn.Dropout2d()(torch.ones(1, 2, 3)),
        w8=lambda: nn.init.uniform(torch.ones(1)),
        w9=lambda: nn.init.kaiming_uniform_(torch.ones(0, 1)),
        x1=lambda: nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2), 1),
        x2=lambda: nn.TransformerEncoder(nn.TransformerEncoderLayer(3, 3, batch_first=True), 1),
        x3=lambda: nn.TransformerEncoder(
            nn.TransformerEncoderLayer(4, 2, batch_first=True, norm_first=True), 1
        ),
        x4=lambda: nn.TransformerEncoder(
            nn.TransformerEncoderLayer(4, 2, batch_first=True, bias=False), 1
        ),
        x5=lambda: nn.TransformerEncoder(
            nn.TransformerEncoderLayer(4, 2, batch_first=True, activation="gelu"), 1
        ),
        x6=lambda: nn.TransformerEncoder(
            nn.TransformerEncoderLayer(4, 2, batch_first=True, activation=nn.Tanh()), 1
        ),
        x7=lambda: nn.InstanceNorm2d(3)(torch.ones(1, 2, 4, 4)),
        x8=lambda: nn.KLDivLoss()(torch.ones(1), torch.ones(1)),
        x9=lambda: nn.MSELoss()(torch.ones(2), torch.ones(2, 1)),
        y1=lambda: nn.SmoothL1Loss()(torch.ones(2), torch.ones(2, 1)),
    ).items():
        rec(k, warned(f) if True else 0)
