"""Figures as SVG text that can stand beside others in one page."""

from __future__ import annotations

import io
import re

import matplotlib
from matplotlib.figure import Figure

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
_ROOT = re.compile(r"<svg\b")


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
        figure.savefig(stream, format="svg", metadata=nothing)
    # The comments repeat the text of labels, which may come from files.
    text = _COMMENT.sub("", stream.getvalue())
    return _with_own_ids(text, name)


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
