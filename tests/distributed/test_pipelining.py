"""Pipelines: losses, results and gradients of a model in stages are the whole model's."""

import pytest

import torchish as torch
import torchish.distributed as dist
from tests.distributed import ranks
from torchish import nn
from torchish.distributed.pipelining import (
    PipelineStage,
    Schedule1F1B,
    ScheduleGPipe,
    ScheduleInterleaved1F1B,
    microbatch,
    schedules,
)


@pytest.mark.parametrize("world", [2, 4])
def test_stages_are_the_whole_model(world):
    for out in ranks.run("pipeline", world):
        lines = out.splitlines()
        assert len(lines) == 4 + (world == 4) and all(x.endswith("True") for x in lines), out


@pytest.fixture
def alone():
    dist.init_process_group("gloo", rank=0, world_size=1)
    yield torch.device("cpu")
    dist.destroy_process_group()


def test_one_process_with_several_stages(alone):
    torch.manual_seed(0)
    layers = [nn.Linear(3, 3) for _ in range(3)]
    stages = [PipelineStage(layer, i, 3, alone) for i, layer in enumerate(layers)]
    losses, x, y = [], torch.randn(7, 3), torch.randn(7, 3)
    schedule = ScheduleInterleaved1F1B(stages, 4, loss_fn=nn.MSELoss(reduction="sum"))
    out = schedule.step(x, target=y, losses=losses)  # parts of 2, 2, 2 and 1
    found = [layer.weight.grad for layer in layers]
    for layer in layers:
        layer.zero_grad()
    expected = nn.Sequential(*layers)(x)
    torch.testing.assert_close(out, expected)
    assert len(losses) == 4
    (nn.functional.mse_loss(expected, y, reduction="sum") / 4).backward()
    for g, layer in zip(found, layers, strict=True):
        torch.testing.assert_close(g, layer.weight.grad)
    unscaled = ScheduleGPipe(
        PipelineStage(layers[0], 0, 1, alone), 2, nn.MSELoss(), scale_grads=False
    )
    layers[0].zero_grad()
    assert unscaled.step(x[:4], target=y[:4], return_outputs=False) is None
    once = layers[0].weight.grad
    layers[0].zero_grad()
    nn.functional.mse_loss(layers[0](x[:4]), y[:4]).backward()
    torch.testing.assert_close(once, 2 * layers[0].weight.grad)


def test_what_is_refused(alone):
    layer, loss = nn.Linear(3, 3), nn.MSELoss()
    stage = PipelineStage(layer, 0, 1, alone)
    with pytest.raises(ValueError, match="Stage index 2 is out of range of 2"):
        PipelineStage(layer, 2, 2, alone)
    with pytest.raises(ValueError, match=r"Number of microbatches \(2\) must be greater"):
        Schedule1F1B(PipelineStage(layer, 0, 4, alone), 2)
    schedule = ScheduleGPipe(stage, 3, loss_fn=loss)
    with pytest.raises(AssertionError, match="Tensor size 2 is smaller than num_chunks"):
        schedule.step(torch.ones(2, 3), target=torch.ones(2, 3))
    with pytest.raises(RuntimeError, match="loss_fn and target required for last stage"):
        schedule.step(torch.ones(3, 3))
    with pytest.raises(TypeError, match="losses must be a list"):
        schedule.step(torch.ones(3, 3), target=torch.ones(3, 3), losses=1)
    with torch.no_grad(), pytest.raises(RuntimeError, match="Please call eval"):
        schedule.step(torch.ones(3, 3), target=torch.ones(3, 3))
    like = PipelineStage(layer, 0, 1, alone, input_args=torch.ones(2, 3))
    with pytest.raises(RuntimeError, match="the examples are"):
        ScheduleGPipe(like, 1).step(torch.ones(3, 3))
    with pytest.raises(NotImplementedError, match="dw_builder"):
        PipelineStage(layer, 0, 1, alone, dw_builder=lambda: None)
    with pytest.raises(ValueError, match="Unknown schedule name 'nope'"):
        schedules.get_schedule_class("nope")
    assert schedules.get_schedule_class("gpipe") is ScheduleGPipe


def test_orders(alone):
    def said(schedule):
        return [" ".join(map(str, order)) for order in schedule.pipeline_order.values()]

    (order,) = said(Schedule1F1B(PipelineStage(nn.Linear(1, 1), 0, 3, alone), 4))
    assert order == "0F0 0F1 0F2 0B0 0F3 0B1 0B2 0B3"
    stages = [PipelineStage(nn.Linear(1, 1), i, 2, alone) for i in range(2)]
    (order,) = said(ScheduleInterleaved1F1B(stages, 2))
    assert order == "0F0 1F0 1B0 0F1 0B0 1F1 1B1 0B1"
    assert schedules._Action.from_str("1F3") == (1, schedules.FORWARD, 3)


def test_batches_in_parts():
    split, merge = microbatch.split_args_kwargs_into_chunks, microbatch.merge_chunks
    x = torch.arange(10).reshape(5, 2)
    args, kwargs = split((x, [x[:, 0]]), {"k": x, "n": 3}, 2)
    assert [a[0].shape[0] for a in args] == [3, 2] and kwargs[1]["n"] == 3
    assert torch.equal(merge([a[0] for a in args], None), x)
    columns = microbatch.TensorChunkSpec.from_tuple((1,))
    args, _ = split((x,), None, 2, args_chunk_spec=columns)
    assert torch.equal(merge([a[0] for a in args], microbatch.TensorChunkSpec(1)), x)
    assert merge([torch.ones(2), torch.ones(2)], microbatch.sum_reducer).tolist() == [2, 2]
    assert merge([(x, 1), (x, 1)], (microbatch.TensorChunkSpec(0), None))[1] == 1
    with pytest.raises(ValueError, match="Cannot merge chunks"):
        merge([1, 2], None)
