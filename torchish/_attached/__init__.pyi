"""The types of what is attached at import."""
