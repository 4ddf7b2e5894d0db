"""What a study found in, one HTML page out that needs nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any

import jinja2
import xarray as xr
from markupsafe import Markup, escape

import papilio
from papilio.dataset import Note, notes
from papilio.ledger import VERDICTS
from papilio.report.display import beside, difference, distance, number, scale_of
from papilio.report.headlines import only_referenced, reasons, split
from papilio.report.signature_table import signature_table
from papilio.report.svg import inline
from papilio.result import Quantity
from papilio.storage import sha256
from papilio.study import Row, StudyRun, document
from papilio.study.store import plain

#: Notes of one file beyond these are only counted: a bad file may have thousands.
MOST_NOTES = 40

#: Signs of the verdicts, told apart by shape, for colours do not print and not all see them.
_MARKS = {"inconsistent": "✗", "suspicious": "▲", "undecided": "?", "consistent": "✓"}

_NOT_PLAIN = re.compile(r"[^A-Za-z0-9_-]")
_DOI = re.compile(r"doi:(10\.\d{4,9}/[-._()/:A-Za-z0-9]*[A-Za-z0-9])")


@dataclass(frozen=True)
class QuantityLine:
    """One line of the table of quantities, as text."""

    name: str
    conditions: str
    value: str
    interval: str
    unit: str
    reference: str
    reference_distance: str
    where: str
    truth: str
    truth_distance: str
    flags: tuple[str, ...]
    synthetic: bool
    method: str
    reasons: tuple[tuple[str, str], ...] = ()


def page(run: StudyRun, figures: Mapping[str, str], command: str) -> str:
    """
    The report of a study.

    Parameters
    ----------
    run : StudyRun
        What was found.
    figures : mapping of str to str
        SVG by name of the question, from `papilio.report.svg.render`.
    command : str
        Command that makes it again.

    Returns
    -------
    str
        HTML; everything that comes from files is escaped.
    """
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_template),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html").render(
        run=run,
        study=run.study,
        title=run.study.heading.title or run.study.name,
        version=papilio.__version__,
        synthetic=any(result.synthetic for result in run.results.values())
        or any(int(data.attrs["synthetic"]) for data in run.datasets.values()),
        css=Markup(_template("page.css")),
        samples=_samples(run),
        only_referenced=only_referenced(run),
        signatures=signature_table(run),
        ledgers=_ledgers(run),
        arranged=[
            _arranged(run, name, figures[name]) for name in run.study.figures if name in figures
        ],
        questions=[_question(run, name, figures) for name in run.results],
        measurements=[_measurement(run, name) for name in run.datasets],
        remarks=[_remarks(name, data) for name, data in run.datasets.items()],
        results_text=_inside_script(document(run.study, run.rows)),
        study_sha256=sha256(run.study.path),
        command=command,
    )


def _template(name: str) -> str:
    return resources.files("papilio.report").joinpath(name).read_text("utf-8")


def _samples(run: StudyRun) -> list[dict[str, Any]]:
    tables = []
    headlines, _ = split(run)
    for sample in dict.fromkeys(row.sample for row in headlines):
        rows = [row for row in headlines if row.sample == sample]
        keys = run.study.samples.get(sample)
        tables.append(
            {
                "name": sample,
                "label": keys.label if keys and keys.label else sample,
                "facts": _facts(keys),
                **_table(rows),
            }
        )
        lines = tables[-1]["lines"]
        for place, row in enumerate(rows):
            why = tuple((_anchor(*reason), reason[1]) for reason in reasons(run, row))
            lines[place] = replace(lines[place], reasons=why)
    return tables


def _anchor(sample: str, check: str) -> str:
    """Id of a row of the ledger, which links of the tables above it lead to."""
    return "ledger-" + _NOT_PLAIN.sub("-", f"{sample or 'all-samples'}-{check}")


def _ledgers(run: StudyRun) -> list[dict[str, Any]]:
    """What the checks say of each sample, the worst first."""
    tables = []
    for sample, result in run.ledgers.items():
        rows = [r for r in run.rows if r.result.analysis == "ledger" and r.sample == sample]
        lines = []
        for line, row in zip(quantity_lines(_rounded(rows)), rows, strict=True):
            verdict, sentence, reference = row.quantity.flags
            lines.append(
                {
                    "check": line.name.partition(".")[2],
                    "anchor": _anchor(sample, line.name.partition(".")[2]),
                    "verdict": verdict,
                    "mark": _MARKS[verdict],
                    "number": f"{line.value} {line.unit}".rstrip(),
                    "method": line.method,
                    "conditions": line.conditions,
                    "sentence": sentence,
                    "reference": _linked(reference),
                }
            )
        lines.sort(key=lambda line: VERDICTS.index(line["verdict"]))
        keys = run.study.samples.get(sample)
        label = keys.label if keys and keys.label else sample
        tables.append(
            {"label": label or "All samples", "synthetic": result.synthetic, "lines": lines}
        )
    return tables


def _rounded(rows: Sequence[Row]) -> list[Row]:
    """Rows whose error bars are left out where they would only add digits to a verdict."""
    return [
        replace(row, quantity=replace(row.quantity, std=None))
        if row.quantity.std and row.quantity.std < 1e-3 * abs(row.quantity.value or 0.0)
        else row
        for row in rows
    ]


def _table(rows: Sequence[Row]) -> dict[str, Any]:
    """Lines of a table of quantities, and which of its columns are needed."""
    return {
        "planted": any(row.truth is not None for row in rows),
        "referenced": any(row.reference is not None for row in rows),
        "lines": quantity_lines(rows),
    }


def _facts(sample: Any) -> str:
    if sample is None:
        return ""
    facts = []
    for name in ("length", "width"):
        value = getattr(sample, name)
        if value is not None:
            factor, unit = scale_of("m", [value])
            facts.append(f"{name} {value / factor:g} {unit}")
    if sample.density is not None:
        factor, unit = scale_of("1/m^2", [sample.density])
        facts.append(f"density {sample.density / factor:g} × {unit}")
    if sample.orientation:
        facts.append(f"current along {sample.orientation}")
    return ", ".join(facts)


def quantity_lines(rows: Sequence[Row]) -> list[QuantityLine]:
    """
    Rows as text: each quantity in one unit throughout, with what it is compared to.

    Parameters
    ----------
    rows : sequence of Row
        Of one sample.

    Returns
    -------
    list of QuantityLine
        In the same order.
    """
    together: dict[tuple[str, str], list[float | None]] = {}
    for row in rows:
        together.setdefault((row.quantity.name, row.quantity.unit), []).append(row.quantity.value)
    lines = []
    for row in rows:
        quantity = row.quantity
        factor, unit = scale_of(quantity.unit, together[(quantity.name, quantity.unit)])
        value, std = quantity.value, quantity.std
        text = number(value, std, factor, quantity.limit)
        interval = ""
        if _lopsided(quantity) and quantity.interval68 is not None:
            low, high = (beside(end, std, factor) for end in quantity.interval68)
            interval = f"68 %: {low} … {high}"
        lines.append(
            QuantityLine(
                quantity.name,
                conditions_text(quantity.conditions),
                text,
                interval,
                unit if value is not None else "",
                *_compared(value, std, row.reference, factor),
                beside(row.truth, std, factor) if row.truth is not None else "",
                distance(value, std, row.truth),
                row.quantity.flags,
                row.result.synthetic,
                quantity.method,
            )
        )
    return lines


def _compared(
    value: float | None, std: float | None, reference: Mapping[str, Any] | None, factor: float
) -> tuple[str, str, str]:
    """Reference, distance from it, where it comes from."""
    if reference is None:
        return "", "", ""
    other, other_std = reference["value"], reference["std"]
    if other_std is not None:
        return (
            number(other, other_std, factor),
            distance(value, std, other, other_std),
            str(reference["where"]),
        )
    # Without its uncertainty the standard deviations would be our own alone, and say little.
    return beside(other, None, factor), difference(value, other), str(reference["where"])


def _lopsided(quantity: Quantity) -> bool:
    """Whether the 68 % interval says what value and standard deviation do not."""
    if quantity.interval68 is None or quantity.value is None:
        return False
    below, above = (abs(end - quantity.value) for end in quantity.interval68)
    return not quantity.std or abs(above - below) > 0.5 * (above + below)


#: Conditions whose SI unit follows from their name.
_CONDITION_UNITS = {
    "temperature": "K",
    "field": "T",
    "sweep_rate": "T/s",
    "current": "A",
    "gate_voltage": "V",
    "length": "m",
}


def conditions_text(conditions: Mapping[str, float | str]) -> str:
    """
    Conditions as a reader sees them.

    Parameters
    ----------
    conditions : mapping
        Of a quantity.

    Returns
    -------
    str
        "temperature 2 K, direction up".
    """
    parts = []
    for name, value in conditions.items():
        if isinstance(value, str):
            parts.append(f"{name.replace('_', ' ')} {value}")
        else:
            factor, unit = scale_of(_CONDITION_UNITS.get(name, ""), [value])
            shown = f"{value / factor:.4g}".replace("-", "−")
            parts.append(f"{name.replace('_', ' ')} {shown} {unit}".rstrip())
    return ", ".join(parts)


def _question(run: StudyRun, name: str, figures: Mapping[str, str]) -> dict[str, Any]:
    result, question = run.results[name], run.study.questions[name]
    svg = figures.get(name)
    details = [row for row in split(run)[1] if row.question == name]
    label = f"{result.analysis} of sample {question.sample}, question {name}"
    methods: dict[str, list[str]] = {}
    for quantity in result.quantities:
        names = methods.setdefault(quantity.method, []) if quantity.method else []
        if quantity.name not in names:
            names.append(quantity.name)
    return {
        "name": name,
        "heading": name if name == result.analysis else f"{name}: {result.analysis}",
        "analysis": result.analysis,
        "sample": question.sample,
        "synthetic": result.synthetic,
        "roles": ", ".join(f"{role}: {m}" for role, m in question.roles.items()),
        "sources": ", ".join(result.sources),
        "flags": result.flags,
        "figure": None if svg is None else Markup(inline(svg, str(escape(label)))),
        "methods": [(method, ", ".join(names)) for method, names in methods.items()],
        "details": _table(details),
        "references": [_linked(reference) for reference in result.references],
        "options": [(key, json.dumps(value)) for key, value in result.options.items()],
    }


def _arranged(run: StudyRun, name: str, svg: str) -> dict[str, Any]:
    """A figure that the study arranges itself."""
    layout = run.study.figures[name]
    label = str(escape(f"{layout.title or name}: {len(layout.panels)} panels"))
    return {"name": name, "title": layout.title, "figure": Markup(inline(svg, label))}


def _linked(reference: str) -> Markup:
    """Literature with its DOIs as links; escaped first, so that nothing else becomes markup."""
    return Markup(_DOI.sub(r'<a href="https://doi.org/\1">doi:\1</a>', str(escape(reference))))


def _measurement(run: StudyRun, name: str) -> dict[str, Any]:
    data = run.datasets[name]
    return {
        "name": name,
        "sample": run.study.measurements[name].sample,
        "sources": _sources(data),
        "reader": str(data.attrs["reader"]),
        "version": str(data.attrs["papilio_version"]),
        "synthetic": bool(int(data.attrs["synthetic"])),
        "seed": str(data.attrs.get("seed", "")),
        "size": ", ".join(f"{size} {dimension}s" for dimension, size in data.sizes.items()),
        "columns": [_column(data, str(variable)) for variable in data.data_vars],
    }


def _sources(data: xr.Dataset) -> list[tuple[str, str]]:
    """Name and content hash of each file that was joined."""
    source = str(data.attrs["source"])
    hashes = str(data.attrs.get("source_sha256", ""))
    names, digests = source.split(", "), hashes.split(", ")
    # A file name may hold a comma itself; then the pairing is unknown and all stand together.
    return (
        list(zip(names, digests, strict=True)) if len(names) == len(digests) else [(source, hashes)]
    )


def _column(data: xr.Dataset, variable: str) -> str:
    original = data[variable].attrs.get("original_name", "")
    unit = data[variable].attrs.get("units", "")
    return f"{variable} ({unit})" + (f" from “{original}”" if original else "")


def _remarks(name: str, data: xr.Dataset) -> dict[str, Any]:
    remarks = notes(data)
    return {
        "name": name,
        "notes": [_remark(note) for note in remarks[:MOST_NOTES]],
        "more": max(0, len(remarks) - MOST_NOTES),
    }


def _remark(note: Note) -> str:
    where = [f"line {note.line}" if note.line is not None else "", note.column or ""]
    rows = f" ({note.rows} row{'s' if note.rows != 1 else ''})" if note.rows else ""
    prefix = ", ".join(part for part in where if part)
    return f"{prefix}: {note.message}{rows}" if prefix else f"{note.message}{rows}"


def _inside_script(content: Mapping[str, Any]) -> Markup:
    """JSON without blanks, in which nothing can end the element that holds it."""
    text = json.dumps(content, default=plain, allow_nan=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))
