"""The sheets behind co-growth: 准则 (thresholds, names of states, weights of zones) and 依据 (every row that was read)."""

from __future__ import annotations

from qhgep.assessments.assessment import Assessment
from qhgep.assessments.criteria import Criteria
from qhgep.evidence import EVIDENCE
from qhgep.inputs import Input
from qhgep.workbook.core.cells import WORDS, Sheet, TypedNumber
from qhgep.workbook.core.layout import FIRST, HEAD, fixed, on_sheet
from qhgep.workbook.core.table_sheet import INPUTS, STORE, Head, plain_sheet, row_of_texts, table_sheet

CRITERIA, ROWS = "准则", "依据"
_NEAR, _STATES, _WEIGHTS = FIRST, FIRST + 3, FIRST + 8
"""Rows of 准则: the threshold, the directions of GEP with the names of states, the classes with their weights."""


def source_sheets(of: Assessment, notice: str, left: str) -> list[Sheet]:
    """Both sheets; `notice` and `left` stand above every table of the workbook."""
    return [_criteria(of, notice), _rows(of, notice, left)]


def near_zero_cell() -> str:
    """The address of the threshold."""
    return on_sheet(CRITERIA, fixed(_NEAR, 1))


def state_names() -> str:
    """The block of the names of states: GEP up, level, down by GDP up, level, down."""
    return on_sheet(CRITERIA, f"{fixed(_STATES, 1)}:{fixed(_STATES + 2, 3)}")


def weight_cell(criteria: Criteria, zone: str, side: int) -> str:
    """The address of a weight of a class: side 0 of GEP, 1 of GDP."""
    return on_sheet(CRITERIA, fixed(_WEIGHTS + list(criteria.classes).index(zone), 1 + side))


def _criteria(of: Assessment, notice: str) -> Sheet:
    """准则: the threshold, the names of the states, the classes with their weights and documents."""
    criteria = of.criteria
    heads = [Head(name, width=width) for name, width in (
        ("项", 26), ("值／升", 20), ("持平", 20), ("降", 20), ("起", 12), ("止", 12), ("证据", 10), ("位置", 30),
    )]  # fmt: skip
    left = f"{criteria.basis}；出处：{criteria.source.title}，{criteria.source.address}（{criteria.source.checked} 查）"
    sheet = table_sheet(CRITERIA, criteria.zh, heads, color=STORE, notice=notice, left=left)
    sheet.keys = 1
    sheet.text(_NEAR, 0, "持平的界限（增长率的大小）")
    sheet.put(_NEAR, 1, TypedNumber(float(criteria.near_zero), "parameter"))
    sheet.text(_STATES - 1, 0, "状态（行：GEP；列：GDP 升、持平、降）", "section")
    for place, (word, names) in enumerate(
        (("升", criteria.states.up), ("持平", criteria.states.level), ("降", criteria.states.down))
    ):
        row_of_texts(sheet, _STATES + place, (word, *names))
    sheet.text(_WEIGHTS - 1, 0, "主体功能区（GEP 权数、GDP 权数，自拟）", "section")
    for place, item in enumerate(criteria.zone):
        row = _WEIGHTS + place
        sheet.text(row, 0, item.zh)
        for column, weight in ((1, item.amount), (2, item.product)):
            sheet.put(row, column, TypedNumber(float(weight), "parameter"))
        to = "" if item.to is None else item.to.isoformat()
        for column, words in ((4, item.from_.isoformat()), (5, to), (6, EVIDENCE[item.evidence]), (7, item.at)):
            sheet.text(row, column, words)
    return sheet


def _rows(of: Assessment, notice: str, left: str) -> Sheet:
    """依据: every row that was read, with its source and place."""
    names = ("区划代码", "量", "期间", "类", "值", "单位", "证据", "来源", "位置", "备注")
    heads = [
        Head(name, width=width) for name, width in zip(names, (10, 26, 12, 22, 16, 10, 10, 40, 24, 30), strict=True)
    ]
    sheet = plain_sheet(ROWS, "读到的各行", heads, color=INPUTS, notice=notice, left=left)
    for row, item in enumerate(of.rows, start=HEAD + 1):
        zh = of.criteria.members.members.get(item.item, "")
        words = {"gross_domestic_product": "地区生产总值", "real_product_index": "地区生产总值指数"}.get(
            item.quantity, "主体功能区占比"
        )
        level = EVIDENCE.get(item.evidence, "—")
        row_of_texts(sheet, row, (
            item.county_code, words, item.period, zh, item.value or WORDS["missing"], item.unit, level, item.source, item.place, item.note,
        ), "wrap")  # fmt: skip
    sheet.notes += [f"{name}：SHA-256 {value}" for name, value in of.hashes.items()]
    sheet.notes += [f"{item.where}　{item.text()}" for item in of.warnings]
    return sheet


def exact(row: Input | None) -> float | None:
    """The number of a row in the unit of its quantity; None without one."""
    return None if row is None or row.exact is None else float(row.exact)
