"""The command line as its users meet it: verbs, exit codes, streams, languages."""

from __future__ import annotations

import errno
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from click.testing import CliRunner, Result

import qhgep
from qhgep.errors import WorkbookError, problem
from tests.support.command_line import COMMAND

ROOT = Path(__file__).parent.parent
PILOT = ROOT / "examples" / "pilot"
VERBS = (
    "account", "explain", "allocate", "what-if", "compensation", "verify", "diff", "compare", "render", "brief", "finalise", "audit",
    "check", "template", "start", "import", "coefficients", "rulesets", "units", "seal",
)  # fmt: skip


def run(*words: str | Path) -> Result:
    """One command in this process, in Chinese unless it says otherwise."""
    return CliRunner().invoke(COMMAND, [str(word) for word in words], env={"LANG": "zh_CN.UTF-8", "LC_ALL": ""})


def cold(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """One command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-X", "utf8", "-m", "qhgep", *words],
        capture_output=True, text=True, encoding="utf-8", check=False, cwd=ROOT, env={**os.environ, **env},
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the pilot folder that a test may break."""
    return Path(copytree(PILOT, tmp_path / "pilot"))


def test_account_prints_a_table_and_writes_the_workbook_and_the_json(tmp_path: Path) -> None:
    book, data = tmp_path / "x.xlsx", tmp_path / "x.json"
    found = run("account", PILOT / "account.toml", "-o", book, "--json", data)
    assert found.exit_code == 0
    assert "已核算指标合计（2/20 项）" in found.stdout
    assert "部分核算，不是生态产品总值（GEP）。" in found.stdout
    assert f"工作簿：{book}" in found.stdout
    assert "读取 account.toml …" in found.stderr
    assert book.stat().st_size > 10000
    content = json.loads(data.read_text(encoding="utf-8"))
    assert list(content) == [
        "schema", "kind", "qhgep", "run_id", "title", "layer", "state", "periods", "counties", "created_from", "body", "sha256",
    ]  # fmt: skip
    assert set(content["body"]) == {"rows", "checks", "coverage", "decisions", "prices"}


def test_quiet_says_nothing_on_stderr() -> None:
    found = run("--quiet", "account", PILOT / "account.toml")
    assert (found.exit_code, found.stderr) == (0, "")


def test_json_on_stdout_is_json_alone() -> None:
    found = run("account", PILOT / "account.toml", "--json", "-")
    assert json.loads(found.stdout)["kind"] == "account"


def test_english_messages_follow_the_option_and_the_locale() -> None:
    assert "A partial account: this is not GEP." in run("--lang", "en", "account", PILOT / "account.toml").stdout
    found = cold("account", "nothing.toml", LANG="en_US.UTF-8", LC_ALL="en_US.UTF-8")
    assert "there is no such file" in found.stderr


LABELS = re.compile(
    r"[a-z_]+( \([^()]*\))? = |formula: [a-z_]+ = |(numbers|input|coefficient|note|decision): |period .* to .*, region |from "
)


def test_the_trace_of_a_value_is_english_where_english_is_asked_for() -> None:
    """Documents, reasons and places are quoted as they are; names, words and formulas are English."""
    found = run("--lang", "en", "explain", PILOT / "account.toml", "--county", "632222")
    lines = [line.lstrip("　") for line in found.stdout.splitlines()]
    assert [line for line in lines if not LABELS.match(line)] == []
    assert lines[4].startswith("formula: water_retained_total = sum(ecosystem, water_retained)  [sum; qhgep, ")
    assert "numbers: 1322370 × (157.68 − 34.44)  [hm²·mm/a → m³/a ×10]" in lines
    assert "runoff_coefficient (632222, grassland) = 0.082　[assumed]" in lines
    chinese = run("explain", PILOT / "account.toml", "--county", "632222").stdout
    assert "　　　代入：1322370 ×（157.68 − 34.44）　〔hm²·mm/a → m³/a ×10〕" in chinese.splitlines()


def test_a_plan_prints_the_pool_to_the_fen_and_what_it_may_not_be_used_for(tmp_path: Path) -> None:
    found = run("allocate", PILOT / "plan.toml", "--json", tmp_path / "plan.json")
    assert found.exit_code == 0
    assert "100,000,000.00" in found.stdout
    assert "不作为资金分配依据" in found.stdout
    content = json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))["body"]
    assert (
        sum(row["fen"] for row in content["rows"]) + content["carried_fen"] + content["retained_fen"] == 10_000_000_000
    )


def test_a_plan_is_compared_with_another_and_the_bridge_closes(tmp_path: Path) -> None:
    copytree(PILOT, tmp_path / "pilot")
    other = tmp_path / "pilot" / "plan.toml"
    other.write_text(other.read_text(encoding="utf-8").replace('"100000000.00"', '"90000000.00"'), encoding="utf-8")
    found = run("allocate", PILOT / "plan.toml", "--compare", other, "--json", tmp_path / "x.json")
    assert found.exit_code == 0
    assert "合计由 90,000,000.00 到 100,000,000.00 元，差额 +10,000,000.00 元" in found.stdout
    compared = json.loads((tmp_path / "x.json").read_text(encoding="utf-8"))["body"]["compared"]
    assert [step["kinds"] for step in compared["bridge"]] == [["pool"]]
    for place in compared["places"]:
        assert sum(step["fen"] for step in place["steps"]) == place["difference"]["fen"]


@pytest.mark.long
def test_inverse_questions_are_answered_with_their_reasons(tmp_path: Path) -> None:
    assert run("allocate", PILOT / "plan.toml", "--json", tmp_path / "last.json").exit_code == 0
    words = ("what-if", PILOT / "plan.toml", "--previous", tmp_path / "last.json", "--more", "10000000.00")
    found = run(*words, "--json", tmp_path / "x.json")
    assert found.exit_code == 0
    assert "　最小的一个：100,000,000.00 元" in found.stdout
    assert "*       合计                                  +10,000,000.00" in found.stdout
    content = json.loads((tmp_path / "x.json").read_text(encoding="utf-8"))
    assert (content["kind"], content["body"]["smallest_pool"]["smallest_fen"]) == ("what_if", 10_000_000_000)
    assert json.loads(run(*words, "--json", "-").stdout) == content
    assert run("what-if", PILOT / "plan.toml", "--more", "0").exit_code == 1
    assert run("what-if", PILOT / "plan.toml", "--require", "x").exit_code == 2


@pytest.mark.parametrize("form", ["text", "json", "latex"])
def test_explain_follows_a_value_in_three_forms(form: str) -> None:
    words = (
        "explain",
        PILOT / "account.toml",
        "--county",
        "632222",
        "--quantity",
        "water_value_total",
        "--format",
        form,
    )
    found = run(*words)
    assert found.exit_code == 0
    assert {"text": "系数：GZ-05 = 7.06 CNY/m3", "json": '"baima-2017"', "latex": "\\begin{align}"}[
        form
    ] in found.stdout


@pytest.mark.parametrize("form", ["text", "json", "latex"])
def test_explain_follows_an_amount_of_a_plan(form: str) -> None:
    found = run("explain", PILOT / "plan.toml", "--county", "632323", "--format", form)
    assert found.exit_code == 0
    assert {"text": "泽库县（632323）= 15000000.00 元", "json": '"fen": 1500000000', "latex": "\\begin{align}"}[
        form
    ] in found.stdout


def test_explain_of_what_is_not_there_names_what_is() -> None:
    found = run("explain", PILOT / "account.toml", "--county", "632222", "--quantity", "watr")
    assert found.exit_code == 1
    assert "--quantity  结果里没有 “watr” 这个量；量的名称（英文名或中文名）；最接近的：" in found.stderr
    assert "water" in found.stderr.partition("最接近的：")[2]
    assert run("explain", PILOT / "account.toml", "--county", "1").exit_code == 1
    assert "没有 “1” 这个县或单位" in run("explain", PILOT / "plan.toml", "--county", "1").stderr


@pytest.mark.long
def test_verify_exits_0_for_the_same_3_for_a_difference_and_1_for_what_it_cannot_read(tmp_path: Path) -> None:
    book = tmp_path / "x.xlsx"
    assert run("account", PILOT / "account.toml", "-o", book).exit_code == 0
    assert run("verify", book).exit_code == 0
    (tmp_path / "no.xlsx").write_text("no workbook", encoding="utf-8")
    found = run("verify", tmp_path / "no.xlsx")
    assert (found.exit_code, "这不是 xlsx 工作簿（或已损坏）" in found.stderr) == (1, True)
    _forge(book, tmp_path / "forged.xlsx")
    found = run("verify", tmp_path / "forged.xlsx", "--json", tmp_path / "v.json")
    assert found.exit_code == 3
    changes = json.loads((tmp_path / "v.json").read_text(encoding="utf-8"))["body"]["changes"]
    assert changes
    assert all(change["cell"] for change in changes)


def _forge(source: Path, target: Path) -> None:
    """A copy with one input number changed: the area of 祁连's grassland."""
    import zipfile

    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"<v>1322370</v>", b"<v>1322371</v>"))


def test_all_problems_of_a_run_come_at_once_without_a_traceback_and_nothing_is_written(
    folder: Path, tmp_path: Path
) -> None:
    table = folder / "inputs.csv"
    rows = table.read_text(encoding="utf-8")
    rows += "632222,2019,2019,,,precipitation,0.42,mm/year,value,stated,secondary,x,\n"
    rows += "632222,2019,2019,,,precipitatn,420,mm/year,value,stated,secondary,x,\n"
    rows += "999999,2019,2019,grassland,,area,420,km2,value,stated,secondary,x,\n"
    table.write_text(rows, encoding="utf-8")
    found = run("account", folder / "account.toml", "-o", tmp_path / "x.xlsx")
    assert found.exit_code == 1
    last = rows.count("\n")
    for line in (last - 2, last - 1, last):
        assert f"inputs.csv:{line}" in found.stderr
    assert "共 3 个问题，没有写出任何文件。" in found.stderr
    assert "Traceback" not in found.output
    assert not (tmp_path / "x.xlsx").exists()


def test_a_required_level_of_evidence_refuses_by_name() -> None:
    found = run("account", PILOT / "account.toml", "--require", "published")
    assert found.exit_code == 1
    assert "carbon_price GZ-26 的证据是 假定" in found.stderr
    assert run("account", PILOT / "account.toml", "--require", "good").exit_code == 2


def test_bad_usage_exits_2() -> None:
    assert run("account").exit_code == 2
    assert run("nothing").exit_code == 2


def test_coefficients_lists_rows_by_key_id_and_day() -> None:
    assert run("coefficients", "list", "runoff_coefficient").stdout.count("RC-") == 18
    assert "CNY/tCO2" in run("coefficients", "list", "GZ-26").stdout
    assert "没有在该日有效的行。" in run("coefficients", "list", "GZ-26", "--on", "2011-01-01").stdout
    assert "carbon_value/carbon_dioxide_price（" in run("coefficients", "list", "carbon_price", "--where-used").stdout
    assert "“2011” 不是日期" in run("coefficients", "list", "GZ-26", "--on", "2011").stderr
    assert "没有系数或行 “x”" in run("coefficients", "list", "x").stderr


def test_a_pack_overrides_and_says_so(tmp_path: Path) -> None:
    header = (ROOT / "coefficients" / "carbon.csv").read_text(encoding="utf-8").splitlines()[0]
    row = "MY-1,carbon_price,513300,,,2010-01-01,2010-12-31,2011-01-01,2010,400,,,CNY/tCO2,mine,表 1,stated,secondary,,"
    (tmp_path / "carbon.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
    source = '[mine]\ntitle = "本局测算"\nkind = "own"\naddress = ""\nchecked = 2026-11-22\n'
    (tmp_path / "sources.toml").write_text(source, encoding="utf-8")
    assert (
        "系数被替换：GZ-26 380 → 400" in run("coefficients", "list", "carbon_price", "--coefficients", tmp_path).stdout
    )


def test_the_index_of_compensation_rules_is_listed_with_what_stops_each() -> None:
    listed = run("compensation").stdout
    assert "GRASS-QH-2" in listed
    assert "停：P010 草原补奖第四轮标准，载于：第四轮草原生态保护补助奖励政策的国家文件（2026—2030）" in listed
    assert "无方案：分析层的公式，不是在执行的规则" in listed
    assert listed.rstrip().endswith("42 条规则，20 条填报后可运行")
    told = run("compensation", "show", "GRASS-QH-2").stdout
    assert "P026  grass_ban_rate  = 12.3 CNY/mu/yr，2016-01-01 至 2020-12-31，secondary" in told
    assert "20 run once filled in" in run("--lang", "en", "compensation").stdout
    assert "没有规则 x" in run("compensation", "x").stderr


def test_the_rows_of_policy_parameters_are_listed_and_a_pack_lets_a_rule_run(tmp_path: Path) -> None:
    assert "P026b" in run("compensation", "rows").stdout
    header = (ROOT / "coefficients" / "compensation" / "forest.csv").read_text(encoding="utf-8").splitlines()[0]
    (tmp_path / "compensation").mkdir()
    row = "P064,sandy_closure_rate,,,,2023-01-01,,,,20,,,CNY/mu/yr,,,stated,unconfirmed,,,DES-CLOSE"
    (tmp_path / "compensation" / "own.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
    found = json.loads(run("compensation", "list", "--coefficients", tmp_path, "--json", "-").stdout)
    rules = found["body"]["rules"]
    assert (found["kind"], len(rules)) == ("compensation", 42)
    assert [item["rule"]["id"] for item in rules if item["runs"] and item["stops"]] == []
    assert next(item["runs"] for item in rules if item["rule"]["id"] == "DES-CLOSE")


def test_a_skeleton_is_written_once_and_stops_until_it_is_filled_in(tmp_path: Path) -> None:
    plan = tmp_path / "out" / "plan.toml"
    assert "待填的方案" in run("compensation", "template", "POST-NP", "-o", plan).stdout
    assert "step.0.posts 待填" in run("allocate", plan).stderr
    assert (
        "文件已经存在，没有写；新的文件；换一个路径。" in run("compensation", "template", "POST-NP", "-o", plan).stderr
    )
    assert (
        "规则 HWC-2016 没有待填的方案："
        in run("compensation", "template", "HWC-2016", "-o", tmp_path / "x.toml").stderr
    )
    assert run("compensation", "-o", tmp_path / "x.toml").exit_code == 2


def test_rulesets_are_listed_shown_and_compared() -> None:
    name = "water-balance-plateau"
    assert name in run("rulesets").stdout
    assert "水源涵养量 = 生态系统面积 ×（产水深 − 地表径流深）" in run("rulesets", "show", name).stdout
    assert "没有差别。" in run("rulesets", "diff", name, name).stdout
    assert "没有规则集 x" in run("rulesets", "show", "x").stderr


def test_a_ruleset_is_shown_with_its_lines_and_every_method_that_it_leaves_to_choose_from() -> None:
    shown = run("rulesets", "show", "county-general").stdout
    lines = [line.split() for line in shown.splitlines()]
    told = {words[0]: words[1:] for words in lines if words[1:2] and words[1].startswith(("计入", "列示", "排除"))}
    assert sum(words == ["计入", "最终"] for words in told.values()) == 16
    assert told["生态能源"] == ["列示，不计入", "最终", "电价减运行费不是地租；日照与风是非生物的"]
    assert told["物种保育"][1] == "非最终"
    assert told["海岸带防护"] == ["排除", "最终", "内陆，不适用"]
    methods = [words[1] for words in lines if words[:1] == ["crop_value"]]
    assert methods == ["gross（3", "rent_share（3", "net_of_inputs（3"]  # 选一）
    assert "固定二氧化碳量 = （期末碳储量 − 期初碳储量）÷ 两次碳储量清查相隔的年数" in shown
    marked = {
        (words[0], words[1].partition("（")[0]) for words in lines if words and words[-1].endswith("（不是交换价值）")
    }
    assert {("water_value_total", "reservoir_cost"), ("oxygen_value_total", "oxygen_price")} <= marked
    assert ("water_value_total", "annual_cost") not in marked
    assert shown.rstrip().endswith("是本项目的判断：SEEA EA 的原文未见。")


def test_a_shell_is_shown_with_the_clause_of_each_line_and_how_it_is_known() -> None:
    words = [line.split() for line in run("rulesets", "show", "gbt46869-2025").stdout.splitlines()]
    known = {line[0]: [line[1], *line[3:5]] for line in words if line[1:2] == ["未核算"]}
    assert len(known) == 13
    assert known["农业产品"] == ["未核算", "A.1（推测）", "待证实"]
    assert known["洪水调蓄"] == ["未核算", "A.6（转引）", "转引"]
    assert not any("formula" in line or "公式" in line for line in words)
    english = run("--lang", "en", "rulesets", "show", "ndrc-2022").stdout
    assert "climate_regulation  not covered" in english


def test_every_verb_has_help_with_an_example_and_stands_on_both_pages_of_commands() -> None:
    pages = [(ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("commands.md", "zh/commands.md")]
    for verb in VERBS:
        assert f"例: qhgep {verb}" in run(verb, "--help").stdout
        assert all(f"qhgep {verb}" in text for text in pages)


def test_units_are_read_listed_or_refused_with_the_nearest(tmp_path: Path) -> None:
    found = run("units", "10^4 t/(hm2·a)", "--json", tmp_path / "u.json")
    assert (found.exit_code, found.stdout.splitlines()[1]) == (0, "读作  10,000 × t/(hm²·a)  [t/ha/year]")
    assert json.loads((tmp_path / "u.json").read_text(encoding="utf-8"))["body"]["scale"] == "10000"
    assert json.loads(run("units", "--json", "-").stdout)["kind"] == "units"
    assert "只认整个写法的" in run("units").stdout
    refused = run("--lang", "en", "units", "吨/公倾")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "“公倾” in the unit “吨/公倾” is not known; a known unit; the nearest is 吨/公顷" in refused.stderr


def test_help_loads_nothing_heavy() -> None:
    found = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "qhgep", "--help"], capture_output=True, text=True, check=True, encoding="utf-8",
    )  # fmt: skip
    loaded = {line.split("|")[-1].strip().split(".")[0] for line in found.stderr.splitlines() if "|" in line}
    assert loaded & {"numpy", "pandas", "pint", "openpyxl", "xlsxwriter", "pydantic"} == set()


def test_every_public_name_stands_on_the_page_of_the_library() -> None:
    text = (ROOT / "docs/library.md").read_text(encoding="utf-8")
    for name in qhgep.__all__:
        assert name == "__version__" or name in text, name
    with pytest.raises(AttributeError, match="module 'qhgep' has no attribute 'nothing'"):
        qhgep.nothing  # type: ignore[attr-defined] # noqa: B018 - the attribute access is the test


def test_every_verb_has_a_function() -> None:
    """What the command line does, a program does too; texts of lists are the command line's alone."""
    functions = {
        "account": "compute", "explain": "explain", "allocate": "allocate", "check": "check_file", "start": "start",
        "verify": "verify_workbook", "template": "write_template", "audit": "audit_table", "units": "read_unit",
        "page": "write_page", "decide": "decide", "state": "set_state", "desk": "desk_app",
        "import": "import_table", "zonal": "zonal", "export": "export", "diff": "diff", "compare": "compare_rulesets",
        "render": "render", "brief": "brief", "uncertainty": "uncertainty",
        "co-growth": "co_growth", "targets": "assess_targets", "back-payment": "back_payment",
        "county-funds": "county_funds", "issued": "issued_reading", "formats": "file_format",
        "rests-on": "rests_on", "trace": "trace",
        "sources": "sources_used", "finalise": "finalise", "seal": "seal", "what-if": "what_if",
        "coefficients": "coefficients", "rulesets": "rulesets", "compensation": "allocate", "plan": "plan_to_form",
    }  # fmt: skip
    listed = re.findall(r"^\s+([a-z-]+)\s", run("--help").stdout.partition("命令:")[2], re.MULTILINE)
    assert set(listed) == set(functions)
    assert set(functions.values()) <= set(qhgep.__all__)


@pytest.mark.long
def test_the_library_example_of_its_page_runs(tmp_path: Path) -> None:
    text = (ROOT / "docs/library.md").read_text(encoding="utf-8")
    code = re.findall(r"```python\n(.*?)```", text, re.DOTALL)[0]
    copytree(ROOT / "examples", tmp_path / "examples")
    found = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code], capture_output=True, text=True, cwd=tmp_path, check=False, encoding="utf-8",
    )  # fmt: skip
    assert (found.returncode, found.stderr) == (0, "")
    assert "水源涵养价值合计" in found.stdout


def test_the_plan_of_the_clerks_page_pays_its_county_the_whole_pool(tmp_path: Path) -> None:
    text = (ROOT / "docs/zh/clerk.md").read_text(encoding="utf-8")
    (plan,) = [block for block in re.findall(r"```toml\n(.*?)```", text, re.DOTALL) if "[[step]]" in block]
    copytree(ROOT / "examples/pilot", tmp_path / "a")
    (tmp_path / "a/clerk.toml").write_text(plan, encoding="utf-8")
    assert (
        "clerk.toml:13  祁连县（632222）的因素 gep.water_value_total 在期间 2024 查不到（核算结果里没有 2024）；"
        "方案的期间、领款单位和量都在核算账户里；对照 account.toml 检查 period、recipients 和 of。"
    ) in run("allocate", tmp_path / "a/clerk.toml").stderr
    plan = plan.replace('"2024"', '"多年平均（基期不一，见清单）"')
    (tmp_path / "a/clerk.toml").write_text(plan, encoding="utf-8")
    found = run("allocate", tmp_path / "a/clerk.toml", "-o", tmp_path / "plan.xlsx")
    assert (found.exit_code, "632222  祁连县  10,000,000.00" in found.stdout) == (0, True)


def test_two_decisions_on_one_coefficient_leave_its_line_without_a_value(folder: Path) -> None:
    path = folder / "account.toml"
    again = '\n[[adopt]]\nrow = "GZ-26"\nfor = "carbon_price"\nreason = "r"\ndecided_by = "d"\n'
    path.write_text(path.read_text(encoding="utf-8") + again, encoding="utf-8")
    found = run("account", path)
    assert (found.exit_code, "已核算指标合计（1/20 项）" in found.stdout) == (0, True)
    line = (
        "提示  account.toml [[adopt]] 16  二氧化碳价格（carbon_price，632222、632323、632621…（5））有几个判断各选了一行："
        "GZ-26，carbon.csv:2（account.toml [[adopt]] 2）、GZ-26，carbon.csv:2（account.toml [[adopt]] 16）；"
        "一处一个判断；收窄 counties、ecosystem，或删去其余。"
    )
    assert line in found.stderr
    path.write_text('state = "review"\n' + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert (run("account", path).exit_code, found.exit_code) == (1, 0)


def test_two_decisions_that_bring_one_row_of_input_contend(folder: Path) -> None:
    path = folder / "account.toml"
    again = '\n[[adopt]]\nquantity = "area"\nfrom_period = "2019"\nreason = "r"\ndecided_by = "d"\n'
    path.write_text(path.read_text(encoding="utf-8") + again, encoding="utf-8")
    found = run("account", path)
    assert found.exit_code == 1
    heads = [at for at, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if text == "[[adopt]]"]
    assert (
        f"account.toml:{heads[15]} [[adopt]] 16  area（632222）有两个判断，另一个在 account.toml [[adopt]] 4；"
        "一处一个判断；收窄 counties、ecosystem，或删去其一。"
    ) in found.stderr


def test_an_input_is_never_written_over_and_a_workbook_ends_with_xlsx(folder: Path) -> None:
    before = (folder / "account.toml").read_bytes()
    found = run("account", folder / "account.toml", "-o", folder / "account.toml")
    assert (found.exit_code, "也是输入文件或另一个输出；不同的文件；换一个输出路径。" in found.stderr) == (1, True)
    found = run("account", folder / "account.toml", "-o", folder / "x.xlsx", "--json", folder / "x.xlsx")
    assert found.exit_code == 1
    found = run("account", folder / "account.toml", "-o", folder / "x.xls")
    assert "工作簿的文件名以 “.xls” 结尾；.xlsx；把输出文件名改为 .xlsx。" in found.stderr
    assert (folder / "account.toml").read_bytes() == before
    assert not list(folder.glob("x.*"))


def test_a_period_that_the_account_does_not_have_is_told(folder: Path) -> None:
    found = run("account", folder / "account.toml", "-o", folder / "x.xlsx", "--period", "2018")
    assert (found.exit_code, "核算没有期间 “2018”" in found.stderr) == (1, True)


def test_an_output_that_cannot_be_written_is_refused_before_the_first_file(folder: Path) -> None:
    (folder / "data.json").mkdir()
    found = run("account", folder / "account.toml", "-o", folder / "x.xlsx", "--json", folder / "data.json")
    assert found.exit_code == 1
    assert "没有写出任何文件。" in found.stderr
    assert not (folder / "x.xlsx").exists()


def test_a_failure_after_a_file_was_written_names_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(target: Path, content: object) -> None:
        del content
        raise WorkbookError(problem("output_unwritable", str(target), detail="No space left on device"))

    monkeypatch.setattr("qhgep.cli.app.write_json", full)
    found = run("account", folder / "account.toml", "-o", folder / "x.xlsx", "--json", folder / "data.json")
    assert found.exit_code == 1
    assert f"已写出：{folder / 'x.xlsx'}。" in found.stderr


def test_the_common_options_may_stand_anywhere() -> None:
    found = cold("account", "examples/pilot/account.toml", "--lang", "en", "--quiet")
    assert ("A partial account: this is not GEP." in found.stdout, found.stderr) == (True, "")


def test_a_plan_takes_the_same_pack_as_its_account(tmp_path: Path) -> None:
    header = (ROOT / "coefficients" / "carbon.csv").read_text(encoding="utf-8").splitlines()[0]
    row = "GZ-26,carbon_price,513300,,,2010-01-01,2010-12-31,2011-01-01,2010,760,,,CNY/tCO2,baima-2017,表 3,stated,published,,"
    (tmp_path / "carbon.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
    words = ("explain", PILOT / "account.toml", "--county", "632222", "--quantity", "carbon_price")
    assert "= 760 元/(t CO₂)" in run(*words, "--coefficients", tmp_path).stdout
    assert run("allocate", PILOT / "plan.toml", "--coefficients", tmp_path).exit_code == 0


def test_an_account_tells_what_each_override_and_stand_in_is_worth(tmp_path: Path) -> None:
    header = (ROOT / "coefficients" / "carbon.csv").read_text(encoding="utf-8").splitlines()[0]
    row = "GZ-26,carbon_price,513300,,,2010-01-01,2010-12-31,2011-01-01,2010,760,,,CNY/tCO2,baima-2017,表 3,stated,published,,"
    (tmp_path / "carbon.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
    lines = run("account", PILOT / "account.toml").stdout.splitlines()
    assert not [line for line in lines if line.startswith(("系数被替换", "填报代替公式"))]
    words = ("account", PILOT / "account.toml", "--coefficients", tmp_path)
    # 380 more for each 380 of a carbon value of 347,390.38 万元
    told = f"系数被替换：GZ-26 380 CNY/tCO2 → GZ-26 760 CNY/tCO2 ({tmp_path.name}/carbon.csv:2)　影响合计 +347,390.38 万元/a"
    assert told in run(*words).stdout.splitlines()
    told = f"overridden: GZ-26 380 CNY/tCO2 → GZ-26 760 CNY/tCO2 ({tmp_path.name}/carbon.csv:2)　effect +347,390.38 10^4 CNY/year"
    assert told in run("--lang", "en", *words).stdout.splitlines()
    content = json.loads(run("--quiet", *words, "--json", "-").stdout)
    assert [item["kind"] for item in content["body"]["decisions"]].count("override") == 1


def test_a_ruleset_is_shown_in_english() -> None:
    shown = run("--lang", "en", "rulesets", "show", "water-balance-plateau").stdout
    assert "water_retained = area × (water_yield − surface_runoff)" in shown
    assert "面积 ×" not in shown


def test_the_version_is_told_without_a_verb() -> None:
    found = run("--version")
    assert (found.exit_code, found.stdout) == (0, f"qhgep {qhgep.__version__}\n")


def test_a_plan_for_an_account_and_an_account_for_a_plan_is_one_line() -> None:
    """Not a list of every key that the other kind of file has."""
    plan = run("account", PILOT / "plan.toml")
    assert (plan.exit_code, plan.stderr.splitlines()[0]) == (
        1, "错误  plan.toml  这是方案（plan.toml），不是核算；account.toml；方案用 qhgep allocate。",
    )  # fmt: skip
    assert plan.stderr.splitlines()[0].endswith(problem("plan_no_account", "plan.toml").text())
    account = run("allocate", PILOT / "account.toml")
    assert (account.exit_code, account.stderr.splitlines()[0]) == (
        1, "错误  account.toml  这是核算（account.toml），不是方案；plan.toml；核算用 qhgep account。",
    )  # fmt: skip
    assert account.stderr.splitlines()[0].endswith(problem("plan_is_account", "account.toml").text())


def test_a_genuine_book_is_the_same_for_a_python_that_drops_docstrings(tmp_path: Path) -> None:
    """Titles and words of a workbook are data: `python -OO`, or PYTHONOPTIMIZE=2, has no docstrings and no assert."""
    assert run("account", PILOT / "account.toml", "-o", tmp_path / "x.xlsx").exit_code == 0
    found = cold("verify", str(tmp_path / "x.xlsx"), PYTHONOPTIMIZE="2", LANG="zh_CN.UTF-8")
    assert (found.returncode, found.stdout.splitlines()[-1].partition("（")[0]) == (0, "相同")


def _commands(
    command: Any,  # noqa: ANN401 - a verb or a group of typer
    words: tuple[str, ...] = (),
) -> Iterator[tuple[str, ...]]:
    yield words
    for name, below in getattr(command, "commands", {}).items():
        yield from _commands(below, (*words, name))


HELPED = sorted(_commands(COMMAND))


@pytest.mark.parametrize("words", HELPED, ids=" ".join)
def test_help_is_in_one_language(words: tuple[str, ...]) -> None:
    """Chinese without English in brackets behind it; English without Chinese but in the names of files."""
    chinese, english = run(*words, "--help"), run("--lang", "en", *words, "--help")
    assert chinese.exit_code == english.exit_code == 0
    assert "用法：" in chinese.output
    assert "选项" in chinese.output
    assert "Options" not in chinese.output
    assert not re.search(r"[\u4e00-\u9fff] \([a-z]", chinese.output)
    assert "Usage: " in english.output
    told = english.output.partition("Example:")[2].partition("\n\n")[0]
    rest = english.output.replace(told, "").replace("决定.xlsx", "").replace("qhgep核算", "")
    assert not re.search(r"[\u4e00-\u9fff]", rest), rest


LEVELS_TOLD = (
    "原文（primary）、申报（declared）、文献（published）、转引（secondary）、待证实（unconfirmed）、假定（assumed）"
)
MISUSED = {
    ("chek", "x"): ("没有命令 “chek”；相近的有 check", "there is no command 'chek'; nearly so are spelled check"),
    ("qwxyz",): (
        "没有命令 “qwxyz”；全部命令见 qhgep --help",
        "there is no command 'qwxyz'; all of them are listed by qhgep --help",
    ),
    ("plan",): ("还要写一个命令，见 --help", "a command is missing, see --help"),
    ("account",): ("没有写 file", "file is missing"),
    ("account", "--jsn", "x"): (
        "没有选项 --jsn；相近的有 --json",
        "there is no option --jsn; nearly so are spelled --json",
    ),
    ("account", "--qqqqq"): ("没有选项 --qqqqq", "there is no option --qqqqq"),
    ("account", "--period"): ("--period 后面要写一个值", "--period needs a value behind it"),
    ("account", "a", "b", "c"): (
        "多出来的词：b c；文件名里有空格时加引号",
        "words too many: b c; a file name with blanks stands in quotes",
    ),
    ("start", "a.xlsx", "--year", "二"): (
        "--year 写的读不懂，要写的是 <int>",
        "--year cannot be read, expected <int>",
    ),
    ("account", "x.toml", "--require", "sure"): (
        f"--require 写得不对：应是 {LEVELS_TOLD} 之一",
        f"--require is not as expected: one of {LEVELS_TOLD} is expected",
    ),
}


@pytest.mark.parametrize("words", MISUSED, ids=" ".join)
@pytest.mark.parametrize("place", [0, 1], ids=["zh", "en"])
def test_a_fault_of_usage_is_told_in_the_language_of_the_run(words: tuple[str, ...], place: int) -> None:
    language, severity = ("zh", "错误") if place == 0 else ("en", "error")
    found = CliRunner().invoke(COMMAND, ["--lang", language, *words], prog_name="qhgep")
    assert found.exit_code == 2
    assert found.stderr.splitlines()[-1] == f"{severity}  {MISUSED[words][place]}"
    assert "Traceback" not in found.output


def test_without_a_word_the_verbs_are_listed() -> None:
    found = CliRunner().invoke(COMMAND, [], env={"LANG": "zh_CN.UTF-8", "LC_ALL": ""})
    assert found.exit_code == 2
    assert "核算。" in found.output


@pytest.mark.parametrize(
    "words",
    [
        ("explain", PILOT / "account.toml", "--county", "632222"),
        ("explain", PILOT / "account.toml", "--county", "632222", "--deep"),
        ("diff", PILOT / "account.toml", PILOT / "account-general.toml"),
        ("trace", PILOT / "account.toml", "-o", "trace.jsonl"),
        ("page", PILOT / "account.toml", "-o", "audit.html"),
        ("allocate", PILOT / "plan.toml"),
        ("what-if", PILOT / "plan.toml"),
        ("uncertainty", PILOT / "plan.toml"),
    ],
    ids=lambda words: " ".join(str(word) for word in words[:1]),
)
def test_a_level_of_evidence_that_is_none_is_refused_by_every_verb(
    words: tuple[str | Path, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = run(*words, "--require", "sure")
    assert found.exit_code == 2
    assert found.stderr.splitlines()[-1] == f"错误  --require 写得不对：应是 {LEVELS_TOLD} 之一"
    assert list(tmp_path.iterdir()) == []


def test_a_level_of_evidence_is_asked_for_by_its_name_on_pages(tmp_path: Path) -> None:
    """The pilot's plan rests on assumed rows: 文献 refuses it as `published` does, 假定 lets it pass."""
    refused = {text: run("allocate", PILOT / "plan.toml", "--require", text) for text in ("文献", "published")}
    assert {found.exit_code for found in refused.values()} == {1}
    assert refused["文献"].stderr == refused["published"].stderr
    assert run("allocate", PILOT / "plan.toml", "--require", "假定", "-o", tmp_path / "plan.xlsx").exit_code == 0


@pytest.mark.parametrize(
    "verb", [("explain", "--county", "632222"), ("diff",), ("trace", "-o", "trace.jsonl")], ids=lambda verb: verb[0]
)
def test_a_value_below_the_level_that_is_asked_stops_an_account_in_every_verb(
    verb: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that the pilot counts rests on borrowed rows, which are assumed."""
    monkeypatch.chdir(tmp_path)
    account = PILOT / "account.toml"
    files = (account, account) if verb[0] == "diff" else (account,)
    found = run(verb[0], *files, *verb[1:], "--require", "declared")
    assert found.exit_code == 1
    assert "假定" in found.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_library_call_with_a_level_that_is_none_is_told() -> None:
    for call in (qhgep.allocate, qhgep.read_account):
        file = PILOT / ("plan.toml" if call is qhgep.allocate else "account.toml")
        with pytest.raises(qhgep.QhgepError, match="sure"):
            call(file, require="sure")


TOGETHER = {
    "forms": ("template", "--region", "海北", "--year", "2024", "--ruleset", "county-general", "--one-per-county", "-o", "forms"),
    "a pack": ("coefficients", "template", "pack", "--ruleset", "county-general"),
    "two tables": ("trace", PILOT / "account.toml", "-o", "trace.csv", "--csv"),
}  # fmt: skip


@pytest.mark.parametrize("name", TOGETHER)
def test_of_files_that_belong_together_none_is_left_where_the_disk_is_full(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second file finds the disk full: the first is taken away again, and what the answer says is so."""
    monkeypatch.chdir(tmp_path)
    opened = os.fdopen
    turns = iter(range(1000))

    def full(handle: int, mode: str) -> Any:  # noqa: ANN401 - as os.fdopen
        if next(turns) == 1:
            os.close(handle)
            raise OSError(errno.ENOSPC, "No space left on device")
        return opened(handle, mode)

    monkeypatch.setattr("qhgep.workbook.core.write.os.fdopen", full)
    found = run(*TOGETHER[name])
    assert found.exit_code == 1
    *_, told, last = found.stderr.splitlines()
    assert re.fullmatch(r"错误  \S+  磁盘没有空间了，没有写出；够用的空间；腾出空间再写；原有的文件没有动。", told)
    assert last == "共 1 个问题，没有写出任何文件。"
    assert list(tmp_path.rglob("*")) == []
