"""Questions and figures of a study file, held against the names that they may use."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import papilio.analysis
from papilio.study.keys import Keys, nearest
from papilio.study.layout import Layer, Layout, matching, names
from papilio.study.lines import Path as KeyPath
from papilio.study.sections import (
    QUESTION_TABLES,
    AnswerTable,
    Measurement,
    Question,
    Sample,
)
from papilio.vocabulary import VOCABULARY


class Questions(Keys):
    """The tables ``[questions.NAME]`` and ``[figures.NAME]``."""

    def questions(
        self,
        contents: Mapping[str, Any],
        measurements: Mapping[str, Measurement],
        samples: Mapping[str, Sample],
    ) -> dict[str, Question]:
        """Check all questions: those that take answers of others after those others."""
        later = {
            name
            for name, content in contents.items()
            if isinstance(content, dict)
            and any(isinstance(v, dict) for k, v in content.items() if k not in QUESTION_TABLES)
        }
        found: dict[str, Question] = {}
        for name in sorted(contents, key=later.__contains__):
            answered = {n: q for n, q in found.items() if n not in later}
            found[name] = self.question(name, contents[name], measurements, samples, answered)
        return {name: found[name] for name in contents}

    def question(
        self,
        name: str,
        content: Any,
        measurements: Mapping[str, Measurement],
        known_samples: Mapping[str, Sample],
        answered: Mapping[str, Question],
    ) -> Question:
        """Check one question; `answered` are those whose answers it may take."""
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
        self.refuse_unknown(content, ("analysis", "sample", *QUESTION_TABLES, *roles), key)
        given: dict[str, str] = {}
        tables: dict[str, AnswerTable] = {}
        samples: dict[str, str] = {}
        for role in roles:
            if isinstance(content.get(role), dict):
                tables[role] = self.answer_table(content[role], answered, (*key, role))
                for named in dict.fromkeys(q for c in tables[role].values() for q, _ in c):
                    samples[answered[named].sample] = role
            elif role in content:
                if not isinstance(content[role], str):
                    self.fail(
                        (*key, role), "a text is wanted, the name of a measurement, or a table"
                    )
                self.known(content[role], measurements, (*key, role), "measurement", "measurements")
                given[role] = content[role]
                samples[measurements[content[role]].sample] = role
            elif role in analysis.roles:
                self.fail(key, f"'{role}' is missing; name the measurement that has this role")
        if not given and not tables:
            self.fail(key, f'it names no measurement; add {" or ".join(roles)} = "..."')
        own = list(
            dict.fromkeys(measurements[measurement].sample for measurement in given.values())
        )
        sample = self.sample_of(content, key, samples, own, known_samples)
        options: Any = self.section(analysis.options, content.get("options", {}), (*key, "options"))
        return Question(name, content["analysis"], given, options, sample, tables)

    def sample_of(
        self,
        content: Mapping[str, Any],
        key: KeyPath,
        samples: Mapping[str, str],
        own: Collection[str],
        known: Mapping[str, Sample],
    ) -> str:
        """Sample under which an answer stands, from the key or from what it looks at."""
        if len(own) > 1:
            last = [role for sample, role in samples.items() if sample in own][-1]
            self.fail(
                (*key, last),
                f"the measurements are of samples {' and '.join(own)}; ask about one sample",
            )
        if "sample" in content:
            stated = content["sample"]
            if not isinstance(stated, str):
                self.fail((*key, "sample"), "a text is wanted, the name of a sample")
            self.known(stated, known, (*key, "sample"), "sample", "samples")
            if own and stated not in own:
                self.fail((*key, "sample"), f"its measurement is of '{next(iter(own))}'; delete it")
            return stated
        if len(samples) > 1:
            self.fail(
                key,
                f'the answers are of samples {", ".join(samples)}; add sample = "..." to say '
                "under which one this answer stands",
            )
        return next(iter(samples))

    def answer_table(
        self, content: Mapping[str, Any], answered: Mapping[str, Question], key: KeyPath
    ) -> AnswerTable:
        """A table of answers in place of a measurement: variable -> QUESTION.QUANTITY."""
        table: dict[str, tuple[tuple[str, str], ...]] = {}
        for variable, patterns in content.items():
            here = (*key, variable)
            if variable not in VOCABULARY:
                self.fail(here, f"the vocabulary has no such name{nearest(variable, VOCABULARY)}")
            written = [patterns] if isinstance(patterns, str) else patterns
            if not isinstance(written, list) or not all(isinstance(p, str) for p in written):
                self.fail(here, "a text is wanted, or a list of them: 'QUESTION.QUANTITY'")
            columns: list[tuple[str, str]] = []
            for pattern in written:
                question, _, quantity = pattern.partition(".")
                if not question or not quantity:
                    self.fail(here, f"'{pattern}' is not QUESTION.QUANTITY, as in 'hall_a.density'")
                found = matching(question, answered)
                if not found:
                    self.fail(
                        here,
                        f"there is no question '{question}' that looks at measurements"
                        f"{nearest(question, answered)}",
                    )
                columns += [(name, quantity) for name in found]
            table[variable] = tuple(dict.fromkeys(columns))
        if not any(table.values()):
            self.fail(key, "the table is empty; add variables, as in density = 'hall_*.density'")
        return table

    def layout(
        self,
        name: str,
        content: Any,
        questions: Mapping[str, Question],
        measurements: Mapping[str, Measurement],
    ) -> Layout:
        """Check one figure of the study's own."""
        key = ("figures", name)
        self.check_name(name, key)
        if name in questions:
            self.fail(key, f"a question is called '{name}' too; choose another name")
        layout = self.section(Layout, content, key)
        if not layout.panels or layout.columns < 1:
            self.fail(key, "a figure needs panels, and columns of one or more; correct it")
        for number, panel in enumerate(layout.panels):
            here = (*key, "panels", number)
            if not panel.layers:
                self.fail(here, "nothing is drawn; add layers")
            for place, layer in enumerate(panel.layers):
                self.layer(layer, (*here, "layers", place), questions, measurements)
            for marks in ("x_marks", "y_marks"):
                for mark in getattr(panel, marks):
                    self.known(
                        mark.partition(".")[0], questions, (*here, marks), "question", "questions"
                    )
        return layout

    def layer(
        self,
        layer: Layer,
        key: KeyPath,
        questions: Mapping[str, Question],
        measurements: Mapping[str, Measurement],
    ) -> None:
        """Check that a layer names something, and what there is."""
        if bool(layer.curves) == bool(layer.measurements):
            self.fail(key, "either 'curves' or 'measurements' is wanted; give one of the two")
        for pattern in layer.curves:
            if "." not in pattern:
                self.fail(
                    (*key, "curves"), f"'{pattern}' is not QUESTION.CURVE, as in 'hall_a.loop'"
                )
        for what, pattern in names(layer):
            known: Mapping[str, object] = questions if what == "curves" else measurements
            if not matching(pattern, known):
                single = "question" if what == "curves" else "measurement"
                remedy = nearest(pattern, known)
                self.fail((*key, what), f"there is no {single} '{pattern}'{remedy}")
