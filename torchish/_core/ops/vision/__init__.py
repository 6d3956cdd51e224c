"""The operators of torchvision that are not made of others."""
