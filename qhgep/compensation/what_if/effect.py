"""What more (or less) money in the pool means for each recipient, to the fen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from qhgep.compensation.allocation import Allocation
from qhgep.compensation.rules.sequence import KINDS_ZH
from qhgep.compensation.what_if.trial import Trial
from qhgep.errors import PlanError, problem
from qhgep.money import Fen, yuan

_QUESTION = "增加资金对各单位的影响"


@dataclass(frozen=True, slots=True)
class PaymentEffect:
    """The change of each recipient's fen, and of what is not paid out: paid + carried + retained − gap = more.

    `exact` are the changes in yuan before rounding.
    """

    more: Fen
    pool: Fen
    before: Mapping[str, Fen]
    after: Mapping[str, Fen]
    exact: Mapping[str, Fraction]
    carried: Fen
    retained: Fen
    gap: Fen

    def change(self, code: str) -> Fen:
        """By how many fen a recipient's amount changes."""
        return Fen(self.after[code] - self.before[code])

    @property
    def closes(self) -> bool:
        """Whether all changes add up to the money that was added."""
        changed = sum(self.change(code) for code in self.before)
        return changed + self.carried + self.retained - self.gap == self.more


def effect_of_more(trial: Trial, more: Fen) -> PaymentEffect:
    """What `more` fen in the pool (fewer where negative) change for everyone, by computing the plan anew.

    Raises PlanError for a settlement, which has no pool; where `more` is zero; and where the plan comes to nothing then.
    """
    present = trial.at(trial.units)
    if present.kind == "settlement":
        facts = {"kind": KINDS_ZH[present.kind], "question": _QUESTION}
        raise PlanError(problem("whatif_pool_kind", trial.plan.file.name, **facts))
    if not more:
        raise PlanError(problem("whatif_more_zero", "--more"))
    present = trial.with_pool(trial.plan.pool_fen)
    pool = Fen(trial.plan.pool_fen + more)
    then = _then(trial, pool)
    exact = {
        old.recipient.id: new.steps[-1][1] - old.steps[-1][1] for old, new in zip(present.rows, then.rows, strict=True)
    }
    rest = (Fen(getattr(then, name) - getattr(present, name)) for name in ("carried", "retained", "gap"))
    return PaymentEffect(more, pool, present.fen, then.fen, exact, *rest)


def _then(trial: Trial, pool: Fen) -> Allocation:
    try:
        return trial.with_pool(pool)
    except PlanError as error:
        detail = "；".join(item.part("found") for item in error.problems)
        raise PlanError(problem("whatif_pool_more", trial.plan.file.name, found=yuan(pool), detail=detail)) from error
