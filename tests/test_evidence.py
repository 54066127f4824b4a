"""Evidence cannot be talked up: what a source must state for each level, one message a fault, rows of a part of a whole."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest

from qhgep.catalogue import shipped
from qhgep.coefficient_store import Coefficients, load_coefficients, load_parameters, region_text, shipped_regions
from qhgep.errors import CoefficientError, Problem, grouped, problem
from qhgep.evidence import citable, undeclared
from qhgep.inputs.form.sources import FormSource
from qhgep.packs.check import check_pack
from qhgep.packs.library import coefficients
from tests.support.accounts import Coefficient, pack

FIELD = Path(__file__).with_name("field") / "pack-value-filled"
ROW = Coefficient(
    "T-1", "carbon_price", first="2019-01-01", last="2019-12-31", price_year="2019", value="50", unit="CNY/tCO2"
)
OWN = {
    "title": "县发展改革局的价格资料", "unit": "祁连县发展和改革局", "number": "祁发改〔2024〕10号", "date": "2024-06-30",
    "kind": "own", "address": "", "checked": "2024-07-01",
}  # fmt: skip


def source(fields: Mapping[str, str]) -> str:
    quoted = (
        f"{name} = {text if name in {'date', 'checked'} else repr(text)}" for name, text in fields.items() if text
    )
    return "[s]\n" + "\n".join(quoted) + ('\naddress = ""\n' if not fields.get("address") else "\n")


def loaded(folder: Path, evidence: str, fields: Mapping[str, str]) -> Coefficients:
    folder.mkdir(exist_ok=True)
    row = replace(ROW, source="s", evidence=evidence)
    return load_coefficients(shipped().words, [pack(folder / "p", [row], source(fields))])


def refused(folder: Path, evidence: str, fields: Mapping[str, str]) -> Problem:
    with pytest.raises(CoefficientError) as caught:
        loaded(folder, evidence, fields)
    (found,) = caught.value.problems
    return found


def test_what_a_named_unit_returned_with_number_and_date_is_declared_wherever_it_lies(tmp_path: Path) -> None:
    found = loaded(tmp_path, "declared", OWN).row("T-1")
    assert found is not None
    assert found.evidence == "declared"
    by_publisher = {**OWN, "unit": "", "publisher": OWN["unit"]}
    assert loaded(tmp_path / "b", "declared", by_publisher).row("T-1") is not None


@pytest.mark.parametrize("address", ["", "县档案馆", "https://example.org/a", "祁发改〔2024〕10号"])
@pytest.mark.parametrize("lack", ["unit", "number", "date"])
def test_no_address_stands_for_unit_number_or_date(tmp_path: Path, lack: str, address: str) -> None:
    found = refused(tmp_path, "declared", {**OWN, lack: "", "address": address})
    assert (found.code, dict(found.facts)["lacks"]) == ("row_declared", lack)


@pytest.mark.parametrize(
    ("unit", "number", "lacks"),
    [
        ("有关部门", "祁水〔2024〕10号", ("unit",)), ("相关单位", "祁水〔2024〕10号", ("unit",)), ("县里", "祁水〔2024〕10号", ("unit",)),
        ("本单位", "祁水〔2024〕10号", ("unit",)), ("填报单位", "祁水〔2024〕10号", ("unit",)), ("我局", "祁水〔2024〕10号", ("unit",)),
        ("省级部门", "祁水〔2024〕10号", ("unit",)), ("县有关部门", "祁水〔2024〕10号", ("unit",)),
        ("祁水〔2024〕10号", "13900000000", ("unit", "number")),

        ("祁连县水利局", "祁水〔202X〕X号", ("number",)), ("祁连县水利局", "祁水〔2024〕×号", ("number",)), ("祁连县水利局", "微信群1", ("number",)),
        ("青海省水利厅", "QB/T 1234-2020", ()), ("县水利局", "祁水〔2024〕10号", ()), ("XJ Bureau", "XJ-12", ()),
        ("祁连县水利局", "〔2024〕号", ("number",)), ("祁连县水利局", "祁水[2024]第 号", ("number",)),
        ("祁连县水利局", "祁水〔2024〕10号", ()), ("祁连县水利局", "（2024）第3号", ()), ("祁连县水利局", "37(4)", ()),
    ],
)  # fmt: skip
def test_a_unit_without_a_name_and_a_number_left_open_declare_nothing(
    unit: str, number: str, lacks: tuple[str, ...]
) -> None:
    assert undeclared(unit, number, "2024-06-30") == lacks


@pytest.mark.parametrize("kind", ["paper", "news"])
def test_a_paper_or_a_piece_of_news_returned_nothing(tmp_path: Path, kind: str) -> None:
    assert dict(refused(tmp_path, "declared", {**OWN, "kind": kind}).facts)["lacks"] == "kind"


@pytest.mark.parametrize("kind", ["own", "paper", "news", "dataset"])
def test_only_a_law_or_a_standard_is_primary(tmp_path: Path, kind: str) -> None:
    full = {**OWN, "publisher": "青海省人民政府", "kind": kind, "address": "https://example.org"}
    assert refused(tmp_path, "primary", full).code == "row_official"
    assert loaded(tmp_path / "law", "primary", {**full, "kind": "law"}).row("T-1") is not None


def test_the_name_of_an_archive_is_no_official_text(tmp_path: Path) -> None:
    law = {**OWN, "kind": "law", "publisher": "青海省人民政府", "date": "", "address": "档案室"}
    found = refused(tmp_path, "primary", law)
    assert found.text() == (
        "p/rows.csv:2  T-1：来源 s（kind = law）不足以支持 primary；法规或标准的正式文本：写明发布机关（publisher），"
        '并有日期（date）或可以打开的网址；在 sources.toml 的 [s] 里补写；本单位的资料写 kind = "own"、证据 declared，转引的写 secondary。'
    )
    assert found.text("en").startswith("p/rows.csv:2  T-1: the source s (kind = law) does not support primary; ")


@pytest.mark.parametrize(
    ("kind", "address", "number", "well"),
    [
        ("paper", "doi:10.1/2", "", True), ("paper", "", "37(19):6302", False), ("paper", "书架第三层", "", False),
        ("dataset", "www.example.org/data", "", True), ("news", "https://example.org", "1", False), ("own", "https://example.org", "1", False),
    ],
)  # fmt: skip
def test_published_is_what_can_be_looked_up(
    tmp_path: Path, kind: str, address: str, number: str, *, well: bool
) -> None:
    """A volume and pages without a year find nothing; nor does a shelf."""
    fields = {"title": "t", "kind": kind, "address": address, "number": number, "checked": "2024-07-01"}
    if well:
        assert loaded(tmp_path, "published", fields).row("T-1") is not None
    else:
        assert refused(tmp_path, "published", fields).code == "row_published"


@pytest.mark.parametrize(
    ("unit", "number", "date", "lacks"),
    [
        ("祁连县统计局", "祁统〔2024〕3号", "2024-05-01", ()),
        ("Qilian County Bureau", "No. 3", "2024-05", ()),
        ("某局", "3号", "2024", ("unit",)), ("-", "3号", "2024", ("unit",)), ("不详", "3号", "2024", ("unit",)),
        ("县", "3号", "2024", ("unit",)), ("2024", "3号", "2024", ("unit",)), ("unknown", "3", "x", ("unit", "number")),
        ("祁连县统计局", "文号未见", "2024", ("number",)), ("祁连县统计局", "无", "", ("number", "date")),
        ("", "", "", ("unit", "number", "date")),
    ],
)  # fmt: skip
def test_a_unit_is_a_name_and_a_number_has_digits(unit: str, number: str, date: str, lacks: tuple[str, ...]) -> None:
    assert undeclared(unit, number, date) == lacks


def test_51_rows_of_one_source_without_a_date_are_one_message() -> None:
    """The pack of a county as it was filled in: unit, number and an address, no date. Each of its 51 rows is 申报."""
    with pytest.raises(CoefficientError) as caught:
        load_coefficients(shipped().words, [FIELD])
    (found,) = caught.value.problems
    assert found.text() == (
        "pack-value-filled/air_purification.csv:2、pack-value-filled/air_purification.csv:3、"
        "pack-value-filled/air_purification.csv:4 …（51）  air_treatment_cost-632222-so2-2023、"
        "air_treatment_cost-632222-nox-2023、air_treatment_cost-632222-dust-2023 …（51）："
        "来源 qilian-prices 没有写全 date，证据却写 declared；"
        "申报须有填报单位（unit，写全名）、文号（number）和日期（date，与文号同年），"
        "来源类别（kind）不是论文或新闻；address 只说明到哪里去找，不算证据；"
        "在 sources.toml 的 [qilian-prices] 里补写 date，或把证据改为 secondary。"
    )
    assert [item.code for item in check_pack(FIELD).problems] == ["row_declared"]
    assert check_pack(FIELD).filled == 51


def test_the_same_pack_with_its_date_is_taken(tmp_path: Path) -> None:
    copytree(FIELD, tmp_path / "p")
    about = tmp_path / "p" / "sources.toml"
    about.write_text(about.read_text(encoding="utf-8-sig") + "date = 2024-06-30\n", encoding="utf-8")
    rows = [row for row in load_coefficients(shipped().words, [tmp_path / "p"]).rows if row.source == "qilian-prices"]
    assert (len(rows), {row.evidence for row in rows}) == (51, {"declared"})


def test_rows_that_are_not_filled_in_are_one_message(tmp_path: Path) -> None:
    rows = [replace(ROW, row=f"T-{number}", value="") for number in range(1, 41)]
    with pytest.raises(CoefficientError) as caught:
        load_coefficients(shipped().words, [pack(tmp_path / "p", rows)])
    (found,) = caught.value.problems
    assert found.text().startswith(
        "p/rows.csv:2、p/rows.csv:3、p/rows.csv:4 …（40）  T-1、T-2、T-3 …（40）（carbon_price）的值"
    )


def test_other_faults_stay_apart_and_one_row_is_told_as_before() -> None:
    same = [
        problem("row_declared", f"a.csv:{line}", row=f"R{line}", source="s", kind="own", lacks="date")
        for line in (2, 3)
    ]
    other = problem("row_declared", "a.csv:4", row="R4", source="s", kind="own", lacks="unit")
    found = grouped([*same, other], {"": ("row",)})
    assert [(item.where, dict(item.facts)["row"]) for item in found] == [
        ("a.csv:2、a.csv:3（2）", "R2、R3（2）"),
        ("a.csv:4", "R4"),
    ]


# --- a part that stood for the whole ------------------------------------------------------------------

PARTS = {
    "pastoral-13-provinces": ("P001", "P002", "P003", "P004", "P005", "P006", "P007", "P008"),
    "yellow-river-and-north": ("P059",),
    "yangtze-and-south": ("P060",),
    "sanjiangyuan": ("P075", "P160", "P161", "P162", "P163"),
    "qinghai-outside-sanjiangyuan": ("P076",),
    "poyang-lake": ("P165",),
}
"""Region of the fact -> the policy parameters of it."""
PLACES = {
    "130983": ("RES-4", "FERTP-pure"),
    "weihe-gansu": ("FERTP-urea", "FERTP-ssp", "FERTP-kcl", "FUEL-1"),
    "baiyangdian": ("BYD-B3",),
    "gaotianyan-cpi": ("CPI-2007", "CPI-2014"),
    "gaotianyan": ("RES-5", "RES-6", "CB-8", "CB-10"),
    "sanjiangyuan": ("LAI-未退化", "LAI-基准"),
}
"""Where the paper of a coefficient was made -> its rows."""


@pytest.mark.parametrize("region", PARTS)
def test_a_parameter_of_a_part_serves_no_county_by_itself(region: str) -> None:
    rows = {row.row: row for row in load_parameters().rows}
    for name in PARTS[region]:
        assert rows[name].region_code == region
        assert {rows[name].distance(code) for code in ("632222", "630000", "632701", "forest-farm")} == {None}
        assert rows[name].distance(region) == 0
    assert region_text(region) == shipped_regions()[region].zh


@pytest.mark.parametrize("region", PLACES)
def test_a_coefficient_of_a_place_carries_the_place(region: str) -> None:
    store = coefficients()
    found = {name: store.row(name) for name in PLACES[region]}
    assert {row.region_code for row in found.values() if row} == {region}
    assert None not in found.values()


def test_every_region_of_a_shipped_row_is_a_division_code_or_named() -> None:
    codes = {code for row in coefficients().rows for code in row.region_code.split("/") if code}
    codes |= {code for item in load_parameters().rows for code in item.regions}
    named = {code for code in codes if not (len(code) == 6 and code.isdecimal())}
    assert named <= set(shipped_regions())
    assert {"pastoral-13-provinces", "sanjiangyuan-park", "weihe-gansu"} <= named


def test_a_region_that_nobody_registered_is_told(tmp_path: Path) -> None:
    row = replace(ROW, region="qilian-mountains")
    folder = pack(tmp_path / "p", [row])
    with pytest.raises(CoefficientError) as caught:
        load_coefficients(shipped().words, [folder])
    (found,) = caught.value.problems
    assert found.text() == (
        "p/rows.csv:2  行 T-1 的地区 “qilian-mountains” 既不是六位区划代码，也不在 regions.toml 里：任何单位都用不到这一行；"
        "区划代码，或登记过的地区（公园、流域、一组省份）；改正代码；没有代码的地区在系数包的 regions.toml 里登记名称。"
    )
    (folder / "regions.toml").write_text('[qilian-mountains]\nzh = "祁连山"\n', encoding="utf-8")
    assert load_coefficients(shipped().words, [folder]).row("T-1") is not None


@pytest.mark.parametrize(
    ("number", "date", "unit", "level"),
    [
        ("祁统〔2024〕3号", "2024-05-01", "祁连县统计局", "declared"),
        ("祁统〔2024〕3号", "2024-05-01", "某局", "secondary"), ("祁统〔2024〕3号", "2024-05-01", "-", "secondary"),
        ("无文号", "2024-05-01", "祁连县统计局", "secondary"), ("祁统〔2024〕3号", "", "祁连县统计局", "secondary"),
    ],
)  # fmt: skip
def test_a_form_asks_the_same_of_what_is_declared(number: str, date: str, unit: str, level: str) -> None:
    assert FormSource("S01", "统计年鉴", number, date, unit).evidence == level


with Path(__file__).with_name("document_words.toml").open("rb") as written:
    WORDS = tomllib.load(written)


@pytest.mark.parametrize("unit", WORDS["no_unit"])
def test_no_word_that_stands_where_a_unit_is_missing_declares_a_figure(unit: str) -> None:
    """(e): evidence cannot be talked up: 申报 needs a unit, and a unit has a name and a kind."""
    assert undeclared(unit, "祁统〔2024〕3号", "2024-05-01") == ("unit",)


@pytest.mark.parametrize("number", WORDS["no_number"])
def test_no_word_page_date_telephone_or_address_is_the_number_of_a_document(number: str) -> None:
    assert undeclared("祁连县统计局", number, "2024-05-01") == ("number",)


def test_units_and_numbers_as_offices_write_them_declare_a_figure() -> None:
    assert [unit for unit in WORDS["unit"] if undeclared(unit, "祁统〔2024〕3号", "2024-05-01")] == []
    assert [number for number in WORDS["number"] if undeclared("祁连县统计局", number, "2024-05-01")] == []


@pytest.mark.parametrize("text", WORDS["no_citation"])
def test_a_file_a_mailbox_a_call_or_a_bare_date_is_nowhere_to_look_up_a_published_figure(text: str) -> None:
    assert not citable(text)


def test_a_place_in_the_literature_or_an_address_that_opens_is_somewhere_to_look() -> None:
    assert [text for text in WORDS["citation"] if not citable(text)] == []


@pytest.mark.parametrize(
    ("date", "lacks"),
    [("2023-12-31", ()), ("2025-01-05", ()), ("2099-01-01", ("date",)), ("1900-01", ("date",)), ("2010", ("date",))],
)
def test_a_document_whose_number_bears_its_year_has_a_date_of_that_year(date: str, lacks: tuple[str, ...]) -> None:
    """〔2024〕3号 was issued in 2024, at most in the days after; a number without a year says nothing of it."""
    assert undeclared("祁连县统计局", "祁统〔2024〕3号", date) == lacks
    assert undeclared("祁连县统计局", "第3号", date) == ()
