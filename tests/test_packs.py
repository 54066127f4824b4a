"""Packs of a bureau: the skeleton that a ruleset needs, filled in and computed with; a pack under check."""

import csv
import io
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from qhgep import coefficients, compute, read_account
from qhgep.catalogue import shipped
from qhgep.coefficient_store import Coefficients, Ecosystem, load_coefficients
from qhgep.coefficient_store.rows import COLUMNS
from qhgep.errors import CoefficientError, QhgepError, WorkbookError
from qhgep.expr import Quantity
from qhgep.packs.check import PackCheck, check_pack
from qhgep.packs.needs import Need, Needs, Scope, needs_of, ruleset_named
from qhgep.packs.report import check_text
from qhgep.packs.skeleton import skeleton, unit_text
from qhgep.ruleset_store.ruleset import read_ruleset
from qhgep.units import factor, spelled
from qhgep.workbook.reports.pack_needs import NEEDED, SHEET, needed_book, write_skeleton
from tests.support import toy
from tests.support.accounts import LAW, Coefficient, Line, pack, write_account
from tests.support.result_bodies import body
from tests.test_cli import PILOT, run
from tests.test_limits import TOP

PLATEAU = "water-balance-plateau"
GARZE = Coefficient(
    "MY-1",
    "reservoir_cost",
    region="513300",
    first="2010-01-01",
    last="2010-12-31",
    price_year="2010",
    value="8",
    unit="CNY/m3",
)
SHARE = Coefficient(
    "MY-2", "runoff_coefficient", ecosystem="grassland", value="8.2", unit="%", evidence="assumed", origin="chosen"
)
EMPTY = Coefficient(
    "MY-3", "carbon_price", price_year="2019", value="", unit="元/t CO2", source="", at="", origin="", evidence=""
)


def needs(scope: Scope = Scope("632621", 2019), ruleset: str = PLATEAU) -> Needs:  # noqa: B008 - frozen
    return needs_of(ruleset_named(ruleset), coefficients(), scope)


def lines_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def written(folder: Path, scope: Scope = Scope("632621", 2019)) -> Path:  # noqa: B008 - frozen
    write_skeleton(needs(scope), folder)
    return folder


def fill(folder: Path, values: Mapping[str, str]) -> None:
    """Every line gets the value of its key, and document, place, origin and evidence, as a person would write them."""
    for path in folder.glob("*.csv"):
        rows = lines_of(path.read_text(encoding="utf-8"))
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            for row in rows:
                written_in = {
                    "value": values[row["key"]],
                    "source": "paper",
                    "at": "表 1",
                    "origin": "stated",
                    "evidence": "published",
                }
                writer.writerow(row | written_in)
    (folder / "sources.toml").write_text(LAW, encoding="utf-8")


# --- the skeleton -------------------------------------------------------------------------------------


def test_a_skeleton_has_a_line_per_value_with_everything_filled_in_but_what_the_document_says() -> None:
    (price,) = lines_of(skeleton(needs())["carbon.csv"])
    filled = {
        "row": "carbon_price-632621-2019", "key": "carbon_price", "region_code": "632621", "from": "2019-01-01", "to": "2019-12-31",
        "price_year": "2019", "unit": "元/(t CO₂)",
    }  # fmt: skip
    assert price == dict.fromkeys(COLUMNS, "") | filled


def test_a_skeleton_begins_with_a_mark_that_tells_spreadsheets_its_encoding_and_has_the_header_of_the_store() -> None:
    for name, text in skeleton(needs()).items():
        if name.endswith(".csv"):
            assert text.splitlines()[0] == "\ufeff" + ",".join(COLUMNS)


def test_ecosystems_are_the_top_level_ones_unless_they_are_named() -> None:
    assert [line.ecosystem for line in needs().lines if line.quantity.name == "runoff_coefficient"] == list(TOP)
    named = ("grassland.*", "wetland.marsh")
    found = needs(Scope("632621", 2019, named)).lines
    assert tuple(line.ecosystem for line in found if line.quantity.name == "runoff_coefficient") == named


def test_without_a_year_dates_and_price_year_are_left_open_and_without_a_region_it_is_the_nation() -> None:
    (price,) = lines_of(skeleton(needs(Scope()))["carbon.csv"])
    assert (price["row"], price["from"], price["to"], price["price_year"], price["region_code"]) == (
        "carbon_price",
        "",
        "",
        "",
        "",
    )


def test_every_coefficient_has_a_unit_that_the_store_reads_back_as_its_own() -> None:
    for quantity in shipped().vocabulary.values():
        found = spelled(unit_text(quantity), where="")
        assert found.scale * factor(found.unit, quantity.unit) == 1


def toy_needs(folder: Path, scope: Scope) -> Needs:
    (folder / "rules.toml").write_text(toy.RULES, encoding="utf-8")
    rules = read_ruleset(folder / "rules.toml", toy.catalogue())
    return needs_of(rules, coefficients(), scope)


def test_a_quantity_by_item_needs_a_value_for_each_item_of_its_list(tmp_path: Path) -> None:
    found = toy_needs(tmp_path, Scope("632222", 2020, ("grassland", "forest")))
    cells = {(line.quantity.name, line.ecosystem, line.item) for line in found.lines}
    assert cells == {
        ("toy_capacity", "grassland", "cod"), ("toy_capacity", "grassland", "nh3n"),
        ("toy_capacity", "forest", "cod"), ("toy_capacity", "forest", "nh3n"),
        ("toy_cost", "", "cod"), ("toy_cost", "", "nh3n"), ("toy_carbon_price", "", ""),
    }  # fmt: skip
    assert needed_book(found)


def test_a_constant_has_neither_region_nor_dates(tmp_path: Path) -> None:
    found = toy_needs(tmp_path, Scope("632222", 2020, ("grassland",)))
    line = next(line for line in found.lines if line.quantity.name == "toy_cost")
    constant = Need(replace(line.quantity, axes=("toy_pollutant",)), "", "", "cod", dated=False, readers=(), seen=())
    (row,) = lines_of(skeleton(replace(found, lines=(constant,)))["toy_cleaning.csv"])
    assert (row["row"], row["region_code"], row["from"], row["to"]) == ("toy_cost-cod", "", "", "")


def test_rows_of_finer_and_coarser_ecosystems_are_shown_as_seen_elsewhere() -> None:
    found = {line.ecosystem: line.seen for line in needs().lines if line.quantity.name == "runoff_coefficient"}
    ids = {row.row for row in found["grassland"]}
    assert {"RC-高寒草甸", "RC-高寒草原"} <= ids
    assert not {"RC-稀疏林", "RC-稀疏灌丛"} & ids
    assert found["ice"] == ()
    finer = needs(Scope("632621", 2019, ("grassland.alpine_meadow",))).lines
    assert {row.ecosystem for line in finer for row in line.seen if row.ecosystem} <= {
        "grassland",
        "grassland.alpine_meadow",
    }


def test_the_sources_of_a_skeleton_load_as_they_are_and_show_what_to_write(tmp_path: Path) -> None:
    text = skeleton(needs())["sources.toml"]
    assert tomllib.loads(text) == {"schema": 1}
    assert "#   gong-2017  中国生态系统水源涵养空间特征及其影响因素" in text.splitlines()
    entry = text[text.index("# [my-document]") :].replace("# ", "")
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "sources.toml").write_text(entry, encoding="utf-8")
    assert "my-document" in load_coefficients(shipped().words, [tmp_path / "p"]).sources


def test_a_filled_skeleton_loads_and_an_account_computes_with_it(tmp_path: Path) -> None:
    """1,000 km² of grassland, 500 mm of rain, 10 dm³/(km²·s), 30 g C/m²; the arithmetic is below."""
    folder = written(tmp_path / "pack")
    fill(folder, {"carbon_price": "50", "runoff_coefficient": "0.1", "reservoir_cost": "7"})
    answer = check_pack(folder)
    assert (answer.problems, answer.filled, answer.unfilled) == ((), 12, 0)
    rows = [
        Line("area", "1000", "km2", ecosystem="grassland"),
        Line("precipitation", "500", "mm/a"),
        Line("specific_discharge", "10", "dm3/(km2 s)"),
        Line("net_ecosystem_productivity", "30", "g C/m2/a", ecosystem="grassland"),
        Line("county_area", "1000", "km2"),
    ]
    path = write_account(tmp_path / "account", rows, changes={"ruleset": f'"{PLATEAU}"'})
    result = compute(read_account(path, coefficients=[folder]))
    water = (10 * 365 * 86400 / 1e6 - 0.1 * 500) * 1000 * 1000  # mm on 1,000 km², 1 mm·km² = 1,000 m³
    carbon = 30 * 1000 * 44 / 12  # 1 g/m² on 1 km² is 1 t
    assert result.value("water_value_total", county="632621").value == pytest.approx(water * 7, rel=1e-12)
    assert result.value("carbon_value_total", county="632621").value == pytest.approx(carbon * 50, rel=1e-12)


def plausible(quantity: Quantity) -> str:
    """A value inside the bounds: the middle, else the one bound there is, else 1."""
    limits = quantity.bounds
    ends = [] if limits is None else [float(end) for end in (limits.low, limits.high) if end is not None]
    return repr(sum(ends) / len(ends)) if ends else "1"


def test_a_skeleton_of_every_coefficient_of_the_catalogue_loads_when_it_is_filled_in(tmp_path: Path) -> None:
    every = tuple(  # an index is a series of rows with a key of its own, no value that a formula needs
        quantity
        for quantity in shipped().vocabulary.values()
        if quantity.is_coefficient and quantity.name != "price_index"
    )
    whole = needs_of(replace(ruleset_named(PLATEAU), asked=every), coefficients(), Scope("632621", 2019))
    assert {line.quantity for line in whole.lines} == set(every)
    write_skeleton(whole, tmp_path / "pack")
    fill(tmp_path / "pack", {quantity.name: plausible(quantity) for quantity in every})
    answer = check_pack(tmp_path / "pack")
    assert ([item.text() for item in answer.problems], answer.filled) == ([], len(whole.lines))


def test_a_skeleton_that_is_not_filled_in_says_so_once_for_all_its_rows(tmp_path: Path) -> None:
    folder = written(tmp_path / "pack")
    with pytest.raises(CoefficientError) as caught:
        coefficients([folder])
    assert [item.code for item in caught.value.problems] == ["row_value_empty"]
    assert caught.value.text() == (
        "pack/carbon.csv:2、pack/water.csv:2、pack/water.csv:3 …（12）  carbon_price-632621-2019、"
        "runoff_coefficient-632621-forest-2019、runoff_coefficient-632621-shrub-2019 …（12）"
        "（carbon_price、runoff_coefficient、reservoir_cost（12））的值尚未填写（value 为空）；印刷的数；"
        "填写 value、unit、source、at、origin、evidence；用不到就删去这一行。"
    )


def test_needed_xlsx_tells_what_to_look_up_and_what_was_seen(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(written(tmp_path / "pack") / NEEDED)
    assert book.sheetnames == [SHEET]
    table = list(book[SHEET].iter_rows(min_row=4, values_only=True))
    heads = {str(name): place for place, name in enumerate(table[0])}
    assert len(table) - 1 == len(needs().lines)
    grass = next(row for row in table if row[heads["行号（csv 的 row）"]] == "runoff_coefficient-632621-grassland-2019")
    about = {name: grass[place] for name, place in heads.items()}
    assert (about["系数"], about["代码名（key）"], about["生态系统"], about["地区"]) == (
        "地表径流系数",
        "runoff_coefficient",
        "草地",
        "632621",
    )
    assert (about["单位"], about["下限"], about["上限"]) == ("1", 0, 1)
    assert about["合理范围的理由"] == "径流不超过降水；大于 1 多半是以百分数填报"
    assert "中国生态系统水源涵养空间特征及其影响因素（gong-2017，37(7):2455）" in str(about["应出自（规则集所列文件）"])
    assert about["读取它的公式"] == "地表径流深 = 年降水量 × 地表径流系数（runoff_coefficient）"
    seen = str(about["库中别处所见（值｜地区｜期间｜证据｜来源与位置｜文件与行）"]).splitlines()
    (meadow,) = [line for line in seen if line.startswith("grassland.alpine_meadow 8.2 %｜")]
    assert meadow.startswith("grassland.alpine_meadow 8.2 %｜全国｜2010-01-01 至 2010-12-31｜文献｜gong-2017 表 2")


def test_the_same_needs_give_the_same_bytes(tmp_path: Path) -> None:
    first, second = written(tmp_path / "a"), written(tmp_path / "b")
    names = sorted(path.name for path in first.iterdir())
    assert {"carbon.csv", "needed.xlsx", "sources.toml"} < set(names)
    assert [(first / name).read_bytes() for name in names] == [(second / name).read_bytes() for name in names]


def test_nothing_is_written_over(tmp_path: Path) -> None:
    full, empty, file = tmp_path / "full", tmp_path / "empty", tmp_path / "file"
    empty.mkdir()
    file.write_text("mine", encoding="utf-8")
    written(empty)
    written(full)
    for target in (full, file):
        before = target.read_bytes() if target.is_file() else sorted(target.iterdir())
        with pytest.raises(WorkbookError) as caught:
            write_skeleton(needs(Scope()), target)
        assert caught.value.text() == (
            f"{target}  已经存在，而且不是空文件夹；没有写任何文件；新的或空的文件夹；换一个路径；已有的系数包用 qhgep coefficients check 核对。"
        )
        assert (target.read_bytes() if target.is_file() else sorted(target.iterdir())) == before


def refused(scope: Scope) -> list[str]:
    with pytest.raises(CoefficientError) as caught:
        needs(scope)
    return caught.value.text().splitlines()


def test_what_cannot_be_asked_for_is_told_at_once() -> None:
    assert refused(Scope("6326", 19, ("grass", "forest", "forest"))) == [
        "--region  地区 “6326” 不是区划代码；六位数字，如 632621；全国则不写；改正 --region。",
        "--year  年份 19 不能用；1900 至 2099；改正 --year。",
        (
            "--ecosystem  生态系统 “grass” 没有登记；"
            "ecosystems.toml 里的编号，如 grassland.alpine_meadow；X.* 表示 X 及其下各类；改正 --ecosystem。"
        ),
        "--ecosystem  生态系统 “forest” 写了两次；每个一次；删去其一。",
    ]


def test_a_ruleset_without_coefficients_has_no_skeleton() -> None:
    rules = replace(ruleset_named(PLATEAU), asked=())
    with pytest.raises(CoefficientError) as caught:
        needs_of(rules, Coefficients((), {}, {}, {}), Scope())
    assert caught.value.text() == (
        f"{PLATEAU}.toml  规则集 {PLATEAU} 的公式不读取任何系数；读取系数的规则集；检查 --ruleset。"
    )


def test_a_local_ruleset_is_given_by_its_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(f'schema = 1\nzh = "本地"\nextends = "{PLATEAU}"\ndocuments = ["nobody"]\n', encoding="utf-8")
    found = needs(Scope(), str(path))
    assert dict(found.documents) == {"nobody": None}
    assert [line.quantity.name for line in found.lines] == [line.quantity.name for line in needs(Scope()).lines]
    with pytest.raises(QhgepError) as caught:
        ruleset_named("none")
    assert [item.code for item in caught.value.problems] == ["ruleset_missing"]


def test_a_pseudo_ecosystem_carries_no_coefficient() -> None:
    known = {name: Ecosystem(id=name, zh=name) for name in ("all", "none", "unclassified", "forest")}
    found = needs_of(ruleset_named(PLATEAU), Coefficients((), {}, known, {}), Scope())
    assert {line.ecosystem for line in found.lines} == {"forest", ""}


# --- check --------------------------------------------------------------------------------------------


def checked(folder: Path, rows: Iterable[Coefficient], sources: str = LAW) -> PackCheck:
    return check_pack(pack(folder / "pack", rows, sources))


def test_a_source_with_a_fault_is_told_once_and_not_again_at_each_row_that_names_it(tmp_path: Path) -> None:
    """Without its address the source is no source; that it is not in sources.toml would be untrue."""
    faulty = LAW.replace('address = "doi:10.0/0"\n', "")
    rows = [replace(GARZE, source="paper"), replace(GARZE, row="MY-5", region="632621", source="paper")]
    found = checked(tmp_path, rows, faulty)
    assert [item.code for item in found.problems] == ["field_missing"]
    assert "sources.toml" in found.problems[0].where


def test_a_check_says_what_is_overridden_added_weak_and_without_address(tmp_path: Path) -> None:
    bare = replace(GARZE, row="MY-4", region="632621", source="hearsay", evidence="secondary")
    found = checked(tmp_path, [GARZE, SHARE, bare])
    assert found.problems == ()
    assert (found.filled, found.unfilled) == (3, 0)
    assert [(old.row, str(old.value), new.row, str(new.value)) for old, new in found.overrides] == [
        ("GZ-05", "7.06", "MY-1", "8")
    ]
    assert [row.row for row in found.added] == ["MY-2", "MY-4"]
    assert [row.row for row in found.weak] == ["MY-2"]
    assert {name: [row.row for row in rows] for name, rows in found.without_address.items()} == {"hearsay": ["MY-4"]}
    assert dict(found.unread) == {}


def test_the_check_as_a_table(tmp_path: Path) -> None:
    lines = check_text(checked(tmp_path, [GARZE, SHARE, EMPTY]), "zh").splitlines()
    assert lines[0] == "系数包 pack：3 行，已填 2，待填 1；问题 1 个"
    place = coefficients().row("GZ-05").place  # type: ignore[union-attr] # it is shipped
    assert f"reservoir_cost  GZ-05 7.06 CNY/m3（{place}）  →  MY-1 8 CNY/m3（pack/rows.csv:2）" in lines
    assert "没有地址的来源  —" in lines
    english = check_text(checked(tmp_path, [GARZE, SHARE, EMPTY]), "en").splitlines()
    assert english[0] == "pack pack: 3 rows, 2 filled, 1 to be filled; 1 problem(s)"


def test_keys_that_no_formula_reads_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qhgep.packs.check.where_used", lambda: {"runoff_coefficient": ()})
    found = checked(tmp_path, [GARZE, SHARE])
    assert {key: [row.row for row in rows] for key, rows in found.unread.items()} == {"reservoir_cost": ["MY-1"]}


def test_filled_empty_and_faulty_lines_are_counted(tmp_path: Path) -> None:
    """Two are right, one has two faults, one is empty, and one breaks its number: five lines, four of them filled in."""
    rows = [
        GARZE,
        SHARE,
        replace(SHARE, row="MY-5", ecosystem="x", unit="mm"),
        EMPTY,
        replace(SHARE, row="MY-6", value="约 1"),
    ]
    found = checked(tmp_path, rows)
    assert (found.filled, found.unfilled) == (4, 1)
    assert [item.where for item in found.problems] == [
        "pack/rows.csv:4",
        "pack/rows.csv:4",
        "pack/rows.csv:5",
        "pack/rows.csv:6 › value",
    ]


def test_a_header_of_another_shape_is_no_line(tmp_path: Path) -> None:
    folder = pack(tmp_path / "pack", [])
    (folder / "rows.csv").write_text("row,key\na,b\n", encoding="utf-8")
    found = check_pack(folder)
    assert (found.filled, found.unfilled, [item.code for item in found.problems]) == (0, 0, ["file_header"])


def test_a_folder_that_is_no_pack_is_told(tmp_path: Path) -> None:
    missing, empty = tmp_path / "missing", tmp_path / "empty"
    empty.mkdir()
    told = [item.text() for folder in (missing, empty) for item in check_pack(folder).problems]
    assert told == [
        f"{missing}  没有这个文件夹或文件；一个含 csv 的系数包文件夹，或填好的系数填报表（.xlsx）；检查路径。",
        f"{empty}  文件夹里没有系数文件；至少一个 csv（或 tables/ 下的 csv）；检查路径；新的系数包用 qhgep coefficients template 写出。",
    ]


def test_the_folder_that_one_stands_in_can_be_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(pack(tmp_path / "pack", [GARZE]))
    found = check_pack(Path())
    assert (found.name, found.filled, found.problems) == ("pack", 1, ())


def test_a_check_as_json(tmp_path: Path) -> None:
    data = body(checked(tmp_path, [GARZE, EMPTY]))
    assert (data["filled"], data["unfilled"]) == (1, 1)
    assert data["overrides"][0]["new"] == {"row": "MY-1", "key": "reservoir_cost", "place": "pack/rows.csv:2"}
    assert [item["code"] for item in data["problems"]] == ["row_value_empty"]


# --- the command line ---------------------------------------------------------------------------------


def test_a_template_is_written_filled_in_and_checked_from_the_command_line(tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    words = ("coefficients", "template", folder, "--ruleset", PLATEAU, "--region", "632621", "--year", "2019")
    found = run(*words, "--ecosystem", "grassland", "--ecosystem", "forest")
    assert (found.exit_code, found.stderr) == (0, "")
    assert found.stdout.startswith(f"{folder}：4 个待填的值（carbon.csv、")
    assert found.stdout.endswith(f"sources.toml、needed.xlsx）；填好后用 qhgep coefficients check {folder} 核对\n")
    found = run("coefficients", "check", folder)
    assert found.exit_code == 1
    assert "4 行，已填 0，待填 4；问题 1 个" in found.stdout
    assert "carbon.csv:2" in found.stderr
    assert "的值尚未填写" in found.stderr
    fill(folder, {"carbon_price": "50", "runoff_coefficient": "0.1", "reservoir_cost": "7"})
    data = tmp_path / "check.json"
    found = run("coefficients", "check", folder, "--json", data)
    assert (found.exit_code, found.stderr) == (0, "")
    assert json.loads(data.read_text(encoding="utf-8"))["body"]["filled"] == 4
    assert run(*words).exit_code == 1


def test_a_template_of_an_unknown_ruleset_writes_nothing(tmp_path: Path) -> None:
    found = run("coefficients", "template", tmp_path / "x", "--ruleset", "none")
    assert (found.exit_code, "没有规则集 none" in found.stderr) == (1, True)
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    "words",
    [
        ["check", "x", "--review"], ["review", "carbon_price"], ["check", "x", "--coefficients", "y"], ["template", "x"],
        ["template", "x", "--ruleset", "y", "--on", "2020-01-01"], ["list", "--region", "632621", "--year", "0"],
        ["--check", "x", "--review"], ["--template", "x"], ["--region", "632621", "--year", "0"],
    ],
)  # fmt: skip
def test_options_that_do_not_go_together_are_bad_usage(words: list[str]) -> None:
    assert run("coefficients", *words).exit_code == 2


OLD = [
    (["coefficients", "carbon_price"], ["coefficients", "list", "carbon_price"]),
    (["coefficients", "GZ-26", "--on", "2011-01-01"], ["coefficients", "list", "GZ-26", "--on", "2011-01-01"]),
    (["coefficients", "--on", "2011-01-01", "--where-used"], ["coefficients", "list", "--on", "2011-01-01", "--where-used"]),
    (["coefficients", "--review"], ["coefficients", "review"]),
    (["coefficients", "--json", "-", "--review"], ["coefficients", "review", "--json", "-"]),
    (["coefficients", "--check", "nothing"], ["coefficients", "check", "nothing"]),
    (["coefficients", "--check=nothing", "--json", "-"], ["coefficients", "check", "nothing", "--json", "-"]),
    (["rulesets", PLATEAU], ["rulesets", "show", PLATEAU]),
    (["rulesets", "--diff", PLATEAU, "county-general"], ["rulesets", "diff", PLATEAU, "county-general"]),
    (["compensation", "GRASS-QH-2"], ["compensation", "show", "GRASS-QH-2"]),
    (["compensation", "--rows"], ["compensation", "rows"]),
    (["compensation", "--json", "-"], ["compensation", "list", "--json", "-"]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), OLD, ids=" ".join)
def test_an_old_spelling_does_the_same_with_a_notice(old: list[str], new: list[str]) -> None:
    before, after = run(*old), run(*new)
    verb = " ".join(new[:2])
    notice = f"旧写法，下一版起不再支持；请写 qhgep {verb} …（qhgep {verb} --help）\n"
    assert (before.exit_code, before.stdout, before.stderr) == (after.exit_code, after.stdout, notice + after.stderr)
    english = f"an old spelling, which the next release will not take: write qhgep {verb} … (qhgep {verb} --help)\n"
    assert run("--lang", "en", *old).stderr.startswith(english)


def test_an_old_spelling_that_writes_a_file_does_so_too(tmp_path: Path) -> None:
    assert run("compensation", "GRASS-QH-2", "-o", tmp_path / "a.toml").exit_code == 0
    assert run("compensation", "template", "GRASS-QH-2", "-o", tmp_path / "b.toml").exit_code == 0
    assert (tmp_path / "a.toml").read_bytes() == (tmp_path / "b.toml").read_bytes()
    words = ["--ruleset", PLATEAU, "--region", "632621", "--year", "2019"]
    assert run("coefficients", "--template", tmp_path / "a", *words).exit_code == 0
    assert run("coefficients", "template", tmp_path / "b", *words).exit_code == 0
    assert {path.name for path in (tmp_path / "a").iterdir()} == {path.name for path in (tmp_path / "b").iterdir()}


@pytest.mark.parametrize("verb", ["coefficients", "rulesets", "compensation"])
def test_a_verb_of_verbs_alone_lists(verb: str) -> None:
    alone = run(verb)
    assert (alone.exit_code, alone.stderr) == (0, run(verb, "list").stderr)
    assert alone.stdout == run(verb, "list").stdout


def test_a_row_tells_what_it_would_reach() -> None:
    found = run("coefficients", "list", "GZ-05", "--where-used")
    assert "需要 reservoir_cost 的规则集：" in found.stdout
    assert f"、{PLATEAU}\n" in found.stdout
    assert "示例核算中引用 GZ-05 的判断：" in found.stdout
    assert "examples/pilot/account.toml [[adopt]] 1" in found.stdout
    assert "示例核算中引用" not in run("coefficients", "reservoir_cost", "--where-used").stdout
    assert read_account(PILOT / "account.toml").adoptions[0].row == "GZ-05"
