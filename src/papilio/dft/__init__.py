"""First principles: a cell is built, relaxed, and its magnetic ground state is found."""
