"""A county's own indicator without Python: [[quantity]], [[formula]] and [[indicator]] of a ruleset, from rows to a verified workbook."""

from pathlib import Path
from types import ModuleType

import pytest

from qhgep import compute, explain, read_account, verify_workbook, write_workbook
from qhgep.catalogue import Clause, shipped
from qhgep.catalogue.formulas import formula, indicator
from qhgep.catalogue.own_modules import catalogue_with
from qhgep.errors import FormulaError, QhgepError, RulesetError
from qhgep.preparation.check_returned import check_file
from qhgep.quantities import quantity
from qhgep.ruleset_store.ruleset import read_ruleset
from tests.test_cli import run

RULES = """schema = 1
zh = "本县虫草规则"
complete = "只算一项"
documents = ["qhgep"]
[bind]
caterpillar_fungus_value = "local"
caterpillar_fungus_mass = "local"
[[quantity]]
name = "caterpillar_fungus_yield"
unit = "kg/km2/year"
axes = ["county", "year"]
zh = "虫草单产"
low = "0"
high = "50"
reason = "密集产区也不过几十千克"
[[quantity]]
name = "caterpillar_fungus_area"
unit = "hm2"
axes = ["county", "year"]
zh = "虫草适生面积"
[[quantity]]
name = "caterpillar_fungus_price"
unit = "元/kg"
axes = ["county", "year"]
zh = "虫草单价"
[[quantity]]
name = "caterpillar_fungus_mass"
unit = "t/year"
axes = ["county", "year"]
zh = "虫草产量"
[[quantity]]
name = "caterpillar_fungus_value"
unit = "CNY/year"
axes = ["county", "year"]
zh = "虫草价值"
[[formula]]
quantity = "caterpillar_fungus_mass"
method = "local"
equals = "虫草适生面积 × 虫草单产"
source = "qhgep"
at = "单产的定义"
[[formula]]
quantity = "caterpillar_fungus_value"
method = "local"
equals = "虫草产量 × 虫草单价"
source = "qhgep"
at = "数量乘单价"
[[indicator]]
id = "caterpillar_fungus"
zh = "冬虫夏草"
category = "provisioning"
quantity = "caterpillar_fungus_mass"
value = "caterpillar_fungus_value"
"""
ROWS = """county_code,period_from,period_to,ecosystem,item,quantity,value,unit,presence,origin,evidence,source,note
632621,2023,2023,,,caterpillar_fungus_area,1200,km2,value,stated,secondary,玛沁县农牧局,
632621,2023,2023,,,caterpillar_fungus_yield,2.5,kg/km2/year,value,stated,secondary,玛沁县农牧局,
632621,2023,2023,,,caterpillar_fungus_price,9,万元/kg,value,stated,secondary,玛沁县农牧局,
632621,2023,2023,,,county_area,13460,km2,value,stated,secondary,玛沁县农牧局,
"""
ACCOUNT = """schema = 1
title = "玛沁县虫草"
periods = [2023]
ruleset = "本县"
price_year = 2023
counties = ["632621"]
inputs = ["rows.csv"]
date = 2026-11-28
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("本县.toml", RULES), ("rows.csv", ROWS), ("account.toml", ACCOUNT)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_an_own_indicator_is_computed_explained_written_and_verified(folder: Path) -> None:
    """1,200 km² × 2.5 kg/km² = 3,000 kg = 3 t; × 90,000 元/kg = 270,000,000 元. The units are checked as those of shipped formulas."""
    result = compute(read_account(folder / "account.toml"))
    value = result.value("caterpillar_fungus_value", county="632621", period="2023")
    assert value.value == pytest.approx(1200 * 2.5 * 9 * 10_000, rel=1e-12)
    assert result.value("caterpillar_fungus_mass", county="632621", period="2023").value == pytest.approx(
        3.0, rel=1e-12
    )
    assert result.value("accounted_total", county="632621", period="2023").value == value.value
    steps = explain(result, county="玛沁县", quantity="虫草价值")[0]
    assert [step.quantity.zh for step in steps.walk()] == [
        "虫草价值",
        "虫草产量",
        "虫草适生面积",
        "虫草单产",
        "虫草单价",
    ]
    assert steps.numbers == "3 × 90000　〔元·t/(kg·a) → 元/a ×1000〕"
    book = write_workbook(result, folder / "x.xlsx")
    (folder / "本县.toml").unlink()  # the workbook has what it needs
    assert verify_workbook(book).same


def test_a_returned_table_is_checked_by_the_names_of_the_ruleset(folder: Path) -> None:
    found = check_file(folder / "rows.csv", ruleset=str(folder / "本县.toml"))
    assert (found.sound, [name for name, _ in found.needed]) == (True, ["inflow_from_outside"])
    assert "caterpillar_fungus_yield 虫草单产" in found.text("zh")
    (folder / "rows.csv").write_text(ROWS.replace("2.5,kg/km2/year", "2500,kg/km2/year"), encoding="utf-8")
    found = check_file(folder / "rows.csv", ruleset=str(folder / "本县.toml"))
    assert [item.code for item in found.problems if item.severity == "error"] == ["table_bounds"]


def test_a_module_of_ones_own_is_laid_over_the_catalogue(tmp_path: Path) -> None:
    """The same in Python, for a library: 2 t × 300 元/t = 600 元; a name that means two things is refused."""
    module = ModuleType("own_mushrooms", "食用菌: a service of ours")
    mass = quantity("own_mushroom_mass", "t/year", axes="county year", zh="自有食用菌产量", tex="m")
    price = quantity("own_mushroom_price", "CNY/t", axes="county year", zh="自有食用菌价格", tex="p")
    value = quantity("own_mushroom_value", "CNY/year", axes="county year", zh="自有食用菌价值", tex="v")
    parts = (mass, price, value, formula(value, method="own", equals=mass * price, source=Clause("qhgep", at="数量乘单价")),
             indicator("own_mushrooms", zh="自有食用菌", quantity=mass, value=value))  # fmt: skip
    for number, part in enumerate(parts):
        setattr(module, f"part{number}", part)
    catalogue = shipped().with_modules(module)
    assert set(shipped().vocabulary) < set(catalogue.vocabulary)
    rules = 'schema = 1\nzh = "菌"\ncomplete = "一项"\ndocuments = ["qhgep"]\n[bind]\nown_mushroom_value = "own"\n[[indicator]]\n'
    rules += 'id = "own_mushrooms"\ncategory = "provisioning"\nquantity = "own_mushroom_mass"\nvalue = "own_mushroom_value"\n'
    rows = ROWS.split("\n", maxsplit=1)[0] + "\n632621,2023,2023,,,own_mushroom_mass,2,t/a,value,stated,secondary,局,\n"
    rows += "632621,2023,2023,,,own_mushroom_price,300,元/t,value,stated,secondary,局,\n"
    for name, text in (("本县.toml", rules), ("rows.csv", rows), ("account.toml", ACCOUNT)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    result = compute(read_account(tmp_path / "account.toml", catalogue=catalogue))
    assert result.value("own_mushroom_value", county="632621", period="2023").value == 600.0
    book = write_workbook(result, tmp_path / "x.xlsx")
    assert verify_workbook(book, catalogue=catalogue).same
    with pytest.raises(QhgepError) as caught:
        verify_workbook(book)
    assert (
        "规则集用到这里没有的量、方法或指标：own_mushroom_value、own_mushrooms、own_mushroom_mass"
        in caught.value.text()
    )
    other = ModuleType("other")
    other.part = quantity("own_mushroom_mass", "kg/year", axes="county year", zh="另一个", tex="x")  # type: ignore[attr-defined]
    with pytest.raises(FormulaError):
        catalogue.with_modules(other)


MUSHROOMS = """\"\"\"自有食用菌\"\"\"
from qhgep.catalogue.formulas import Clause, formula, indicator
from qhgep.quantities import quantity

SERVICE = "自有食用菌"
mass = quantity("own_mushroom_mass", "t/year", axes="county year", zh="自有食用菌产量", tex="m")
price = quantity("own_mushroom_price", "CNY/t", axes="county year", zh="自有食用菌价格", tex="p")
value = quantity("own_mushroom_value", "CNY/year", axes="county year", zh="自有食用菌价值", tex="v")
made = formula(value, method="own", equals=mass * price, source=Clause("qhgep", at="数量乘单价"))
line = indicator("own_mushrooms", zh="自有食用菌", quantity=mass, value=value)
"""


MUSHROOM_PLAN = """schema = 1
title = "菌"
layer = "analytic"
state = "draft"
period = "2023"
pool = "100.00"
round_to = "fen"
recipients = ["632621"]
[accounts]
local = "account.toml"
[factor.mushrooms]
of = "local.own_mushroom_value"
as = "share"
[[step]]
id = "divide"
rule = "weighted"
weights = { mushrooms = "1" }
basis = "按产值"
"""


def test_a_module_is_named_on_the_command_line(tmp_path: Path) -> None:
    """2 t × 300 元/t = 600 元, and 100 元 paid for it, by every verb that computes; without the module they say what they lack."""
    rules = 'schema = 1\nzh = "菌"\ncomplete = "一项"\ndocuments = ["qhgep"]\n[bind]\nown_mushroom_value = "own"\n[[indicator]]\n'
    rules += 'id = "own_mushrooms"\ncategory = "provisioning"\nquantity = "own_mushroom_mass"\nvalue = "own_mushroom_value"\n'
    rows = ROWS.split("\n", maxsplit=1)[0] + "\n632621,2023,2023,,,own_mushroom_mass,2,t/a,value,stated,secondary,局,\n"
    rows += "632621,2023,2023,,,own_mushroom_price,300,元/t,value,stated,secondary,局,\n"
    for name, text in (
        ("本县.toml", rules),
        ("rows.csv", rows),
        ("account.toml", ACCOUNT),
        ("mushrooms.py", MUSHROOMS),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    account, book, module = tmp_path / "account.toml", tmp_path / "x.xlsx", ("--catalogue", tmp_path / "mushrooms.py")
    made = run("account", account, *module, "-o", book)
    assert (made.exit_code, "0.06" in made.stdout) == (0, True)
    assert "自有食用菌产量 × 自有食用菌价格" in run("explain", account, "--county", "632621", *module).stdout
    assert run("verify", book, *module).exit_code == 0
    assert run("verify", book).exit_code == 1
    assert "own_mushroom_value" in run("account", account).stderr
    assert "自有食用菌产量" in run("explain", account, "--county", "632621", "--deep", *module).stdout
    assert "自有食用菌产量" in run("explain", book, "--county", "632621", *module).stdout
    plan = tmp_path / "plan.toml"
    plan.write_text(MUSHROOM_PLAN, encoding="utf-8")
    paid = run("allocate", plan, *module, "-o", tmp_path / "paid.xlsx", "--compare", plan)
    assert (paid.exit_code, "100.00" in paid.stdout) == (0, True)
    assert "632621）= 100.00 元" in run("explain", tmp_path / "paid.xlsx", "--county", "632621").stdout
    for words in (
        ("explain", plan, "--county", "632621"), ("trace", plan, "-o", tmp_path / "t.jsonl"), ("diff", account, book),
        ("trace", book, "-o", tmp_path / "b.jsonl"), ("brief", account, "-o", tmp_path / "brief.xlsx"),
        ("page", account, "-o", tmp_path / "a.html"), ("rests-on", account, "--evidence", "secondary"),
        ("rests-on", plan, "--evidence", "secondary"), ("sources", account), ("compare", account, "--rulesets", "本县,water-balance-plateau"),
    ):  # fmt: skip
        assert run(*words, *module).exit_code == 0, words
        assert run(*words).exit_code == 1, words


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("m.py", "x = 1\ny = x / 0\n", "m.py:2  模块运行不下去：ZeroDivisionError: division by zero；"),
        ("m.py", "x = (\n", "m.py:1  模块运行不下去：SyntaxError: '(' was never closed"),
        ("m.txt", "x = 1\n", "m.txt  没有这个文件，或不是 .py；自己的指标模块：一个 Python 文件；检查路径。"),
        ("none.py", None, "none.py  没有这个文件，或不是 .py；自己的指标模块：一个 Python 文件；检查路径。"),
    ],
)
def test_a_module_that_cannot_be_run_is_told_with_its_line(
    name: str, text: str | None, says: str, tmp_path: Path
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(FormulaError) as error:
        catalogue_with([tmp_path / name])
    assert error.value.text().startswith(says)
    if name == "m.py":
        assert error.value.text().endswith("；能运行的 Python 文件，写法同 qhgep/catalogue 里的模块；改正这一行。")


FAULTS = (
    (
        'name = "caterpillar_fungus_area"',
        'name = "area"',
        (
            "本县.toml:16  自设的量 area 虫草适生面积 与已有的 area 生态系统面积 同名；没有用过的 name "
            "和 zh；换一个名称，或直接用已有的量。"
        ),
    ),
    (
        'zh = "虫草适生面积"',
        'zh = "生态系统面积"',
        (
            "本县.toml:16  自设的量 caterpillar_fungus_area 生态系统面积 与已有的 area 生态"
            "系统面积 同名；没有用过的 name 和 zh；换一个名称，或直接用已有的量。"
        ),
    ),
    (
        'axes = ["county", "year"]\nzh = "虫草单价"',
        'axes = ["county", "village"]\nzh = "虫草单价"',
        (
            "自设的量 caterpillar_fungus_price 的 axes 是 county、village；从这些里选，"
            "各一次，清单不超过两个：county、year、ecosystem、"
        ),
    ),
    (
        'reason = "密集产区也不过几十千克"\n',
        "",
        (
            "本县.toml:8  自设的量 caterpillar_fungus_yield 有上下限而没有理由；reason：一句"
            "话说明为什么合理的值在这之间；补写 reason，或删去上下限。"
        ),
    ),
    (
        'unit = "元/kg"',
        'unit = "元/匹"',
        "“虫草产量、虫草单价” 的单位是 元·t/(头·a)；应为 元/a（或可精确换算）；检查公式各项的量纲。",
    ),
    (
        'unit = "元/kg"',
        'unit = "元/虫"',
        "本县.toml:21  单位 “元/虫” 里的 “虫” 不认识",
    ),
    (
        'unit = "元/kg"',
        'unit = "万元/kg"',
        (
            "自设的量 caterpillar_fungus_price 的单位写成 万元/kg，带着倍数；不带万、亿等倍数的单位，如"
            " 元/kg；写 元/kg；填数时仍可用 万元/kg。"
        ),
    ),
    (
        '虫草适生面积 × 虫草单产"',
        '虫草适生面积 + 虫草单产"',
        "caterpillar_fungus_mass",
    ),
    (
        'id = "caterpillar_fungus"',
        'id = "crops"',
        "指标 crops 目录里已有（",
    ),
    (
        'zh = "冬虫夏草"\n',
        'zh = "氧气提供"\n',
        (
            "本县.toml:48  自设的指标 caterpillar_fungus 与指标 oxygen 同名：氧气提供；没有用过的名称；就是那一项的，id 写 oxygen，"
            "不写 zh；改 zh，或改 id。"
        ),
    ),
    (
        'zh = "冬虫夏草"\n',
        "",
        "指标 caterpillar_fungus 不在目录里；目录中声明的指标；检查拼写。",
    ),
)


@pytest.mark.parametrize(("old", "new", "told"), FAULTS)
def test_a_fault_of_what_is_added_is_told_at_its_line(folder: Path, old: str, new: str, told: str) -> None:
    assert old in RULES
    path = folder / "本县.toml"
    path.write_text(RULES.replace(old, new), encoding="utf-8")
    with pytest.raises(RulesetError) as caught:
        read_ruleset(path)
    assert told in caught.value.text()
