"""Dataset in, Result out, one file for each physical question."""
