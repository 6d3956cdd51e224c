"""`torchish.summary` has torchinfo's table: its output for the same models is the reference."""

import json
import pathlib

import pytest

import torchish as torch

STORED = pathlib.Path(__file__).parents[1] / "libraries/reference/torchinfo_summary.json"
REFERENCE = json.loads(STORED.read_text())["results"]


def expected(name):
    # How Python 3.11 shows torchinfo's unit.
    return REFERENCE[name].replace("(Units.MEGABYTES)", "(M)")


def convolutional():
    return torch.nn.Sequential(
        torch.nn.Conv2d(3, 8, 3, padding=1),
        torch.nn.BatchNorm2d(8),
        torch.nn.ReLU(),
        torch.nn.MaxPool2d(2),
        torch.nn.Flatten(),
        torch.nn.Linear(8 * 8 * 8, 10),
    )


def test_a_convolutional_network(capsys):
    table = torch.summary(convolutional(), input_size=(2, 3, 16, 16))
    assert capsys.readouterr().out == expected("convolutional") + "\n"
    assert [table.total_params, table.trainable_params, table.total_mult_adds] == REFERENCE["sums"]


def test_all_columns():
    columns = ("input_size", "output_size", "num_params", "kernel_size", "mult_adds", "trainable")
    table = torch.summary(convolutional(), (1, 3, 16, 16), col_names=columns, verbose=0)
    assert str(table) == expected("columns")


def test_layers_within_layers():
    layer = torch.nn.TransformerEncoderLayer(16, 4, 32, batch_first=True)
    text = str(torch.summary(layer, (2, 5, 16), depth=4, verbose=0))
    # torchinfo leaves the attention out of its sums, as it holds a layer that is never called.
    head = expected("transformer").partition("Total mult-adds")[0]
    assert text.startswith(head) and "Total mult-adds (M): 0.01\n" in text
    assert layer.training  # as it was


def test_a_recurrent_layer():
    lstm = torch.nn.LSTM(4, 6, batch_first=True)
    assert str(torch.summary(lstm, (2, 5, 4), verbose=0)) == expected("lstm")


def test_a_shared_layer_counts_once():
    shared = torch.nn.Linear(4, 4)
    net = torch.nn.Sequential(shared, torch.nn.ReLU(), shared)
    table = torch.summary(net, input_data=torch.ones(3, 4), verbose=0)
    assert table.total_params == 20 and table.total_mult_adds == 2 * 3 * 20
    assert str(table).count("(recursive)") == 1


def test_frozen_and_lazy_parameters_names_and_depth():
    net = torch.nn.Sequential(torch.nn.LazyLinear(3), torch.nn.Sequential(torch.nn.Linear(3, 2)))
    net[1].requires_grad_(False)
    table = torch.summary(net, (1, 5), verbose=0, depth=1, row_settings=("var_names", "ascii_only"))
    lines = str(table).splitlines()
    assert [line.split() for line in lines[3:6]] == [
        ["Sequential", "[1,", "2]", "--"],
        ["+", "Linear", "(0):", "1-1", "[1,", "3]", "18"],
        ["+", "Sequential", "(1):", "1-2", "[1,", "2]", "(8)"],
    ]
    assert (table.total_params, table.trainable_params) == (26, 18)


def test_several_inputs_by_size_by_data_and_by_name():
    net = torch.nn.Bilinear(2, 3, 4)
    by_size = torch.summary(net, [(5, 2), (5, 3)], verbose=0)
    data = (torch.ones(5, 2), torch.ones(5, 3))
    by_data = torch.summary(net, input_data=data, verbose=0)
    by_name = torch.summary(
        net, input_data=dict(zip(("input1", "input2"), data, strict=True)), verbose=0
    )
    assert str(by_size) == str(by_data) == str(by_name)
    words = torch.nn.Embedding(10, 3)
    assert torch.summary(words, (2, 7), dtypes=[torch.int64], verbose=0).summary_list[
        0
    ].output_size == [2, 7, 3]


def test_without_an_input_and_wrong_options():
    text = str(torch.summary(convolutional(), verbose=0))
    assert "Total params: 5,370" in text and "mult-adds" not in text
    with pytest.raises(ValueError, match="no column 'size'"):
        torch.summary(convolutional(), (1, 3, 16, 16), col_names=("size",))
    with pytest.raises(ValueError, match="not both"):
        torch.summary(convolutional(), (1, 3, 16, 16), torch.ones(1, 3, 16, 16))
    with pytest.raises(ValueError, match="mode"):
        torch.summary(convolutional(), (1, 3, 16, 16), mode="test")
