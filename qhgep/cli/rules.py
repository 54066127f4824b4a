"""What `qhgep compensation` prints: the index of rules, one rule with its parameters, the rows, a skeleton to fill in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qhgep.aligned_text import columns
from qhgep.coefficient_store import load_parameters
from qhgep.compensation.rules.index import Rule, evidence, facts_of, rule, rules, stops_at
from qhgep.data import is_there
from qhgep.errors import Language, PlanError, problem
from qhgep.evidence import EVIDENCE


def rule_table(packs: Sequence[Path], language: Language) -> str:
    """One line for each rule: dates, document, cases, weakest evidence of its parameters, and whether it runs."""
    store, zh = load_parameters(packs), language == "zh"
    head = (
        ["规则", "名称", "期间", "案例", "证据", "可运行"]
        if zh
        else ["rule", "name", "dates", "cases", "evidence", "runs"]
    )
    lines = [head]
    for item in rules().values():
        level, stops = evidence(item, store), stops_at(item, store)
        told = ("填报后可运行" if zh else "once filled in") if not stops else f"{_word(item, zh=zh)}：{stops}"
        shown = (EVIDENCE[level] if zh else level) if level else "—"
        lines.append([item.id, item.zh if zh else item.en, item.span(), " ".join(item.cases) or "—", shown, told])
    running = sum(not stops_at(item, store) for item in rules().values())
    total = (
        f"{len(rules())} 条规则，{running} 条填报后可运行"
        if zh
        else f"{len(rules())} rules, {running} run once filled in"
    )
    return columns(lines) + f"\n{total}"


def _word(found: Rule, *, zh: bool) -> str:
    """What goes before a reason: the skeleton stops, or there is none."""
    if found.file is None:
        return "无方案" if zh else "no skeleton"
    return "停" if zh else "stops"


def rule_text(name: str, packs: Sequence[Path], language: Language) -> str:
    """One rule: document, articles, every parameter, cases, and what stops it. Raises PlanError for an unknown one."""
    found, store = rule(name), load_parameters(packs)
    zh = language == "zh"
    parts = [
        f"{found.id} {found.zh if zh else found.en}　{found.span()}",
        f"　{found.document} {found.articles}".rstrip(),
    ]
    parts += [f"　{row}  {told}" for row, told in facts_of(found, store)]
    stops = stops_at(found, store)
    if stops:
        parts.append(f"　{_word(found, zh=zh)}：{stops}")
    if found.file is not None:
        write = f"qhgep compensation {found.id} -o plan.toml"
        parts.append(f"　{'写出待填的方案' if zh else 'write the skeleton'}：{write}")
    return "\n".join(parts)


def row_table(packs: Sequence[Path], language: Language) -> str:
    """Every row: value, unit, places, dates, evidence, rule; and those that are missing."""
    store = load_parameters(packs)
    lines = [["行号", "键名", "项目", "值", "单位", "地区", "期间", "证据", "规则"]]
    if language != "zh":
        lines = [["row", "key", "item", "value", "unit", "places", "dates", "evidence", "rule"]]
    for row in sorted(store.rows, key=lambda row: row.row):
        value = [row.row, row.key, row.item, str(row.value), row.unit, row.region_code or "—", row.span, row.evidence]
        lines.append([*value, row.rule])
    for missing in store.missing.values():
        told = "缺" if language == "zh" else "missing"
        lines.append([missing.row, missing.key, missing.zh, told, "—", "—", "—", missing.document, missing.rule])
    return columns(lines)


def write_skeleton(name: str, target: Path) -> Path:
    """Write the plan of a rule with what is to be filled in. Raises PlanError where there is none, or a file is there."""
    found: Rule = rule(name)
    if found.file is None:
        raise PlanError(problem("rule_template", "", found=name, stops=found.stops))
    if is_there(target):
        raise PlanError(problem("rule_target", str(target)))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(found.file.read_bytes())
    return target
