"""The studies of the virtual cryostat: each signature asked of each mechanism, nothing unasked."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import papilio
from papilio.analysis.signatures import SIGNATURES
from papilio.simulate.interface import COUPLINGS
from papilio.study import load

STUDIES = Path(papilio.__file__).parent / "studies"
ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module", params=["kto111_virtual", "kto111_virtual_quick"])
def study(request):
    return load(STUDIES / f"{request.param}.toml")


def mechanisms(study):
    """Couplings of each measurement, behind each question."""
    found = {}
    for name, question in study.questions.items():
        behind = set(question.roles.values())
        for columns in question.tables.values():
            for asked in (q for column in columns.values() for q, _ in column):
                behind |= set(study.questions[asked].roles.values())
        found[name] = {study.measurements[m].options.mechanism for m in behind}
    return found


def test_every_signature_is_asked_of_every_mechanism(study):
    behind = mechanisms(study)
    known = {m.options.mechanism for m in study.measurements.values()}
    for signature in SIGNATURES:
        asked = [
            behind[name]
            for name, question in study.questions.items()
            if question.analysis == f"signature.{signature}"
        ]
        # One mechanism at a time, and all of them.
        assert all(len(one) == 1 for one in asked)
        assert set().union(*asked) == known


def test_there_are_enough_mechanisms(study):
    known = {m.options.mechanism for m in study.measurements.values()}
    alone = known.intersection(COUPLINGS)
    assert "none" in known
    assert any("+" in name for name in known)
    assert alone == set(COUPLINGS) if "quick" not in study.name else len(alone) >= 4


def test_every_measurement_is_looked_at(study):
    looked_at = {m for question in study.questions.values() for m in question.roles.values()}
    assert looked_at == set(study.measurements)


def test_mechanisms_differ_in_their_couplings_alone(study):
    """What is measured, and of what sample, is the same whatever couples."""
    by_mechanism = {}
    for name, measurement in study.measurements.items():
        sample = measurement.sample.rpartition("_")[0]
        short = name.replace(f"_{sample}", "")
        options = {k: v for k, v in vars(measurement.options).items() if k != "couplings"}
        by_mechanism.setdefault(sample, {})[short] = (measurement.simulate, options)
    first, *others = by_mechanism.values()
    assert others
    assert all(other == first for other in others)


def test_the_densities_are_those_of_the_paper(study):
    found = {m.options.film.density for m in study.measurements.values()}
    paper = tomllib.loads((STUDIES / "kto111.toml").read_text("utf-8"))["samples"]
    stated = [float(s["density"].split()[0]) for s in paper.values() if "density" in s]
    assert sorted(found) == pytest.approx(sorted(set(stated)))


@pytest.mark.parametrize("name", ["kto111_virtual.toml", "kto111_virtual_quick.toml"])
def test_the_studies_of_the_folder_are_those_of_the_package(name):
    assert (ROOT / "studies" / name).read_bytes() == (STUDIES / name).read_bytes()
