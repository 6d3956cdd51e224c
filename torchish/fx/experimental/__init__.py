"""`torch.fx.experimental`: sizes are ints here, so questions about symbolic ones have answers."""
