"""Operators on each element: arithmetic, functions, comparisons, bits."""
