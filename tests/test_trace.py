"""The graph of a result: complete, the same as its formulas read backwards, to the documents, and every printed figure in it."""

import csv
import json
import math
import re
import tracemalloc
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from click.testing import Result as Ran

from qhgep import compute, read_account, trace, write_trace, write_workbook
from qhgep.compensation.graph import PlanGraph
from qhgep.engine.graph import AccountGraph
from qhgep.engine.node import Node, Ref, below, resting_on
from qhgep.engine.rests_on import rests_on
from qhgep.engine.result import Result
from tests.support.command_line import COMMAND
from tests.test_cli import PILOT

EXAMPLES = PILOT.parent
ACCOUNTS = ("pilot", "ganzi-2010", "whole-county", "weihe-2010", "maps", "baiyangdian-2011")
PLANS = ("pilot/plan.toml", "maps/plan.toml", "haibei-grassland-2018/plan.toml")
QILIAN = "632222"


@pytest.fixture(scope="module")
def results() -> dict[str, Result]:
    return {name: compute(read_account(EXAMPLES / name / "account.toml")) for name in ACCOUNTS}


def nodes_of(graph: AccountGraph | PlanGraph) -> dict[Ref, Node]:
    return {ref: graph.node(ref) for ref in graph.refs()}


def run(*arguments: object) -> Ran:
    return CliRunner().invoke(COMMAND, ["--quiet", *map(str, arguments)])


# --- complete ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ACCOUNTS)
def test_every_value_of_an_account_is_a_node_and_what_a_node_reads_is_one(
    results: dict[str, Result], name: str
) -> None:
    result = results[name]
    graph = trace(result)
    assert isinstance(graph, AccountGraph)
    refs = list(graph.refs())
    nodes = nodes_of(graph)
    assert len({ref.id for ref in refs}) == len(refs) == len(nodes)
    assert {item for node in nodes.values() for item in node.reads} <= set(nodes)
    for row in result.rows():
        ref = graph.value_ref(row["quantity"], row["county_code"], row["period"], row["item"], row["ecosystem"])
        assert nodes[ref].value == row["value"], ref.id
        assert (nodes[ref].presence, nodes[ref].evidence) == (row["presence"], row["evidence"])
    used = {record.place for record in result.records if record.input is not None}
    assert {node.place for node in nodes.values() if node.ref.kind == "input"} <= used


@pytest.mark.parametrize("name", PLANS)
def test_every_column_and_payment_of_a_plan_is_a_node(name: str) -> None:
    graph = trace(EXAMPLES / name, require="assumed")
    assert isinstance(graph, PlanGraph)
    nodes = nodes_of(graph)
    assert len({ref.id for ref in nodes}) == len(list(graph.refs())) == len(nodes)
    assert {item for node in nodes.values() for item in node.reads} <= set(nodes)
    for column in graph.allocation.columns:
        codes = graph.allocation.fen if column.quantity.axes else {"": 0}
        for code in codes:
            assert Ref("column", column.name, (("recipient", code),) if code else ()) in nodes
    assert [nodes[graph.payment_ref(row.recipient.id)].value for row in graph.allocation.rows] == [
        row.yuan for row in graph.allocation.rows
    ]


@pytest.mark.parametrize("name", ["pilot", "ganzi-2010"])
def test_the_graph_read_backwards_says_what_the_formulas_say_without_a_row(
    results: dict[str, Result], name: str
) -> None:
    """`rests_on` takes the cells of a row away and reads the trees again; it knows nothing of nodes and edges."""
    result = results[name]
    graph = AccountGraph(result)
    lines = {line.value for line in result.account.ruleset.indicators}
    rows = [ref for ref in graph.refs() if ref.kind == "row"]
    assert rows
    for row in rows:
        found = resting_on(graph, lambda node, row=row: node.ref == row)  # type: ignore[misc] # bound now
        mine = {
            (dict(ref.members)["county"], ref.name)
            for ref in found
            if ref.kind == "value" and ref.name in lines and graph.node(ref).value is not None
        }
        assert mine == {(item.county, item.quantity) for item in rests_on(result, row=row.name).values}, row.id


@pytest.mark.parametrize("name", ACCOUNTS)
def test_every_number_of_an_account_ends_at_a_document_or_the_calendar(results: dict[str, Result], name: str) -> None:
    graph = AccountGraph(results[name])
    for line in results[name].account.ruleset.indicators:
        for county in results[name].account.counties:
            ref = graph.value_ref(line.value, county.code, results[name].account.periods[0].name, line.item)
            if graph.node(ref).value is None:
                continue
            ends = [node for _, node, first in below(graph, [ref]) if first and not node.reads]
            assert all(node.ref.kind in {"source", "period", "conversion", "value", "input"} for node in ends)
            assert any(node.title for node in ends), ref.id


# --- every printed figure ---------------------------------------------------------------------------------------


def numbers(graph: AccountGraph) -> Iterator[float]:
    for ref in graph.refs():
        value = graph.node(ref).value
        if isinstance(value, float):
            yield value
        elif isinstance(value, str) and ref.kind != "account":
            exact = Fraction(value)
            yield from map(float, (exact, exact.numerator, exact.denominator))


FRONT = (
    "封面",
    "汇总",
    "简报",
    "分县价值量",
    "分县实物量",
    "生态系统价值量",
    "分县覆盖",
    "计算_覆盖",
    "单位换算",
    "系数",
    "溯源",
)


@pytest.mark.parametrize("name", ["pilot", "ganzi-2010", "whole-county"])
def test_every_number_on_the_pages_is_a_node(results: dict[str, Result], name: str, tmp_path: Path) -> None:
    """In its unit, or in ten thousand yuan, tens of thousands of other units, or per cent; nothing else is printed."""
    write_workbook(results[name], tmp_path / "a.xlsx")
    known = sorted(set(numbers(AccountGraph(results[name]))))
    times = (1, 1e-4, 1e-8, 100)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx", data_only=True)
    pages = [sheet for sheet in book if sheet.title in FRONT or sheet.title.startswith(("计算_", "输入_"))]
    assert len(pages) > len(FRONT) - 2
    lost = [
        f"{sheet.title} {cell.coordinate} {cell.value}"
        for sheet in pages
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, int | float)
        and not any(math.isclose(cell.value, number * by, rel_tol=1e-11) for number in known for by in times)
    ]
    assert lost == []


# --- files ------------------------------------------------------------------------------------------------------


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_trace_is_one_line_a_node_the_same_bytes_each_time(tmp_path: Path) -> None:
    first, second = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    assert run("trace", PILOT / "plan.toml", "-o", first).exit_code == 0
    write_trace(trace(PILOT / "plan.toml"), second)
    assert first.read_bytes() == second.read_bytes()
    lines = {line["id"]: line for line in lines_of(first)}
    price = lines["gep/row:GZ-26"]
    assert (price["printed"], price["source"], price["reads"]) == (
        "240 CNY/t",
        "baima-2017",
        ["source:baima-2017"],
    ) or (price["row"] == "GZ-26")
    assert lines[price["reads"][-1]]["address"]
    assert lines["payment:632323"]["value"] == "15000000.00"
    assert lines["payment:632323"]["reads"] == ["column:finish.fen[recipient=632323]"]
    assert lines[f"factor:water[recipient={QILIAN}]"]["reads"] == [
        f"gep/value:water_value_total[county={QILIAN},year=多年平均（基期不一，见清单）]"
    ]
    assert lines[f"factor:water[recipient={QILIAN}]"]["decision"] == "[factor.water]"


def test_two_tables_hold_the_same_nodes_and_edges(tmp_path: Path) -> None:
    graph = trace(PILOT / "account.toml")
    (file,) = write_trace(graph, tmp_path / "t.jsonl")
    nodes, edges = write_trace(graph, tmp_path / "t.csv", tables=True)
    assert (nodes.name, edges.name) == ("t_nodes.csv", "t_edges.csv")
    with nodes.open(encoding="utf-8-sig", newline="") as table:
        rows = list(csv.DictReader(table))
    with edges.open(encoding="utf-8-sig", newline="") as table:
        pairs = [(row["id"], row["reads"]) for row in csv.DictReader(table)]
    lines = lines_of(file)
    assert [row["id"] for row in rows] == [line["id"] for line in lines]
    assert [row["zh"] for row in rows] == [line["zh"] for line in lines]
    assert pairs == [(line["id"], item) for line in lines for item in line["reads"]]


def test_the_trace_of_a_workbook_is_that_of_its_account(results: dict[str, Result], tmp_path: Path) -> None:
    write_workbook(results["pilot"], tmp_path / "a.xlsx")
    book = trace(tmp_path / "a.xlsx")
    assert isinstance(book, AccountGraph)
    mine = nodes_of(AccountGraph(results["pilot"]))
    assert {ref.id: node.value for ref, node in nodes_of(book).items()} == {
        ref.id: node.value for ref, node in mine.items()
    }


def test_the_trace_of_a_plan_s_workbook_ends_at_the_figures_of_its_accounts(tmp_path: Path) -> None:
    from qhgep import allocate

    write_workbook(allocate(PILOT / "plan.toml"), tmp_path / "p.xlsx")
    graph = trace(tmp_path / "p.xlsx")
    nodes = nodes_of(graph)
    figure = nodes[Ref("factor", "water", (("recipient", QILIAN),))]
    assert [ref.id for ref in figure.reads] == ["account:gep"]
    assert nodes[figure.reads[0]].value == compute(read_account(PILOT / "account.toml")).run_id
    assert {item for node in nodes.values() for item in node.reads} <= set(nodes)


def test_nodes_are_made_as_they_are_written(tmp_path: Path) -> None:
    """1,800 nodes and 1.7 MB of text; what is held beside the result is less than half of it: names, no nodes."""
    graph = trace(EXAMPLES / "equivalent-factor-2015" / "account.toml")
    write_trace(graph, tmp_path / "warm.jsonl")
    tracemalloc.start()
    (path,) = write_trace(graph, tmp_path / "t.jsonl")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert path.stat().st_size > 1_000_000
    assert peak < path.stat().st_size / 2


def test_a_trace_does_not_go_over_what_it_reads(tmp_path: Path) -> None:
    text = (PILOT / "account.toml").read_bytes()
    (tmp_path / "account.toml").write_bytes(text)
    found = run("trace", tmp_path / "account.toml", "-o", tmp_path / "account.toml")
    assert found.exit_code == 1
    assert (tmp_path / "account.toml").read_bytes() == text


def test_a_workbook_without_a_record_is_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "清单"  # type: ignore[union-attr] # a new book has a sheet
    book.save(tmp_path / "x.xlsx")
    found = run("trace", tmp_path / "x.xlsx", "-o", tmp_path / "t.jsonl")
    assert found.exit_code == 1
    assert "没有可用的清单记录" in found.stderr


# --- explain to the end -----------------------------------------------------------------------------------------


def test_a_payment_is_explained_down_to_the_address_of_the_document() -> None:
    text = run("explain", PILOT / "plan.toml", "--county", "祁连", "--deep").stdout
    lines = [line.lstrip("　") for line in text.splitlines()]
    assert lines[0] == "祁连县应付= 23184574.27 元"
    assert "公式：分配额（分） = 分配单位数 × 支付单位（分）" in lines
    assert any(line.startswith("系数：GZ-26 = ") for line in lines)
    assert "判断：县域界线在所涉年份没有调整（qhgep 示例，account.toml [[adopt]] 5）" in lines
    assert any(
        line.startswith("文件：baima-2017　甘孜藏族自治州生态系统生产总值核算研究　") and "doi:" in line
        for line in lines
    )
    body = json.loads(run("explain", PILOT / "plan.toml", "--county", "祁连", "--deep", "--format", "json").stdout)[
        "body"
    ]
    assert body["roots"] == [f"payment:{QILIAN}"]
    known = {node["id"]: node for node in body["nodes"]}
    for name in ("title", "address"):
        assert known["source:baima-2017"][name] in text
    row = known["gep/row:GZ-26"]
    for name in ("row", "printed", "dates", "region", "place"):
        assert row[name]
        assert row[name] in text


def test_the_tree_as_text_has_every_clause_and_every_gap_that_the_json_has() -> None:
    """The clause of a formula stands once, at the formula; what a partial value lacks is named, not given by id."""
    asked = ("explain", PILOT / "plan.toml", "--county", "祁连", "--deep")
    text = run(*asked).stdout
    nodes = json.loads(run(*asked, "--format", "json").stdout)["body"]["nodes"]
    clauses = {node["at"] for node in nodes if node["at"]}
    assert {"§2.4；表 3", "表 2：地表径流 = 降水量 × 径流系数"} <= clauses
    assert [at for at in clauses if at not in text] == []
    assert "公式的依据：baima-2017，§2.4；表 3" in text
    assert "部分：未计入 裸地、森林、冰川/永久积雪、灌丛、湿地、水域" in text
    assert re.findall(r"未计入[^；\]]*[a-z]{3}", text) == []
    english = run("--lang", "en", *asked).stdout
    assert "the formula is of: baima-2017, §2.4；表 3" in english
    assert "bare_land, forest, ice" in english


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        (("--county", "祁连"), "已核算指标合计（祁连县）= "),
        (("--county", "*"), "已核算指标合计（各县合计）= "),
        (("--county", "祁连", "--quantity", "coverage"), "已核算指标合计覆盖面积占比（祁连县）= 0.950736578737"),
        (
            ("--county", "祁连", "--quantity", "coverage", "--item", "water_value_total"),
            "水源涵养价值合计覆盖面积占比（祁连县）= 0.950736578737",
        ),
        (("--county", "*", "--quantity", "coverage"), "已核算指标合计覆盖面积占比（各县合计）= 0.947256311863"),
    ],
)
def test_totals_and_shares_of_coverage_are_explained(asked: tuple[str, ...], first: str) -> None:
    """祁连: grassland 13,223.7 km2 of 13,908.9 km2 is 0.950736578737."""
    assert pytest.approx(0.950736578737, abs=1e-12) == 13223.7 / 13908.9
    for deep in ((), ("--deep",)):
        if "--quantity" not in asked and not deep:
            continue
        text = run("explain", PILOT / "account.toml", *asked, *deep).stdout
        assert text.splitlines()[0].startswith(first)
        assert "inputs.csv:4" in text
        assert ("文件：" in text) == bool(deep)


def test_a_tree_has_no_latex() -> None:
    found = run("explain", PILOT / "plan.toml", "--county", "祁连", "--deep", "--format", "latex")
    assert found.exit_code == 2


def test_what_the_account_does_not_have_is_told_at_its_option() -> None:
    found = run("explain", PILOT / "account.toml", "--county", "祁连", "--quantity", "水源涵养价值合", "--deep")
    assert found.exit_code == 1
    assert "--quantity" in found.stderr
    assert "水源涵养价值合计" in found.stderr


def test_what_rests_on_a_row_and_the_sources_are_told_of_a_workbook_as_of_its_account(tmp_path: Path) -> None:
    """Of an account's workbook the same text; that of a plan has no more of its accounts than their figures."""
    books = {name: tmp_path / f"{name}.xlsx" for name in ("account", "plan")}
    for name, verb in (("account", "account"), ("plan", "allocate")):
        assert run(verb, PILOT / f"{name}.toml", "-o", books[name]).exit_code == 0
    for words in (("rests-on", "--row", "GZ-26"), ("sources",)):
        of_file, of_book = (run(words[0], file, *words[1:]) for file in (PILOT / "account.toml", books["account"]))
        assert (of_book.exit_code, of_book.stdout) == (0, of_file.stdout)
        refused = run(words[0], books["plan"], *words[1:])
        assert (refused.exit_code, "核算 gep 在这里只有数" in refused.output) == (int(words[0] == "rests-on"), True)
