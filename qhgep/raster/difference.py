"""How pixel centres and exact parts differ: every row of the table by both, side by side."""

from __future__ import annotations

from qhgep.errors import Language
from qhgep.raster.run import Zonal, zonal
from qhgep.text_tables import columns

_HEAD = {
    "zh": ("区划代码", "生态系统", "量", "像元中心", "精确面积", "相差"),
    "en": ("county", "ecosystem", "quantity", "pixel_center", "exact", "difference"),
}


def both_ways(found: Zonal, language: Language = "zh") -> list[str]:
    """The rows of a table as they are by pixel centres and by exact parts, with the relative difference, as lines of text."""
    path = found.session.description.path
    other = zonal(path, method="exact" if found.session.method == "pixel_center" else "pixel_center")
    other.journal.unlink(missing_ok=True)
    centre, exact = (found, other) if found.session.method == "pixel_center" else (other, found)
    first, second = ({item.row.key: item.row for item in one.made} for one in (centre, exact))
    rows: list[tuple[str, ...]] = [_HEAD[language]]
    for key in sorted(set(first) | set(second)):
        values = [one[key].value if key in one else "" for one in (first, second)]
        difference = "" if "" in values or float(values[0]) == 0 else f"{float(values[1]) / float(values[0]) - 1:+.4%}"
        shown = [f"{float(value):.6g}" if value else "-" for value in values]
        rows.append((key[0], key[3] or key[4] or "-", key[5], *shown, difference))
    return columns(rows, right=(3, 4, 5)).splitlines()
