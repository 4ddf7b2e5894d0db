"""papilio: from raw transport files to the physics of a two-dimensional superconductor."""

__version__ = "0.1.0"
