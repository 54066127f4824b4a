"""brief(): the main sheets of an account alone, on about three pages, as xlsx or PDF."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from qhgep.catalogue import Catalogue
from qhgep.coefficient_store import PackPaths, pack_paths
from qhgep.difference import AccountSide
from qhgep.engine.result import Result
from qhgep.errors import WorkbookError, problem
from qhgep.states import STATES
from qhgep.workbook.account.book import account_sheets, main_sheets
from qhgep.workbook.account.context import COVER, MANIFEST
from qhgep.workbook.account.front_and_manifest import STATE
from qhgep.workbook.account.previous import Previous
from qhgep.workbook.content_hash import HASH_SHOWN
from qhgep.workbook.core.cells import NO_VALUE, Content, LiveFormula, Sheet, Text, TypedNumber
from qhgep.workbook.core.render import render
from qhgep.workbook.core.write import to_bytes, write_whole
from qhgep.workbook.files import only_period
from qhgep.workbook.output_paths import check_targets
from qhgep.workbook.verify.identity import CONTENT_HASH
from qhgep.workbook.verify.manifest import fact, read_record
from qhgep.workbook.verify.read import read_cells_of
from qhgep.workbook.verify.sides import side_of


def brief(
    given: str | Path | Result,
    output: str | Path,
    *,
    period: str | None = None,
    last: str | Path | None = None,
    coefficients: PackPaths = (),
    catalogue: Catalogue | None = None,
    inside: str | Path | None = None,
) -> Path:
    """Write 封面, 汇总 and 简报 of an account as xlsx, or as PDF where `output` ends in .pdf; the file written.

    `given` is a result, an account.toml or its folder, or a workbook of an account, which must be as it was written.
    `last` is the final workbook of the year before: a figure of it stands beside this year's where the same counties
    have it by the same rules at the same prices. All cells are values; the workbook of the account has the formulas.
    Raises WorkbookError for a plan, for a `last` that is not final, and as `write_workbook` and `render` do.
    """
    read = (
        None if isinstance(given, Result) else Path(given),
        None if last is None else Path(last),
        *pack_paths(coefficients),
    )
    check_targets(read, None, Path(output))
    side = side_of(given, coefficients=coefficients, catalogue=catalogue, inside=inside)
    if not isinstance(side, AccountSide):
        raise WorkbookError(problem("brief_plan", Path(str(given)).name))
    output, result = Path(output), side.result
    named = only_period(result, period, output)
    previous = None if last is None else _previous(result, named, Path(last), catalogue)
    data = _content(result, named, previous)
    if output.suffix.lower() != ".pdf":
        write_whole(output, data)
        return output
    with TemporaryDirectory(prefix="qhgep-brief-") as folder:
        book = Path(folder) / "brief.xlsx"
        book.write_bytes(data)
        return render(book, output)[0]


def _previous(now: Result, period: str, path: Path, catalogue: Catalogue | None) -> Previous:
    """The year before, from its final workbook, of which no cell was changed."""
    manifest = read_cells_of(path, MANIFEST)
    state = fact(manifest, STATE)
    if state != STATES["final"]:
        raise WorkbookError(problem("brief_not_final", path.name, state=state or "-"))
    side = side_of(path, catalogue=catalogue)
    record, _ = read_record(manifest, path.name)
    if not isinstance(side, AccountSide):
        raise WorkbookError(problem("brief_plan", path.name))
    if record["sheet_period"] is None:
        raise WorkbookError(problem("brief_last_all", path.name, file=path.name))
    there = str(record["sheet_period"])
    if there == period:
        raise WorkbookError(problem("brief_same_period", path.name, period=period))
    return Previous(now, period, side.result, there, path.name, fact(manifest, CONTENT_HASH))


def _content(result: Result, period: str, previous: Previous | None) -> bytes:
    """The file: the main sheets, with the verdict and the hash of the workbook of the account."""
    cover = next(sheet for sheet in account_sheets(result, period) if sheet.name == COVER)
    known = [item for item in cover.cells.values() if isinstance(item, LiveFormula)]
    sheets = main_sheets(result, period, previous)
    for place, content in sheets[0].cells.items():
        if isinstance(content, LiveFormula):
            same = next((item for item in known if item.formula == content.formula), content)
            sheets[0].cells[place] = replace(content, value=same.value)
    names = {sheet.name for sheet in sheets}
    account = result.account
    values = [_as_values(sheet, names) for sheet in sheets]
    footer = f"{STATES[account.state]}　{account.title}"
    whole = next(str(item.value) for item in known if item.formula == HASH_SHOWN)
    foot = f"{footer}　工作簿内容指纹 {whole[:16]}"
    return to_bytes(values, title=account.title, created=account.date, footer=foot)


def _as_values(sheet: Sheet, names: Collection[str]) -> Sheet:
    """A sheet with values in the place of its formulas, and without links to sheets that are not there."""
    cells = {place: _as_value(content, names) for place, content in sheet.cells.items()}
    links = {place: link for place, link in sheet.links.items() if link.partition("!")[0] in names}
    return replace(sheet, cells=cells, links=links)


def _as_value(content: Content, names: Collection[str]) -> Content:
    if isinstance(content, LiveFormula):
        value = NO_VALUE if content.value is None else content.value
        return Text(value, content.style) if isinstance(value, str) else TypedNumber(value, content.style)
    if isinstance(content, Text) and content.link.partition("!")[0] not in {"", *names}:
        return replace(content, link="")
    return content
