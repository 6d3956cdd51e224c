"""Views: sizes and strides of each kind, and indexing."""
