"""Laboratories that turn a film in the field."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from papilio.analysis import AngularOptions, angular
from papilio.physics import angular as theory
from scenarios.laboratory import Found, log_uniform, measured


def scenario(random: np.random.Generator) -> Iterator[Found]:
    """
    Critical field against angle, of a thin film and of an anisotropic crystal.

    18 to 60 angles from -10 to 190 degrees, a third of them within 10 degrees of the plane, fields
    0.1 to 5 T perpendicular, anisotropy 2 to 15, error bars 0.5 to 3 % of the field, angles set to
    0.01 to 0.1 degrees, zero of the angle off by up to 2 degrees.
    """
    perpendicular = log_uniform(random, 0.1, 5)
    parallel = perpendicular * log_uniform(random, 2, 15)
    tilt = np.radians(random.uniform(-2, 2))
    count = int(log_uniform(random, 18, 60))
    set_point = np.radians(
        np.concatenate(
            [np.linspace(-10, 190, count - count // 3), np.linspace(80, 100, count // 3)]
        )
    )
    angle_std = np.radians(log_uniform(random, 0.01, 0.1))
    error = log_uniform(random, 5e-3, 3e-2)
    for label, model, law in (
        ("2D", "2D Tinkham", theory.tinkham_field),
        ("3D", "3D anisotropic Ginzburg-Landau", theory.anisotropic_field),
    ):
        set_to = set_point + random.normal(0, angle_std, count)
        true = law(set_to - tilt, perpendicular, parallel)
        std = error * true
        data = measured(
            {
                "angle": np.degrees(set_point),
                "field": true + random.normal(0, std),
                "field_std": std,
                "temperature": np.full(count, 1.0),
            }
        )
        result = angular(data, AngularOptions(angle_std=float(angle_std)))
        for name, planted in (
            ("Hc2_perpendicular", perpendicular),
            ("Hc2_parallel", parallel),
            ("misalignment", tilt),
            ("anisotropy", parallel / perpendicular),
        ):
            found = [q for q in result.select(name) if q.conditions.get("model") == model]
            yield f"angular.{name} {label}", found[0] if found else None, float(planted)
