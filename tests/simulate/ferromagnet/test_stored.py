"""Parameters that travel in a file."""

import json

import pytest

from papilio.errors import OptionsError
from papilio.simulate.ferromagnet import stored
from papilio.simulate.ferromagnet.options import LoopOptions


def test_there_and_back(tmp_path):
    path = tmp_path / "magnet.json"
    parameters = {
        "areal_moment": stored.Parameter(1.7e-2, "mA", "one vacancy in every cell"),
        "easy_axis": stored.Parameter(30, "deg", "guess"),
    }
    stored.write(path, parameters, {"program": "somebody's", "cell": "30 atoms"})
    found = stored.read(path)
    assert found.values == {"areal_moment": pytest.approx(1.7e-5), "easy_axis": pytest.approx(30)}
    assert found.sources["areal_moment"] == "one vacancy in every cell"
    assert found.provenance["cell"] == "30 atoms"
    assert len(found.sha256) == 64
    options = stored.options_from(LoopOptions, found, {"easy_axis": "10 deg", "columns": 4})
    assert options.areal_moment == pytest.approx(1.7e-5)
    assert (options.easy_axis, options.columns) == (pytest.approx(10), 4)
    assert options.anisotropy_field == LoopOptions().anisotropy_field


def test_moment_of_the_first_principles_cell():
    # 0.504 Bohr magnetons on 2.76e-19 m^2.
    assert stored.areal_moment(0.504, 2.76e-19) == pytest.approx(1.7e-5, rel=0.01)
    scaled = stored.areal_moment(0.504, 2.76e-19, 3.8e17 / 7.3e18)
    assert scaled == pytest.approx(LoopOptions().areal_moment, rel=0.03)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"format": "else"}, "format"),
        ({"format": stored.FORMAT, "parameters": {"colour": {}}}, "colour"),
        ({"format": stored.FORMAT, "parameters": {"cell": {"value": 1}}}, "cell"),
        (
            {
                "format": stored.FORMAT,
                "parameters": {"cell": {"value": 1, "unit": "K", "source": "x"}},
            },
            "cell",
        ),
    ],
)
def test_files_that_are_refused(tmp_path, table, message):
    path = tmp_path / "magnet.json"
    path.write_text(json.dumps(table))
    with pytest.raises(OptionsError, match=rf"magnet\.json: .*{message}"):
        stored.read(path)


def test_no_file_and_no_json(tmp_path):
    with pytest.raises(OptionsError, match="check the path"):
        stored.read(tmp_path / "none.json")
    (tmp_path / "bad.json").write_text("{")
    with pytest.raises(OptionsError, match="correct the file"):
        stored.read(tmp_path / "bad.json")
