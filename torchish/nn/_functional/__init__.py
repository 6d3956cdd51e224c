"""The functions of `torch.nn.functional` that are more than one operator: they draw, write buffers,
or compose."""
