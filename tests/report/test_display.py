import pytest

from papilio.report.display import beside, distance, number, scale_of


@pytest.mark.parametrize(
    ("unit", "values", "label"),
    [
        ("K", [0.668], "K"),
        ("K", [0.05], "mK"),
        ("T", [0.08], "mT"),
        ("T", [0.08, 1.0], "T"),
        ("T", [0.6466], "T"),
        ("m", [14e-9], "nm"),
        ("m", [20e-6], "µm"),
        ("ohm", [1358.0], "kΩ"),
        ("ohm", [0.0015], "mΩ"),
        ("1/m^2", [3.8e17], "10¹⁷ m⁻²"),
        ("m^-2", [3.8e17], "10¹⁷ m⁻²"),
        ("m^2/(V*s)", [0.01], "cm²/(V s)"),
        ("T/s", [0.1 / 60], "mT/min"),
        ("", [3.0], ""),
        ("frog", [3.0], "frog"),
        ("ohm", [0.0], "Ω"),
        ("K", [None, float("nan")], "K"),
    ],
)
def test_handy_units(unit, values, label):
    assert scale_of(unit, values)[1] == label


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ((0.668, 0.0012, 1.0), "0.6680(12)"),
        ((3.86e17, 0.11e17, 1e17), "3.86(11)"),
        ((-0.0512, 0.0003, 1e-3), "−51.20(30)"),
        ((0.4, None, 1.0, "upper"), "< 0.4"),
        ((None, None, 1.0), "not determined"),
        ((float("nan"), 1.0, 1.0), "not determined"),
        ((1.5e-7, 0.1e-7, 1.0), "1.50(10) × 10⁻⁷"),
    ],
)
def test_numbers(arguments, text):
    assert number(*arguments) == text


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ((0.668, 2.5e-5, 1.0), "0.668000"),
        ((0.0736829, 3e-6, 1.0), "0.0736829"),
        ((0.0736829, None, 1.0), "0.0736829"),
        ((3.8e17, 0.11e17, 1e17), "3.80"),
        ((9700.0, 300.0, 1.0), "9700"),
    ],
)
def test_exact_numbers_have_the_digits_of_their_neighbour(arguments, text):
    assert beside(*arguments) == text


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ((3.27, 0.03, 3.22, 0.04), "+1.0 σ"),
        ((3.27, 0.05, 3.32), "−1.0 σ"),
        ((1.1, None, 1.0), "+10.0 %"),
        ((1.1, 0.0, 1.0), "+10.0 %"),
        ((1.1, None, 0.0), ""),
        ((None, None, 1.0), ""),
        ((1.0, 0.1, None), ""),
    ],
)
def test_distances(arguments, text):
    assert distance(*arguments) == text
