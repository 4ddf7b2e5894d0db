"""Each analysis has a figure that says its units, stays on the page and does without extras."""

import functools
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from matplotlib.figure import Figure

from papilio.analysis import ANALYSES, PhaseSlipsOptions
from papilio.analysis.stoner import StonerOptions, stoner
from papilio.dataset import Provenance, record
from papilio.plot import FIGURES, draw
from papilio.plot.numbers import handy, plain, power_of_ten, quantity_text, shown
from papilio.plot.style import GREEN, style
from papilio.result import Quantity, Result
from papilio.simulate import SIMULATIONS

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
from signatures import CASES


def twin(name, **options):
    simulation = SIMULATIONS[f"twin.{name}"]
    return simulation.function(simulation.options(**options))


def table(name, **variables):
    return record(variables, Provenance(name, name, synthetic=True))


def ramps():
    """DV/dI of a junction at four temperatures, current up and down, with retrapping."""
    generator = np.random.default_rng(0)
    up = np.linspace(-2e-6, 2e-6, 241)
    current = np.concatenate([up, -up])
    way = np.repeat([1, -1], up.size)
    temperature = np.array([1.0, 2.0, 3.0, 4.0])
    critical = 1.5e-6 * np.sqrt(1 - (temperature / 5) ** 2)
    parts = [
        3 / (1 + np.exp(-(np.abs(current) - np.where(current * way > 0, c, 0.8 * c)) / 3e-8))
        + generator.normal(0, 0.03, current.size)
        for c in critical
    ]
    return table(
        "ramps",
        current=np.tile(current, temperature.size),
        temperature=np.repeat(temperature, current.size),
        differential_resistance=np.concatenate(parts),
    )


def samples():
    density = np.array([3.8, 4.3, 5.8, 8.9, 9.8]) * 1e17
    known = np.array([9.7, 19.6, np.nan, 0.02, np.nan])
    return table(
        "samples",
        density=density,
        density_std=0.02 * density,
        critical_temperature=2.84e-18 * density - 0.4,
        critical_temperature_std=np.full(5, 0.01),
        delta_R=known,
        delta_R_std=np.where(np.isfinite(known), 0.3, np.nan),
        delta_R_limit=np.where(np.isfinite(known), np.nan, 0.1),
    )


def ask(analysis, options=None, **roles):
    return ANALYSES[analysis].function(**roles, options=options)


def detected(signature):
    return ask(f"signature.{signature}", **CASES[signature][""](np.random.default_rng(3)))


MAKE = {
    "bkt": lambda: ask(
        "bkt", current_voltage=twin("current_voltage"), resistance=twin("halperin_nelson_cooldown")
    ),
    "phase_slips": lambda: ask(
        "phase_slips",
        PhaseSlipsOptions(coherence_length=61.63e-9),
        data=twin("phase_slip_cooldown"),
        delta=twin("delta_resistance"),
    ),
    "spin_orbit": lambda: ask(
        "spin_orbit", parallel=twin("parallel_field"), perpendicular=twin("perpendicular_field")
    ),
    "magnetisation": lambda: ask("magnetisation", data=twin("moment_loop")),
    "scaling": lambda: ask("scaling", data=samples()),
    "xps": lambda: ask("xps", data=twin("photoelectrons")),
    "critical_current": lambda: ask("critical_current", data=ramps()),
    "anisotropy": lambda: ask(
        "anisotropy", first=twin("cooldown"), second=twin("second_direction_cooldown")
    ),
    "fluctuations": lambda: ask("fluctuations", data=twin("halperin_nelson_cooldown")),
    "gate": lambda: ask("gate", data=twin("gated_hall")),
    "angular": lambda: ask("angular", data=twin("angular_field")),
    "butterfly_series": lambda: series(),
    "stoner": lambda: stoner(StonerOptions(7.0, 0.182, 0.13, 6, 2, 0.35, 0.0091, 0.0065)),
    **{f"signature.{name}": functools.partial(detected, name) for name in CASES},
}


@functools.cache
def answer(name):
    return MAKE[name]()


@functools.cache
def drawn(name):
    return draw(answer(name))


def series():
    """Curves as `papilio.analysis.butterfly_series` documents them."""
    curves = {}
    for varied, x, held in (
        ("temperature", np.linspace(0.1, 0.7, 7), {"sweep_rate": 0.1 / 60}),
        ("sweep_rate", np.geomspace(0.02, 0.1, 4) / 60, {"temperature": 0.05}),
        ("gate_voltage", np.linspace(-100, 150, 4), {"temperature": 0.05}),
    ):
        y = 3.0 + np.arange(x.size)
        curves[f"against_{varied}_0"] = xr.Dataset(
            {
                varied: ("loop", x),
                "delta_R": ("loop", y),
                "delta_R_std": ("loop", np.full(x.size, 0.3)),
            },
            attrs=held,
        )
        curves[f"fit_{varied}_0"] = xr.Dataset({"delta_R": (varied, y)}, {varied: x}, attrs=held)
    numbers = (
        Quantity("butterfly_series.delta_R", 12.0, "ohm", 0.3),
        Quantity("butterfly_series.rate_exponent", 2.42, "", 0.05, conditions=held),
        Quantity("butterfly_series.out_of_plane", 0.2, "ohm", limit="upper"),
    )
    return Result("butterfly_series", numbers, curves, sources=("loops",), synthetic=True)


def without(result, *names):
    """The result with curves left out, by beginning of their name."""
    kept = {key: c for key, c in result.curves.items() if not key.startswith(names)}
    assert len(kept) < len(result.curves)
    return replace(result, curves=kept)


def test_every_analysis_has_a_figure():
    assert set(ANALYSES) <= set(FIGURES)
    assert set(FIGURES) - set(MAKE) == {"transition", "hall", "critical_field", "butterfly"}


@pytest.mark.parametrize("name", MAKE)
def test_axes_say_their_units_and_everything_is_on_the_page(name):
    made = drawn(name)
    assert isinstance(made, Figure)
    renderer = made.canvas.get_renderer()
    width = made.get_size_inches()[0] * 25.4
    assert width == pytest.approx(89.0) or width == pytest.approx(183.0)
    for axes in made.axes:
        label = axes.get_ylabel()
        assert label.endswith(")"), label
        assert "(" in label
        assert axes.get_xlabel().endswith(")") or not axes.get_xlabel()
        box = axes.get_tightbbox(renderer)
        assert box.x0 >= -1
        assert box.y0 >= -1
        assert box.x1 <= made.bbox.width + 1
        assert box.y1 <= made.bbox.height + 1
    assert [text.get_text() for text in made.texts] == ["SYNTHETIC DATA"]


def test_what_was_measured_is_not_stamped():
    assert draw(replace(answer("stoner"), synthetic=False)).texts == []


@pytest.mark.parametrize("name", MAKE)
def test_legends_lie_above_their_axes_and_off_the_others(name):
    made = drawn(name)
    renderer = made.canvas.get_renderer()
    for axes in made.axes:
        legend = axes.get_legend()
        if legend is None:
            continue
        where = legend.get_window_extent(renderer)
        assert where.y0 >= axes.get_window_extent(renderer).y1 - 1
        for other in made.axes:
            if other is not axes:
                assert not where.overlaps(other.get_window_extent(renderer)), name


@pytest.mark.parametrize("name", ["xps", "gate"])
def test_ticks_stay_as_laid_out_when_the_figure_is_saved_elsewhere(name):
    def ticks(made):
        return [[tick.get_text() for tick in axes.get_yticklabels()] for axes in made.axes]

    with style():
        made = draw(answer(name))
        before = ticks(made)
    # Without the settings of the style, as where a user saves it.
    assert ticks(made) == before


@pytest.mark.parametrize(
    ("name", "left_out", "panels"),
    [
        ("bkt", ("current_voltage", "exponents"), 2),
        ("bkt", ("resistance", "linearised", "halperin"), 3),
        ("bkt", ("exponents_fit", "linearised"), 4),
        ("bkt", ("halperin_nelson_fit",), 5),
        ("phase_slips", ("delta",), 2),
        ("phase_slips", ("fit_both", "fit_quantum", "delta_fit"), 2),
        ("spin_orbit", ("half_fields_perpendicular", "fit_perpendicular"), 2),
        ("spin_orbit", ("fit",), 4),
        ("magnetisation", ("loop_2", "loop_3"), 2),
        ("scaling", ("delta_R",), 1),
        ("scaling", ("critical_temperature", "line"), 1),
        ("scaling", ("line",), 2),
        ("critical_current", ("fit",), 3),
        ("critical_current", ("table", "fit"), 2),
        ("anisotropy", ("first_1", "second_1", "difference_1"), 2),
        ("fluctuations", ("sweep_1",), 2),
        ("gate", ("line",), 2),
        ("angular", ("fit_3d", "sweep"), 2),
        ("angular", ("fit",), 2),
        ("butterfly_series", ("fit",), 4),
        ("butterfly_series", ("against_sweep", "against_gate", "fit"), 2),
    ],
)
def test_what_is_missing_is_left_out(name, left_out, panels):
    made = draw(without(answer(name), *left_out))
    # Colour bars are axes too.
    assert len(made.axes) == panels
    assert all(axes.get_ylabel().endswith(")") for axes in made.axes)


@pytest.mark.parametrize("name", MAKE)
def test_numbers_that_were_not_found_are_left_out(name):
    if name == "stoner":
        assert draw(replace(answer(name), quantities=())) is None
        return
    made = draw(replace(answer(name), quantities=()))
    assert len(made.axes) >= 1


def test_gate_without_density_shows_the_resistance():
    voltage = np.concatenate([np.linspace(-100, 100, 201), np.linspace(100, -100, 201)[1:]])
    way = np.where(np.arange(voltage.size) < 201, 1, -1)
    noise = np.random.default_rng(1).normal(0, 0.5, voltage.size)
    resistance = 1300 * np.exp(-(voltage + 5.0 * way) / 300) + noise
    result = ask("gate", data=table("gate", gate_voltage=voltage, resistance=resistance))
    (axes,) = draw(result).axes
    assert axes.get_ylabel() == "resistance (Ω)"
    assert [line.get_label() for line in axes.get_lines()] == ["up", "down"]


def line_of(axes, label):
    (line,) = [line for line in axes.get_lines() if line.get_label() == label]
    return line


def test_bkt_draws_the_cube_and_the_crossing():
    result = answer("bkt")
    family, exponent, *_ = [axes for axes in drawn("bkt").axes if axes.get_label() != "<colorbar>"]
    x, y = line_of(family, "$V \\propto I^3$").get_data()
    assert np.log(y[1] / y[0]) / np.log(x[1] / x[0]) == pytest.approx(3.0)
    assert (family.get_xscale(), family.get_yscale()) == ("log", "log")
    x, y = line_of(exponent, "local fit").get_data()
    order = np.argsort(y)
    crossing = np.interp(3.0, y[order], x[order])
    assert crossing == pytest.approx(result["T_BKT_iv"].value, abs=1e-4)


def test_bkt_of_differential_resistance_draws_the_square():
    result = answer("bkt")
    curves = {
        name: curve.assign(signal=curve["signal"].assign_attrs(units="ohm"))
        if name.startswith("current_voltage")
        else curve
        for name, curve in result.curves.items()
    }
    family = draw(replace(result, curves=curves)).axes[0]
    x, y = line_of(family, "$dV/dI \\propto I^2$").get_data()
    assert np.log(y[1] / y[0]) / np.log(x[1] / x[0]) == pytest.approx(2.0)
    assert family.get_ylabel().startswith("differential resistance")


def test_phase_slip_models_are_compared_on_one_offset():
    result = answer("phase_slips")
    preferred = result.curves["resistance"].attrs["preferred"]
    offsets = {
        q.conditions["model"]: q.value for q in result.select("offset") if "model" in q.conditions
    }
    line = line_of(drawn("phase_slips").axes[0], "Golubev-Zaikin").get_ydata()
    own = result.curves["fit_quantum"]["resistance"].values
    assert line - own == pytest.approx(np.full(own.size, offsets["quantum"] - offsets[preferred]))


def test_stoner_shows_each_convention_and_the_criterion():
    (axes,) = drawn("stoner").axes
    heights = sorted(container.lines[0].get_ydata()[0] for container in axes.containers)
    assert heights == pytest.approx([9.8 / 12, 2.45, 9.8], rel=1e-3)
    (criterion,) = [line for line in axes.get_lines() if line.get_color() == GREEN]
    assert list(criterion.get_ydata()) == [1.0, 1.0]


def test_scaling_tells_signals_from_silence_and_limits():
    _, axes = drawn("scaling").axes
    labels = axes.get_legend_handles_labels()[1]
    assert set(labels) == {"signal", "no signal", "upper limit", "threshold lies here"}


def test_critical_currents_are_marked_on_their_ramps():
    result = answer("critical_current")
    axes = drawn("critical_current").axes[0]
    marked = [line.get_xdata()[0] for line in axes.get_lines() if line.get_marker() == "o"]
    expected = [
        (1 if q.conditions["side"] == "positive" else -1) * 1e6 * q.value
        for q in result.select("I_c")
        if "side" in q.conditions
    ]
    assert sorted(marked) == pytest.approx(sorted(expected))


def test_numbers_of_notes():
    assert shown(-3.8e17, 1e16, 1e-17, "x") == "−3.80(10) x"
    assert shown(2.0e-8, 1e-9, 1.0, "A m²") == "2.00(10) × $10^{-8}$ A m²"
    assert shown(None, None, 1.0, "K") == "not determined"
    limit = Quantity("a.b", 0.4, "ohm", limit="upper")
    assert quantity_text(limit, 1e3, "mΩ") == "< 400 mΩ"
    assert quantity_text(replace(limit, value=None), 1.0, "Ω") == "not determined"


def test_units_of_axes():
    assert handy("A", np.array([3e-7, np.nan])) == (pytest.approx(1e9), "nA")
    assert handy("V", np.array([2.0])) == (1.0, "V")
    factor, unit = power_of_ten("A m²", np.array([3e-8]))
    assert (factor, unit) == (pytest.approx(1e9), "$10^{-9}$ A m²")
    assert power_of_ten("A m²", np.array([0.0])) == (1.0, "A m²")


def test_plain_quantity_is_that_of_fewest_conditions():
    one = Quantity("a.x", 1.0, "K", conditions={"side": "up"})
    two = Quantity("a.x", 2.0, "K")
    result = Result("a", (one, two, Quantity("a.y", None, "K")))
    assert plain(result, "x") is two
    assert plain(result, "y") is None
