"""The tables of a study file, held against what papilio knows; every mistake names its line."""

from __future__ import annotations

import dataclasses
import difflib
import math
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import papilio.analysis
import papilio.readers
import papilio.simulate
from papilio.dataset import ROW_COORDINATES
from papilio.errors import OptionsError, StudyError
from papilio.options import from_table
from papilio.study.lines import Path as KeyPath
from papilio.study.sections import (
    MEASUREMENT_TABLES,
    QUESTION_TABLES,
    REFERENCE_VALUES,
    Heading,
    Measurement,
    MeasurementKeys,
    Question,
    Reference,
    ReferenceKeys,
    Sample,
    Study,
    place,
)
from papilio.units import factor, to_si
from papilio.vocabulary import VOCABULARY, base_name

Section = TypeVar("Section")

_NAME = re.compile(r"[A-Za-z0-9_-]+")
#: Names that Windows keeps for devices, with any suffix: no output file may be called so.
_DEVICES = {"con", "prn", "aux", "nul"} | {f"{p}{n}" for p in ("com", "lpt") for n in range(1, 10)}
_TOP = ("study", "samples", "measurements", "questions", "references")


def checked(table: dict[str, Any], path: Path, lines: Mapping[KeyPath, int]) -> Study:
    """
    The study that a table describes.

    Parameters
    ----------
    table : dict
        As `tomllib` gives it.
    path : Path
        The study file, for messages and as the start of relative paths.
    lines : mapping of tuple to int
        Line of each key.

    Returns
    -------
    Study
        Checked.

    Raises
    ------
    StudyError
        Naming file, line, key and remedy.
    """
    return _Checker(path, lines).study(table)


@dataclasses.dataclass(frozen=True)
class _Checker:
    path: Path
    lines: Mapping[KeyPath, int]

    def fail(self, key: KeyPath, message: str) -> NoReturn:
        raise StudyError(f"{place(self.path, self.lines, key)}: {message}")

    def study(self, table: dict[str, Any]) -> Study:
        self.refuse_unknown(table, _TOP, ())
        self.refuse_not_finite(table, ())
        if "study" not in table:
            self.fail((), 'the table [study] is missing; begin with [study] and name = "..."')
        heading = self.section(Heading, table["study"], ("study",))
        self.check_name(heading.name, ("study", "name"))
        samples = {
            name: self.sample(content, ("samples", name))
            for name, content in self.tables(table, "samples").items()
        }
        measurements = {
            name: self.measurement(name, content, samples)
            for name, content in self.tables(table, "measurements").items()
        }
        questions = {
            name: self.question(name, content, measurements)
            for name, content in self.tables(table, "questions").items()
        }
        entries = table.get("references", [])
        if not isinstance(entries, list):
            self.fail(("references",), "an array of tables is wanted; write [[references]]")
        references = tuple(
            self.reference(entry, ("references", number), samples, questions)
            for number, entry in enumerate(entries)
        )
        if not measurements:
            self.fail((), "there is no measurement; add a table [measurements.NAME]")
        return Study(self.path, heading, samples, measurements, questions, references, self.lines)

    def sample(self, content: Any, key: KeyPath) -> Sample:
        sample = self.section(Sample, content, key)
        for name in ("length", "width", "density"):
            value = getattr(sample, name)
            if value is not None and not 0 < value < math.inf:
                self.fail((*key, name), f"{value:g} is not a number above zero; correct it")
        if (sample.length is None) != (sample.width is None):
            given, missing = ("length", "width") if sample.width is None else ("width", "length")
            self.fail((*key, given), f"'{given}' stands without '{missing}'; give both or none")
        return sample

    def measurement(self, name: str, content: Any, samples: Mapping[str, Sample]) -> Measurement:
        key = ("measurements", name)
        self.check_name(name, key)
        keys = self.section(MeasurementKeys, content, key, MEASUREMENT_TABLES)
        self.known(keys.sample, samples, (*key, "sample"), "sample", "samples")
        if (keys.files is None) == (keys.simulate is None):
            self.fail(key, "either 'files' or 'simulate' is wanted; give one of the two")
        rename = self.mapping(content, key, "rename")
        for new, old in rename.items():
            if not isinstance(old, str):
                self.fail((*key, "rename", new), "a text is wanted, the name in the file")
            if base_name(new) is None:
                self.fail(
                    (*key, "rename", new),
                    f"the vocabulary has no such name{_nearest(new, VOCABULARY)}",
                )
        constants = {
            variable: self.constant(variable, value, (*key, "constants", variable))
            for variable, value in self.mapping(content, key, "constants").items()
        }
        keep = {
            variable: self.range(variable, value, (*key, "keep", variable))
            for variable, value in self.mapping(content, key, "keep").items()
        }
        reader_options: Any = None
        options: Any = None
        files: tuple[Path, ...] = ()
        if keys.simulate is not None:
            for other in ("format", "reader"):
                if other in content:
                    self.fail((*key, other), "a simulation has no reader; delete the key")
            simulations = papilio.simulate.SIMULATIONS
            self.known(keys.simulate, simulations, (*key, "simulate"), "simulation")
            options = self.section(
                simulations[keys.simulate].options,
                content.get("options", {}),
                (*key, "options"),
            )
        else:
            if "options" in content:
                self.fail((*key, "options"), "options are of a simulation; did you mean 'reader'?")
            reader_options = self.reader_options(keys, content, key)
            files = self.files(keys.files or (), (*key, "files"))
        return Measurement(
            name,
            keys.sample,
            files,
            keys.format,
            reader_options,
            keys.simulate,
            options,
            rename,
            constants,
            keep,
        )

    def reader_options(self, keys: MeasurementKeys, content: Any, key: KeyPath) -> Any:
        readers = papilio.readers.READERS
        if keys.format is not None:
            self.known(keys.format, readers, (*key, "format"), "reader")
        if "reader" not in content:
            return None
        if keys.format is None:
            self.fail((*key, "reader"), 'options of a reader need its name; add format = "..."')
        return self.section(readers[keys.format].options, content["reader"], (*key, "reader"))

    def files(self, names: tuple[str, ...], key: KeyPath) -> tuple[Path, ...]:
        if not names:
            self.fail(key, "the list is empty; name at least one file")
        files = []
        for number, name in enumerate(names):
            file = self.path.parent / name
            if not file.is_file():
                self.fail(
                    (*key, number),
                    f"there is no file '{name}'; paths are relative to the study file",
                )
            files.append(file)
        return tuple(files)

    def constant(self, variable: str, value: Any, key: KeyPath) -> float:
        base = base_name(variable)
        if base is None:
            self.fail(key, f"the vocabulary has no such name{_nearest(variable, VOCABULARY)}")
        return self.quantity(value, VOCABULARY[base][0], key)

    def range(self, variable: str, value: Any, key: KeyPath) -> tuple[float, float]:
        if not isinstance(value, list) or len(value) != 2:
            self.fail(key, "a list of two is wanted, [lowest, highest]")
        base = base_name(variable)
        if base is None and variable not in ROW_COORDINATES:
            if not all(isinstance(v, int | float) and not isinstance(v, bool) for v in value):
                self.fail(key, "plain numbers are wanted, in the unit of the file")
            low, high = map(float, value)
        else:
            unit = VOCABULARY[base][0] if base else ""
            low, high = (self.quantity(v, unit, (*key, n)) for n, v in enumerate(value))
        if not low < high:
            self.fail(key, "the first value is not below the second; write [lowest, highest]")
        return low, high

    def question(
        self, name: str, content: Any, measurements: Mapping[str, Measurement]
    ) -> Question:
        key = ("questions", name)
        self.check_name(name, key)
        analyses = papilio.analysis.ANALYSES
        if not isinstance(content, dict) or "analysis" not in content:
            self.fail(key, f"'analysis' is missing; name one of {', '.join(analyses)}")
        if not isinstance(content["analysis"], str):
            self.fail((*key, "analysis"), "a text is wanted, the name of an analysis")
        self.known(content["analysis"], analyses, (*key, "analysis"), "analysis")
        analysis = analyses[content["analysis"]]
        roles = (*analysis.roles, *analysis.optional_roles)
        self.refuse_unknown(content, ("analysis", *QUESTION_TABLES, *roles), key)
        given: dict[str, str] = {}
        for role in roles:
            if role in content:
                if not isinstance(content[role], str):
                    self.fail((*key, role), "a text is wanted, the name of a measurement")
                self.known(content[role], measurements, (*key, role), "measurement", "measurements")
                given[role] = content[role]
            elif role in analysis.roles:
                self.fail(key, f"'{role}' is missing; name the measurement that has this role")
        if not given:
            self.fail(key, f'it names no measurement; add {" or ".join(roles)} = "..."')
        samples = {measurements[measurement].sample: role for role, measurement in given.items()}
        if len(samples) > 1:
            self.fail(
                (*key, list(samples.values())[-1]),
                f"the measurements are of samples {' and '.join(samples)}; ask about one sample",
            )
        options: Any = self.section(analysis.options, content.get("options", {}), (*key, "options"))
        return Question(name, content["analysis"], given, options, next(iter(samples)))

    def reference(
        self,
        entry: Any,
        key: KeyPath,
        samples: Mapping[str, Sample],
        questions: Mapping[str, Question],
    ) -> Reference:
        keys = self.section(ReferenceKeys, entry, key, REFERENCE_VALUES)
        if keys.sample is not None:
            self.known(keys.sample, samples, (*key, "sample"), "sample", "samples")
        if keys.question is not None:
            self.known(keys.question, questions, (*key, "question"), "question", "questions")
        if "value" not in entry:
            self.fail(key, "'value' is missing; give a number in SI or a text with unit")
        for name in ("value", "std"):
            if name in entry:
                self.check_quantity(entry[name], (*key, name))
        conditions = self.mapping(entry, key, "conditions")
        for name, condition in conditions.items():
            if isinstance(condition, bool) or not isinstance(condition, int | float | str):
                self.fail((*key, "conditions", name), "a number in SI or a text is wanted")
        return Reference(
            keys.quantity,
            keys.where,
            entry["value"],
            entry.get("std"),
            keys.sample,
            keys.question,
            conditions,
            self.lines.get(key, 1),
        )

    def check_quantity(self, value: Any, key: KeyPath) -> None:
        """Check what can be checked before the unit of the quantity is known."""
        if isinstance(value, int | float) and not isinstance(value, bool):
            return
        if not isinstance(value, str):
            self.fail(key, "a number in SI or a text such as '3.27 K' is wanted")
        unit = value.strip().partition(" ")[2].strip()
        self.quantity(value, unit, key)

    def quantity(self, value: Any, unit: str, key: KeyPath) -> float:
        try:
            factor(unit, unit)
            number = to_si(value, unit)
        except OptionsError as error:
            self.fail(key, str(error))
        if not math.isfinite(number):
            self.fail(key, f"{value!r} is not finite; write a number")
        return number

    def section(
        self, cls: type[Section], content: Any, key: KeyPath, others: Collection[str] = ()
    ) -> Section:
        """Fill a dataclass of options from a table in which `others` may stand too."""
        if not isinstance(content, dict):
            self.fail(key, f"a table is wanted, not {content!r}")
        fields = [field.name for field in dataclasses.fields(cls)]  # type: ignore[arg-type]
        self.refuse_unknown(content, (*fields, *others), key)
        try:
            return from_table(cls, {k: v for k, v in content.items() if k in fields})
        except OptionsError as error:
            name, _, message = str(error).partition(": ")
            parts = name.split(".")
            if parts[0] in fields:
                self.fail((*key, *parts), message)
            self.fail(key, str(error))

    def tables(self, table: Mapping[str, Any], name: str) -> dict[str, Any]:
        content = table.get(name, {})
        if not isinstance(content, dict):
            self.fail((name,), f"tables are wanted; write [{name}.NAME]")
        folded: dict[str, str] = {}
        for key in content if name != "samples" else ():
            # Outputs are named after them, and not every file system tells A from a.
            if folded.setdefault(key.casefold(), key) != key:
                self.fail((name, key), f"it differs from '{folded[key.casefold()]}' only in case")
        return content

    def mapping(self, content: Mapping[str, Any], key: KeyPath, name: str) -> dict[str, Any]:
        table = content.get(name, {})
        if not isinstance(table, dict):
            self.fail((*key, name), f"a table is wanted, not {table!r}")
        return table

    def check_name(self, name: str, key: KeyPath) -> None:
        if not _NAME.fullmatch(name) or name.casefold() in _DEVICES:
            self.fail(key, f"'{name}' cannot name a file; use letters, digits, - and _")

    def known(
        self, name: str, names: Collection[str], key: KeyPath, what: str, table: str | None = None
    ) -> None:
        if name not in names:
            remedy = _nearest(name, names)
            if table is not None and not names:
                remedy = f"; add a table [{table}.{name}]"
            self.fail(key, f"there is no {what} '{name}'{remedy}")

    def refuse_unknown(
        self, table: Mapping[str, Any], known: Collection[str], key: KeyPath
    ) -> None:
        for name in table:
            if name not in known:
                self.fail((*key, name), f"unknown key{_nearest(name, known)}")

    def refuse_not_finite(self, value: Any, key: KeyPath) -> None:
        if isinstance(value, dict):
            for name, item in value.items():
                self.refuse_not_finite(item, (*key, name))
        elif isinstance(value, list):
            for number, item in enumerate(value):
                self.refuse_not_finite(item, (*key, number))
        elif isinstance(value, float) and not math.isfinite(value):
            self.fail(key, f"{value} is not finite; write a number")


def _nearest(name: str, known: Collection[str]) -> str:
    """Remedy for a name that is not known, to be put behind the complaint."""
    if not known:
        return "; there is none to choose from"
    near = difflib.get_close_matches(name, list(known), 1, 0.6)
    if near:
        return f"; did you mean '{near[0]}'?"
    return f"; known are {', '.join(known)}"
