from dataclasses import replace

import numpy as np
import pytest
from matplotlib.figure import Figure

from papilio.analysis import ANALYSES
from papilio.plot import FIGURES, draw
from papilio.plot.style import (
    BLUE,
    ONE_COLUMN,
    ORANGE,
    field_scale,
    figure,
    readings,
    resistance_scale,
    temperature_colours,
)
from papilio.result import Result
from papilio.simulate import SIMULATIONS


def simulated(name):
    simulation = SIMULATIONS[name]
    return simulation.function(simulation.options())


@pytest.fixture(scope="module")
def results():
    data = {
        "transition": {"data": simulated("twin.cooldown")},
        "hall": {"data": simulated("twin.hall")},
        "critical_field": {
            "perpendicular": simulated("twin.perpendicular_field"),
            "parallel": simulated("twin.parallel_field"),
        },
        "butterfly": {"data": simulated("twin.butterfly")},
    }
    return {name: ANALYSES[name].function(**roles) for name, roles in data.items()}


NAMES = ("transition", "hall", "critical_field", "butterfly")


@pytest.mark.parametrize("name", NAMES)
def test_axes_say_what_they_show_in_which_unit(results, name):
    made = draw(results[name])
    assert isinstance(made, Figure)
    assert len(made.axes) >= 2
    for axes in made.axes:
        label = axes.get_ylabel()
        assert label.endswith(")"), label
        assert "(" in label
    assert any(axes.get_xlabel().endswith(")") for axes in made.axes)


@pytest.mark.parametrize("name", NAMES)
def test_legends_and_titles_cover_no_data(results, name):
    made = draw(results[name])
    renderer = made.canvas.get_renderer()
    for axes in made.axes:
        box = axes.get_window_extent(renderer)
        legend = axes.get_legend()
        if legend is not None:
            assert legend.get_window_extent(renderer).y0 >= box.y1 - 1
        for other in made.axes:
            if other is not axes and legend is not None:
                shared = box.intersection(
                    legend.get_window_extent(renderer), other.get_window_extent(renderer)
                )
                assert shared is None


@pytest.mark.parametrize("name", NAMES)
def test_everything_is_on_the_page(results, name):
    made = draw(results[name])
    renderer = made.canvas.get_renderer()
    width, height = made.bbox.width, made.bbox.height
    for axes in made.axes:
        box = axes.get_tightbbox(renderer)
        assert box.x0 >= -1
        assert box.y0 >= -1
        assert box.x1 <= width + 1
        assert box.y1 <= height + 1


@pytest.mark.parametrize("name", NAMES)
def test_only_synthetic_data_are_stamped(results, name):
    stamp = "SYNTHETIC DATA"
    assert [text.get_text() for text in draw(results[name]).texts] == [stamp]
    measured = replace(results[name], synthetic=False)
    assert [text.get_text() for text in draw(measured).texts] == []


def marks(axes, symbol):
    """Positions of all marks of one symbol in an axes."""
    lines = [line for line in axes.get_lines() if line.get_marker() == symbol]
    return np.array([point for line in lines for point in line.get_xydata()])


def test_transition_marks_the_crossings(results):
    _, step = draw(results["transition"]).axes
    found = sorted(marks(step, "o")[:, 0])
    expected = sorted(
        results["transition"].select("Tc", direction=word)[0].value
        for word in ("cooling", "warming")
    )
    assert found == pytest.approx(expected, abs=1e-6)
    low, high = step.get_xlim()
    assert low < results["transition"]["T_zero"].value
    assert high > results["transition"]["T_onset"].value


def test_butterfly_marks_the_peaks(results):
    loop = draw(results["butterfly"]).axes[0]
    found = sorted(marks(loop, "o")[:, 0])
    expected = sorted(
        1e3 * results["butterfly"].select("peak_field", branch=word)[0].value
        for word in ("down", "up")
    )
    assert found == pytest.approx(expected, abs=0.05)


def test_critical_fields_have_error_bars_and_a_band(results):
    made = draw(results["critical_field"])
    rest = [axes for axes in made.axes if axes.get_ylabel() == "less fit (mT)"]
    assert len(rest) == 2
    for axes in rest:
        assert len(axes.containers) == 1
        assert len(axes.collections) >= 2  # error bars and band
        low, high = axes.get_ylim()
        points = axes.containers[0].lines[0].get_ydata()
        assert low < points.min()
        assert points.max() < high


def test_hall_shows_the_fit_and_what_it_leaves(results):
    main, rest = draw(results["hall"]).axes
    (line,) = [line for line in main.get_lines() if line.get_color() == ORANGE]
    slope = np.polyfit(*line.get_data(), 1)[0]
    assert slope == pytest.approx(results["hall"]["slope"].value, rel=1e-6)
    odd = next(line for line in rest.get_lines() if line.get_color() == BLUE)
    assert np.std(odd.get_ydata()) < 0.1


def test_resistance_is_per_square_only_where_the_geometry_is_known(results):
    whole = replace(
        results["transition"], flags=("resistances are of the whole bar: no length is given",)
    )
    assert draw(results["transition"]).axes[0].get_ylabel() == "sheet resistance (Ω)"
    assert draw(whole).axes[0].get_ylabel() == "resistance (Ω)"


def test_result_without_figure_or_curves_has_none(results):
    assert draw(replace(results["hall"], curves={})) is None
    assert draw(Result("unknown", (), curves=results["hall"].curves)) is None
    assert set(NAMES) <= set(FIGURES)


def test_sizes_are_those_of_a_column():
    width, height = figure(ONE_COLUMN, 60.0).get_size_inches() * 25.4
    assert (width, height) == pytest.approx((89.0, 60.0))


def test_many_readings_become_an_image():
    axes = figure().subplots()
    few, many = (readings(axes, np.arange(n), np.arange(n)) for n in (100, 10_000))
    assert not few.get_rasterized()
    assert many.get_rasterized()


def test_scales_of_axes():
    assert field_scale(np.array([-0.1, 0.2])) == (1e3, "mT")
    assert field_scale(np.array([-0.1, 2.0])) == (1.0, "T")
    assert resistance_scale([np.array([0.004, np.nan])]) == (1e3, "mΩ")
    assert resistance_scale([np.array([1358.0])]) == (1.0, "Ω")
    assert resistance_scale([np.array([25e3])]) == (1e-3, "kΩ")
    assert resistance_scale([np.array([np.nan])]) == (1.0, "Ω")


def test_one_temperature_has_a_colour_too():
    colours, normalize = temperature_colours([2.0, 2.0])
    assert 0 <= normalize(2.0) <= 1
    # No colour is too bright for white paper.
    assert min(1 - np.mean(colours(x)[:3]) for x in (0.0, 0.5, 1.0)) > 0.25
