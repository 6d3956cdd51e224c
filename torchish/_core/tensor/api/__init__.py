"""Functions and methods that are attached to the namespace and to Tensor."""
