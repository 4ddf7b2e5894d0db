"""Figures and tables on one self-contained page."""
