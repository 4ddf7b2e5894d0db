"""The study of the paper: complete, and what it planted is found within its errors."""

import dataclasses
import json
import math
import tomllib
from pathlib import Path

import numpy as np
import pytest

import papilio
from papilio.report.headlines import far, reasons
from papilio.report.pulls import pulls as pulls_of
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


#: Where in results.json the keys of the paper's table stand that are no plain reference value:
#: words, numbers that a definition or a check of the ledger holds, and ratios of two others.
STANDS_IN = {
    "transition.definition_Tc": "transition.Tc",
    "transition.definition_width": "transition.width",
    "bkt.iv_exponent_at_T_BKT": "bkt.exponent",
    "critical_field.definition": "critical_field.half_field",
    "critical_field.pauli_fraction_of_Hc2_par": "critical_field.pauli_ratio",
    "normal_state.mean_free_path_over_xi": "ledger.clean_or_dirty",
    "butterfly.definition": "butterfly.delta_R",
    "butterfly.zero_resistance_T": "transition.T_zero",
    "butterfly.delta_R_vs_density_at_0p05K.above 5e17": "butterfly.height",
    "butterfly.out_of_plane_loop": "butterfly_series.out_of_plane",
    "butterfly.peaks_above_Tc": "butterfly_series.delta_R",
    "butterfly.in_plane_anisotropy.4.3e17": "anisotropy.T_onset",
    "butterfly.in_plane_anisotropy.8.9e17": "anisotropy.size",
    "butterfly.squid": "magnetisation.saturation_moment",
    "butterfly.orientations_with_loop": "butterfly.delta_R",
}
#: Said of another material.
OF_ANOTHER_MATERIAL = {"butterfly.lao_sto_Hc2_par"}


def leaves(table, path=""):
    for key, value in table.items():
        where = f"{path}.{key}" if path else key
        if isinstance(value, dict):
            yield from leaves(value, where)
        else:
            yield where, value


def places(table, rows):
    """Each key of the paper's table -> the quantities of results.json that it stands beside."""
    found = {}
    for section in ("transition", "bkt", "critical_field", "normal_state", "butterfly"):
        for path, value in leaves(table[section], section):
            found[path] = _places(path, value, rows)
    for path, value in leaves(table["phase_slips"], "phase_slips"):
        if path.endswith("_std"):
            value = next(
                v for p, v in leaves(table["phase_slips"], "phase_slips") if p == path[:-4]
            )
        found[path] = [
            place for place in _places(path, value, rows) if place.startswith("phase_slips.")
        ]
    return found


def _places(path, value, rows):
    name = STANDS_IN.get(path)
    if name is not None:
        return [f"{row['quantity']} of {row['sample']}" for row in rows if row["quantity"] == name]
    if not isinstance(value, int | float) or isinstance(value, bool):
        return []
    return [
        f"{row['quantity']} of {row['sample']}"
        for row in rows
        if row["reference"] is not None
        and math.isclose(row["reference"]["value"], value, rel_tol=1e-6, abs_tol=1e-30)
    ]


@pytest.mark.validate
@pytest.mark.skipif(not TABLE.exists(), reason="the table of the paper is not beside the project")
def test_every_key_of_the_paper_stands_in_the_results(whole):
    folder, _ = whole
    rows = json.loads((folder / "results.json").read_text("utf-8"))["results"]
    found = places(tomllib.loads(TABLE.read_text("utf-8")), rows)
    assert len(found) > 60
    for path, where in found.items():
        print(f"{path}: {', '.join(dict.fromkeys(where)) or 'nowhere'}")
    nowhere = {path for path, where in found.items() if not where}
    assert nowhere == OF_ANOTHER_MATERIAL


@pytest.mark.validate
def test_what_is_far_from_the_paper_is_explained(whole):
    _, found = whole
    # What the study says of these where it quotes the paper: a mean over densities. All others are
    # linked to a check of the ledger.
    said = {
        (row.sample, row.quantity.name): row.reference["where"]
        for row in found.rows
        if far(found, row) and not reasons(found, row)
    }
    assert set(said) == {("n58", "transition.width"), ("n89", "transition.width")}
    assert "mean of densities" in said["n58", "transition.width"]
    assert "mean of densities" in said["n89", "transition.width"]


@pytest.mark.validate
def test_the_report_is_one_table_with_its_pulls(whole):
    folder, found = whole
    text = (folder / "report.html").read_text("utf-8")
    assert text.count('<table class="compared">') == 1
    stated = pulls_of(found)
    assert stated.count == len(pulls(found))
    assert f"of {stated.count} numbers" in text
    assert all(pull.name in text.split('class="pulls"')[1] for pull in stated.largest)


@pytest.fixture(scope="module")
def whole(study, tmp_path_factory):
    folder = tmp_path_factory.mktemp("kto111")
    return folder, papilio.run_study(STUDY, folder)


@pytest.mark.validate
def test_the_whole_study_runs_with_each_reference_beside_its_number(study, whole):
    _, found = whole
    assert found.problems == ()
    assert found.warnings == ()
    assert sum(row.reference is not None for row in found.rows) >= len(study.references)
    apart = np.array(list(pulls(found).values()))
    assert apart.size > 150
    assert np.mean(np.abs(apart) < 3) > 0.93
    assert abs(float(np.median(apart))) < 0.3
