"""Why there is a gap: causes with evidence, what would refute each, ranked."""
