"""What a study says, as frozen dataclasses: their fields are the keys of the study file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from papilio.ledger import OutsideFacts
from papilio.options import option
from papilio.study.layout import Layout
from papilio.study.lines import Path as KeyPath
from papilio.study.lines import line_of


@dataclass(frozen=True)
class Heading:
    """The table ``[study]``."""

    name: str = option(help="Short name of the study: letters, digits, - and _.")
    title: str = option("", help="Title of the report.")
    description: str = option("", help="What was measured and why, shown under the title.")


@dataclass(frozen=True)
class Sample:
    """A table ``[samples.NAME]``."""

    label: str = option("", help="Name of the sample as the report shows it.")
    length: float | None = option(
        None, help="Distance of the voltage contacts; needs width.", unit="m"
    )
    width: float | None = option(None, help="Width of the bar; needs length.", unit="m")
    density: float | None = option(
        None, help="Carrier density per area, where it is known.", unit="1/m^2"
    )
    orientation: str = option("", help="Crystal direction of the current.")
    first_principles: str | None = option(
        None,
        help="File first_principles.json of `papilio dft`, relative to the study file: facts that "
        "the sample does not give itself.",
    )
    facts: OutsideFacts | None = option(  # noqa: RUF009 - makes a field
        None, help="What the ledger checks the sample against and no file holds."
    )


@dataclass(frozen=True)
class MeasurementKeys:
    """The plain keys of a table ``[measurements.NAME]``."""

    sample: str = option(help="Name of the sample, as in [samples.NAME].")
    files: tuple[str, ...] | None = option(
        None, help="Files, relative to the study file; several are put end to end."
    )
    format: str | None = option(
        None, help="Name of the reader; the default is to recognise the file by its content."
    )
    simulate: str | None = option(
        None, help="Name of the simulation that takes the place of files."
    )


@dataclass(frozen=True)
class Measurement:
    """
    A measurement, read from files or simulated.

    Attributes
    ----------
    name, sample : str
        Names of the measurement and of its sample.
    files : tuple of Path
        The files; empty for a simulation.
    format : str or None
        Name of the reader; None recognises each file by its content.
    reader_options : object or None
        Frozen Options of that reader.
    simulate : str or None
        Name of the simulation.
    options : object or None
        Frozen Options of the simulation.
    rename : mapping of str to str
        New name -> name of a variable in the file's Dataset.
    constants : mapping of str to float
        What the file does not hold and is constant over it, in the vocabulary's SI unit.
    keep : mapping of str to (float, float)
        Ranges outside of which rows are left out.
    """

    name: str
    sample: str
    files: tuple[Path, ...] = ()
    format: str | None = None
    reader_options: Any = None
    simulate: str | None = None
    options: Any = None
    rename: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, float] = field(default_factory=dict)
    keep: Mapping[str, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class QuestionKeys:
    """The plain keys of a table ``[questions.NAME]``, beside one key for each role."""

    analysis: str = option(help="Name of the analysis that answers it.")
    sample: str | None = option(
        None, help="Sample under which the answer stands, where it is about several samples."
    )


#: Variable -> (question, quantity) for each answer that it is filled from, a row for each sample.
AnswerTable = Mapping[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True)
class Question:
    """
    A question: an analysis, its settings and the measurements that it looks at.

    Attributes
    ----------
    name, analysis : str
        Names of the question and of the analysis.
    roles : mapping of str to str
        Role in the analysis -> name of a measurement.
    options : object
        Frozen Options of the analysis.
    sample : str
        Name of the sample of all its measurements, or under which the answer stands.
    tables : mapping of str to AnswerTable
        Role in the analysis -> answers to other questions that take the place of a measurement.
    """

    name: str
    analysis: str
    roles: Mapping[str, str]
    options: Any
    sample: str
    tables: Mapping[str, AnswerTable] = field(default_factory=dict)


@dataclass(frozen=True)
class ReferenceKeys:
    """The plain keys of a table ``[[references]]``."""

    quantity: str = option(help="Name of the quantity as in results.json, 'transition.Tc' say.")
    where: str = option(help="Where the value comes from.")
    sample: str | None = option(None, help="Only for this sample.")
    question: str | None = option(None, help="Only for this question.")


@dataclass(frozen=True)
class Reference:
    """
    A value from elsewhere to compare with.

    Attributes
    ----------
    quantity, where : str
        Name of the quantity and where the value comes from.
    value : float or str
        A number in the quantity's SI unit, or a text with a unit.
    std : float, str or None
        One standard deviation, likewise.
    sample, question : str or None
        Only for that sample, that question.
    conditions : mapping of str to float or str
        Conditions that the quantity must have.
    line : int
        Line of the study file.
    """

    quantity: str
    where: str
    value: float | str
    std: float | str | None = None
    sample: str | None = None
    question: str | None = None
    conditions: Mapping[str, float | str] = field(default_factory=dict)
    line: int = 0


@dataclass(frozen=True)
class Study:
    """
    A study file, checked.

    Attributes
    ----------
    path : Path
        The file.
    heading : Heading
        Name, title and description.
    samples : mapping of str to Sample
    measurements : mapping of str to Measurement
    questions : mapping of str to Question
    references : tuple of Reference
    figures : mapping of str to Layout
        Figures that the study arranges itself.
    lines : mapping of tuple to int
        Line of each key.
    """

    path: Path
    heading: Heading
    samples: Mapping[str, Sample] = field(default_factory=dict)
    measurements: Mapping[str, Measurement] = field(default_factory=dict)
    questions: Mapping[str, Question] = field(default_factory=dict)
    references: tuple[Reference, ...] = ()
    figures: Mapping[str, Layout] = field(default_factory=dict)
    lines: Mapping[KeyPath, int] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        """Name of the study."""
        return self.heading.name

    def place(self, *key: str | int) -> str:
        """
        File, line and key, as errors name them.

        Parameters
        ----------
        *key : str or int
            Path of the key.

        Returns
        -------
        str
            ``"misfit.toml:12: measurements.loops.rename"``.
        """
        return place(self.path, self.lines, key)


def place(path: Path, lines: Mapping[KeyPath, int], key: KeyPath) -> str:
    """
    File, line and key, as errors name them.

    Parameters
    ----------
    path : Path
        The study file.
    lines : mapping
        From `papilio.study.lines.lines_of_keys`.
    key : tuple
        Path of the key.

    Returns
    -------
    str
        ``"misfit.toml:12: measurements.loops.rename"``.
    """
    dotted = ""
    for part in key:
        dotted += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return f"{path.name}:{line_of(dict(lines), key)}: {dotted.removeprefix('.')}"


#: Keys that hold a table, or a value of several types: key -> (what it looks like, meaning).
MEASUREMENT_TABLES = {
    "reader": ("table", "Options of the reader; needs format."),
    "options": ("table", "Options of the simulation."),
    "rename": ("table of texts", "New name = name of a variable in the file's Dataset."),
    "constants": (
        "table of quantities",
        "What the file does not hold and is constant over it: temperature = '0.05 K'.",
    ),
    "keep": (
        "table of [low, high]",
        "Rows are kept where the variable lies in the range: temperature = ['1.9 K', '2.5 K'].",
    ),
}
QUESTION_TABLES = {"options": ("table", "Options of the analysis.")}
REFERENCE_VALUES = {
    "value": (
        "quantity, required",
        "Number in the SI unit of the quantity, or a text such as '3.27 K'.",
    ),
    "std": ("quantity", "One standard deviation of the value."),
    "conditions": (
        "table",
        "Conditions that the quantity must have; numbers are the same within 1 %.",
    ),
}
