"""Elements by their index, and what arranges, joins, sorts and searches them."""
