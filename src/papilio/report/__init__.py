"""Figures and tables on one self-contained page."""

from papilio.report.outputs import DEFECTS, run_study, write

__all__ = ["DEFECTS", "run_study", "write"]
