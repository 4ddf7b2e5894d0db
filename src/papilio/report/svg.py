"""Figures as SVG text that can stand beside others in one page."""

from __future__ import annotations

import base64
import io
import re

import matplotlib
from matplotlib.figure import Figure
from PIL import Image

from papilio.plot.style import style

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_PROLOGUE = re.compile(r"<\?xml.*?\?>|<!DOCTYPE.*?>", re.DOTALL)
_ID = re.compile(r'(\bid=")([^"]*)"')
_REFERENCE = re.compile(r'(\bhref="#)([^"]*)"')
_URL = re.compile(r"(url\(#)([^)]*)\)")
_STYLE_OF_ALL = re.compile(r"(<style[^>]*>)\s*\*\s*{")
_SIZE = re.compile(r'width="([\d.]+)pt" height="[\d.]+pt"')
#: Pixels on the screen for each point of the figure.
_ON_SCREEN = 1.7
#: Dots per inch of readings that are drawn as an image.
_DOTS = 220
_ROOT = re.compile(r"<svg\b")
_IMAGE = re.compile(r"data:image/png;base64,\s*([A-Za-z0-9+/=\s]+)")
_ANY_ID = re.compile(r'\sid="([^"]*)"')
_POINTED = re.compile(r'(?:href="#|url\(#)([^")]*)')
_GAP = re.compile(r">\s+<")
_COORDINATES = re.compile(r'(\s(?:d|x|y|width|height)=")([^"]*)(")')
_TRANSLATED = re.compile(r"translate\([^)]*\)")
_LOOK = re.compile(r'\sstyle="[^"]*"')
_LONG = re.compile(r"-?\d+\.\d{3,}")


def render(figure: Figure, name: str) -> str:
    """
    SVG of a figure, the same bytes every time.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        A figure.
    name : str
        Name that no other figure of the page has; it begins every id of this one.

    Returns
    -------
    str
        A document that stands alone: XML prologue, then ``<svg>``. Text is drawn as paths.
    """
    stream = io.StringIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with style(), matplotlib.rc_context({"svg.hashsalt": name}):
        figure.savefig(stream, format="svg", metadata=nothing, dpi=_DOTS)
    # The comments repeat the text of labels, which may come from files.
    text = _COMMENT.sub("", stream.getvalue())
    return _with_own_ids(_shorter(_IMAGE.sub(_recompressed, text)), name)


def _shorter(text: str) -> str:
    """
    The same drawing in less text.

    Without ids that nothing points to and blanks that nothing shows, and to a hundredth of a point
    where matplotlib writes a millionth.
    """
    wanted = set(_POINTED.findall(text))
    text = _ANY_ID.sub(lambda match: match[0] if match[1] in wanted else "", text)
    text = _GAP.sub("><", text)
    text = _LOOK.sub(lambda match: match[0].replace(": ", ":").replace("; ", ";"), text)
    text = _COORDINATES.sub(
        lambda match: match[1] + _LONG.sub(_rounded, match[2].replace("\n", "")) + match[3], text
    )
    return _TRANSLATED.sub(lambda match: _LONG.sub(_rounded, match[0]), text)


def _rounded(match: re.Match[str]) -> str:
    number = f"{float(match[0]):.2f}".rstrip("0").rstrip(".")
    return "0" if number == "-0" else number


def _recompressed(match: re.Match[str]) -> str:
    """Readings drawn as an image, with a palette: they have a handful of colours."""
    with Image.open(io.BytesIO(base64.b64decode(match[1]))) as image:
        palette = image.convert("RGBA").quantize(256, Image.Quantize.FASTOCTREE)
    stream = io.BytesIO()
    palette.save(stream, format="png", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(stream.getvalue()).decode('ascii')}"


def _with_own_ids(text: str, name: str) -> str:
    # Every figure numbers its glyphs, clip paths and markers alike; in one page they would collide.
    text = _ID.sub(rf'\g<1>{name}-\g<2>"', text)
    text = _REFERENCE.sub(rf'\g<1>{name}-\g<2>"', text)
    text = _URL.sub(rf"\g<1>{name}-\g<2>)", text)
    # The style sheet would reach out of the figure into the page around it.
    text = _STYLE_OF_ALL.sub(rf"\g<1>#{name}-figure *{{", text)
    return _ROOT.sub(f'<svg id="{name}-figure"', text, count=1)


def inline(svg: str, label: str) -> str:
    """
    The ``<svg>`` element alone, for a page, named for those who cannot see it.

    Parameters
    ----------
    svg : str
        From `render`.
    label : str
        What the figure shows; escaped already.

    Returns
    -------
    str
        An element whose width follows the page.
    """
    element = _PROLOGUE.sub("", svg).strip()
    # Larger than on paper, where the type of a column's width is too small for a screen.
    element = _SIZE.sub(
        lambda match: f'width="{_ON_SCREEN * float(match.group(1)):.0f}"', element, 1
    )
    return _ROOT.sub(f'<svg role="img" aria-label="{label}"', element, count=1)
