"""One file for each format, one visible table of them."""
