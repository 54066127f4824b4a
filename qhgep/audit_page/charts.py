"""Charts of a page as SVG that stands still, drawn by Vega-Lite without a browser.

A file of its own because it is the one door to the library that draws.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from qhgep.errors import WorkbookError, problem

_WIDTH, _ROW = 560, 16
_RESERVED = 1 << 37
"""Bytes of address space that the library reserves at once, writing in few of them; with less it ends the process."""


def check_room(output: Path) -> None:
    """Refuse to draw where address space is bounded (`ulimit -v`): the library would end the process without a word.

    Raises WorkbookError. A system without such a bound draws always.
    """
    try:
        import resource
    except ImportError:
        return
    bound = resource.getrlimit(resource.RLIMIT_AS)[0]
    if bound != resource.RLIM_INFINITY and bound < _RESERVED:
        raise WorkbookError(problem("page_room", str(output), bound=bound >> 20, least=_RESERVED >> 20))


def bars(values: Sequence[Mapping[str, Any]], *, x: str, y: str, colour: str = "") -> str:
    """Horizontal bars as the address of a picture inside the page: `x` numbers, `y` one bar each, `colour` the parts of a bar.

    The picture is a document of its own in an `img`: names in it cannot become part of the page.
    """
    import vl_convert

    encoding: dict[str, Any] = {
        "x": {"field": "number", "type": "quantitative", "title": x},
        "y": {"field": "name", "type": "nominal", "title": y, "sort": None},
    }
    if colour:
        encoding["color"] = {
            "field": "part",
            "type": "nominal",
            "title": colour,
            "sort": None,
            "scale": {"scheme": "tableau20"},
        }
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json", "data": {"values": list(values)}, "mark": "bar",
        "encoding": encoding, "width": _WIDTH, "height": {"step": _ROW}, "config": {"font": "sans-serif"},
    }  # fmt: skip
    drawn: str = vl_convert.vegalite_to_svg(spec)
    return "data:image/svg+xml;base64," + base64.b64encode(drawn.encode()).decode("ascii")
