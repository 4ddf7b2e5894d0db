"""The tables of a study file, held against what papilio knows; every mistake names its line."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import papilio.analysis
import papilio.readers
import papilio.simulate
from papilio.dataset import ROW_COORDINATES
from papilio.errors import OptionsError
from papilio.ledger import with_first_principles
from papilio.study.keys import nearest
from papilio.study.lines import Path as KeyPath
from papilio.study.questions import Questions
from papilio.study.sections import (
    MEASUREMENT_TABLES,
    REFERENCE_VALUES,
    Heading,
    Measurement,
    MeasurementKeys,
    Question,
    Reference,
    ReferenceKeys,
    Sample,
    Study,
)
from papilio.vocabulary import VOCABULARY, base_name

_TOP = ("study", "grids", "samples", "measurements", "questions", "references", "figures")


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


class _Checker(Questions):
    """The whole file, table by table."""

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
        questions = self.questions(self.tables(table, "questions"), measurements, samples)
        entries = table.get("references", [])
        if not isinstance(entries, list):
            self.fail(("references",), "an array of tables is wanted; write [[references]]")
        references = tuple(
            self.reference(entry, ("references", number), samples, questions)
            for number, entry in enumerate(entries)
        )
        if not measurements:
            self.fail((), "there is no measurement; add a table [measurements.NAME]")
        figures = {
            name: self.layout(name, content, questions, measurements)
            for name, content in self.tables(table, "figures").items()
        }
        return Study(
            self.path, heading, samples, measurements, questions, references, figures, self.lines
        )

    def sample(self, content: Any, key: KeyPath) -> Sample:
        sample = self.section(Sample, content, key)
        for name in ("length", "width", "density"):
            value = getattr(sample, name)
            if value is not None and not 0 < value < math.inf:
                self.fail((*key, name), f"{value:g} is not a number above zero; correct it")
        if (sample.length is None) != (sample.width is None):
            given, missing = ("length", "width") if sample.width is None else ("width", "length")
            self.fail((*key, given), f"'{given}' stands without '{missing}'; give both or none")
        if sample.first_principles is not None:
            (file,) = self.files((sample.first_principles,), (*key, "first_principles"))
            try:
                sample = replace(sample, facts=with_first_principles(file, sample.facts))
            except OptionsError as error:
                self.fail((*key, "first_principles"), str(error))
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
                    f"the vocabulary has no such name{nearest(new, VOCABULARY)}",
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
            self.fail(key, f"the vocabulary has no such name{nearest(variable, VOCABULARY)}")
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
