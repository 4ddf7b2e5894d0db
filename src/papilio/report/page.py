"""What a study found in, one HTML page out that needs nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import resources
from typing import Any

import jinja2
import xarray as xr
from markupsafe import Markup, escape

import papilio
from papilio.dataset import Note, notes
from papilio.ledger import VERDICTS
from papilio.report.headlines import only_referenced, split
from papilio.report.pulls import pulls
from papilio.report.signature_table import signature_table
from papilio.report.svg import inline
from papilio.report.tables import anchor, one_table, quantity_lines, table
from papilio.storage import sha256
from papilio.study import Row, StudyRun, document
from papilio.study.store import plain

#: Notes of one file beyond these are only counted: a bad file may have thousands.
MOST_NOTES = 40

#: Signs of the verdicts, told apart by shape, for colours do not print and not all see them.
_MARKS = {"inconsistent": "✗", "suspicious": "▲", "undecided": "?", "consistent": "✓"}

_DOI = re.compile(r"doi:(10\.\d{4,9}/[-._()/:A-Za-z0-9]*[A-Za-z0-9])")


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
        table=one_table(run),
        pulls=pulls(run),
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
                    "anchor": anchor(sample, line.name.partition(".")[2]),
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
        "details": table(details),
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
