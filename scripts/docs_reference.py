"""The reference of the documentation, made from the code: verbs, public names, catalogue, rulesets, rules, steps."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

import typer.main

import qhgep
from qhgep.catalogue import Formula, shipped
from qhgep.cli.app import app
from qhgep.cli.rules import rule_text
from qhgep.compensation.rules.index import rules
from qhgep.compensation.rules.registry import STEP_RULES
from qhgep.expr import Quantity
from qhgep.quantities import range_text
from qhgep.readings.text import text
from qhgep.ruleset_store.ruleset import Ruleset, rulesets


def pages() -> Mapping[str, str]:
    """Name -> page."""
    return {
        "verbs.md": verbs(), "names.md": names(), "catalogue.md": catalogue(), "rulesets.md": ruleset_page(),
        "rules.md": rule_page(), "steps.md": step_page(),
    }  # fmt: skip


def _cell(content: object) -> str:
    return str(content).replace("|", "\\|").replace("\n", " ")


def _table(heads: str, rows: Iterator[tuple[object, ...]] | list[tuple[object, ...]]) -> str:
    count = heads.count("|") + 1
    lines = [f"| {heads} |", "|" + "---|" * count]
    return "\n".join([*lines, *(f"| {' | '.join(_cell(item) for item in row)} |" for row in rows)]) + "\n\n"


# --- verbs and names ----------------------------------------------------------------------------------------------


def verbs() -> str:
    """Every verb with what it takes, from the command line itself."""
    head = "# 命令\n\n由程序本身写出；怎么用、举例见 [命令怎么用](../docs/zh/commands.md)（[English](../docs/commands.md)）。\n\n"
    return head + "".join(_verbs(typer.main.get_command(app), "qhgep"))


def _verbs(command: Any, name: str) -> Iterator[str]:  # noqa: ANN401 - a command of typer
    rows = [_taken(item) for item in command.params]
    yield f"## {name}\n\n{(command.help or '').strip()}\n\n"
    if rows:
        yield _table("参数 |  | 含义", rows)
    for inner, item in getattr(command, "commands", {}).items():
        yield from _verbs(item, f"{name} {inner}")


def _taken(item: Any) -> tuple[object, ...]:  # noqa: ANN401 - as above
    shown = " ".join(f"`{option}`" for option in item.opts) if item.param_type_name == "option" else f"`{item.name}`"
    return shown, "必填" if item.required else "", getattr(item, "help", "") or ""


def names() -> str:
    """Every public name with its docstring."""
    parts = ["# 公开的函数和类型\n\n`from qhgep import ...`。怎么用见 [library](../docs/library.md)。\n\n"]
    for name in qhgep.__all__:
        thing = getattr(qhgep, name)
        if callable(thing):
            parts.append(f"## {name}\n\n```python\n{_signature(name, thing)}\n```\n\n{inspect.getdoc(thing)}\n\n")
            parts += _methods(thing) if inspect.isclass(thing) else []
    return "".join(parts)


def _signature(name: str, thing: Any) -> str:  # noqa: ANN401 - any public name
    if inspect.isclass(thing):
        bases = ", ".join(base.__name__ for base in thing.__bases__ if base is not object)
        return f"class {name}({bases})" if bases else f"class {name}"
    found = inspect.signature(thing)
    lines = [f"    {part},\n" for part in _parameters(found)]
    return (
        f"{name}(\n{''.join(lines)}) -> {found.return_annotation}"
        if lines
        else f"{name}() -> {found.return_annotation}"
    )


def _parameters(found: inspect.Signature) -> Iterator[str]:
    """The parameters as they are written, annotations without the quotes of their texts; a function as a default is `...`."""
    starred = False
    for item in found.parameters.values():
        if item.kind is item.KEYWORD_ONLY and not starred:
            starred = True
            yield "*"
        shown = "..." if callable(item.default) else repr(item.default)
        default = "" if item.default is item.empty else f" = {shown}"
        yield f"{item.name}: {item.annotation}{default}"


def _methods(thing: type) -> list[str]:
    """The public methods and properties that a class of ours declares itself, each with its docstring."""
    rows = [
        (f"`{name}`", (inspect.getdoc(item) or "").partition("\n\n")[0])
        for name, item in vars(thing).items()
        if not name.startswith("_") and (inspect.isfunction(item) or isinstance(item, property)) and item.__doc__
    ]
    return [_table("成员 | 含义", list(rows))] if rows else []


# --- catalogue and rulesets ---------------------------------------------------------------------------------------


def catalogue() -> str:
    """Every indicator, quantity and formula, by the module that holds it."""
    found = shipped()
    parts = [
        "# 指标、量和公式\n\n公式写一次；工作簿、溯源、本页都由它读出。条文编号见 `coefficients/sources.toml`。\n\n"
    ]
    lines = [(item.zh, f"`{item.id}`", item.quantity.zh, item.value.zh) for item in found.indicators.values()]
    parts.append("## 指标\n\n" + _table("指标 | 编号 | 实物量 | 价值量", lines))
    services = {name: found.services.get(name, ("", "共用的量")) for name in found.vocabulary}
    order = sorted(found.vocabulary.values(), key=lambda item: services[item.name])
    for (_, title), items in groupby(order, key=lambda item: services[item.name]):
        parts.append(f"## {title}\n\n" + "".join(_service(list(items), found.formulas)))
    return "".join(parts)


def _service(items: list[Quantity], formulas: Mapping[tuple[str, str], Formula]) -> Iterator[str]:
    yield _table("量 | 编号 | 单位 | 维 | 合理范围", [_quantity_row(item) for item in items])
    held = {item.name for item in items}
    rows = [_formula_row(item) for item in formulas.values() if item.quantity.name in held]
    if rows:
        yield _table("公式 | 方法 | 出处", rows)


def _quantity_row(item: Quantity) -> tuple[object, ...]:
    limits = f"{range_text(item.bounds)}：{item.bounds.reason}" if item.bounds else ""
    return item.zh, f"`{item.name}`", item.unit.printed, "、".join(item.axes), limits


def _formula_row(item: Formula) -> tuple[object, ...]:
    return (
        f"{item.quantity.zh} = {text(item.equals)}",
        f"`{item.quantity.name}/{item.method}`",
        f"{item.source.source} {item.source.at}",
    )


def ruleset_page() -> str:
    """Every ruleset: what it counts, shows beside, leaves out, and the methods that it binds or leaves to choose from."""
    head = "# 规则集\n\n规则集只选择公式和指标，不计算。自己的写法见 [文件格式](../docs/formats.md)。\n\n"
    return head + "".join(_ruleset(item) for item in rulesets().values())


def _ruleset(item: Ruleset) -> str:
    counted = [(item.zh_of(line.id), f"`{line.id}`", "计入合计", line.clause) for line in item.indicators]
    beside = [(item.zh_of(line.id), f"`{line.id}`", "列在合计之外", line.reason) for line in item.beside]
    left = [(line.zh, f"`{line.id}`", "未核算", line.reason) for line in item.not_covered]
    bound = [(_formula_row(formula)) for formula in item.order]
    chosen = [(f"`{name}`", "、".join(f"`{method}`" for method in methods)) for name, methods in item.choices.items()]
    parts = [f"## {item.zh}\n\n`{item.name}`　{item.note}\n\n"]
    parts.append(_table("指标 | 编号 | 怎样 | 条款或理由", [*counted, *beside, *left]))
    parts.append(_table("由账户选方法的量 | 方法", chosen) if chosen else "")
    return "".join([*parts, _table("公式 | 方法 | 出处", bound) if bound else ""])


# --- compensation -------------------------------------------------------------------------------------------------


def rule_page() -> str:
    """Every rule of compensation that was researched, as `qhgep compensation show` tells it."""
    head = "# 补偿规则\n\n查到的规则，起止、文件和参数各有出处；标题下是 `qhgep compensation show` 所说。\n\n"
    return head + "".join(
        f"## {name} {item.zh}\n\n```text\n{rule_text(name, (), 'zh')}\n```\n\n" for name, item in rules().items()
    )


def step_page() -> str:
    """Every rule that a step of a plan can name, with its keys."""
    parts = ["# 方案的步骤\n\n`[[step]]` 的 `rule`；各键的类型见 [文件格式](../docs/formats.md)。\n\n"]
    for name, rule in STEP_RULES.items():
        keys = "、".join(f"`{field.alias or key.rstrip('_')}`" for key, field in rule.terms.model_fields.items())
        about = inspect.getdoc(rule.terms) or ""
        parts.append(f"## {rule.zh} `{name}`\n\n{about}\n\n性质：{_KINDS[rule.kind]}。键：{keys}。\n\n")
    return "".join(parts)


_KINDS = {"division": "分配（份额、结转、留存之和等于资金总额）", "entitlement": "按标准应得（自下而上；余缺只报告，不分摊）",
          "settlement": "结算（有正有负，合计为零）"}  # fmt: skip
