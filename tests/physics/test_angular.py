"""Angular laws against their defining equations and limits."""

from __future__ import annotations

import numpy as np
import pytest

from papilio.physics import angular

ANGLES = np.radians(np.linspace(-180, 180, 73))


def test_tinkham_solves_its_equation() -> None:
    H = angular.tinkham_field(ANGLES, 0.1, 4.0)
    left = np.abs(H * np.cos(ANGLES) / 0.1) + (H * np.sin(ANGLES) / 4.0) ** 2
    assert left == pytest.approx(np.ones(73), rel=1e-12)


def test_anisotropic_solves_its_equation() -> None:
    H = angular.anisotropic_field(ANGLES, 0.1, 4.0)
    left = (H * np.cos(ANGLES) / 0.1) ** 2 + (H * np.sin(ANGLES) / 4.0) ** 2
    assert left == pytest.approx(np.ones(73), rel=1e-12)


@pytest.mark.parametrize("law", [angular.tinkham_field, angular.anisotropic_field])
def test_both_axes(law: object) -> None:
    assert callable(law)
    assert law(0.0, 0.1, 4.0) == pytest.approx(0.1, rel=1e-15)
    assert law(np.pi / 2, 0.1, 4.0) == pytest.approx(4.0, rel=1e-14)


def test_cusp_in_two_dimensions_only() -> None:
    step = 1e-5
    # dH/dangle at the parallel field: -H_par^2/(2 H_perp) on either side, zero for the 3D law.
    for law, slope in ((angular.tinkham_field, -(4.0**2) / 0.2), (angular.anisotropic_field, 0)):
        rise = (law(np.pi / 2 + step, 0.1, 4.0) - law(np.pi / 2, 0.1, 4.0)) / step
        assert rise == pytest.approx(slope, rel=1e-2, abs=0.1)
