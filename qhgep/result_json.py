"""The result of an account as JSON: its values, its checks, and every decision with its effect."""

from __future__ import annotations

from typing import Any

from qhgep._version import __version__
from qhgep.account.hashes import changed_files, file_hashes
from qhgep.decisions.effects import effects
from qhgep.engine.current_prices import prices_json
from qhgep.engine.result import Result


def result_json(result: Result) -> dict[str, Any]:
    """The result as the JSON object of SCHEMAS.md, and `decisions`: every decision with its effect in CNY/year.

    `hashes` are those of the files whose content the account holds; `changed_in_memory` names those that it read and
    whose content was changed then. decision = `kind (a key of `qhgep.workbook.account.decisions.KINDS`), place, what,
    quantity, ecosystem, from_period, reason, decided_by, basis (rests|recomputed|impossible|unused|no_money|coverage),
    counties: [{county_code ("*" first), period, with, without (number or null), effect, rests: {indicator: value},
    lost: [indicator]}]`; see `qhgep.decisions.effects`.
    """
    account = result.account
    return {
        "schema": 1,
        "kind": "account",
        "run_id": result.run_id,
        **({} if result.known_on is None else {"known_on": result.known_on.isoformat()}),
        "qhgep": __version__,
        "ruleset": account.ruleset.name,
        "hashes": dict(file_hashes(account)),
        **({"changed_in_memory": list(changed)} if (changed := changed_files(account)) else {}),
        "rows": result.rows(),
        "checks": [item.as_json() for item in result.checks],
        "decisions": [item.as_json() for item in effects(result)],
        "coverage": _coverage_json(result) | {"evidence_shares": dict(result.evidence_shares)},
        **({"prices": prices_json(result)} if account.deflation else {}),
    }


def _coverage_json(result: Result) -> dict[str, Any]:
    covered, applicable = result.counted([period.name for period in result.account.periods])
    return result.coverage.as_json() | {"indicators": {"covered": covered, "applicable": applicable}}
