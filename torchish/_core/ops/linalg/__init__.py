"""Linear algebra: products, factorisations, systems of equations."""
