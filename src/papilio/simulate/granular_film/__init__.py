"""Granular film: superconducting islands whose links grow in number with the carriers."""

from papilio.simulate.granular_film.film import Film, couplings, film
from papilio.simulate.granular_film.options import FilmCooldownOptions, FilmOptions
from papilio.simulate.granular_film.protocols import cooldown

__all__ = ["Film", "FilmCooldownOptions", "FilmOptions", "cooldown", "couplings", "film"]
