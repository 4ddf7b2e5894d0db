"""A TOML study: samples, files or simulations, questions -> Results."""

from papilio.study.parse import load, parse
from papilio.study.records import Row, document, results_schema, to_text
from papilio.study.run import StudyRun, run
from papilio.study.sections import Measurement, Question, Reference, Sample, Study
from papilio.study.steps import Problem
from papilio.study.store import Store

__all__ = [
    "Measurement",
    "Problem",
    "Question",
    "Reference",
    "Row",
    "Sample",
    "Store",
    "Study",
    "StudyRun",
    "document",
    "load",
    "parse",
    "results_schema",
    "run",
    "to_text",
]
