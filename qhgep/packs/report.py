"""The checks and reviews of coefficients as tables of the command line, in Chinese and English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from qhgep.aligned_text import columns
from qhgep.coefficient_store import Row
from qhgep.errors import Language
from qhgep.evidence import EVIDENCE, ORIGIN
from qhgep.packs.check import PackCheck
from qhgep.packs.review import FAR, Checked, Review, Spread

_PRICE = {"zh": "价", "en": "prices"}


def check_text(found: PackCheck, language: Language) -> str:
    """A pack under check: counts, what it overrides and adds, and what a reader must know. Problems are told apart."""
    zh = language == "zh"
    parts = [
        f"系数包 {found.name}：{found.filled + found.unfilled} 行，已填 {found.filled}，待填 {found.unfilled}；问题 {len(found.problems)} 个"
        if zh
        else f"pack {found.name}: {found.filled + found.unfilled} rows, {found.filled} filled, {found.unfilled} to be filled; "
        f"{len(found.problems)} problem(s)"
    ]
    parts += _section("替换的值" if zh else "overridden", (_override(*pair) for pair in found.overrides))
    parts += _section("新增的行" if zh else "added", map(_row, found.added))
    weak = ([*_row(row), EVIDENCE[row.evidence] if zh else row.evidence] for row in found.weak)
    parts += _section("证据薄弱的行" if zh else "weak evidence", weak)
    parts += _section("没有地址的来源" if zh else "sources without address", _hanging(found.without_address))
    parts += _section("没有公式读取的系数" if zh else "keys that no formula reads", _hanging(found.unread))
    return "\n".join(parts)


def review_text(found: Review, language: Language) -> str:
    """A review: evidence and origin in counts, sources by the day of checking, values that are far from the others."""
    zh = language == "zh"
    parts = [f"系数 {found.rows} 行" if zh else f"{found.rows} coefficient rows"]
    parts += _counts("证据" if zh else "evidence", found.evidence, EVIDENCE if zh else None, found.rows)
    parts += _counts("来历" if zh else "origin", found.origin, ORIGIN if zh else None, found.rows)
    parts += _section("来源，按核对日期从早到晚" if zh else "sources, oldest check first", map(_checked, found.sources))
    without = ([item.source, item.title, _ids(item.rows)] for item in found.without_address)
    parts += _section("没有地址的来源与靠它的行" if zh else "sources without address and their rows", without)
    loose = [_row(row) for row in found.unregistered]
    parts += _section("来源没有登记的行" if zh else "rows whose source is not registered", loose)
    title = f"与同类相差悬殊的值（与中位数之比超过 {FAR} 倍，* 标出）"
    parts += _section(
        title if zh else f"values more than a factor of {FAR} from the median of their kind (marked *)",
        (_spread_line(item, row, language) for item in found.spreads for row in item.rows),
    )
    return "\n".join(parts)


def _section(title: str, rows: Iterable[Sequence[str]]) -> list[str]:
    """A headed table, or the heading with a dash where there is nothing: nothing found is an answer too."""
    table = [list(row) for row in rows]
    return [f"{title}  {len(table)}", columns(table)] if table else [f"{title}  —"]


_NAMED = 8


def _counts(title: str, counts: Mapping[str, int], names: Mapping[str, str] | None, whole: int) -> list[str]:
    rows = [
        [names[key] if names else key, str(count), f"{count / whole:.1%}" if whole else "—"]
        for key, count in counts.items()
    ]
    return [title, columns(rows, right=(1, 2))]


def _override(old: Row, new: Row) -> list[str]:
    return [old.key, f"{old.row} {_value(old)}（{old.place}）", "→", f"{new.row} {_value(new)}（{new.place}）"]


def _row(row: Row) -> list[str]:
    return [row.row, row.key, row.ecosystem, row.item, _value(row), row.span, row.source, row.place]


def _value(row: Row) -> str:
    return f"{row.value} {row.unit}"


def _hanging(groups: Mapping[str, tuple[Row, ...]]) -> Iterable[list[str]]:
    return ([name, _ids(rows)] for name, rows in groups.items())


def _ids(rows: Sequence[Row]) -> str:
    """How many rows, and the first of them; the JSON names all."""
    named = "、".join(row.row for row in rows[:_NAMED])
    return f"{len(rows)}： {named}{' …' if len(rows) > _NAMED else ''}"


def _checked(item: Checked) -> list[str]:
    return [item.checked.isoformat() if item.checked else "—", item.source, str(len(item.rows)), item.title]


def _spread_line(item: Spread, row: Row, language: Language) -> list[str]:
    kind = " ".join(part for part in (item.key, item.ecosystem, item.item) if part)
    mark = "*" if row in item.far else ""
    price = "" if row.price_year is None else f"{row.price_year} {_PRICE[language]}"
    return [kind, mark, _value(row), price, row.region_code or "", row.row, row.source, row.place]
