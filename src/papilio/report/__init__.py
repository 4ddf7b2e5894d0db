"""Figures and tables on one self-contained page."""

from papilio.report.outputs import run_study, write

__all__ = ["run_study", "write"]
