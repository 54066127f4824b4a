"""The checks and reviews of coefficients as tables of the command line, in Chinese and English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from qhgep.coefficient_store import Row
from qhgep.errors import Language
from qhgep.evidence import EVIDENCE, ORIGIN
from qhgep.packs.check import PackCheck
from qhgep.packs.review import FAR, CheckedSource, Review, RowSpread
from qhgep.phrases import in_language, phrase, word
from qhgep.text_tables import columns


def check_text(found: PackCheck, language: Language) -> str:
    """A pack under check: counts, what it overrides and adds, and what a reader must know. Problems are told apart."""
    parts = [
        phrase(
            "coefficients.pack",
            language,
            found=found.name,
            rows=found.filled + found.unfilled,
            filled=found.filled,
            unfilled=found.unfilled,
            count=len(found.problems),
        )
    ]
    parts += _section(phrase("coefficients.overridden", language), (_override(*pair) for pair in found.overrides))
    parts += _section(phrase("coefficients.added", language), (_row(row, language) for row in found.added))
    weak = ([*_row(row, language), word(EVIDENCE, row.evidence, language)] for row in found.weak)
    parts += _section(phrase("coefficients.weak", language), weak)
    parts += _section(phrase("coefficients.without_address", language), _hanging(found.without_address))
    parts += _section(phrase("coefficients.unread", language), _hanging(found.unread))
    return "\n".join(parts)


def review_text(found: Review, language: Language) -> str:
    """A review: evidence and origin in counts, sources by the day of checking, values that are far from the others."""
    parts = [phrase("coefficients.counted", language, rows=found.rows)]
    parts += _counts(
        phrase("coefficients.evidence", language), found.evidence, in_language(language, EVIDENCE, None), found.rows
    )
    parts += _counts(
        phrase("coefficients.origin", language), found.origin, in_language(language, ORIGIN, None), found.rows
    )
    parts += _section(phrase("coefficients.sources", language), map(_checked, found.sources))
    without = ([item.source, item.title, _ids(item.rows)] for item in found.without_address)
    parts += _section(phrase("coefficients.without_address_rows", language), without)
    loose = [_row(row, language) for row in found.unregistered]
    parts += _section(phrase("coefficients.unregistered", language), loose)
    parts += _section(
        phrase("coefficients.far", language, times=FAR),
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


def _row(row: Row, language: Language) -> list[str]:
    return [row.row, row.key, row.ecosystem, row.item, _value(row), row.dates(language), row.source, row.place]


def _value(row: Row) -> str:
    return f"{row.value} {row.unit}"


def _hanging(groups: Mapping[str, tuple[Row, ...]]) -> Iterable[list[str]]:
    return ([name, _ids(rows)] for name, rows in groups.items())


def _ids(rows: Sequence[Row]) -> str:
    """How many rows, and the first of them; the JSON names all."""
    named = "、".join(row.row for row in rows[:_NAMED])
    return f"{len(rows)}： {named}{' …' if len(rows) > _NAMED else ''}"


def _checked(item: CheckedSource) -> list[str]:
    return [item.checked.isoformat() if item.checked else "—", item.source, str(len(item.rows)), item.title]


def _spread_line(item: RowSpread, row: Row, language: Language) -> list[str]:
    kind = " ".join(part for part in (item.key, item.ecosystem, item.item) if part)
    mark = "*" if row in item.far else ""
    price = "" if row.price_year is None else phrase("coefficients.price_year", language, year=row.price_year)
    return [kind, mark, _value(row), price, row.region_code or "", row.row, row.source, row.place]
