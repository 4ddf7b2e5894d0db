import html.parser
import json
import re
from pathlib import Path

import pytest

import papilio.analysis
import papilio.plot
from papilio.report import run_study

EVIL = "<script>alert(1)</script>&\"'"


class Page(html.parser.HTMLParser):
    """Tags, ids, links and text of a page; complains about tags that do not close."""

    VOID = ("meta", "br", "img", "hr", "link", "input")

    def __init__(self, text):
        super().__init__()
        self.tags, self.ids, self.links, self.text, self.open = [], [], [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        for name, value in attributes:
            if name == "id":
                self.ids.append(value)
            if name in ("href", "src", "xlink:href"):
                self.links.append(value)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.text.append(data)


def written(folder, *changes):
    text = (folder / "small.toml").read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / "small.toml").write_text(text)
    done = run_study(folder / "small.toml", folder / "out")
    return done, (folder / "out" / "report.html").read_text("utf-8")


def test_all_outputs_are_there(folder):
    written(folder)
    names = {
        path.relative_to(folder / "out").as_posix()
        for path in (folder / "out").rglob("*")
        if path.is_file() and ".papilio" not in path.parts
    }
    assert names == {
        "report.html",
        "results.json",
        "datasets/cooldown.nc",
        "datasets/twin.nc",
        "figures/real.svg",
        "figures/made.svg",
    }


def test_page_needs_nothing_else(folder):
    page = Page(written(folder)[1])
    # Downloads are made of what the page holds; their links are for a browser without scripts.
    downloads = {"results.json", "figures/real.svg", "figures/made.svg"}
    outside = [
        link
        for link in page.links
        if not link.startswith(("#", "data:", "https://doi.org/")) and link not in downloads
    ]
    assert outside == []
    assert page.tags.count("script") == 2
    assert "src=" not in written(folder)[1]
    assert "link" not in page.tags


def test_ids_are_unique_and_references_arrive(folder):
    text = written(folder)[1]
    page = Page(text)
    assert len(page.ids) > 20
    assert len(page.ids) == len(set(page.ids))
    wanted = {link[1:] for link in page.links if link.startswith("#")}
    wanted |= set(re.findall(r"url\(#([^)]*)\)", text))
    assert wanted
    assert wanted <= set(page.ids)


def test_styles_of_figures_stay_inside_them(folder):
    text = written(folder)[1]
    styles = re.findall(r'<style type="text/css">([^<]*)', text)
    assert sorted(style.split(" ")[0] for style in styles) == ["#made-figure", "#real-figure"]


def test_downloads_hold_the_files(folder):
    text = written(folder)[1]
    held = re.search(r'<script type="application/json" id="results">(.*?)</script>', text)[1]
    assert json.loads(held) == json.loads((folder / "out" / "results.json").read_text("utf-8"))
    links = dict(re.findall(r'href="figures/([^"]*)" data-figure="([^"]*)"', text))
    assert set(links) == {"real.svg", "made.svg"}
    for name, element in links.items():
        file = (folder / "out" / "figures" / name).read_text("utf-8")
        start = text.index(f'id="{element}"')
        inline = text[text.index(">", start) : text.index("</svg>", start)]
        # From the opening tag on, which names the figure for readers of the page, all is the same.
        assert len(inline) > 1000
        assert inline in file


def test_everything_from_files_is_escaped(folder):
    rows = "".join(f"{n}\t{n}\t{n}\n" for n in range(1, 20))
    (folder / "cooldown.txt").write_text(f"Temperature (K)\tResistance (Ohms)\t{EVIL}\n{rows}")
    quoted = json.dumps(EVIL)
    done, text = written(
        folder,
        ('"A small study"', f"{quoted}\ndescription = {quoted}"),
        ('label = "sample two"', f"label = {quoted}\norientation = {quoted}"),
        ("[samples.S2]", f"[samples.{quoted}]"),
        ('sample = "S2"', f"sample = {quoted}"),
        ('where = "a book"', f"where = {quoted}"),
    )
    assert list(done.results) == ["real", "made"]
    assert "<script>alert" not in text
    assert Page(text).tags.count("script") == 2
    shown = "".join(Page(text).text)
    assert shown.count("<script>alert(1)</script>") >= 5


def test_problems_with_markup_are_escaped(folder, monkeypatch):
    from papilio.errors import AnalysisError

    def failing(**_):
        raise AnalysisError(f"there is no '{EVIL}'")

    monkeypatch.setattr(papilio.analysis.ANALYSES["mean"], "function", failing)
    text = written(folder)[1]
    assert "<script>alert" not in text
    assert "there is no '<script>" in "".join(Page(text).text)


def test_label_with_markup_in_a_figure_is_harmless(folder, monkeypatch):
    from dataclasses import replace

    function = papilio.analysis.ANALYSES["mean"].function
    monkeypatch.setattr(
        papilio.analysis.ANALYSES["mean"],
        "function",
        lambda **arguments: replace(function(**arguments), sources=(EVIL.replace("&", " "),)),
    )
    text = written(folder)[1]
    assert "<script>alert" not in text
    assert "<script" not in (folder / "out/figures/real.svg").read_text()


def test_synthetic_is_seen_in_every_row_and_figure(folder):
    _, text = written(folder)
    for question, expected in (("real", 0), ("made", 1)):
        section = text.split(f"<h2>{question}: mean")[1].split("</section>")[0]
        assert section.split("</h2>")[0].count("SYNTHETIC") == expected
        caption = section.split("<figcaption>")[1].split("</figcaption>")[0]
        assert caption.count("SYNTHETIC") == expected
    assert text.count('<tr class="simulated">') == text.count("<tr class") > 4
    for row in re.findall(r'<tr class="simulated">.*?</tr>', text, re.DOTALL):
        assert "SYNTHETIC" in row


def test_stamp_is_in_the_figure_of_synthetic_data(folder):
    done, _ = written(folder)
    stamps = {
        name: [text.get_text() for text in papilio.plot.draw(result).texts]
        for name, result in done.results.items()
    }
    assert stamps == {"real": [], "made": ["SYNTHETIC DATA"]}


def test_problems_stand_at_the_top(folder):
    (folder / "cooldown.txt").write_bytes(b"\0")
    _, text = written(folder)
    assert text.index("Not everything was done") < text.index("Quantities")
    assert "cooldown.txt" in text.split("Quantities")[0]


def test_reference_truth_flags_and_notes_are_shown(folder):
    shown = " ".join("".join(Page(written(folder)[1]).text).split())
    assert "4.00(50)" in shown  # the reference
    assert "a book" in shown
    assert "−0.2 σ" in shown  # 3.9 against 4.0(5)
    assert "a flag of the whole" in shown
    assert "line 3, x: a note of the simulation (2 rows)" in shown
    assert "A. Author, Journal 1, 2 (2003)" in shown
    assert "not determined" in shown
    assert "< 1.000 mK" in shown or "< 1 mK" in shown


def test_reference_without_uncertainty_has_a_percentage_only(folder):
    shown = " ".join("".join(Page(written(folder, ("std = 0.5\n", ""))[1]).text).split())
    assert "−2.5 %" in shown  # 3.9 against 4
    assert "σ" not in shown.split("a book")[1].split("mean.")[0]


def test_figure_that_fails_leaves_the_numbers(folder, monkeypatch):
    def broken(_):
        raise ZeroDivisionError("in our own code")

    monkeypatch.setitem(papilio.plot.FIGURES, "mean", broken)
    done, text = written(folder)
    assert [problem.part for problem in done.problems] == [
        "figure of question real",
        "figure of question made",
    ]
    assert "figure of question real" in text.split("Quantities")[0]
    assert "4.00(50)" in text
    defects = folder / "out" / "defect.txt"
    assert defects.read_text().count("ZeroDivisionError: in our own code") == 2
    # It does not outlive the defect.
    monkeypatch.setattr(papilio.plot, "FIGURES", {})
    assert written(folder)[0].problems == ()
    assert not defects.exists()


def test_provenance_is_complete(folder):
    shown = "".join(Page(written(folder)[1]).text)
    from papilio.storage import sha256

    assert sha256(folder / "cooldown.txt") in shown
    assert sha256(folder / "small.toml") in shown
    assert "seed 1" in shown
    assert "papilio run small.toml -o DIR" in shown
    assert str(folder) not in shown


def test_two_runs_write_the_same_bytes(folder):
    written(folder)
    again = folder / "again"
    run_study(folder / "small.toml", again)
    for file in (folder / "out").rglob("*"):
        if file.is_file() and ".papilio" not in file.parts:
            twin = again / file.relative_to(folder / "out")
            assert file.read_bytes() == twin.read_bytes(), file.name


def test_outputs_of_an_earlier_run_do_not_linger(folder):
    written(folder)
    (folder / "out" / "mine.txt").write_text("keep me")
    text = (folder / "small.toml").read_text()
    start, end = text.index("[questions.made]"), text.index("[[references]]")
    (folder / "small.toml").write_text(text[:start] + text[end:])
    run_study(folder / "small.toml", folder / "out")
    assert not (folder / "out/figures/made.svg").exists()
    assert (folder / "out/figures/real.svg").exists()
    assert (folder / "out/mine.txt").read_text() == "keep me"


def test_without_a_folder_nothing_is_written(folder):
    before = set(folder.rglob("*"))
    done = run_study(folder / "small.toml")
    assert set(folder.rglob("*")) == before
    assert "mean.value" in done._repr_html_()
    assert "SYNTHETIC" in done._repr_html_()


def test_styles_of_the_user_come_back(folder):
    import matplotlib

    with matplotlib.rc_context({"lines.linewidth": 7.5, "svg.hashsalt": "mine"}):
        before = dict(matplotlib.rcParams)
        written(folder)
        assert dict(matplotlib.rcParams) == before


def test_package_ships_its_files():
    package = Path(papilio.__file__).parent
    for name in ("report/page.html", "report/page.css", "study/results.schema.json"):
        assert (package / name).is_file()
    for study in ("demo.toml", "kto111.toml"):
        assert (package / "studies" / study).is_file()


@pytest.mark.parametrize("name", ["real", "made"])
def test_svg_stands_alone(folder, name):
    from xml.etree import ElementTree

    written(folder)
    root = ElementTree.parse(folder / f"out/figures/{name}.svg").getroot()
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    # Text is drawn: no font of the reader's machine is needed.
    assert root.findall(".//{http://www.w3.org/2000/svg}text") == []
