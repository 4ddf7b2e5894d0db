"""Fitting: Laws, least squares, correlated noise, block bootstrap. Only this module optimises."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

from papilio.errors import FitError
from papilio.propagation import propagate as propagate
from papilio.propagation import propagate_all as propagate_all

Array = NDArray[np.float64]
_Derivative = Callable[[Array], Array] | Literal["2-point"]

#: Residuals count as correlated from so many standard deviations of white noise on.
CORRELATED = 1.5
#: Distance that trial steps keep from a bound, in units of the first guess.
NEAREST = 1e-9
#: Resampled sets of a block bootstrap: a 68 % interval is then known to 4 % of itself.
BLOCK_COPIES = 400


@dataclass(frozen=True)
class Parameter:
    """
    One parameter of a Law.

    Attributes
    ----------
    name : str
        Symbol in the cited source.
    unit : str
        SI unit.
    lower, upper : float
        Bounds.
    """

    name: str
    unit: str
    lower: float = -np.inf
    upper: float = np.inf


@dataclass(frozen=True)
class Law:
    """
    A formula that data can be fitted with.

    Attributes
    ----------
    name : str
        What people call it.
    formula : callable
        ``formula(x, *parameters)`` -> array of the shape of the data.
    parameters : tuple of Parameter
        In the order of the formula.
    valid : str
        Where it holds.
    reference : str
        Literature, with DOI.
    jacobian : callable, optional
        ``jacobian(x, *parameters)`` -> derivatives, shape (point, parameter); by default they are
        found numerically, which takes one evaluation for each parameter.
    """

    name: str
    formula: Callable[..., Array]
    parameters: tuple[Parameter, ...]
    valid: str
    reference: str
    jacobian: Callable[..., Array] | None = None


@dataclass(frozen=True)
class Fit:
    """
    A fitted Law.

    Attributes
    ----------
    law : Law
        What was fitted.
    values : ndarray, shape (parameter,)
        Best values, in the order of the Law.
    covariance : ndarray, shape (parameter, parameter)
        Of the values.
    chi_square : float
        Sum of squared residuals over variances, before any rescaling.
    degrees_of_freedom : int
        Data less parameters.
    scale : float
        Factor that the error bars of the data were multiplied with (1: taken as given).
    """

    law: Law
    values: Array
    covariance: Array
    chi_square: float
    degrees_of_freedom: int
    scale: float

    def __getitem__(self, name: str) -> float:
        """
        The best value of a parameter.

        Parameters
        ----------
        name : str
            Its name.

        Returns
        -------
        float
            In the unit of the parameter.
        """
        return float(self.values[self._index(name)])

    def std(self, name: str) -> float:
        """
        One standard deviation of a parameter.

        Parameters
        ----------
        name : str
            Its name.

        Returns
        -------
        float
            In the unit of the parameter.
        """
        index = self._index(name)
        return float(np.sqrt(self.covariance[index, index]))

    def _index(self, name: str) -> int:
        return [parameter.name for parameter in self.law.parameters].index(name)

    def predict(self, x: Array) -> Array:
        """
        The fitted curve.

        Parameters
        ----------
        x : ndarray
            As the formula takes it.

        Returns
        -------
        ndarray
            Values of the Law.
        """
        return self.law.formula(x, *self.values)

    def propagate(self, function: Callable[[Array], float]) -> tuple[float, float]:
        """
        A function of the parameters, with its uncertainty to first order.

        Parameters
        ----------
        function : callable
            ``function(values)`` -> float.

        Returns
        -------
        value, std : float
            In the unit of the function.
        """
        return propagate(function, self.values, self.covariance)


def least_squares(
    law: Law,
    x: Array,
    y: Array,
    std: Array | None,
    start: Mapping[str, float],
    *,
    loss: Literal["linear", "soft_l1"] = "linear",
    rescale_below: float = 0.01,
    max_nfev: int | None = None,
    tolerance: float = 1e-12,
) -> Fit:
    """
    Weighted least squares with bounds.

    Error bars are taken as given unless the data scatter about the curve more than they allow
    (probability of chi-square below `rescale_below`); then they are all multiplied by one factor,
    kept as ``Fit.scale``. Without error bars the factor always comes from the scatter.

    Parameters
    ----------
    law : Law
        What to fit.
    x : ndarray
        As the formula takes it.
    y : ndarray, shape (point,)
        Data.
    std : ndarray, shape (point,), or None
        Standard deviations of the data.
    start : mapping of str to float
        First guess for each parameter, of the right order of magnitude.
    loss : {"linear", "soft_l1"}, optional
        "soft_l1" lets far outliers pull less.
    rescale_below : float, optional
        Probability below which the error bars are not believed.
    max_nfev : int, optional
        Evaluations of the formula after which the fit has failed; by default the optimiser's own.
    tolerance : float, optional
        Relative change of chi-square, or of the parameters, at which the fit has converged.

    Returns
    -------
    Fit
        Best values and covariance.

    Raises
    ------
    FitError
        If there are too few points, the optimiser fails, or a parameter is not determined.
    """
    names = [parameter.name for parameter in law.parameters]
    freedom = y.size - len(names)
    if freedom < 0 or (freedom == 0 and std is None):
        raise FitError(
            f"{law.name}: {y.size} points do not determine {len(names)} parameters; measure more"
        )
    weight = np.ones(y.size) if std is None else 1 / std
    lower = np.array([parameter.lower for parameter in law.parameters])
    upper = np.array([parameter.upper for parameter in law.parameters])
    guess = np.clip([start[name] for name in names], lower, upper)
    # The optimiser's steps suit numbers of order one; parameters in SI differ by decades.
    size = np.where(guess == 0, 1.0, np.abs(guess))
    derivative: _Derivative = "2-point"
    if (exact := law.jacobian) is not None:
        derivative = lambda scaled: exact(x, *(scaled * size)) * size * weight[:, None]  # noqa: E731
    solution = _minimum(
        lambda scaled: (law.formula(x, *(scaled * size)) - y) * weight,
        derivative,
        guess / size,
        (lower / size, upper / size),
        loss,
        max_nfev,
        tolerance,
    )
    if not solution.success:
        raise FitError(
            f"{law.name}: the fit did not converge ({solution.message}); narrow the window"
        )
    values = np.asarray(solution.x * size)
    residual = (law.formula(x, *values) - y) * weight
    chi_square = float(residual @ residual)
    covariance = _covariance(law, np.asarray(solution.jac) / size)
    scale = 1.0
    if freedom > 0 and (std is None or stats.chi2.sf(chi_square, freedom) < rescale_below):
        scale = float(np.sqrt(chi_square / freedom))
    return Fit(law, values, covariance * scale**2, chi_square, freedom, scale)


def _minimum(
    residual: Callable[[Array], Array],
    derivative: _Derivative,
    start: Array,
    bounds: tuple[Array, Array],
    loss: str,
    max_nfev: int | None,
    tolerance: float,
) -> optimize.OptimizeResult:
    """Least squares by MINPACK where the minimum is inside the bounds, else by a slower method."""
    settings = {"xtol": tolerance, "ftol": tolerance, "gtol": tolerance}
    # A little inside: at a bound itself a formula may divide by zero.
    lower, upper = bounds[0] + NEAREST, bounds[1] - NEAREST
    if loss == "linear":
        # MINPACK counts the evaluations that a numerical derivative takes as well. A trial step
        # beyond a bound is held at it: the formula is not asked for what it does not know.
        counted = start.size + 1 if derivative == "2-point" else 1
        exact = None if derivative == "2-point" else derivative
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            found = optimize.least_squares(
                lambda trial: residual(np.clip(trial, lower, upper)),
                start,
                jac="2-point" if exact is None else lambda x: exact(np.clip(x, lower, upper)),
                method="lm",
                max_nfev=None if max_nfev is None else max_nfev * counted,
                **settings,
            )
        inside = np.all((found.x > lower) & (found.x < upper))
        if inside or np.all(np.isinf(bounds)):
            return found
    return optimize.least_squares(
        residual,
        start,
        jac=derivative,
        bounds=bounds,
        method="trf",
        loss=loss,
        max_nfev=max_nfev,
        **settings,
    )


def _covariance(law: Law, jacobian: Array) -> Array:
    # Columns brought to one size first: parameters in SI differ by twenty decades.
    size = np.linalg.norm(jacobian, axis=0)
    if not np.all(size > 0):
        silent = ", ".join(
            parameter.name for parameter, s in zip(law.parameters, size, strict=True) if not s > 0
        )
        raise FitError(f"{law.name}: the data say nothing about {silent}; widen the window")
    scaled = jacobian / size
    try:
        inverse = np.linalg.inv(scaled.T @ scaled)
    except np.linalg.LinAlgError as error:
        raise FitError(f"{law.name}: its parameters cannot be told apart by these data") from error
    if not np.all(np.diag(inverse) > 0):  # rounding leaves nothing of a degenerate direction
        raise FitError(f"{law.name}: its parameters cannot be told apart by these data")
    return np.asarray(inverse / np.outer(size, size))


def autocorrelation_factor(residuals: Array) -> float:
    """
    Factor by which correlated noise widens error bars over those of white noise.

    First-order autoregressive noise, such as a lock-in's output filter leaves: the standard
    deviation of a mean grows by sqrt((1 + rho) / (1 - rho)).

    Parameters
    ----------
    residuals : ndarray, shape (point,)
        In order of acquisition.

    Returns
    -------
    float
        At least one.

    References
    ----------
    Bartlett, J. R. Stat. Soc. Suppl. 8, 27 (1946), doi:10.2307/2983611, for the large-sample
    formula; Kendall, Biometrika 41, 403 (1954), doi:10.1093/biomet/41.3-4.403, for the bias
    -(1 + 3 rho)/n of the sample autocorrelation, removed here.
    """
    rho = _lag_one(residuals)
    return float(np.sqrt((1 + rho) / (1 - rho)))


def _lag_one(residuals: Array) -> float:
    """Autocorrelation of neighbours, its bias removed; zero where not significant, at most 0.95."""
    count = residuals.size
    centred = residuals - residuals.mean()
    power = float(centred @ centred)
    if count < 8 or power == 0:
        return 0.0
    rho = (float(centred[1:] @ centred[:-1]) / power + 1 / count) / (1 - 3 / count)
    # White noise scatters by 1/sqrt(n) about zero: what is not significant would only widen.
    return min(rho, 0.95) if rho > CORRELATED / np.sqrt(count) else 0.0


def block_bootstrap(
    residuals: Array, copies: int, generator: np.random.Generator, block: int | None = None
) -> Array:
    """
    Residuals drawn again in contiguous blocks, so that their short-range correlation survives.

    Parameters
    ----------
    residuals : ndarray, shape (point,)
        In order of acquisition.
    copies : int
        Number of resampled sets.
    generator : numpy.random.Generator
        Source of randomness.
    block : int, optional
        Length of a block; by default four times the correlation length where the residuals are
        significantly correlated, else one: blocks of the residuals of a fit, which sum to zero,
        understate white noise.

    Returns
    -------
    ndarray, shape (copies, point)
        Resampled residuals, with the mean of the original ones.

    References
    ----------
    Kunsch, Ann. Stat. 17, 1217 (1989), doi:10.1214/aos/1176347265 (moving blocks).
    """
    count = residuals.size
    if block is None:
        rho = _lag_one(residuals)
        block = round(2 * (1 + rho) / (1 - rho)) if rho > 0 else 1
    block = min(max(block, 1), max(1, count // 3))
    blocks = -(-count // block)
    starts = generator.integers(0, count - block + 1, size=(copies, blocks))
    rows = (starts[:, :, None] + np.arange(block)).reshape(copies, -1)[:, :count]
    return np.asarray(residuals[rows])
