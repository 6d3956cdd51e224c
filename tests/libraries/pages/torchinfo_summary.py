"""torchinfo: the table of a convolutional network and of a transformer layer."""

import torch
import torchinfo
from harness import show

torch.manual_seed(0)
net = torch.nn.Sequential(
    torch.nn.Conv2d(3, 8, 3, padding=1),
    torch.nn.BatchNorm2d(8),
    torch.nn.ReLU(),
    torch.nn.MaxPool2d(2),
    torch.nn.Flatten(),
    torch.nn.Linear(8 * 8 * 8, 10),
)
table = torchinfo.summary(net, input_size=(2, 3, 16, 16), verbose=0)
show("convolutional", str(table))
show("sums", [table.total_params, table.trainable_params, table.total_mult_adds])
columns = ("input_size", "output_size", "num_params", "kernel_size", "mult_adds", "trainable")
show("columns", str(torchinfo.summary(net, (1, 3, 16, 16), col_names=columns, verbose=0)))
layer = torch.nn.TransformerEncoderLayer(16, 4, 32, batch_first=True)
show("transformer", str(torchinfo.summary(layer, (2, 5, 16), depth=4, verbose=0)))
lstm = torch.nn.LSTM(4, 6, batch_first=True)
show("lstm", str(torchinfo.summary(lstm, (2, 5, 4), verbose=0)))
