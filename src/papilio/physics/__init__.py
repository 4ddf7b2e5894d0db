"""Pure formulas of arrays, one file for each theory."""
