"""The study of the paper: complete, and what it planted is found within its errors."""

import dataclasses
import json
import math
import tomllib
from pathlib import Path

import numpy as np
import pytest

import papilio
from papilio.study import load, run
from papilio.units import to_si

STUDY = Path(papilio.__file__).parent / "studies" / "kto111.toml"
TABLE = Path(__file__).parents[2] / "shared" / "reference" / "kto111.toml"
#: Questions that reach every kind of measurement but phase slips; those that they ask come along.
REDUCED = (
    "bkt_n38",
    "hall_n98",
    "fields_n89",
    "loop_n38",
    "loop_n43",
    "loop_n58",
    "rates_n43",
    "gate_n38",
    "moment_n38",
    "photoelectrons_n38",
)
#: What the table states of the method, of other materials, or in words.
NOT_NUMBERS_OF_THE_SAMPLES = {
    "iv_exponent_at_T_BKT",
    "mean_free_path_over_xi",
    "zero_resistance_T",
    "lao_sto_Hc2_par",
    "pauli_fraction_of_Hc2_par",
}


@pytest.fixture(scope="module")
def study():
    return load(STUDY)


def pulls(found):
    return {
        (row.question, row.quantity.name, json.dumps(row.quantity.conditions)): (
            row.quantity.value - row.truth
        )
        / row.quantity.std
        for row in found.rows
        if row.truth is not None and row.quantity.value is not None and row.quantity.limit is None
    }


def test_every_measurement_is_asked_about_and_has_noise_of_its_own(study):
    asked = {name for question in study.questions.values() for name in question.roles.values()}
    assert asked == set(study.measurements)
    seeds = [measurement.options.seed for measurement in study.measurements.values()]
    assert len(set(seeds)) == len(seeds)


def test_five_samples_carry_the_same_numbers_in_all_their_measurements(study):
    names = ("density", "sheet_resistance", "critical_temperature", "coherence_length")
    for sample in ("n38", "n43", "n58", "n89", "n98"):
        own = [m.options for m in study.measurements.values() if m.sample == sample]
        bars = [options for options in own if hasattr(options, "sheet_resistance")]
        assert len(bars) >= 4
        for name in names:
            assert len({getattr(options, name) for options in bars}) == 1, (sample, name)
        assert bars[0].density == pytest.approx(study.samples[sample].density)


def numbers(entry):
    """Every number of a part of the reference table, with the key that it stands under."""
    if isinstance(entry, dict):
        for key, value in entry.items():
            if key not in NOT_NUMBERS_OF_THE_SAMPLES:
                yield from ((key, number) for _, number in numbers(value))
    elif isinstance(entry, float):
        yield "", entry
    elif isinstance(entry, int) and not isinstance(entry, bool):
        yield "", float(entry)


@pytest.mark.skipif(not TABLE.exists(), reason="the table of the paper is not beside the project")
def test_every_number_of_the_paper_is_a_reference_of_the_study(study):
    table = tomllib.loads(TABLE.read_text("utf-8"))
    stated = set()
    for reference in study.references:
        for value in (reference.value, reference.std):
            if value is not None:
                unit = str(value).split()[-1] if isinstance(value, str) else ""
                base = {"nm": "m", "K": "K", "T": "T", "ohm": "ohm"}.get(unit, unit)
                stated.add(to_si(value, base))
    sections = ("transition", "normal_state", "critical_field", "butterfly", "phase_slips", "bkt")
    missing = [
        (section, key, number)
        for section in sections
        for key, number in numbers(table[section])
        if not any(math.isclose(number, other, rel_tol=1e-6, abs_tol=1e-30) for other in stated)
    ]
    assert missing == []
    assert all(reference.where.startswith("Zhang et al. 2025, ") for reference in study.references)


def test_a_part_of_the_study_finds_what_was_planted(study):
    asked = {
        name: None
        for outer in REDUCED
        for table in study.questions[outer].tables.values()
        for answers in table.values()
        for name, _ in answers
    }
    questions = {name: study.questions[name] for name in (*asked, *REDUCED)}
    needed = {name for question in questions.values() for name in question.roles.values()}
    part = dataclasses.replace(
        study,
        questions=questions,
        measurements={name: study.measurements[name] for name in sorted(needed)},
        references=(),
    )
    found = run(part)
    assert found.problems == ()
    apart = pulls(found)
    assert len(apart) > 45
    linearised = "bkt.T_BKT_halperin_nelson_linearised"
    assert {
        key: pull for key, pull in apart.items() if abs(pull) > 3 and key[1] != linearised
    } == {}
    assert 0.6 < float(np.std(list(apart.values()))) < 1.4
    (limit,) = [
        row.quantity
        for row in found.rows
        if row.question == "loop_n58"
        and row.quantity.name == "butterfly.height"
        and "branch" not in row.quantity.conditions
    ]
    assert limit.limit == "upper"
    assert limit.value < 1


@pytest.mark.validate
def test_the_whole_study_runs_with_each_reference_beside_its_number(study, tmp_path):
    found = papilio.run_study(STUDY, tmp_path)
    assert found.problems == ()
    assert found.warnings == ()
    assert sum(row.reference is not None for row in found.rows) >= len(study.references)
    apart = np.array(list(pulls(found).values()))
    assert apart.size > 150
    assert np.mean(np.abs(apart) < 3) > 0.93
    assert abs(float(np.median(apart))) < 0.3
