"""Results as JSON: what each says of itself, that it is read back as it was, and that nobody can edit it unseen."""

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from click.testing import CliRunner

from qhgep import __version__, allocate, compute, explain, read_account, read_result, write_result
from qhgep.compensation.published import audit_plan
from qhgep.compensation.what_if.answers import what_if
from qhgep.difference.ruleset_comparison import compare_rulesets
from qhgep.envelope import content_hash
from qhgep.errors import InputError
from qhgep.result_files.account import AccountBody
from qhgep.result_files.allocation import AllocationBody, plan_run_id
from qhgep.result_files.explanation import amount_file, explanation_file
from qhgep.result_files.read import BODIES, schemas
from qhgep.result_files.what_if import WhatIfBody
from qhgep.result_files.write import result_file
from scripts.schemas import FOLDER
from tests.support.accounts import Coefficient, pack
from tests.support.command_line import COMMAND
from tests.test_plan_audit import plan

ROOT = Path(__file__).parent.parent
PILOT = ROOT / "examples" / "pilot"
OLD = sorted((ROOT / "tests" / "results" / "v1").glob("*.json"))


@pytest.fixture(scope="module")
def account_json(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_result(compute(read_account(PILOT / "account.toml")), tmp_path_factory.mktemp("r") / "account.json")


@pytest.fixture(scope="module")
def plan_json(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_result(allocate(PILOT / "plan.toml"), tmp_path_factory.mktemp("r") / "plan.json")


def verb(*words: object) -> Callable[[Path], None]:
    """A verb that writes its JSON to a path."""

    def write(path: Path) -> None:
        found = CliRunner().invoke(COMMAND, ["--quiet", *map(str, words), "--json", str(path)])
        assert found.exit_code in {0, 1, 3}, found.output

    return write


def explained(path: Path) -> None:
    result = compute(read_account(PILOT / "account.toml"))
    path.write_text(explanation_file(explain(result, county="632222"), result).text(), encoding="utf-8")


def deep(path: Path) -> None:
    found = CliRunner().invoke(
        COMMAND,
        ["--quiet", "explain", str(PILOT / "account.toml"), "--county", "632222", "--deep", "--format", "json"],
    )
    path.write_text(found.stdout, encoding="utf-8")


def amount(path: Path) -> None:
    path.write_text(amount_file(allocate(PILOT / "plan.toml"), "632222").text(), encoding="utf-8")


def verified(path: Path) -> None:
    book = path.with_suffix(".xlsx")
    CliRunner().invoke(COMMAND, ["--quiet", "allocate", str(PILOT / "plan.toml"), "-o", str(book)])
    verb("verify", book)(path)


def compared(path: Path) -> None:
    names = ["water-balance-plateau", "county-general"]
    write_result(compare_rulesets(PILOT / "account-general.toml", names), path)


def template(path: Path) -> None:
    words = ("--template", path.with_suffix(""), "--ruleset", "water-balance-plateau", "--region", "632621")
    verb("coefficients", *words, "--year", "2019")(path)


def paid(path: Path) -> None:
    write_result(audit_plan(plan(path.parent, "632621,1428571.43,元,表 1,第 1 行")), path)


def checked(path: Path) -> None:
    pack(path.with_suffix(""), [Coefficient("MY-1", "reservoir_cost", price_year="2019", value="82.18", unit="CNY/m3")])
    verb("coefficients", "check", path.with_suffix(""))(path)


def drawn(name: str) -> Callable[[Path], None]:
    """The verb uncertainty on the pilot with a declared distribution."""

    def write(path: Path) -> None:
        copytree(PILOT, path.with_suffix(""))
        account = path.with_suffix("") / "account.toml"
        spread = 'row = "GZ-26"\nkind = "range"\nlow = "-5%"\nhigh = "5%"\nbasis = "b"\ndecided_by = "d"\n'
        account.write_text(account.read_text("utf-8") + "\n[[uncertain]]\n" + spread, encoding="utf-8")
        verb("uncertainty", path.with_suffix("") / name, "--draws", 50)(path)

    return write


INPUTS = PILOT / "inputs.csv"
MADE: dict[str, Callable[[Path], None]] = {
    "account": verb("account", PILOT / "account.toml"),
    "allocation": verb("allocate", PILOT / "plan.toml", "--compare", PILOT / "comprehensive.toml"),
    "explanation": explained,
    "amount": amount,
    "difference": verb("diff", PILOT / "plan.toml", PILOT / "comprehensive.toml"),
    "ruleset_comparison": compared,
    "what_if": verb("what-if", ROOT / "examples" / "basin-fictional" / "2022.toml", "--more", "10000.00"),
    "what_if_rows": verb("what-if", PILOT / "plan.toml", "--row", "GZ-26=418"),
    "what_if_all_rows": verb("what-if", PILOT / "plan.toml", "--all-rows"),
    "audit": verb("audit", ROOT / "tests" / "audit" / "ganzi-2010-table3.csv"),
    "account_audit": verb("audit", ROOT / "examples" / "weihe-2010"),
    "plan_audit": paid,
    "verification": verified,
    "intake": verb("check", INPUTS),
    "intakes": verb("check", INPUTS, INPUTS),
    "coefficients": verb("coefficients", "reservoir_cost"),
    "pack_check": checked,
    "coefficient_review": verb("coefficients", "review"),
    "pack_template": template,
    "unit": verb("units", "万亩"),
    "units": verb("units"),
    "compensation": verb("compensation"),
    "uncertainty": drawn("account.toml"),
    "payment_bands": drawn("plan.toml"),
    "rests_on": verb("rests-on", PILOT / "account.toml", "--row", "GZ-26"),
    "payments_resting": verb("rests-on", PILOT / "plan.toml", "--row", "GZ-26"),
    "trace": deep,
    "issued": verb("issued", ROOT / "tests" / "issued"),
    "co_growth": verb("co-growth", ROOT / "examples" / "co-growth"),
    "targets": verb("targets"),
    "sources": verb("sources", PILOT / "account.toml"),
    "sources_in_folders": verb("sources", "gong-2017", "--in", PILOT),
    "coefficients_diff": verb("coefficients", "diff", "2016-12-31", "shipped"),
}
"""Kind -> what writes one to a path."""


def test_every_kind_is_made_here() -> None:
    assert set(MADE) == set(BODIES)


@pytest.mark.parametrize("kind", MADE)
def test_a_result_is_read_back_as_it_was_written(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "made.json"
    MADE[kind](path)
    found = read_result(path)
    assert (found.kind, found.schema_, found.qhgep) == (kind, f"qhgep/{kind}/2", __version__)
    assert type(found.body) is BODIES[kind]
    assert found.text() == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", schemas())
def test_the_schemas_in_the_docs_are_those_of_this_version(name: str) -> None:
    """`make schemas` writes them."""
    assert (FOLDER / name).read_text(encoding="utf-8") == schemas()[name]
    assert {path.name for path in FOLDER.glob("*.json")} == set(schemas())


def test_a_schema_names_its_kind_and_asks_for_everything_that_is_written(plan_json: Path) -> None:
    schema, found = json.loads(schemas()["allocation-2.json"]), json.loads(plan_json.read_text("utf-8"))
    assert schema["properties"]["schema"] == {"const": "qhgep/allocation/2"}
    assert set(schema["required"]) == set(found)
    assert set(schema["$defs"]["AllocationBody"]["required"]) == set(found["body"])


def test_an_account_says_what_it_is_and_what_it_was_made_from(account_json: Path) -> None:
    found = read_result(account_json)
    assert (found.title[:7], found.layer, found.state) == ("青海五县多年平", "", "draft")
    assert [place.zh for place in found.counties] == ["祁连县", "泽库县", "玛沁县", "玉树市", "天峻县"]
    assert found.created_from.ruleset == "water-balance-plateau"
    assert {"account.toml", "inputs.csv", "water.csv", "sources.toml"} <= set(found.created_from.files)
    body: AccountBody = found.body
    totals = [row for row in body.rows if (row.quantity, row.county_code) == ("accounted_total", "*")]
    assert totals[0].partial is not None
    assert totals[0].value == compute(read_account(PILOT / "account.toml")).value("accounted_total", county="*").value


def test_a_plan_says_title_period_state_run_and_the_files_of_its_accounts(plan_json: Path) -> None:
    """The plan's JSON said none of these before."""
    found, made = read_result(plan_json), allocate(PILOT / "plan.toml")
    assert (found.title, found.layer, found.state) == (made.title, "analytic", "draft")
    assert found.periods == ("多年平均（基期不一，见清单）",)
    assert found.run_id == plan_run_id(made)
    assert found.created_from.run_ids == {"gep": compute(read_account(PILOT / "account.toml")).run_id}
    assert {"plan.toml", "gep/account.toml", "gep/inputs.csv"} <= set(found.created_from.files)
    body: AllocationBody = found.body
    assert sum(row.fen for row in body.rows) + body.carried_fen + body.retained_fen == body.pool_fen == 10_000_000_000


def test_the_run_of_a_plan_follows_from_the_plan_and_its_figures(tmp_path: Path) -> None:
    text = (PILOT / "plan.toml").read_text(encoding="utf-8")
    for name in ("account.toml", "inputs.csv"):
        (tmp_path / name).write_bytes((PILOT / name).read_bytes())
    (tmp_path / "plan.toml").write_text(text, encoding="utf-8")
    assert plan_run_id(allocate(tmp_path / "plan.toml")) == plan_run_id(allocate(PILOT / "plan.toml"))
    (tmp_path / "plan.toml").write_text(text.replace('"100000000.00"', '"100000000.01"'), encoding="utf-8")
    assert plan_run_id(allocate(tmp_path / "plan.toml")) != plan_run_id(allocate(PILOT / "plan.toml"))


def test_exact_numbers_survive_the_file(tmp_path: Path) -> None:
    answers = what_if(ROOT / "examples" / "basin-fictional" / "2022.toml", more="10000.00")
    body: WhatIfBody = read_result(write_result(answers, tmp_path / "x.json")).body
    assert answers.effect is not None
    assert body.more is not None
    exact = {row.county_code: row.exact_yuan for row in body.more.rows}
    assert exact == dict(answers.effect.exact)
    assert any(isinstance(amount, Fraction) and amount.denominator > 1 for amount in exact.values())


def test_blanks_and_the_order_of_keys_are_no_edit(plan_json: Path, tmp_path: Path) -> None:
    """Nor is 1 for 1.0, as other programs write it."""
    content = json.loads(plan_json.read_text("utf-8"), parse_float=lambda text: _shortest(float(text)))
    (tmp_path / "x.json").write_text(json.dumps(content, sort_keys=True), encoding="utf-8")
    assert read_result(tmp_path / "x.json") == read_result(plan_json)


def _shortest(number: float) -> float:
    return int(number) if number.is_integer() else number


def edits(found: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:  # noqa: ANN401 - any JSON value
    """The way to every third text, number and truth value of a JSON value."""
    if isinstance(found, dict):
        return [way for key, value in found.items() for way in edits(value, (*path, key))]
    if isinstance(found, list):
        return [way for place, value in enumerate(found) for way in edits(value, (*path, place))]
    return [path]


def test_no_value_of_a_result_can_be_edited_unseen(plan_json: Path, tmp_path: Path) -> None:
    content = json.loads(plan_json.read_text("utf-8"))
    for way in edits(content)[::25]:
        edited = json.loads(json.dumps(content))
        inner: Any = edited
        for key in way[:-1]:
            inner = inner[key]
        old = inner[way[-1]]
        inner[way[-1]] = old + 1 if type(old) in {int, float} else not old if type(old) is bool else f"{old}x"
        (tmp_path / "x.json").write_text(json.dumps(edited), encoding="utf-8")
        with pytest.raises(InputError) as error:
            read_result(tmp_path / "x.json")
        code = "result_foreign" if way in {("schema",), ("kind",)} else "result_edited"
        assert error.value.problems[0].code == code, way


@pytest.mark.parametrize("path", OLD, ids=lambda path: path.stem)
def test_what_version_1_wrote_is_read(path: Path) -> None:
    """The files were written by 0.1 and shortened."""
    found, was = read_result(path), json.loads(path.read_text("utf-8"))
    assert (found.kind, type(found.body), found.sha256) == (path.stem, BODIES[path.stem], None)
    if path.stem == "allocation":
        assert [row.fen for row in found.body.rows] == [row["fen"] for row in was["rows"]]
        assert found.body.compared.difference.exact == Fraction(was["compared"]["difference"]["exact"])
    if path.stem == "account":
        assert (found.run_id, found.created_from.ruleset) == (was["run_id"], was["ruleset"])
        assert found.created_from.files == was["hashes"]
    if path.stem == "ruleset_comparison":
        assert found.title == was["account"]
    if path.stem == "compensation":
        assert [item.rule.id for item in found.body.rules] == [rule["id"] for rule in was["rules"]]


FOREIGN = "不是 qhgep 写出的结果 JSON，或版本不认识；schema 为 qhgep/种类/2（或旧版的 1）；种类：{kinds}；用 --json 重新写出。"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", FOREIGN),
        ('{"schema": 3, "kind": "account"}', FOREIGN),
        ('{"schema": 1, "kind": "seal"}', FOREIGN),
        ('{"schema": 1, "kind": "units"}', "body.words：Field required；qhgep formats units.json 的格式；用 --json 重新写出。"),
    ],
)  # fmt: skip
def test_what_is_no_result_is_refused_in_words(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_result(path)
    assert error.value.text() == f"x.json  {says.format(kinds='、'.join(BODIES))}"


def test_an_edit_and_a_missing_file_are_told_in_whole_sentences(plan_json: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        read_result(tmp_path / "no.json")
    assert error.value.text() == "no.json  读不了（FileNotFoundError）；qhgep 写出的结果 JSON；检查文件名。"
    content = json.loads(plan_json.read_text("utf-8"))
    content["body"]["pool_fen"] += 1
    (tmp_path / "x.json").write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_result(tmp_path / "x.json")
    assert error.value.text() == (
        "x.json  内容与其 sha256 不符，写出后被改过；未改动的结果；用 --json 重新写出，不要改动；要改的是输入、系数或方案。"
    )
    assert error.value.text("en") == (
        "x.json  its content does not fit its sha256: it was changed after it was written; a result as it was written; "
        "write it anew by --json and do not edit it; what can be edited are inputs, coefficients and plans."
    )
    content["sha256"] = content_hash(content)
    (tmp_path / "x.json").write_text(json.dumps(content), encoding="utf-8")
    assert read_result(tmp_path / "x.json").body.pool_fen == 10_000_000_001


def test_what_is_no_result_is_not_written() -> None:
    with pytest.raises(TypeError):
        result_file("text")
