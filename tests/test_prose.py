"""What the prose promises is there."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import papilio
from papilio.analysis import ANALYSES
from papilio.analysis.signatures import SIGNATURES
from papilio.result import with_uncertainty
from papilio.simulate import SIMULATIONS

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
ACT = ROOT.parent / "shared/data/misfit_snse_nbse2_nomad/ACT_Ch1_Hall_Ch2_TMR.dat"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_to_files_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (page.parent / link).exists()] == []


def test_readme_lists_the_analyses():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    alone = [name for name in ANALYSES if not name.startswith("signature.")]
    assert re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE) == alone
    page = (ROOT / "docs" / "signatures.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| \d+ \| `(\w+)` \|", page, re.MULTILINE) == list(SIGNATURES)


def test_citation_names_this_version():
    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {papilio.__version__}\n" in text


def test_every_decision_is_in_the_list():
    folder = ROOT / "docs" / "decisions"
    text = (folder / "README.md").read_text(encoding="utf-8")
    pages = sorted(page.name for page in folder.glob("0*.md"))
    assert re.findall(r"\]\((0[\w-]+\.md)\)", text) == pages


def test_the_figure_script_asks_for_what_the_demo_study_has():
    path = ROOT / "src" / "papilio" / "studies" / "demo.toml"
    study = tomllib.loads(path.read_text(encoding="utf-8"))
    simulations = {entry["simulate"] for entry in study["measurements"].values()}
    assert simulations <= set(SIMULATIONS)
    asked = {entry["analysis"] for entry in study["questions"].values()}
    assert asked == {"transition", "hall", "critical_field", "butterfly"}


def blocks(language):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


@pytest.mark.skipif(not ACT.exists(), reason="the shared measurements are not beside the project")
def test_the_example_of_the_readme_runs(tmp_path):
    (tmp_path / ACT.name).symlink_to(ACT)
    (study,), (program,) = blocks("toml"), blocks("python")
    (tmp_path / "misfit.toml").write_text(study)
    start = [sys.executable, "-c", "import sys; from papilio.cli import main; sys.exit(main())"]
    ran = subprocess.run(
        [*start, "run", "misfit.toml", "-o", "out"], cwd=tmp_path, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    rows = json.loads((tmp_path / "out" / "results.json").read_text())["results"]
    said = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout
    promised = re.findall(r"# (\S+) = ([\d.]+)\(\d+\)(e-\d+)? \w", program)
    assert [name for name, _, _ in promised] == ["critical_field.Tc", "critical_field.xi_GL"]
    for name, digits, power in promised:
        row = next(row for row in rows if row["quantity"] == name)
        assert abs(float(digits + power) - row["value"]) < row["std"]
        assert f"{name} = {with_uncertainty(row['value'], row['std'])} {row['unit']}" in said
