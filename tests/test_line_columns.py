"""What a bureau's ruleset prints under the name of an indicator is that indicator's: over every shell, and over county-general."""

from pathlib import Path

import pytest

from qhgep.ruleset_store.ruleset import rulesets
from tests.support.accounts import refused as refused_account
from tests.support.accounts import write_account
from tests.test_cli import run
from tests.test_ruleset import read, refused, rules

SHELLS = tuple(name for name, found in rulesets().items() if found.shell)
CARBON_BIND = {
    "carbon_dioxide_fixed": "nep", "carbon_dioxide_fixed_total": "sum", "carbon_value_total": "carbon_dioxide_price",
}  # fmt: skip
OXYGEN_BIND = {"oxygen_released": "molar_mass", "oxygen_released_total": "sum", "oxygen_value_total": "oxygen_price"}
TOLD = (
    "指标 oxygen（氧气提供）的 value 是指标 carbon_fixation（固定二氧化碳）的：固定二氧化碳价值合计（carbon_value_total）；"
    "本指标自己的：释氧价值合计（oxygen_value_total）；改正 value；几项合为一行的，另写自设的 id 和 zh。"
)


def oxygen(value: str = "carbon_value_total", quantity: str = "oxygen_released_total", **more: str) -> str:
    table = more.pop("table", "indicator")
    given = {"id": "oxygen", "category": "regulating", "quantity": quantity, "value": value, "clause": "A.8", **more}
    if table == "beside":
        del given["clause"]
    return f"[[{table}]]\n" + "".join(f'{key} = "{text}"\n' for key, text in given.items())


def over(base: str, tables: str, bind: dict[str, str] | None = None) -> str:
    return rules(f'extends = "{base}"\nprovided_by = "某局"', CARBON_BIND | OXYGEN_BIND | (bind or {}), tables)


def own(name: str, equals: str, *, unit: str = "CNY/year", zh: str = "本局的氧气价值") -> str:
    return f"""[[quantity]]
name = "{name}"
unit = "{unit}"
axes = ["county", "year"]
zh = "{zh}"
[[formula]]
quantity = "{name}"
method = "local"
equals = "{equals}"
source = "qhgep"
at = "测试"
"""


@pytest.mark.parametrize("base", SHELLS)
def test_over_a_shell_oxygen_with_the_value_of_carbon_is_refused_at_its_line(tmp_path: Path, base: str) -> None:
    assert refused(tmp_path, over(base, oxygen())) == [f"rules.toml:12  {TOLD}"]


def test_over_the_general_ruleset_the_value_of_another_line_is_refused_beside_what_is_listed_twice(
    tmp_path: Path,
) -> None:
    told = refused(tmp_path, rules('extends = "county-general"', {}, oxygen()))
    assert "rules.toml  carbon_value_total 列了两次；每个指标、每个价值量只列一次，否则会重复计算；删去其一。" in told
    assert f"rules.toml:5  {TOLD}" in told


@pytest.mark.parametrize(
    ("line", "column", "found"),
    [
        (oxygen("oxygen_value_total", "carbon_dioxide_fixed_total"), "quantity", "固定二氧化碳量合计（carbon_dioxide_fixed_total）"),
        (oxygen("oxygen_value_total", matrix="carbon_value"), "matrix", "固定二氧化碳价值（carbon_value）"),
        (oxygen(table="beside", reason="另列"), "value", "固定二氧化碳价值合计（carbon_value_total）"),
        (oxygen("timber_value"), "value", "木材产值（timber_value）"),
    ],
)  # fmt: skip
def test_quantity_and_matrix_and_lines_beside_the_total_and_parts_of_another_are_held_alike(
    tmp_path: Path, line: str, column: str, found: str
) -> None:
    """A part (timber) is of its line (forestry) as the whole is; a line beside the total prints a name too."""
    water = '[[indicator]]\nid = "recreation"\ncategory = "cultural"\nquantity = "recreation_visits"\nvalue = "recreation_value"\nclause = "C2"\n'
    (told,) = refused(tmp_path, over("ndrc-2022", water + line))
    assert told.startswith("rules.toml:")
    assert f"的 {column} 是指标 " in told
    assert f"：{found}；" in told


@pytest.mark.parametrize(
    "equals",
    [
        "固定二氧化碳价值合计", "固定二氧化碳价值合计 × 2", "固定二氧化碳价值合计 ÷ 1", "释氧价值合计 + 固定二氧化碳价值合计",
        "固定二氧化碳价值合计 − 释氧价值合计",
    ],
)  # fmt: skip
def test_a_formula_of_one_s_own_that_only_passes_on_the_value_of_another_is_the_value_of_another(
    tmp_path: Path, equals: str
) -> None:
    """The place is the formula: it is there that the value of carbon becomes that of oxygen."""
    written = over("gbt46869-2025", own("own_oxygen", equals) + oxygen("own_oxygen"), {"own_oxygen": "local"})
    (told,) = refused(tmp_path, written)
    place = written.splitlines().index("[[formula]]") + 1
    assert told.startswith(
        f"rules.toml:{place}  指标 oxygen（氧气提供）的 value 是指标 carbon_fixation（固定二氧化碳）的："
    )
    assert "本局的氧气价值（own_oxygen） → 固定二氧化碳价值合计（carbon_value_total）" in told


def test_a_local_method_of_the_line_s_own_quantity_may_not_pass_on_another_either(tmp_path: Path) -> None:
    """Nothing but a formula is written: the line of county-general stays, and is still told where the formula stands."""
    local = own("x", "固定二氧化碳价值合计").partition("[[formula]]")[2].replace('"x"', '"oxygen_value_total"')
    head = 'schema = 1\nzh = "本县"\nextends = "county-general"\n[bind]\noxygen_value_total = "local"\n[[formula]]'
    told = refused(tmp_path, head + local)
    assert any(line.startswith("rules.toml:6  指标 oxygen（氧气提供）的 value 是指标 carbon_fixation") for line in told)


@pytest.mark.parametrize(
    "equals",
    [
        "固定二氧化碳量合计 × 氧价",  # the amount of carbon at a price of its own: what the molar form does
        "释氧价值合计 − 固定二氧化碳价值合计",  # what another counts is taken off
        "固定二氧化碳价值合计 × 释氧与固碳之比",  # a share of another by a number of its own
    ],
)
def test_what_a_formula_reads_of_another_line_stays_allowed(tmp_path: Path, equals: str) -> None:
    ratio = '[[quantity]]\nname = "own_ratio"\nunit = "1"\naxes = ["county", "year"]\nzh = "释氧与固碳之比"\n'
    price = '[[quantity]]\nname = "own_price"\nunit = "CNY/tCO2"\naxes = ["county", "year"]\nzh = "氧价"\n'
    tables = ratio + price + own("own_oxygen", equals) + oxygen("own_oxygen")
    found = read(tmp_path, over("gbt46869-2025", tables, {"own_oxygen": "local"}))
    assert [line.value for line in found.indicators] == ["own_oxygen"]


def test_what_a_line_may_be_instead_is_no_price(tmp_path: Path) -> None:
    """Of species conservation its value; not the running cost of a reserve, which is a coefficient in yuan a year."""
    line = oxygen("carbon_value_total", "habitat_area_total").replace('id = "oxygen"', 'id = "habitat"')
    (told,) = refused(tmp_path, over("mee-2020", line))
    assert "；本指标自己的：物种保育价值（habitat_value）；" in told


@pytest.mark.parametrize("base", ["ndrc-2022", "mee-2020"])
def test_over_a_shell_what_is_counted_under_a_name_of_one_s_own_is_not_also_a_gap(tmp_path: Path, base: str) -> None:
    """The shell says that carbon is not covered as long as no line bears its id."""
    line = oxygen(quantity="carbon_dioxide_fixed_total", zh="碳汇").replace('id = "oxygen"', 'id = "own_carbon"')
    (told,) = refused(tmp_path, over(base, line))
    assert told.startswith(
        "rules.toml:12  指标 own_carbon（碳汇）计入了指标 carbon_fixation（固定二氧化碳）的价值 carbon_value_total，"
    )
    mended = line.replace("own_carbon", "carbon_fixation").replace('zh = "碳汇"\n', "")
    assert [item.id for item in read(tmp_path, over(base, mended)).indicators] == ["carbon_fixation"]


def test_a_line_that_joins_two_services_takes_a_name_of_its_own(tmp_path: Path) -> None:
    line = oxygen("own_oxygen", "carbon_dioxide_fixed_total", zh="固碳释氧").replace(
        'id = "oxygen"', 'id = "carbon_and_oxygen"'
    )
    tables = own("own_oxygen", "固定二氧化碳价值合计 + 释氧价值合计") + line
    found = read(tmp_path, over("gbt46869-2025", tables, {"own_oxygen": "local"}))
    assert [(item.id, item.zh) for item in found.indicators] == [("carbon_and_oxygen", "固碳释氧")]


def test_the_command_line_tells_it_with_file_and_line_in_both_languages(tmp_path: Path) -> None:
    """What a bureau sees that writes the rules beside its account."""
    path = write_account(
        tmp_path, [], changes={"period": "2022", "counties": '["632222"]'}, rules=over("mee-2020", oxygen())
    )
    assert refused_account(path) == [f"rules.toml:12  {TOLD}"]
    for language, words in (
        ("zh", TOLD),
        ("en", "value of the indicator oxygen (氧气提供) is that of the indicator carbon_fixation"),
    ):
        answer = run("--lang", language, "account", path, "-o", tmp_path / "x.xlsx")
        assert words in answer.output
        assert "rules.toml:12" in answer.output
