"""compare_rulesets(): what several rulesets cover, exclude and price for the inputs of one account, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from qhgep.account.under_rulesets import UnboundAccount, UnderRuleset, read_for_rulesets, rulesets_named
from qhgep.catalogue import Catalogue
from qhgep.coefficient_store import PackPaths
from qhgep.difference.ruleset_bridge import ruleset_bridge
from qhgep.difference.ruleset_coverage import held_lines, places_of, ruleset_covers, totals_of
from qhgep.difference.ruleset_result import RulesetComparison, RulesetSide, Unused
from qhgep.engine.pipeline import compute, solve
from qhgep.errors import AccountError, Problems, QhgepError, RulesetError, problem
from qhgep.evidence import Evidence
from qhgep.ruleset_store.ruleset import Ruleset

_FEWEST = 2


def compare_rulesets(
    account: str | Path,
    rulesets: Sequence[str],
    *,
    coefficients: PackPaths = (),
    require: Evidence | None = None,
    known_on: date | None = None,
    catalogue: Catalogue | None = None,
    inside: str | Path | None = None,
) -> RulesetComparison:
    """The rulesets over the inputs of an account.toml (or its folder), each as a draft, and the bridges between their totals.

    A ruleset is named as in an account: a shipped one, or a toml file beside account.toml. Each takes the [[method]],
    [[adopt]], [[not_covered]] and [[not_applicable]] of the account that it has a use for; a decision that some have no use
    for is told in `unused`, one that no ruleset takes (nor the account's own) is an error. A shell computes nothing and
    is listed with its lines; a ruleset that cannot be computed is listed with its problems.
    Raises RulesetError for an unknown name, scenario rules of papers, or fewer than two, AccountError for a faulty account, QhgepError with the
    problems of all where none can be computed.
    """
    if len(set(rulesets)) < max(len(rulesets), _FEWEST):
        raise RulesetError(problem("compare_rulesets", "--rulesets", given="、".join(rulesets) or "-"))
    unbound = read_for_rulesets(
        account, coefficients=coefficients, require=require, known_on=known_on, catalogue=catalogue, inside=inside
    )
    named = rulesets_named(unbound, rulesets, inside)
    _one_layer(named)
    under = {name: _used(unbound.under(ruleset)) for name, ruleset in named.items() if not ruleset.shell}
    unused = _unused(unbound, under)
    sides = tuple(_side(name, ruleset, under.get(name)) for name, ruleset in named.items())
    failed = [item for side in sides for item in side.problems]
    if under and not any(side.result for side in sides):
        raise AccountError(dict.fromkeys(failed))
    indicators: dict[str, str] = {}
    for side in sides:
        for line, one in side.covers.items():
            indicators.setdefault(line, one.zh)
    with_totals = [side for side in sides if side.totals]
    own = unbound.account
    return RulesetComparison(
        own.title, own.price_year, {county.code: county.zh for county in own.counties}, places_of(own), indicators, sides,
        tuple(ruleset_bridge(with_totals[0], side, indicators) for side in with_totals[1:]), unused,
    )  # fmt: skip


def _one_layer(named: Mapping[str, Ruleset]) -> None:
    """Scenario rules of papers stand beside no account. Raises RulesetError naming them."""
    problems = Problems()
    for name, ruleset in named.items():
        if ruleset.layer:
            problems.add("compare_layer", ruleset.file, ruleset=name)
    problems.raise_if_any(RulesetError)


def _used(found: UnderRuleset) -> UnderRuleset:
    """The account under a ruleset without the adoptions that reach nothing in it."""
    if found.problems:
        return found
    problems = Problems()
    try:
        solve(found.account, problems)
    except QhgepError:  # told by compute(), with everything else
        return found
    return found.without([item for item in problems.items if item.code == "adopt_unused"])


def _unused(unbound: UnboundAccount, under: Mapping[str, UnderRuleset]) -> tuple[Unused, ...]:
    """The decisions that some ruleset does not take. Raises AccountError for those that none takes, nor the account's own."""
    own = unbound.account.ruleset.name
    asides = {name: {item.where: item for item in found.aside} for name, found in under.items()}
    told = {place: item for aside in asides.values() for place, item in aside.items()}
    if own not in asides and told:
        asides[own] = {item.where: item for item in _used(unbound.own()).aside}
    nowhere = Problems()
    nowhere.items = [item for place, item in told.items() if all(place in aside for aside in asides.values())]
    unbound.text.raise_located(nowhere, AccountError)
    return tuple(
        Unused(place, text, tuple(name for name in under if place in asides[name]))
        for place, text in unbound.decisions.items()
        if place in told
    )


def _side(name: str, ruleset: Ruleset, under: UnderRuleset | None) -> RulesetSide:
    """One ruleset with what it comes to."""
    if under is None:
        return RulesetSide(name, ruleset.zh, ruleset.shell, ruleset_covers(ruleset, None), None, (), {}, {})
    bound, problems = under.account.ruleset, under.problems
    if not problems:
        try:
            result = compute(under.account)
        except QhgepError as error:
            problems = error.problems
        else:
            lines = held_lines(result)
            covers = ruleset_covers(bound, result)
            return RulesetSide(name, ruleset.zh, ruleset.shell, covers, result, (), lines, totals_of(lines))
    return RulesetSide(name, ruleset.zh, ruleset.shell, ruleset_covers(bound, None), None, problems, {}, {})
