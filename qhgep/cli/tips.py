"""The hints of an account on the screen: what may make a number wrong first; many of a kind by how many there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import typer

from qhgep.cli.console import say, settings, tell

if TYPE_CHECKING:
    from pathlib import Path

    from qhgep.errors import Problem

FEW = 8
"""So many hints are told one by one."""
_WHOLE = 3
"""Of more, so many kinds by their first hint in full."""
_WIDTH = 40
"""Letters of a hint by which the other kinds are named."""
_ORDER = (
    "rows_contend", "decisions_contend", "row_prices", "comparison", "area", "value", "overlap", "row", "input_primary", "decision", "method",
    "no_value",
)  # fmt: skip
"""How the codes begin of what a person looks at first; whatever is not here comes after, and unused input last."""
_LEAST = "input_not_needed"


def tell_hints(hints: Sequence[Problem]) -> None:
    """Tell the hints on stderr; a table of very many by kind, with the sheet of the workbook that lists each."""
    from qhgep.errors import once_each

    told = once_each(hints)
    if len(told) <= FEW:
        tell(tuple(told))
        return
    kinds = sorted(by_kind(told), key=lambda kind: _rank(kind[0].code))
    for kind in kinds[:_WHOLE]:
        more = say("cli.hints_more", count=len(kind) - 1) if len(kind) > 1 else ""
        typer.echo(f"{say('cli.warning')}  {kind[0].text(settings.language)}{more}", err=True)
    rest = kinds[_WHOLE:]
    named = [
        say("cli.hints_kind", text=_short(kind[0].part("found", settings.language)), count=len(kind)) for kind in rest
    ]
    listed = say("cli.hints_joint").join(named)
    count = sum(map(len, rest))
    typer.echo(say("cli.hints_rest" if rest else "cli.hints_where", count=count, named=listed, of=len(hints)), err=True)


def tell_books_beside(file: Path, packs: Sequence[Path]) -> None:
    """Tell of price workbooks in the folder of an account, or the one around it, where no pack is given: their prices are not used."""
    from qhgep.coefficient_store.price_book import books_in

    folder = file if file.is_dir() else file.parent
    if packs or not (folder / "account.toml").is_file() or file.suffix.lower() == ".xlsx":
        return
    for place in dict.fromkeys((folder, folder.parent)):
        if books := books_in(place):
            names, option = "、".join(book.name for book in books), f"--coefficients {books[0]}"
            where = str(place.resolve().name) if str(place) == "." else str(place)
            text = say("cli.books_beside", folder=where, books=names, option=option)
            typer.echo(f"{say('cli.warning')}  {text}", err=True)


def by_kind(hints: Iterable[Problem]) -> list[list[Problem]]:
    """The hints of each code together, in their order."""
    found: dict[str, list[Problem]] = {}
    for hint in hints:
        found.setdefault(hint.code, []).append(hint)
    return list(found.values())


def _rank(code: str) -> int:
    if code == _LEAST:
        return len(_ORDER) + 1
    return next((place for place, start in enumerate(_ORDER) if code.startswith(start)), len(_ORDER))


def _short(text: str) -> str:
    return text if len(text) <= _WIDTH else f"{text[:_WIDTH]}…"
