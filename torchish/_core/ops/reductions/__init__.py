"""Operators that take a dimension away, or run along one."""
