"""An interrupt leaves subclasses of tensors with their say."""

import os
import sys

import torchish as torch
from tests.property.test_lines import Interrupt, Stop

PROGRAM_PLACES = 400


class Double(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 2

    @staticmethod
    def backward(ctx, g):
        return g * 2


class Told(torch.Tensor):
    pass


def test_an_interrupt_leaves_subclasses_their_say():
    package = os.path.dirname(torch.__file__)
    x = torch.ones(3).as_subclass(Told)
    stopped = 0
    for n in range(1, PROGRAM_PLACES):
        old = sys.gettrace()
        sys.settrace(Interrupt(package, n))
        try:
            Double.apply(x)
        except Stop:
            stopped += 1
        finally:
            sys.settrace(old)
        assert type(x + 1) is Told, n
    assert stopped > 50
