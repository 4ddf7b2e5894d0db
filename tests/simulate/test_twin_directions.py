"""Tilted fields and a second direction of the plane: closed forms, truth, what is found."""

import json

import numpy as np
import pytest

from papilio.analysis.angular import AngularOptions, angular
from papilio.analysis.anisotropy import AnisotropyOptions, anisotropy
from papilio.errors import OptionsError
from papilio.simulate import twin_directions as directions
from papilio.simulate.twin import cooldown
from papilio.simulate.twin_options import CooldownOptions
from papilio.simulate.twin_series_options import AngularFieldOptions, SecondDirectionOptions


def entries(record):
    return json.loads(record.attrs["truth"])


@pytest.mark.parametrize("angle", [0.0, 45.0, 88.0, 90.0])
def test_half_resistance_in_a_tilted_field_obeys_tinkham(angle):
    options = AngularFieldOptions(magnetoresistance=0.0)
    there = directions.critical_field_at_angle(options, angle)
    tilt = np.radians(angle)
    fields = (
        directions.critical_field_at_angle(options, 0.0),
        directions.critical_field_at_angle(options, 90.0),
    )
    sum_of_parts = there * np.cos(tilt) / fields[0] + (there * np.sin(tilt) / fields[1]) ** 2
    assert sum_of_parts == pytest.approx(1, abs=1e-12)
    found = directions.tilted_sheet_resistance(options, np.array([there]), angle)
    assert float(found[0]) == pytest.approx(1358 / 2, rel=1e-12)


def test_film_is_told_from_crystal_and_its_fields_are_found():
    record = directions.angular_field(AngularFieldOptions(seed=2))
    result = angular(record, AngularOptions(normal="line"))
    for entry in entries(record):
        (found,) = [
            q for q in result.select(entry["quantity"]) if q.conditions["model"] == "2D Tinkham"
        ]
        assert abs(found.value - entry["value"]) < 3 * found.std, entry
    (difference,) = result.select("angular.akaike_difference")
    assert difference.value < -100


def test_two_directions_differ_as_planted():
    first = cooldown(CooldownOptions(seed=2))
    second = directions.second_direction_cooldown(SecondDirectionOptions(seed=2))
    result = anisotropy(first, second, AnisotropyOptions(normal_temperature=3.5))
    assert len(entries(second)) == 5
    for entry in entries(second):
        (found,) = result.select(entry["quantity"])
        assert abs(found.value - entry["value"]) < 3 * found.std, entry


def test_equal_directions_plant_no_difference():
    second = directions.second_direction_cooldown(SecondDirectionOptions(raised=0.0))
    assert [entry["quantity"] for entry in entries(second)] == ["anisotropy.normal_ratio"]


def test_angles_and_temperatures_without_a_critical_field_are_refused():
    with pytest.raises(OptionsError, match="angles: give angles"):
        AngularFieldOptions(angles=(0.0, 100.0))
    with pytest.raises(OptionsError, match=r"temperature: 0\.7 K is not below"):
        AngularFieldOptions(temperature=0.7)
