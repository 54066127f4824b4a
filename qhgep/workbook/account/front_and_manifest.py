"""溯源, 清单: where every input came from, the hash that the cover shows, and the record that `verify` rebuilds a workbook from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qhgep.evidence import EVIDENCE, ORIGIN, PRESENCE
from qhgep.expr import Cell, Quantity
from qhgep.workbook.account.checks import RECORDED_TOTAL
from qhgep.workbook.account.context import COVER, MANIFEST, Book
from qhgep.workbook.account.links import source_link
from qhgep.workbook.account.prices import how_carried
from qhgep.workbook.account.record import canonical, text_hash
from qhgep.workbook.content_hash import HASH_PLACE, HASH_SHOWN, content_hashes
from qhgep.workbook.core.cells import WORDS, Content, LiveFormula, Sheet, Text, TypedNumber
from qhgep.workbook.core.layout import HEAD, Address, on_sheet
from qhgep.workbook.core.table_sheet import CONTROL, Head, plain_sheet, row_of_texts
from qhgep.workbook.verify.identity import CONTENT_HASH, RECORD_HASH, identity_of

CHUNK = 30000
"""Characters of the record in one cell; a cell holds 32,767."""
_FEW = 16
RECORD_LABEL = "记录"
NO_HASH = "0" * 64
"""Stands for a hash that is not known yet, as wide as one."""
PRINTED = "印出"
"""The label of the main sheets in the manifest: what `render` prints unless it is asked for all."""
STATE = "状态"
"""The label of the state in the manifest."""


def put_hash(sheet: Sheet, row: int) -> None:
    """The hash of the contents as 清单 has it; its value is filled in when the sheets that it is made of are whole."""
    sheet.text(row, 0, CONTENT_HASH)
    sheet.put(row, 1, LiveFormula(HASH_SHOWN, NO_HASH, "import", "text"))


def with_hash(sheets: Sequence[Sheet]) -> list[Sheet]:
    """The sheets of a workbook with the hash on 清单 shown on the cover too."""
    whole = identity_of(sheets).content_hash
    return [replace(sheet, cells=_hash_filled(sheet, whole)) if sheet.name == COVER else sheet for sheet in sheets]


def _hash_filled(sheet: Sheet, whole: str) -> dict[tuple[int, int], Content]:
    return {
        place: replace(item, value=whole) if isinstance(item, LiveFormula) and item.formula == HASH_SHOWN else item
        for place, item in sheet.cells.items()
    }


def put_contents(sheet: Sheet, row: int, names: Sequence[tuple[str, str]]) -> None:
    """All sheets with links to them; more than a few in two columns."""
    sheet.text(row, 0, "目录", "section")
    half = len(names) if len(names) <= _FEW else (len(names) + 1) // 2
    for place, (target, title) in enumerate(names):
        at, column = row + 1 + place % half, 2 * (place // half)
        sheet.text(at, column, target, link=on_sheet(target, "A1"))
        sheet.text(at, column + 1, title)


def trace_sheet(book: Book) -> Sheet:
    """溯源: one row per input cell, as printed and as used, with document, decision, file and line."""
    heads = [Head(name, width=width) for name, width in (
        ("单元格", 22), ("区划代码", 10), ("期间起", 10), ("期间止", 10), ("生态系统", 18), ("项目", 10), ("量", 26), ("印刷值", 14),
        ("印刷单位", 18), ("状态", 10), ("来历", 10), ("证据", 10), ("来源", 24), ("备注", 10), ("采用值（单位见输入表）", 20), ("采用后来历", 10),
        ("采用后证据", 10), ("判断", 22), ("文件与行", 20),
    )]  # fmt: skip
    if book.result.account.deflation is not None:
        heads.append(Head("价格折算", width=90))
    sheet = plain_sheet("溯源", "溯源：每个输入单元格的来处", heads, color=CONTROL, notice=book.notice, left=book.left)
    row = HEAD + 1
    for table in book.layout.inputs.values():
        for column, place in table.columns.items():
            quantity = book.result.account.ruleset.catalogue.vocabulary[column.rstrip("!")]
            for key, at in table.rows.items():
                cell = Cell(tuple(zip(table.axes, key, strict=True)))
                row += _trace_row(book, sheet, row, quantity, cell, Address(table.sheet, at, place))
    return sheet


def _trace_row(book: Book, sheet: Sheet, row: int, quantity: Quantity, cell: Cell, address: Address) -> int:
    """Write the origin of one input cell; 0 where nothing is stated for it."""
    index = book.result.grid.index(cell.at("year", book.period).on(quantity.axes))
    record = book.result.record(quantity.name, index)
    if record is None:
        return 0
    sheet.text(row, 0, address.full, link=address.full)
    stated = record.input
    if stated is not None:
        texts = (
            stated.county_code,
            stated.period_from,
            stated.period_to,
            stated.ecosystem,
            stated.item,
            quantity.zh,
            stated.value,
        )
        words = (
            stated.unit,
            PRESENCE[stated.presence],
            ORIGIN.get(stated.origin, ""),
            EVIDENCE.get(stated.evidence, ""),
        )
        row_of_texts(sheet, row, ("", *texts, *words))
        sheet.text(row, 12, stated.source, link=source_link(book, stated.source))
        sheet.text(row, 13, sheet.note(stated.note))
    else:
        row_of_texts(
            sheet,
            row,
            (
                "",
                "",
                "",
                "",
                "",
                "",
                quantity.zh,
                str(record.exact),
                quantity.unit.printed,
                "",
                "",
                "",
                "",
                record.place,
            ),
        )
    if record.exact is not None:
        sheet.put(row, 14, TypedNumber(float(record.exact), "formula"))
        row_of_texts(sheet, row, ("",) * 15 + (ORIGIN[record.origin], EVIDENCE[record.evidence]))
    sheet.text(row, 17, record.adoption.place if record.adoption else "")
    sheet.text(row, 18, record.place)
    if record.carried is not None:
        sheet.text(row, 19, how_carried(record.carried))
    return 1


def recorded_amount(place: int) -> Address:
    """Where 清单 has the amount of a recipient as it was computed; `place` counts the recipients from zero."""
    return Address(MANIFEST, HASH_PLACE[0] + 1 + place, HASH_PLACE[1])


def manifest_sheet(
    sheets: Sequence[Sheet], *, record: dict[str, object], total: float | None, facts: Sequence[tuple[str, str]],
    amounts: Sequence[tuple[str, float]] = (), total_zh: str = "合计（记录值）",
) -> Sheet:  # fmt: skip
    """清单: what the workbook follows from, the hash of every sheet, and the record itself in chunks with their hashes.

    `total_zh` says what the recorded total is. `amounts` are recorded numbers with their labels, which 测算过程 compares with what it computes.
    """
    sheet = Sheet(MANIFEST, "清单", CONTROL, widths={0: 24, 1: 44, 2: 62})
    sheet.text(0, 0, "清单：本工作簿的依据与指纹（verify 按此重算）", "title")
    sheet.text(RECORDED_TOTAL[0], 0, total_zh)
    sheet.put(*RECORDED_TOTAL, Text(WORDS["missing"], "missing") if total is None else TypedNumber(total, "formula"))
    text = canonical(record)
    content, hashes = content_hashes(sheets)
    row_of_texts(sheet, HASH_PLACE[0], (CONTENT_HASH, content))
    lines = [*facts, (RECORD_HASH, text_hash(text)), *hashes]
    for place, (label, amount) in enumerate(amounts):
        at = recorded_amount(place)
        sheet.text(at.row, 0, label)
        sheet.put(at.row, at.column, TypedNumber(amount, "formula"))
    row = HASH_PLACE[0] + 1 + len(amounts)
    for label, value in lines:
        row_of_texts(sheet, row, (label, value))
        row += 1
    chunks = [text[start : start + CHUNK] for start in range(0, len(text), CHUNK)]
    for number, chunk in enumerate(chunks, start=1):
        row_of_texts(sheet, row, (f"{RECORD_LABEL} {number}/{len(chunks)}", chunk, text_hash(chunk)), "raw")
        row += 1
    return sheet
