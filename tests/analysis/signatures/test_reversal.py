"""The scan of a loop: templates, heights, fields, and chances under noise."""

import numpy as np
import pytest
from scipy import stats

from papilio.analysis.signatures import LoopOptions, peaks_on_reversing_branch
from papilio.analysis.signatures.branches import Branch
from papilio.analysis.signatures.reversal import reversal
from papilio.analysis.signatures.templates import SECH_WIDTH, templates
from papilio.dataset import Provenance, record
from papilio.errors import AnalysisError
from papilio.simulate import twin
from papilio.simulate.twin_options import ButterflyOptions


def test_templates_give_the_height_of_a_peak_on_a_line_exactly():
    made = templates(40)
    x = np.arange(81.0)
    for number in (0, 1, 2):
        full = made.width[number]
        peak = 3.0 / np.cosh(SECH_WIDTH * (x - 55) / full) ** 2 + 7.0 - 0.2 * x
        assert made.height[number, 55] @ peak == pytest.approx(3.0)
        # On the sides of a steep line the top is below one foot.
        assert made.left[number, 55] @ x == pytest.approx(-(made.right[number, 55] @ x))


def branches(random, height, at=0.08, size=121, memory=0.0, std=None):
    field = np.linspace(-0.3, 0.3, size)
    made = []
    for sign in (1, -1):
        noise = random.normal(0, 1, size)
        for n in range(1, size):
            noise[n] = memory * noise[n - 1] + np.sqrt(1 - memory**2) * noise[n]
        true = height / np.cosh(SECH_WIDTH * (field - sign * at) / 0.03) ** 2
        made.append([Branch(field[::sign], (true + noise)[::sign], std)])
    return made


def test_height_and_field_are_found():
    found = [reversal(*branches(np.random.default_rng(n), 20.0), 0.01, n) for n in range(12)]
    assert [f.chance for f in found] == [0.005] * 12
    # The field grid has steps of 5 mT.
    assert np.mean([f.pair.field for f in found]) == pytest.approx(0.08, abs=0.003)
    pulls = [(f.pair.height - 20.0) / f.pair.height_std for f in found]
    assert abs(np.mean(pulls)) < 1.5
    assert all(f.limit > 20.0 for f in found)


@pytest.mark.parametrize("memory", [0.0, 0.5])
def test_chances_under_noise_are_not_too_small(memory):
    chances = [
        reversal(
            *branches(np.random.default_rng(n), 0.0, memory=memory),
            0.01,
            n,
        ).chance
        for n in range(60)
    ]
    # Of 60 chances that are not too small, more than 9 below 0.05 come once in a thousand.
    assert np.sum(np.array(chances) <= 0.05) <= stats.binom.isf(1e-3, 60, 0.05)


def test_error_bars_of_readings_count():
    # Without them a burst of scatter at one field on both branches would pass for peaks.
    random = np.random.default_rng(4)
    up, down = branches(random, 8.0)
    std = np.where(np.abs(np.abs(up[0].field) - 0.08) < 0.03, 30.0, 1.0)
    told = [[Branch(b.field, b.resistance, std) for b in group] for group in (up, down)]
    assert reversal(up, down, 0.01, 4).chance < 0.05
    assert reversal(*told, 0.01, 4).chance > 0.05


def test_the_limit_holds_the_peak_that_is_there():
    # At 95 %: of 40 loops more than 7 would fail once in a thousand.
    missed = 0
    for n in range(40):
        made = branches(np.random.default_rng([7, n]), 2.0)
        missed += reversal(*made, 0.01, n).limit < 2.0
    assert missed <= stats.binom.isf(1e-3, 40, 0.05)


def test_height_of_the_twin_and_its_conditions():
    found = peaks_on_reversing_branch(twin.butterfly(ButterflyOptions(maximum_field=0.3)))
    height = found["signature.loop_height"]
    assert height.value == pytest.approx(9.7, abs=0.6)
    assert height.conditions == {"temperature": 0.05, "sweep_rate": pytest.approx(1.67e-3)}
    assert found["signature.loop_field"].value == pytest.approx(0.08, abs=0.004)


def test_several_temperatures_are_refused():
    parts = [twin.butterfly(ButterflyOptions(maximum_field=0.3, temperature=T)) for T in (0.1, 0.3)]
    names = ("field", "temperature", "resistance")
    both = {name: np.concatenate([p[name].values for p in parts]) for name in names}
    with pytest.raises(AnalysisError, match="at 2 temperatures; keep the rows of one"):
        peaks_on_reversing_branch(record(both, Provenance("two", "t")))


def test_what_matters_decides_between_absent_and_undecided():
    data = twin.butterfly(ButterflyOptions(maximum_field=0.3, peak_height=0.0))
    absent = peaks_on_reversing_branch(data)
    assert absent.quantities[0].value == 0
    limit = absent["signature.loop_height"]
    assert limit.limit == "upper"
    strict = peaks_on_reversing_branch(data, LoopOptions(matters=0.5 * limit.value))
    assert strict.quantities[0].value is None
