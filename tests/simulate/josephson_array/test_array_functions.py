import numpy as np
import pytest
from scipy import fft, stats

from papilio.simulate.josephson_array.functions import fill_normals, fill_sines, seeded
from papilio.simulate.josephson_array.lanes import compiled, copy_transposed, lane_count
from papilio.simulate.josephson_array.transform import axis, fourier, rotate

TYPES = [np.float32, np.float64]


@compiled
def transposed(source, target, size, lanes):
    for row in range(0, size, lanes):
        for column in range(0, size, lanes):
            copy_transposed(source, row * size + column, size, target, column * size + row, size)


@pytest.mark.parametrize(("dtype", "largest"), [(np.float32, 4e-7), (np.float64, 2e-15)])
def test_sine_error(dtype, largest):
    turns = np.linspace(-2, 2, 1 << 16).astype(dtype)
    values = np.empty_like(turns)
    fill_sines(turns, values)
    assert np.abs(values - np.sin(2 * np.pi * turns.astype(np.longdouble))).max() < largest


@pytest.mark.parametrize("dtype", TYPES)
def test_normals_are_normal_and_independent(dtype):
    values = np.empty(1 << 20, dtype)
    fill_normals(seeded(np.random.SeedSequence(5), dtype), values)
    assert np.isfinite(values).all()
    assert stats.kstest(values, "norm").pvalue > 1e-4
    for power, moment in ((1, 0), (2, 1), (3, 0), (4, 3), (6, 15)):
        powers = values.astype(float) ** power
        assert abs(powers.mean() - moment) < 4.5 * powers.std() / np.sqrt(powers.size)
    # The two of a Box-Muller pair, the lanes of a vector, and vectors that follow each other.
    lanes = lane_count(dtype)
    for shift in (1, lanes - 1, lanes, 2 * lanes, 3 * lanes):
        for power in (1, 2):
            powers = values.astype(float) ** power - (power == 2)
            product = powers[:-shift] * powers[shift:]
            assert abs(product.mean()) < 4.5 * product.std() / np.sqrt(product.size)
    # Beyond four sigma: 6.3e-5 of all.
    tail = int((np.abs(values) > 4).sum())
    assert abs(tail - 6.334e-5 * values.size) < 4.5 * np.sqrt(6.334e-5 * values.size)


@pytest.mark.parametrize("dtype", TYPES)
def test_transposed_copy(dtype):
    matrix = np.arange(256, dtype=dtype).reshape(16, 16)
    target = np.zeros(256, dtype)
    transposed(matrix.ravel(), target, 16, lane_count(dtype))
    assert (target.reshape(16, 16) == matrix.T).all()


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float32, 3e-6), (np.float64, 5e-15)])
@pytest.mark.parametrize("edge", ["periodic", "free"])
@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 6, 7, 11, 16, 30, 32, 60, 64, 97, 128, 1024])
def test_transform_is_hartley_or_cosine_and_comes_back(size, edge, dtype, tolerance):
    lanes = lane_count(dtype)
    width = 2 * lanes
    tables = axis(size, edge, dtype)
    samples = np.random.default_rng(size).normal(size=(size, width)).astype(dtype)
    strip = samples[tables.order].ravel()
    settings = (tables.factors, tables.cosines, tables.sines)
    strip, spare = fourier(strip, np.zeros_like(strip), width, 0, lanes, *settings)
    rotate(strip, width, tables.turn_cosines, tables.turn_sines, False)
    if edge == "free":
        exact = fft.dct(samples.astype(float), axis=0, norm="ortho")
    else:
        modes = np.fft.fft(samples.astype(float), axis=0) / np.sqrt(size)
        exact = modes.real - modes.imag
    # The sign of a mode is free.
    found = np.abs(strip.reshape(size, width))
    assert np.abs(found - np.abs(exact)).max() < tolerance * max(1.0, np.log2(size))
    rotate(strip, width, tables.turn_cosines, tables.turn_sines, True)
    strip, _ = fourier(strip, spare, width, lanes, 0, *settings)
    back = np.empty_like(samples)
    back[tables.order] = strip.reshape(size, width)
    assert np.abs(back - samples).max() < tolerance


@pytest.mark.parametrize("edge", ["periodic", "free"])
def test_eigenvalues_are_those_of_the_second_difference(edge):
    matrix = 2 * np.eye(6) - np.eye(6, k=1) - np.eye(6, k=-1)
    if edge == "periodic":
        matrix[0, -1] = matrix[-1, 0] = -1
    else:
        matrix[0, 0] = matrix[-1, -1] = 1
    found = np.sort(axis(6, edge, np.float64).eigenvalues)
    assert found == pytest.approx(np.linalg.eigvalsh(matrix), abs=1e-12)
