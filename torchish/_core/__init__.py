"""What torchish is made of; the rest of the package is PyTorch's namespace.

`base`, `ops`, `engine`, `tensor`, from the bottom up: docs/architecture.md.
"""
