"""Autograd: nodes, the walk over them, what they save, `Function`, modes."""
