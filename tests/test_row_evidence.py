"""What is typed as 申报 or 原文 in an input row is held against its source; nothing raises it (issue 11e, DESIGN 6)."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from qhgep.account.read import read_account
from qhgep.coefficient_store import supported
from qhgep.engine.pipeline import compute
from qhgep.errors import EvidenceError, Problems
from qhgep.inputs.form.schema import FormSource
from qhgep.inputs.read import read_rows
from qhgep.inputs.row_evidence import held_to_sources
from qhgep.inputs.source_text import states_declaration
from qhgep.inputs.table import Input, Vocabulary
from qhgep.packs.library import coefficients
from tests.support.accounts import Line, table
from tests.support.imports import run
from tests.test_importers import ONE, records
from tests.test_inputs import vocabulary

FULL = "统计年鉴（祁统〔2024〕3号，2024-05-01，祁连县统计局）"
LAW, PAPER, NEWS = "a-law", "gong-2017", "cea-2022-news"
"""Ids of sources: a law with its issuer and date, a paper, and a piece of news."""

PILOT = Path(__file__).parent.parent / "examples" / "pilot"


def known() -> Vocabulary:
    """The shipped vocabulary, and one registered law."""
    law = next(iter(coefficients().sources.values())).model_copy(
        update={"id": LAW, "kind": "law", "publisher": "青海省人民政府", "number": "1号", "date": date(2024, 1, 1)}
    )
    sources = {**vocabulary().sources, **supported({LAW: law})}
    assert PAPER in sources
    return replace(vocabulary(), sources=sources)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        (FULL, True),
        ("统计年鉴(祁统[2024]3号, 2024-05-01, 祁连县统计局)", True),
        ("统计年鉴（祁连县统计局，2024年5月1日，祁统〔2024〕3号）", True),
        ("统计年鉴（祁统〔2024〕3号，2024-05，祁连县统计局（公章））", True),
        ("统计年鉴（祁统〔2024〕3号，2024-05-01）", False),
        ("统计年鉴（2024-05-01，祁连县统计局）", False),
        ("统计年鉴（祁统〔2024〕3号，祁连县统计局）", False),
        ("统计年鉴（祁统〔2024〕3号，2024-05-01，某局）", False),
        ("统计年鉴（文号未见，2024-05-01，祁连县统计局）", False),
        ("祁统〔2024〕3号，2024-05-01，祁连县统计局", False),
        ("祁连县统计局", False), ("https://www.qilian.gov.cn/2024-05-01.html", False), ("", False), ("）", False),
    ],
)  # fmt: skip
def test_a_text_declares_with_unit_number_and_date_in_its_brackets(text: str, *, holds: bool) -> None:
    assert states_declaration(text) is holds


@pytest.mark.parametrize(
    ("number", "date", "unit"),
    [
        ("祁统〔2024〕3号", "2024-05-01", "祁连县统计局"), ("〔2024〕3号、4号", "2024-05", "县统计局，县林草局"),
        ("", "2024-05-01", "祁连县统计局"), ("祁统〔2024〕3号", "", "祁连县统计局"), ("3号", "2024-05-01", ""), ("", "", ""),
    ],
)  # fmt: skip
def test_what_a_form_writes_into_a_row_says_what_its_evidence_says(number: str, date: str, unit: str) -> None:
    source = FormSource("S01", "统计年鉴", number, date, unit)
    assert states_declaration(source.text) is (source.evidence == "declared")


@pytest.mark.parametrize(
    ("evidence", "source", "level"),
    [
        ("declared", FULL, "declared"), ("declared", LAW, "declared"), ("primary", LAW, "primary"),
        ("declared", "祁连县统计局", "secondary"), ("declared", PAPER, "secondary"),
        ("primary", FULL, "secondary"), ("primary", "正式文本", "secondary"), ("primary", PAPER, "secondary"),
        ("published", "某论文", "secondary"), ("published", "统计年鉴2024", "secondary"), ("published", "", "secondary"),
        ("published", "统计年鉴2024，表 3-2", "published"), ("published", "doi:10.5846/stxb201607011362", "published"),
        ("published", "生态学报，2017，37（19）", "published"), ("published", "https://data.tpdc.ac.cn/", "published"),
        ("published", FULL, "published"), ("published", LAW, "published"), ("published", PAPER, "published"),
        ("published", NEWS, "secondary"), ("unconfirmed", "", "unconfirmed"), ("assumed", "", "assumed"),
    ],
)  # fmt: skip
def test_a_row_is_taken_as_what_its_source_supports(evidence: str, source: str, level: str) -> None:
    problems = Problems()
    line = Line("precipitation", "503.4", "mm/year", evidence=evidence, source=source)
    (row,) = read_rows(table([line]), "t.csv", known(), problems)
    assert row.evidence == level
    assert row.exact is not None
    code = [f"input_{evidence}"] if level != evidence else []
    assert [(item.code, item.severity) for item in problems.items] == [(name, "warning") for name in code]
    assert held_to_sources([row], known(), Problems()) == [row]


def test_many_rows_of_one_source_are_one_message_that_names_it() -> None:
    problems = Problems()
    counties = ("632621", "632622", "632623", "632624", "632222")
    lines = [
        Line("precipitation", "503.4", "mm/year", county=code, evidence="declared", source="气象局")
        for code in counties
    ]
    assert {row.evidence for row in read_rows(table(lines), "t.csv", vocabulary(), problems)} == {"secondary"}
    assert [item.text() for item in problems.items] == [
        (
            "t.csv:2、t.csv:3、t.csv:4 …（5）  来源 气象局 没有写明填报单位、文号和日期，证据却写 declared（申报）："
            "按 secondary（转引）采用；来源写作 “标题（文号，日期，填报单位）”，或 sources.toml 里写全 unit、number、date 的来源编号；"
            "写全来源；没有文件的改为 secondary。"
        )
    ]
    assert problems.items[0].text("en").startswith("t.csv:2, t.csv:3, t.csv:4 … (5)  the source 气象局 does not name")


def raised(row: Input) -> Input:
    """The row with what it says talked up, where its origin allows more than `assumed`."""
    return row if row.evidence == "assumed" or not row.evidence else replace(row, evidence="primary", source="见正文")


def test_a_row_changed_in_memory_is_held_too_and_require_names_each_quantity_once() -> None:
    account = read_account(PILOT / "account.toml")
    changed = replace(account, inputs=tuple(map(raised, account.inputs)))
    assert "primary" in {row.evidence for row in changed.inputs}
    assert "primary" not in {row.evidence for row in compute(changed).account.inputs}
    with pytest.raises(EvidenceError) as caught:
        compute(replace(changed, require="published"))
    weak = [dict(item.facts) for item in caught.value.problems]
    told = [(item["of"], item["evidence"]) for item in weak]
    assert len(told) == len(set(told))
    assert any("…（" in item["what"] for item in weak)


def test_an_import_writes_what_its_source_supports(tmp_path: Path) -> None:
    options = {"quantity": "precipitation", "unit": "mm/a", "statistic": "mean"}
    table = "ws,_mean,_count\n8,503.4,1111\n"
    plain = run(tmp_path, "qgis-zonal", table=table, zones=ONE, evidence="declared", source="气象局", **options)
    full = run(tmp_path, "qgis-zonal", table=table, zones=ONE, evidence="declared", source=FULL, **options)
    assert [row["evidence"] for row in records(plain.table)] == ["secondary"]
    assert [item.code for item in plain.warnings] == ["input_declared"]
    assert [row["evidence"] for row in records(full.table)] == ["declared"]
