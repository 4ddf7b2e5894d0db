"""docs/dataset.md says what the code does."""

import re
from pathlib import Path

from papilio.dataset import ROW_COORDINATES
from papilio.simulate import SIMULATIONS
from papilio.vocabulary import VOCABULARY

PAGE = Path(__file__).parent.parent / "docs" / "dataset.md"


def test_the_table_of_the_page_is_the_vocabulary():
    text = PAGE.read_text(encoding="utf-8")
    part = text.split("## Variables")[1].split("## Attributes")[0]
    rows = re.findall(r"^\| `(\w+)` \| (\S+) \| (.+) \|$", part, re.MULTILINE)
    found = {name: ("" if unit == "1" else unit, meaning) for name, unit, meaning in rows}
    assert found == VOCABULARY
    assert [name for name, _, _ in rows] == list(VOCABULARY)


def test_the_page_names_all_row_coordinates():
    kinds = PAGE.read_text(encoding="utf-8").split("## Variables")[0]
    assert all(f"`{name}`" in kinds for name in ROW_COORDINATES)


def test_the_page_names_all_attributes_that_simulations_write():
    simulation = SIMULATIONS["twin.hall"]
    written = set(simulation.function(simulation.options()).attrs)
    part = PAGE.read_text(encoding="utf-8").split("## Attributes")[1].split("## Sweeps")[0]
    named = set(re.findall(r"`([a-z_0-9]+)`", part))
    assert named - {"record", "map", "with_geometry"} == written
