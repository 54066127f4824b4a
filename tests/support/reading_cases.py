"""How each fault of a returned file is made: the row of the specification, and a maker. What is said stands in reading_faults.toml."""

import re
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from qhgep.inputs import FileDefaults
from tests.support.bureau import HEAD, ROWS, SHEET_XML, book, cells, put, reopened, saved, surgery, text

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
ID = "11010519491231002X"
"""The example of GB 11643-1999: nobody's number."""
ONE = ("县名", "森林面积（公顷）")
CODES = ("区划代码", ONE[1])
YEARS = ("县名", "年份", "2019年森林面积（公顷）")


@dataclass(frozen=True)
class Case:
    """A file with one fault: `row` of section 3 of the specification where it is one of them, else empty."""

    row: str
    make: Callable[[], bytes]
    file: str = "县.xlsx"
    told: FileDefaults | None = None
    strict: bool = False


def cell_xml(address: str, new: str, data: bytes | None = None) -> bytes:
    """The sheet with the XML of one cell replaced."""
    data = data or book()
    xml = zipfile.ZipFile(BytesIO(data)).read(SHEET_XML).decode()
    found = re.search(rf'<c r="{address}"[^>]*?(?:/>|>.*?</c>)', xml)
    assert found is not None
    return surgery(data, (SHEET_XML, found[0], new))


def twice() -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns of what this file is made to have
        return surgery(book(), add={SHEET_XML: b"<worksheet/>"})


def bomb() -> bytes:
    """190 MB of zeros in 190 kB."""
    out = BytesIO(book())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/media/a.bin", "w") as part:
        for _ in range(190):
            part.write(b"\0" * (1 << 20))
    return out.getvalue()


def long_text() -> bytes:
    return surgery(book(), (SHEET_XML, "玛沁县", "山" * 140_000))


def token() -> bytes:
    return surgery(book(), (SHEET_XML, "玛沁县", "x" * 2_000_000))


def far(row: int, address: str) -> bytes:
    new = f'<row r="{row}"><c r="{address}"><v>1</v></c></row></sheetData>'
    return surgery(book(), (SHEET_XML, "</sheetData>", new))


def hidden_row(sheet: Worksheet) -> None:
    sheet.row_dimensions[4].hidden = True


def hidden_column(sheet: Worksheet) -> None:
    sheet.column_dimensions["C"].hidden = True


def very_hidden(made: Workbook) -> None:
    other = made.create_sheet("旧表")
    other["A1"] = "2022年"
    other.sheet_state = "veryHidden"


def other_sheet(made: Workbook) -> None:
    made.create_sheet("附表")["A1"] = 1


def with_year(year: object) -> bytes:
    return book(head=("县名", "年份", "森林面积（公顷）"), rows=[("玛沁县", year, 12.5)])


def many() -> bytes:
    return book(head=ONE, rows=[("某县", "#")] * 1100)


def one(name: str, value: object = 3) -> bytes:
    return book(head=ONE, rows=[(name, value)])


def above(prefecture: str, county: str, *, heading: str = "市州") -> bytes:
    return book(head=(heading, "县名", ONE[1]), rows=[(prefecture, county, 3)])


def parts() -> bytes:
    return surgery(book(), add={f"x/{number}.xml": b"<x/>" for number in range(5000)})


def merged(sheet: Worksheet) -> None:
    sheet.merge_cells("C3:C5")


TWO_TEXTS = '<c r="C3" t="inlineStr"><is><t>12</t></is><is><t>5</t></is></c>'
ENTITY = ("xl/workbook.xml", "<workbook", '<!DOCTYPE w [<!ENTITY a "b">]><workbook')
TOTAL = (None, "合计", 358.7, None, None, None)
PLAIN, SAID = FileDefaults(), FileDefaults("2022", evidence="secondary")
SPAN = FileDefaults("2001-2019", evidence="secondary")


def by_item() -> bytes:
    """县名, 指标, 数值, 单位 with the county merged over its items."""
    rows = [("玛沁县", "森林面积", 5000, "公顷"), (None, "灌丛面积", 3000, "公顷")]

    def merged(sheet: Worksheet) -> None:
        sheet.merge_cells("A3:A4")

    return book(merged, head=("县名", "指标", "数值", "单位"), rows=rows)


def by_class() -> bytes:
    return "年份,县名,面积类型,面积（公顷）\n2019,玛沁县,森林,5\n2019,玛沁县,草地,6\n".encode()


CASES: dict[str, Case] = {
    # the package
    "parts of one name": Case("X03", twice),
    "a path that leaves the archive": Case("X04", lambda: surgery(book(), add={"../../evil": b"x"})),
    "190 MB of zeros": Case("X06", bomb),
    "an entity": Case("X09", lambda: surgery(book(), ENTITY)),
    "a row far below": Case("X10", lambda: far(218522, "A218522")),
    "the last cell there can be": Case("X10", lambda: far(1048576, "XFD1048576")),
    "a dimension that lies": Case("X11", lambda: surgery(book(), (SHEET_XML, 'ref="A1:F5"', 'ref="A1:A1"'))),
    "too many parts": Case("", parts),
    "a text that no cell can hold": Case("", long_text),
    "a text of two megabytes": Case("", token),
    "a part in UTF-16": Case("", lambda: surgery(book(), add={"xl/x.xml": "<x/>".encode("utf-16")})),
    "a part that is torn": Case("", lambda: surgery(book(), (SHEET_XML, "</sheetData>", "</sheetDat>"))),
    "a part that ends too early": Case("", lambda: surgery(book(), cut=SHEET_XML)),
    "macros": Case("W101", lambda: surgery(book(), add={"xl/vbaProject.bin": b"x"})),
    # single cells
    "a link to another workbook": Case("W102", lambda: cell_xml("C3", '<c r="C3"><f>[1]A!A1</f><v>42</v></c>')),
    "a formula without value": Case("E201", lambda: cells({"C3": "=1+1"})),
    "a formula with its value": Case("E202", lambda: cell_xml("C3", '<c r="C3"><f>10+2.5</f><v>12.5</v></c>')),
    "an error value": Case("E203", lambda: cell_xml("C3", '<c r="C3" t="e"><v>#N/A</v></c>')),
    "a blank behind a number": Case("E204", lambda: cells({"C3": "12.5 "})),
    "full-width digits": Case("E204", lambda: cells({"C3": "１２．５"})),
    "thousands commas": Case("E204", lambda: cells({"C3": "1,234.5"})),
    "a full-width minus": Case("E204", lambda: cells({"C3": "－３"})),
    "brackets for a minus": Case("E205", lambda: cells({"C3": "(12.5)"})),
    "a percent sign": Case("E205", lambda: cells({"C3": "12.5%"})),
    "about": Case("E205", lambda: cells({"C3": "约12.5"})),
    "a dash": Case("E205", lambda: cells({"C3": "—"})),
    "a power of ten as text": Case("E205", lambda: cells({"C3": "1.5e3"})),
    "a superscript": Case("E205", lambda: cells({"C3": "10²"})),
    "two numbers in a cell": Case("E205", lambda: cells({"C3": "12 5"})),
    "a date": Case("E206", lambda: cells({"C3": date(2023, 12, 5)})),
    "a logical value": Case("E207", lambda: cells({"C3": True})),
    "a day's number for a year": Case("E208", lambda: with_year(43831)),
    "a date for a year": Case("E208", lambda: with_year(date(2020, 1, 1))),
    "a word for a year": Case("E208", lambda: with_year("去年")),
    "merged cells": Case("E209", lambda: book(merged)),
    "a blank": Case("E214", lambda: cells({"C3": None})),
    "a blank that is missing without a reason": Case("E214", lambda: cells({"C3": None, "E3": "缺失"})),
    "a cell that stands twice": Case("", lambda: cell_xml("C3", '<c r="C3"><v>1</v></c><c r="C3"><v>2</v></c>')),
    "a row that stands twice": Case("", lambda: surgery(book(), (SHEET_XML, '<row r="5">', '<row r="4"></row><row r="5">'))),
    "a cell with two values": Case("", lambda: cell_xml("C3", '<c r="C3"><v>13223.7</v><v>7</v></c>')),
    "a formula behind the value": Case("", lambda: cell_xml("C3", '<c r="C3"><v>1</v><f>1+1</f></c>')),
    "a cell with two inline texts": Case("", lambda: cell_xml("C3", TWO_TEXTS)),
    "a string that is not there": Case("", lambda: cell_xml("C3", '<c r="C3" t="s"><v>999</v></c>')),
    "a cell in another row": Case("", lambda: cell_xml("C3", '<c r="C9"><v>1</v></c>')),
    "a percent format where nothing is percent": Case("E205", lambda: book(percent_format)),
    "a percent format where percent is asked": Case("", lambda: book(percent_format, head=SHARE_HEAD, rows=SHARES)),
    # rows and columns
    "a hidden row": Case("W107", lambda: book(hidden_row)),
    "a hidden row, strictly": Case("W107", lambda: book(hidden_row), strict=True),
    "a hidden column": Case("W107", lambda: book(hidden_column)),
    "a very hidden sheet": Case("W104", lambda: reopened(book(), very_hidden)),
    "a very hidden sheet, strictly": Case("W104", lambda: reopened(book(), very_hidden), strict=True),
    "the same county twice": Case("E210", lambda: book(rows=[*ROWS, ("632621", "玛沁县 ", 1, 6, None, None)])),
    "one item a row under a merged county": Case("E210", by_item),
    "one class of land a row": Case("E210", by_class, file="县.csv"),
    "a name with a blank": Case("E210", lambda: one("玛沁 县")),
    "a total that is right, and a note": Case("E211", lambda: book(rows=[*ROWS, (None, "合计", 357.5), ("注：三调",)])),
    "a total that is wrong": Case("E211", lambda: book(rows=[*ROWS, TOTAL])),
    "no unit": Case("E212", lambda: cells({"C2": "森林面积"})),
    "another unit": Case("E212", lambda: cells({"C2": "森林面积（万亩）"})),
    "a unit of something else": Case("E212", lambda: cells({"C2": "森林面积（吨）"})),
    "two units": Case("E212", lambda: book(rows=[("单位", None, "亩", "mm/a", None, None), *ROWS])),
    "a unit above the table that no column has": Case("", lambda: cells({"A1": "2020年各县面积　单位：万亩"})),
    "an amount without its year": Case("", lambda: cells({"D2": "年降水量（毫米）"})),
    "an area beyond every county": Case("E213", lambda: cells({"C3": 153_000_000})),
    "an unknown county": Case("", lambda: one("玛心县")),
    "a short name": Case("", lambda: one("大通县")),
    "a name of several codes": Case("", lambda: book(head=ONE, rows=[("民和县", 3)]), told=SPAN),
    "an unknown code": Case("", lambda: cells({"A3": "632699"})),
    "a code of another county": Case("", lambda: cells({"B3": "达日县"})),
    "a code in scientific notation": Case("", lambda: book(head=CODES, rows=[("6.32621E+11", 3)])),
    "a code in scientific notation beside its name": Case("", lambda: cells({"A3": "6.32621E+11"})),
    "a code in scientific notation beside another name": Case("", lambda: cells({"A3": "6.32621E+11", "B3": "达日县"})),
    "a name that was given up": Case("", lambda: one("玉树县")),
    "a code that was given up": Case("", lambda: cells({"A3": "632721", "B3": "玉树县"})),
    "a county in another prefecture": Case("", lambda: above("海西州", "玛沁县")),
    "a namesake in a prefecture that has none": Case("", lambda: above("昆明市", "城中区")),
    "a namesake among counties of one province": Case("", lambda: book(head=ONE, rows=[("玛沁县", 3), ("城中区", 5)])),
    "a name that begins with another prefecture": Case("", lambda: one("海西州玛沁县")),
    "another county beside the county": Case("", lambda: above("达日县", "玛沁县", heading="县")),
    "a prefecture among counties": Case("", lambda: book(head=ONE, rows=[("玛沁县", 3), ("海西州", 5)])),
    "a line that is no name": Case("", lambda: book(head=ONE, rows=[("玛沁县", 3), ("三调数据", None)])),
    "parts of counties": Case("", lambda: book(head=("县名", "乡镇", ONE[1]), rows=[("玛沁县", "大武镇", 3)])),
    "a year of a plan": Case("", lambda: with_year("2025年目标")),
    "a year column and years of headings": Case("", lambda: book(head=YEARS, rows=[("玛沁县", 2020, 3)])),
    "a column of units": Case("", lambda: book(head=(*ONE, "计量单位"), rows=[("玛沁县", 3, "万亩"), ("祁连县", 3, "hm2")])),
    "a column of a plan": Case("", lambda: book(head=("县名", "2025年规划森林面积（公顷）"), rows=[("玛沁县", 3)])),
    "headings that are only years": Case("", lambda: book(head=("县名", "2019年"), rows=[("玛沁县", 3)])),
    "a title of a plan": Case("", lambda: cells({"A1": "2025年森林保护目标"})),
    "a title of preliminary figures": Case("", lambda: cells({"A1": "2023年初步核算数"})),
    "headings of preliminary figures": Case("", lambda: book(head=("县名", "森林面积（初步）（公顷）"), rows=[("玛沁县", 3)])),
    "a year of preliminary figures": Case("", lambda: with_year("2023年快报数")),
    "a mean without its years": Case("", lambda: cells({"A1": "2023年平均生态数据"})),
    "a period that cannot be read": Case("", book, told=FileDefaults("去年", evidence="secondary")),
    "numbers without a name": Case("", lambda: cells({"A4": None, "B4": None})),
    "a heading of two meanings": Case("", lambda: cells({"C2": "沼泽面积（公顷）"})),
    "a heading of none": Case("", lambda: cells({"C2": "甲数（公顷）"})),
    "two columns of one quantity": Case("", lambda: cells({"D2": "area.forest（公顷）"})),
    "no year": Case("", lambda: cells({"A1": "生态数据"})),
    "another year than told": Case("", book, told=SAID),
    "no evidence": Case("", book, told=PLAIN),
    "more problems than a person mends": Case("", many),
    "a merge that is none": Case("", lambda: surgery(book(merged), (SHEET_XML, 'ref="C3:C5"', 'ref="C3:?"'))),
    "a sheet without a table": Case("", lambda: reopened(book(), other_sheet)),
    "no table at all": Case("", lambda: saved(Workbook())),
    "an id number": Case("", lambda: cells({"F3": ID})),
    "a column of names": Case("", lambda: cells({"F2": "姓名", "F3": "张三"})),
    # other files
    "an xls": Case("F301", lambda: OLE, "县.xls"),
    "an et": Case("F301", lambda: OLE, "县.et"),
    "an xls called xlsx": Case("F302", lambda: OLE),
    "a password": Case("F302", lambda: OLE + "EncryptedPackage".encode("utf-16-le")),
    "a csv called xlsx": Case("F302", lambda: text().encode()),
    "an xlsx called csv": Case("F302", book, "县.csv"),
    "a torn zip": Case("F302", lambda: book()[:3000]),
    "a web page called xls": Case("F303", lambda: b"<html><table><tr><td>1</td></tr></table></html>", "县.xls"),
    "an XML table called xls": Case("F303", lambda: XML_TABLE, "县.xls"),
    "an empty file": Case("F303", lambda: b""),
    "an ods": Case("", lambda: surgery(saved(Workbook()), add={"mimetype": b"x", "content.xml": b"<x/>"}), "县.ods"),
    "a pdf": Case("", lambda: b"%PDF-1.7", "县.pdf"),
    "a csv in GBK": Case("F304", lambda: text().encode("gbk"), "县.csv"),
    "a csv in UTF-16 without mark": Case("F304", lambda: text().encode("utf-16-le"), "县.csv"),
    "a csv that nothing decodes": Case("F304", lambda: text().encode() + b"\xff\xff", "县.csv"),
    "a csv of 31 MB": Case("", lambda: b"1" * (31 << 20), "县.csv"),
    "a csv of very many columns": Case("", lambda: b"1," * 1001, "县.csv"),
    "a csv with an open quote": Case("", lambda: b'a,"b\n1,2\n', "县.csv"),
}  # fmt: skip
XML_TABLE = b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
SHARE_HEAD = (*HEAD[:2], "产水系数（产水深比降水量）（%）", *HEAD[3:])
SHARES = (("632621", "玛沁县", 0.125, 540, None, None),)


def percent_format(sheet: Worksheet) -> None:
    sheet["C3"].number_format = "0.0%"
    if sheet["C2"].value == HEAD[2]:
        sheet["C3"] = 0.125


def made(name: str, folder: Path) -> Path:
    """The file of a case."""
    return put(folder, CASES[name].make(), CASES[name].file)
