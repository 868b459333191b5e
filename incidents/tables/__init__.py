"""Lists as tables, by concept."""
