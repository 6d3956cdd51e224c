"""The operators of networks: convolution, pooling, norms, attention, losses."""
