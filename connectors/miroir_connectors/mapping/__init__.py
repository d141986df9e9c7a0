"""From rows of cells to the columns that are wanted, each of its type."""
