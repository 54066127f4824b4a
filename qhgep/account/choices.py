"""What an account chooses of its ruleset: one method where several are listed, and the gaps that it declares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qhgep.account.schema import OPEN, AccountFile, MethodEntry, NotCoveredEntry
from qhgep.errors import Problems, QhgepError
from qhgep.ruleset_store.ruleset import Ruleset, with_methods
from qhgep.toml_lines import TomlText


@dataclass(frozen=True, slots=True)
class MethodChoice:
    """The choice of a method for a quantity, for all counties and periods: which, why, who decided, where it is written."""

    quantity: str
    method: str
    reason: str
    decided_by: str
    place: str


@dataclass(frozen=True, slots=True)
class DeclaredGap:
    """An indicator that an account says it does not account for: why, who decided, where it is written.

    It makes no value whole: the line stays what it is, missing or partial, and a plan refuses it as before.
    """

    indicator: str
    reason: str
    decided_by: str
    place: str


def method_choices(
    entries: Sequence[MethodEntry], text: TomlText, ruleset: Ruleset, problems: Problems
) -> tuple[MethodChoice, ...]:
    """The [[method]] entries, each held against what the ruleset lists; what is wrong is noted."""
    found: dict[str, MethodChoice] = {}
    for number, entry in enumerate(entries, start=1):
        place = text.entry("method", number)
        listed = ruleset.choices.get(entry.quantity)
        if listed is None:
            known = "、".join(ruleset.choices) or "-"
            problems.add("method_quantity", place, quantity=entry.quantity, ruleset=ruleset.name, known=known)
        elif entry.method not in listed:
            problems.add(
                "method_unlisted", place, quantity=entry.quantity, method=entry.method, known="、".join(listed)
            )
        if not entry.reason or not entry.decided_by:
            problems.add("adopt_reason", place)
        choice = MethodChoice(entry.quantity, entry.method, entry.reason, entry.decided_by, place)
        if (first := found.setdefault(entry.quantity, choice)) is not choice:
            problems.add("method_twice", place, quantity=entry.quantity, first=first.place)
    return tuple(found.values())


def chosen(ruleset: Ruleset, choices: Sequence[MethodChoice], problems: Problems) -> Ruleset | None:
    """The ruleset with these choices; None, with the reason noted, where they cannot stand together.

    What else the account decides is then held against no ruleset: it would be told unused because no method is chosen.
    """
    listed = {item.quantity: item.method for item in choices if item.method in ruleset.choices.get(item.quantity, ())}
    try:
        return with_methods(ruleset, listed)
    except QhgepError as error:
        problems.take(error)
        return None


def declared_gaps(
    entries: Sequence[NotCoveredEntry], text: TomlText, ruleset: Ruleset, problems: Problems
) -> tuple[DeclaredGap, ...]:
    """The [[not_covered]] entries, each of an indicator that the ruleset counts; what is wrong is noted."""
    found: dict[str, DeclaredGap] = {}
    counted = [line.id for line in ruleset.indicators]
    for number, entry in enumerate(entries, start=1):
        place = text.entry("not_covered", number)
        if entry.indicator not in counted:
            known = "、".join(counted)
            problems.add("gap_indicator", place, indicator=entry.indicator, ruleset=ruleset.name, known=known)
        if not entry.reason or not entry.decided_by:
            problems.add("adopt_reason", place)
        gap = DeclaredGap(entry.indicator, entry.reason, entry.decided_by, place)
        if (first := found.setdefault(entry.indicator, gap)) is not gap:
            problems.add("gap_twice", place, indicator=entry.indicator, first=first.place)
    return tuple(found.values())


def tell_open(file: AccountFile, text: TomlText, problems: Problems) -> None:
    """Decisions that nobody has taken: told in a draft, an error in a review or a final account."""
    note = problems.warn if file.state == "draft" else problems.add
    for table in ("adopt", "landcover", "not_applicable", "method", "not_covered"):
        for number, entry in enumerate(getattr(file, table), start=1):
            if entry.decided_by == OPEN:
                note("decision_open", text.entry(table, number))
