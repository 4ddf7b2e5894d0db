"""Ta 4f spectra with counting noise: the planted part of Ta4+ comes back."""

import numpy as np
import pytest

from papilio.analysis.xps import XpsOptions, xps
from papilio.analysis.xps_start import best_pair
from papilio.dataset import Provenance, record
from papilio.errors import AnalysisError
from papilio.physics.core_level import doublet, shirley

FRACTION = 0.228


def spectrum(seed=0, fraction=FRACTION, area=40000.0, scale=1.0):
    """Spectrum on its own fine grid: Ta5+ at 26.2 eV, Ta4+ 1.4 eV lower, Poisson counts."""
    fine = np.linspace(20, 32, 4801)
    peaks = doublet(fine, (1 - fraction) * area, 26.2, 0.45, 0.08)
    peaks += doublet(fine, fraction * area, 24.8, 0.45, 0.08)
    energy = np.arange(20, 32, 0.05)
    mean = np.interp(energy, fine, 800 + peaks + shirley(fine, peaks, 0.03))
    counts = np.random.default_rng(seed).poisson(mean).astype(float)
    return record(
        {"binding_energy": energy[::-1], "intensity": counts[::-1] / scale},
        Provenance("spectrum", "spectrum", synthetic=True, seed=seed),
    )


def test_the_planted_numbers_come_back_with_honest_error_bars():
    truth = {"Ta4_fraction": FRACTION, "binding_energy": 26.2, "shift": 1.4}
    results = [xps(spectrum(seed)) for seed in range(100)]
    for name, value in truth.items():
        pulls = np.array([(r[name].value - value) / r[name].std for r in results])
        assert abs(pulls.mean()) < 0.3, name
        assert 0.75 < pulls.std() < 1.25, name
    assert np.mean([r["chi_square"].value for r in results]) == pytest.approx(1, abs=0.05)


def test_two_doublets_of_equal_size_are_told_apart():
    """The highest reading belongs to neither Ta5+ line alone."""
    fine = np.linspace(20, 32, 4801)
    energy = np.arange(20, 32, 0.05)
    for shift in (1.0, 1.2, 1.5, 1.9):
        peaks = doublet(fine, 21000.0, 26.3, 0.37, 0.08)
        peaks += doublet(fine, 19000.0, 26.3 - shift, 0.37, 0.08)
        mean = np.interp(energy, fine, 800 + peaks + shirley(fine, peaks, 0.03))
        counts = np.random.default_rng(5).poisson(mean).astype(float)
        result = xps(
            record(
                {"binding_energy": energy, "intensity": counts},
                Provenance("spectrum", "spectrum", synthetic=True, seed=5),
            )
        )
        for name, truth in {"Ta4_fraction": 0.475, "binding_energy": 26.3, "shift": shift}.items():
            found = result[name]
            assert abs(found.value - truth) < 4 * found.std, (name, shift)
        assert result["chi_square"].value < 1.4


def test_the_start_finds_both_doublets_on_the_grid():
    energy = np.arange(20, 32, 0.05)
    peaks = doublet(energy, 21000.0, 26.3, 0.45, 0.08) + doublet(energy, 19000.0, 25.3, 0.45, 0.08)
    start = best_pair(energy, 800 + peaks + shirley(energy, peaks, 0.03), 1.91)
    assert start["position"] == pytest.approx(26.3, abs=0.11)
    assert start["shift"] == pytest.approx(1.0, abs=0.11)
    assert start["area5"] == pytest.approx(21000, rel=0.15)


def test_counts_per_second_need_their_dwell_time():
    result = xps(spectrum(scale=50.0), XpsOptions(counts=50.0))
    assert result["Ta4_fraction"].value == pytest.approx(xps(spectrum())["Ta4_fraction"].value)
    assert result["Ta4_fraction"].std == pytest.approx(xps(spectrum())["Ta4_fraction"].std)


def test_a_pure_oxide_has_an_upper_limit_that_holds():
    results = [xps(spectrum(seed, fraction=0.0015)) for seed in range(40)]
    limits = [r["Ta4_fraction"] for r in results]
    assert sum(q.limit == "upper" for q in limits) > 33
    held = [q.value >= 0.0015 for q in limits if q.limit]
    assert np.mean(held) > 0.87
    assert max(q.value for q in limits if q.limit) < 0.02


def test_vacancies_leave_two_electrons_each():
    options = XpsOptions(depth=0.5e-9, depth_std=0.1e-9, density=3.8e17, density_std=0.1e17)
    result = xps(spectrum(), options)
    electrons = result["Ta4_fraction"].value * 0.5e-9 / 3.989e-10**3
    assert result["electron_density"].value == pytest.approx(electrons)
    assert result["vacancy_density"].value == pytest.approx(electrons / 2)
    assert result["vacancy_density"].std == pytest.approx(0.2 * electrons / 2, rel=0.05)
    assert result["electrons_per_carrier"].value == pytest.approx(electrons / 3.8e17)


def test_another_line_in_the_range_is_flagged():
    data = spectrum()
    energy = data["binding_energy"].values
    data["intensity"].values[:] += 3000 * np.exp(-((energy - 29.8) ** 2) / 0.5)
    assert any("times the counting noise" in flag for flag in xps(data).flags)


def test_the_parts_add_up():
    curve = xps(spectrum()).curves["spectrum"]
    total = curve["Ta5"] + curve["Ta4"] + curve["background"]
    assert np.allclose(total, curve["fit"])
    assert float(np.std(curve["residual"])) == pytest.approx(1, abs=0.15)


def test_what_is_missing_is_named():
    with pytest.raises(AnalysisError, match="no 'intensity'"):
        xps(spectrum().drop_vars("intensity"))
    with pytest.raises(AnalysisError, match="no spectrum"):
        xps(spectrum(), XpsOptions(range=(25, 25.2)))
