"""
The Josephson array beside pyjjasim 4.0.2, in one process, in the order A B A B.

Run by josephson_array.py in an environment that holds both; prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time

import numpy as np

# Two aliases that numpy has dropped since pyjjasim 4.0.2 came out.
np.asscalar = lambda array: np.asarray(array).item()
int = int

import pyjjasim  # noqa: E402

from papilio.simulate.josephson_array.array import Array  # noqa: E402
from papilio.simulate.josephson_array.dynamics import advance  # noqa: E402
from papilio.simulate.josephson_array.state import conditions, start  # noqa: E402
from papilio.simulate.josephson_array.statistics import mean, mean_voltage  # noqa: E402

TEMPERATURE, BIAS, BATCH, STEP = 0.1, 0.1, 4, 0.05


def report(text: str) -> None:
    """Say on standard error what is being measured."""
    print(f"... {text}", file=sys.stderr, flush=True)


class Peer:
    """A square array in pyjjasim, driven by a uniform current from edge to edge."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.circuit = pyjjasim.SquareArray(size, size)
        self.junctions = self.circuit.junction_count()
        self.along = self.circuit.current_base(angle=0)

    def run(self, steps, *, fresh, temperature, bias, batch, step, first=0, seed=1):
        """
        Phases of the junctions (junction, replica) at step `first` and at the end.

        With `fresh`, the shunts' noise is drawn anew at each step and handed over as a current;
        without, the peer makes its own noise.
        """
        generator = np.random.default_rng(seed)
        drive = bias * self.along[:, None]
        strength = np.sqrt(2 * temperature / step)

        def sources(_):
            return drive + strength * generator.standard_normal((self.junctions, batch))

        steady = np.broadcast_to(drive[:, :, None], (self.junctions, batch, 1))
        still = np.zeros((self.junctions, batch))
        problem = pyjjasim.TimeEvolutionProblem(
            self.circuit,
            time_step=step,
            time_step_count=steps,
            current_sources=sources if fresh else steady,
            temperature=0.0 if fresh else temperature,
            store_time_steps=np.array([first, steps - 1]),
            store_voltage=False,
            store_current=False,
            config_at_minus_1=still,
            config_at_minus_2=still,
            config_at_minus_3=still,
            config_at_minus_4=still,
        )
        theta = problem.compute().get_theta()
        return theta[:, :, 0], theta[:, :, -1]

    def seconds(self, steps: int, fresh: bool) -> float:
        """Of one junction and step."""
        begin = time.perf_counter()
        self.run(steps, fresh=fresh, temperature=TEMPERATURE, bias=BIAS, batch=BATCH, step=STEP)
        return (time.perf_counter() - begin) / (steps * BATCH * self.junctions)

    def resistance(self, step: float, duration: float, batch: int) -> tuple[float, float]:
        """Resistance at bias 0.1, T = 1.1 over R_N, and its error from the replicas' scatter."""
        first = round(100 / step)
        steps = first + round(duration / step)
        begin, end = self.run(
            steps, fresh=True, temperature=1.1, bias=0.1, batch=batch, step=step, first=first
        )
        rise = self.along @ (end - begin) / (self.size * (self.size - 1))
        values = rise / ((steps - 1 - first) * step) / 0.1
        return float(values.mean()), float(values.std(ddof=1) / np.sqrt(batch))


class Ours:
    """The same array here."""

    def __init__(self, size, precision, scheme="euler", boundary="busbar", temperature=TEMPERATURE):
        self.array = Array(size, size, boundary, step=STEP, scheme=scheme, precision=precision)
        self.junctions = 2 * size * (size - (boundary == "busbar"))
        self.state = start(self.array, BATCH, 1)
        self.exposed = conditions(BATCH, BIAS, temperature)
        self.seconds(2)

    def seconds(self, steps: int) -> float:
        """Of one junction and step."""
        begin = time.perf_counter()
        self.state, _ = advance(self.array, self.state, self.exposed, 1, steps)
        return (time.perf_counter() - begin) / (steps * BATCH * self.junctions)


def paired(first, second, rounds):
    """Seconds of both in the order A B A B, as lists."""
    one, two = [], []
    for _ in range(rounds):
        one.append(first())
        two.append(second())
    return one, two


def compared(name, first, second, rounds, figures, nanoseconds):
    """Median ratio of the pairs into `figures`, both medians into `nanoseconds`."""
    report(name)
    slow, fast = paired(first, second, rounds)
    figures[f"speedup_pyjjasim_{name}"] = statistics.median(
        a / b for a, b in zip(slow, fast, strict=True)
    )
    nanoseconds[name] = {
        "pyjjasim": round(1e9 * statistics.median(slow), 2),
        "papilio": round(1e9 * statistics.median(fast), 2),
    }


def speedups(sizes, rounds):
    """Time per junction and step, pyjjasim over ours."""
    figures: dict[str, float] = {}
    nanoseconds: dict[str, dict[str, float]] = {}
    for size in sizes:
        peer = Peer(size)
        kinds = {
            f"{size}": Ours(size, "single"),
            f"{size}_float64": Ours(size, "double"),
            f"{size}_twist": Ours(size, "single", boundary="twist"),
        }
        slow_steps = max(20, 400_000 // peer.junctions)
        fast_steps = max(50, 8_000_000 // peer.junctions)
        for fresh, names in ((False, kinds), (True, [f"{size}"])):
            for name in names:
                compared(
                    name + "_fresh_noise" * fresh,
                    lambda: peer.seconds(slow_steps, fresh),  # noqa: B023
                    lambda: kinds[name].seconds(fast_steps),  # noqa: B023
                    rounds,
                    figures,
                    nanoseconds,
                )
    return figures, nanoseconds


def our_resistance(size, scheme, step, duration, replicas, boundary="busbar"):
    """Resistance at bias 0.1, T = 1.1 over R_N; its error with and without control variate."""
    array = Array(size, size, boundary, step=step, scheme=scheme)
    exposed = conditions(replicas, 0.1, 1.1)
    state, _ = advance(array, start(array, replicas, 5), exposed, 1, round(200 / step))
    _, series = advance(array, state, exposed, max(round(duration / step / 32), 8), 32)
    found, plain = mean_voltage(series), mean(series.voltage)
    return found.value / 0.1, found.std / 0.1, plain.std / 0.1


#: Powers of the step in the error of each code's mean voltage: what theory leaves of the lowest
#: ones; for pyjjasim, whose order with noise nobody states, both.
POWERS = {"heun": (2,), "adams": (2,), "euler": (1, 2), "pyjjasim": (1, 2)}


class StepError:
    """Relative error of the resistance against step, with its standard deviation."""

    def __init__(self, parameters, covariance, powers, largest):
        self.parameters, self.covariance = parameters, covariance
        self.powers, self.largest = np.array(powers), largest

    def __call__(self, step):
        """Error of a step no longer than `largest`, the longest that was measured."""
        row = step**self.powers
        return float(row @ self.parameters), float(np.sqrt(row @ self.covariance @ row))


def step_errors(runs):
    """
    Resistance without error of the step, and `StepError` of each code, by one weighted fit.

    R = R_0 (1 + sum of a_p h^p) with one R_0 for all codes, in ln R.

    Parameters
    ----------
    runs : dict
        Code -> list of (step, resistance, standard error).
    """
    columns = [(name, power) for name in runs for power in POWERS[name]]
    rows, logs, stds = [], [], []
    for name, measured in runs.items():
        for step, value, std in measured:
            rows.append([1.0] + [step**p if own == name else 0.0 for own, p in columns])
            logs.append(np.log(value))
            stds.append(std / value)
    design, target = np.array(rows) / np.array(stds)[:, None], np.array(logs) / np.array(stds)
    covariance = np.linalg.inv(design.T @ design)
    parameters = covariance @ (design.T @ target)
    misfit = float(((target - design @ parameters) ** 2).sum()) / (len(target) - len(parameters))
    errors = {}
    for name, measured in runs.items():
        place = [1 + number for number, (own, _) in enumerate(columns) if own == name]
        errors[name] = StepError(
            parameters[place],
            covariance[np.ix_(place, place)],
            POWERS[name],
            max(step for step, _, _ in measured),
        )
    return float(np.exp(parameters[0])), float(np.sqrt(covariance[0, 0])), misfit, errors


def quickest(error, of_step, rate, favour):
    """
    Seconds, step and error of the step for 1 % total error, the step chosen freely.

    Parameters
    ----------
    error : StepError
        Of the code and scheme.
    of_step : float
        Seconds of one step of one replica.
    rate : float
        Squared relative statistical error times simulated time.
    favour : int
        +1 takes one standard deviation off the error of the step, -1 adds it.
    """
    best = (np.inf, 0.0, 0.0)
    for step in np.geomspace(1e-4, 1, 400) * error.largest:
        value, std = error(step)
        bias = max(abs(value) - favour * std, 0.0)
        if bias < 0.01:
            best = min(best, (rate / (0.01**2 - bias**2) / step * of_step, step, value))
    return best


def time_to_error(share):
    """
    Seconds to 1 % total error of R at bias 0.1, T = 1.1, each code with its own best step.

    The error of a step is measured on 16 x 16 open junctions, all codes with one limit of short
    steps; the statistical error of a run of given length is a property of the array and is
    measured on 64 x 64. The uncertainty of the error of a step counts against us and for the peer.
    """
    size, replicas = 16, 32
    steps = {"heun": (0.1, 0.2, 0.35), "adams": (0.1, 0.2, 0.35), "euler": (0.03, 0.06, 0.12)}
    runs = {}
    for name, all_ in steps.items():
        report(f"error of the step, {name}")
        # Euler's short steps are dear, and its error is large enough to be seen at once.
        duration = share * (2000 if name == "euler" else 8000)
        runs[name] = [
            (step, *our_resistance(size, name, step, duration, replicas)[:2]) for step in all_
        ]
    peer = Peer(size)
    runs["pyjjasim"] = []
    # Its error is of first order and large: 20 % at a step of 0.05.
    for step in (0.02, 0.05, 0.1):
        report(f"error of the step, pyjjasim {step}")
        runs["pyjjasim"].append((step, *peer.resistance(step, 200 * share, 64)))
    exact, exact_std, misfit, errors = step_errors(runs)
    peer_error = errors.pop("pyjjasim")
    report("cost of a step on 64 x 64")
    large = Peer(64)
    slow: list[float] = []
    cost = {}
    for scheme in steps:
        array = Ours(64, "single", scheme, temperature=1.1)
        peers, own = paired(
            lambda: large.seconds(30, fresh=True),
            lambda: array.seconds(300),  # noqa: B023
            5,
        )
        slow += peers
        cost[scheme] = statistics.median(own) * large.junctions
    peer_cost = statistics.median(slow) * large.junctions
    report("statistical error on 64 x 64")
    duration, replicas = 1500 * share, 8
    resistance, std, _ = our_resistance(64, "adams", 0.2, duration, replicas)
    rate = (std / resistance) ** 2 * duration * replicas
    best = {name: quickest(error, cost[name], rate, -1) for name, error in errors.items()}
    scheme = min(best, key=lambda name: best[name][0])
    best_peer = quickest(peer_error, peer_cost, rate, 1)
    twist = our_resistance(64, "adams", 0.2, duration, replicas, "twist")
    details = {
        "resistance_16_without_error_of_the_step": {"value": exact, "relative_std": exact_std},
        "step_resistance_std": runs,
        "misfit_per_degree_of_freedom": misfit,
        "seconds_step_and_its_error": {
            name: one if np.isfinite(one[0]) else None
            for name, one in {**best, "pyjjasim": best_peer}.items()
        },
        "scheme": scheme,
        "variance_saved_by_control_variate_with_twist": (twist[2] / twist[1]) ** 2,
    }
    # None where no step of one of the codes is shown to be within 1 %: --quick may resolve none.
    known = np.isfinite(best[scheme][0]) and np.isfinite(best_peer[0])
    speedup = best_peer[0] / best[scheme][0] if known else None
    return {"time_to_error_speedup": speedup}, details


def main() -> None:
    parser = argparse.ArgumentParser(description="The Josephson array beside pyjjasim.")
    parser.add_argument("--quick", action="store_true", help="few rounds, for a first look")
    parser.add_argument("--only", choices=("speed", "error"), help="one of the two parts")
    options = parser.parse_args()
    figures: dict[str, float | None] = {}
    details: dict[str, object] = {}
    if options.only != "error":
        speed, details["ns"] = speedups((16, 32, 64, 128), 3 if options.quick else 9)
        figures.update(speed)
    if options.only != "speed":
        more, error_details = time_to_error(0.1 if options.quick else 1.0)
        figures.update(more)
        details.update(error_details)
    print(json.dumps({"figures": figures, "details": details}))


if __name__ == "__main__":
    main()
