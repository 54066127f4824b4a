"""Every problem that the code can raise has its sentences, and every sentence gets its facts."""

import ast
import pickle
import re
import string
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

import qhgep.errors
from qhgep.errors import FormulaError, Problem, Problems, QhgepError, UnitError, messages, problem
from qhgep.result_files.common import problem_json

PACKAGE = Path(qhgep.errors.__file__).parent
PARTS = ("found", "expected", "do")
_CODE = re.compile(r"[a-z0-9]+(_[a-z0-9]+)+")


@dataclass(frozen=True, slots=True)
class Use:
    """A call that makes a problem: its codes, and the facts it names (None where they cannot be read off)."""

    place: str
    codes: frozenset[str]
    facts: frozenset[str] | None


def modules() -> dict[str, ast.Module]:
    files = sorted(PACKAGE.rglob("*.py"))
    return {str(path.relative_to(PACKAGE)): ast.parse(path.read_text(encoding="utf-8")) for path in files}


def functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    for path, module in modules().items():
        yield from ((path, node) for node in ast.walk(module) if isinstance(node, ast.FunctionDef))


def collectors() -> dict[str, frozenset[str]]:
    """Functions that make a problem of the code they are given -> the facts that they add themselves."""
    found = {"problem": frozenset[str](), "add": frozenset[str]()}
    for _, function in functions():
        if function.args.kwarg and "code" in [argument.arg for argument in function.args.args]:
            inside = [node for node in ast.walk(function) if isinstance(node, ast.Dict)]
            keys = {key.value for node in inside for key in node.keys if isinstance(key, ast.Constant)}
            found[function.name] = found.get(function.name, frozenset()) | {str(key) for key in keys}
    return found


def uses() -> Iterator[Use]:
    known = collectors()
    for path, function in functions():
        dicts = literal_dicts(function)
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            name, plain = called(call)
            codes = codes_of(call) if name in known else frozenset()
            if codes:
                facts = facts_of(call, dicts)
                added = frozenset() if plain else known[name]
                yield Use(f"{path}:{call.lineno}", codes, None if facts is None else facts | added)


def called(call: ast.Call) -> tuple[str, bool]:
    """The name of the function, and whether it is problem() or problems.add(), which add no facts."""
    match call.func:
        case ast.Attribute(ast.Name(of) | ast.Attribute(attr=of), name):
            return name, of.endswith("problems")
        case ast.Name(name) | ast.Attribute(attr=name):
            return name, name == "problem"
    return "", True


def codes_of(call: ast.Call) -> frozenset[str]:
    """The texts in the first argument that look like codes."""
    inside = [node for argument in call.args[:1] for node in ast.walk(argument)]
    texts = [node.value for node in inside if isinstance(node, ast.Constant)]
    return frozenset(text for text in texts if isinstance(text, str) and _CODE.fullmatch(text))


def facts_of(call: ast.Call, known: Mapping[str, frozenset[str]]) -> frozenset[str] | None:
    """The names of the facts of a call; `**facts` counts where its function writes it out once as a dict."""
    names: set[str] = set()
    for keyword in call.keywords:
        if keyword.arg is not None:
            names.add(keyword.arg)
        elif isinstance(keyword.value, ast.Name) and keyword.value.id in known:
            names |= known[keyword.value.id]
        else:
            return None
    return frozenset(names)


def literal_dicts(function: ast.FunctionDef) -> dict[str, frozenset[str]]:
    """Variables that a function assigns just once, a dict with its keys written out."""
    assigned = [node for node in ast.walk(function) if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign)]
    targets = [
        (target.id, node.value) for node in assigned for target in _targets(node) if isinstance(target, ast.Name)
    ]
    once = {name for name, times in Counter(name for name, _ in targets).items() if times == 1}
    return {
        name: frozenset(str(key.value) for key in value.keys if isinstance(key, ast.Constant))
        for name, value in targets
        if name in once and isinstance(value, ast.Dict) and all(isinstance(key, ast.Constant) for key in value.keys)
    }


def _targets(node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> list[ast.expr]:
    return node.targets if isinstance(node, ast.Assign) else [node.target]


def fields(templates: list[str]) -> set[str]:
    """The facts that sentences need."""
    parsed = [string.Formatter().parse(template) for template in templates]
    return {field for pieces in parsed for _, field, _, _ in pieces if field is not None}


@pytest.mark.long
def test_every_code_that_is_used_has_its_sentences() -> None:
    missing = {(use.place, code) for use in uses() for code in use.codes - set(messages())}
    assert sorted(missing) == []


@pytest.mark.long
def test_every_code_that_has_sentences_is_used() -> None:
    constants = [
        node.value for module in modules().values() for node in ast.walk(module) if isinstance(node, ast.Constant)
    ]
    texts = {text for text in constants if isinstance(text, str)}
    assert sorted(set(messages()) - texts) == []


@pytest.mark.long
def test_every_call_gives_the_facts_that_its_sentences_need() -> None:
    wanting = [
        (use.place, code, sorted(fields(messages()[code]["zh"]) - use.facts))
        for use in uses()
        for code in sorted(use.codes & set(messages()))
        if use.facts is not None and not fields(messages()[code]["zh"]) <= use.facts
    ]
    assert sorted(wanting) == []


@pytest.mark.long
def test_the_calls_are_found_at_all() -> None:
    found = {code for use in uses() for code in use.codes}
    assert {"unit_unknown", "formula_axes", "formula_text"} <= found
    assert any(use.facts and "part" in use.facts for use in uses() if "formula_unit" in use.codes)


@pytest.mark.parametrize("code", sorted(messages()))
def test_a_code_says_the_same_three_things_in_both_languages(code: str) -> None:
    entry = messages()[code]
    assert sorted(entry) == ["en", "zh"]
    assert [len(entry[language]) for language in ("zh", "en")] == [len(PARTS)] * 2
    assert fields(entry["zh"]) - {"zh"} == fields(entry["en"]) - {"zh"}  # a Chinese name may be left out in English
    assert all(field.isidentifier() for field in fields(entry["zh"]))
    assert entry["zh"][0]
    assert [bool(part) for part in entry["zh"]] == [bool(part) for part in entry["en"]]
    assert not re.search(r"[。.]$", entry["zh"][2] + "|" + entry["en"][2]), "the stop is put by Problem.text"


@pytest.mark.parametrize("code", sorted(messages()))
def test_chinese_sentences_are_chinese_and_english_ones_english(code: str) -> None:
    entry = messages()[code]
    chinese = re.compile("[一-鿿]")
    assert chinese.search("".join(entry["zh"]))
    assert re.search("[a-z]{3}", "".join(entry["en"]))


@pytest.mark.parametrize("code", sorted(messages()))
def test_a_problem_of_every_code_can_be_noted_and_told(code: str) -> None:
    """A fact may be named like a parameter of the collector: `code`, `where`."""
    facts = {field: f"<{field}>" for field in fields(messages()[code]["zh"] + messages()[code]["en"])}
    problems = Problems()
    problems.add(code, "here", **facts)
    for language, stop in (("zh", "。"), ("en", ".")):
        told = problems.items[0].text(language)
        assert told.startswith("here  ")
        assert told.endswith(stop)
        assert all(f"<{field}>" in told for field in fields(messages()[code][language]))


def test_a_code_stands_in_one_file_only() -> None:
    files = sorted((PACKAGE / "messages").glob("*.toml"))
    codes = [code for path in files for code in tomllib.loads(path.read_text(encoding="utf-8"))]
    assert [code for code, times in Counter(codes).items() if times > 1] == []


AMISS = problem("unit_spelling", "表.xlsx › 输入 › D17", unit="缺{x}", nearest="万亩")


def test_a_problem_is_one_line_with_place_finding_expectation_and_advice() -> None:
    chinese = (
        "表.xlsx › 输入 › D17  单位 “缺{x}” 不认识；认识的单位，最接近的是 万亩；改正写法；qhgep units 列出认识的单位。"
    )
    assert AMISS.text() == chinese
    assert str(UnitError(AMISS)) == chinese
    assert problem("unit_spelling", unit="x", nearest="t").text("en").startswith("the unit “x” is not known; ")


def test_a_problem_as_json_has_the_keys_of_the_schema() -> None:
    assert problem_json(AMISS, "en").model_dump() == {
        "severity": "error",
        "code": "unit_spelling",
        "where": "表.xlsx › 输入 › D17",
        "found": "the unit “缺{x}” is not known",
        "expected": "a known unit; the nearest is 万亩",
        "do": "correct the spelling; qhgep units lists what is known",
    }


def test_an_error_lists_its_problems_one_a_line_and_survives_pickling() -> None:
    error = FormulaError([AMISS, problem("unit_unreadable", "b", unit="m+")])
    assert error.text("en").splitlines() == [item.text("en") for item in error.problems]
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert (type(copy), copy.problems) == (FormulaError, error.problems)


def test_warnings_alone_stop_nothing_and_errors_are_raised_together() -> None:
    problems = Problems()
    problems.warn("unit_spelling", "a", unit="x", nearest="t")
    problems.raise_if_any(UnitError)
    problems.add("unit_spelling", "b", unit="y", nearest="t")
    problems.take(UnitError(AMISS))
    with pytest.raises(UnitError) as caught:
        problems.raise_if_any(UnitError)
    assert [item.where for item in caught.value.problems] == ["b", "表.xlsx › 输入 › D17"]
    assert [item.where for item in problems.warnings] == ["a"]
    assert isinstance(caught.value, QhgepError)
    assert Problem("unit_spelling", "表.xlsx › 输入 › D17", (("unit", "缺{x}"), ("nearest", "万亩"))) == AMISS


@pytest.mark.parametrize(
    ("fact", "english"),
    [
        ("gong-2017、baima-2017", "gong-2017, baima-2017"), ("990101，cereals", "990101, cereals"),
        ("2010-01-01 至 2011-12-31", "2010-01-01 to 2011-12-31"), ("T-1（paper）、T-2（law）", "T-1 (paper), T-2 (law)"),
        ("RC-高寒草甸、GZ-26", "RC-高寒草甸, GZ-26"), ("农业产品价值、农产品", "农业产品价值、农产品"), ("2023（甲、乙）", "2023（甲、乙）"),
    ],
)  # fmt: skip
def test_lists_and_spans_have_english_marks_in_an_english_message(fact: str, english: str) -> None:
    """A list of Chinese names is a text of the data and keeps its marks."""
    told = problem("account_require", "a.toml:3", level="x", known=fact)
    assert told.text("en") == f"a.toml:3  the level of evidence “x” is not known; {english}; correct require."
    assert told.text("zh") == f"a.toml:3  证据等级 “x” 不认识；{fact}；改正 require。"


def test_what_is_quoted_stands_in_an_english_message_as_it_was_found() -> None:
    told = problem("account_require", "2023、2024.toml", level="a、b（c）", known="-")
    assert told.text("en") == "2023、2024.toml  the level of evidence “a、b（c）” is not known; -; correct require."
    several = replace(told, where="t.csv:2、t.csv:3 …（5）")
    assert several.text("en").startswith("t.csv:2, t.csv:3 … (5)  the level")
