"""What `qhgep compensation` prints: the index of rules, one rule with its parameters, the rows, a skeleton to fill in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qhgep.coefficient_store import load_parameters
from qhgep.compensation.rules.index import Rule, evidence, facts_of, rule, rules, stops_at
from qhgep.data import path_exists
from qhgep.errors import Language, PlanError, problem
from qhgep.evidence import EVIDENCE
from qhgep.phrases import heads, in_language, phrase, word
from qhgep.text_tables import columns
from qhgep.workbook.core.write import write_whole


def rule_table(packs: Sequence[Path], language: Language) -> str:
    """One line for each rule: dates, document, cases, weakest evidence of its parameters, and whether it runs."""
    store = load_parameters(packs)
    head = heads("rules.heads", language)
    lines = [head]
    for item in rules().values():
        level, stops = evidence(item, store), stops_at(item, store)
        told = (phrase("rules.once_filled", language)) if not stops else f"{_word(item, language)}：{stops}"
        shown = word(EVIDENCE, level, language) if level else "—"
        lines.append(
            [item.id, in_language(language, item.zh, item.en), item.span(), " ".join(item.cases) or "—", shown, told]
        )
    running = sum(not stops_at(item, store) for item in rules().values())
    total = phrase("rules.running", language, count=len(rules()), running=running)
    return columns(lines) + f"\n{total}"


def _word(found: Rule, language: Language) -> str:
    """What goes before a reason: the skeleton stops, or there is none."""
    if found.file is None:
        return phrase("rules.no_skeleton", language)
    return phrase("rules.stops", language)


def rule_text(name: str, packs: Sequence[Path], language: Language) -> str:
    """One rule: document, articles, every parameter, cases, and what stops it. Raises PlanError for an unknown one."""
    found, store = rule(name), load_parameters(packs)
    parts = [
        f"{found.id} {in_language(language, found.zh, found.en)}　{found.span()}",
        f"　{found.document} {found.articles}".rstrip(),
    ]
    parts += [f"　{row}  {told}" for row, told in facts_of(found, store)]
    stops = stops_at(found, store)
    if stops:
        parts.append(f"　{_word(found, language)}：{stops}")
    if found.file is not None:
        write = f"qhgep compensation template {found.id} -o plan.toml"
        parts.append(f"　{phrase('rules.write_skeleton', language)}：{write}")
    return "\n".join(parts)


def row_table(packs: Sequence[Path], language: Language) -> str:
    """Every row: value, unit, places, dates, evidence, rule; and those that are missing."""
    store = load_parameters(packs)
    lines = [heads("rules.row_heads", language)]
    for row in sorted(store.rows, key=lambda row: row.row):
        value = [
            row.row,
            row.key,
            row.item,
            str(row.value),
            row.unit,
            row.region_code or "—",
            row.dates(language),
            row.evidence,
        ]
        lines.append([*value, row.rule])
    for missing in store.missing.values():
        told = phrase("rules.missing", language)
        lines.append([missing.row, missing.key, missing.zh, told, "—", "—", "—", missing.document, missing.rule])
    return columns(lines)


def write_skeleton(name: str, target: Path) -> Path:
    """Write the plan of a rule with what is to be filled in. Raises PlanError where there is none, or a file is there."""
    found: Rule = rule(name)
    if found.file is None:
        raise PlanError(problem("rule_template", "", found=name, stops=found.stops))
    if path_exists(target):
        raise PlanError(problem("rule_target", str(target)))
    write_whole(target, found.file.read_bytes())
    return target
