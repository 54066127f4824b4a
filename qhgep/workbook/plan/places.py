"""Where everything stands in a plan's workbook: recipients down, columns across, scalars above the recipients."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from qhgep.compensation.allocation import Allocation
from qhgep.compensation.columns.column import Column
from qhgep.compensation.plan.schema import Plan
from qhgep.money import Fen, fen
from qhgep.workbook.account.front_and_manifest import recorded_amount
from qhgep.workbook.core.layout import FIRST, HEAD, Address, fixed
from qhgep.workbook.plan.checks import STEPS
from qhgep.workbook.plan.decisions import FACTORS, PlanAddresses
from qhgep.workbook.plan.printed_unit import WAN, PrintedUnit, printed_unit

PARAMETERS = "参数"
FINAL = "finish.yuan"
TABLE_NAMES: Mapping[str, str] = {
    "analytic": "情景测算表", "contract": "协议资金测算表", "statutory": "补偿资金测算表",
}  # fmt: skip
ISSUED, PREVIOUS = "已经下达", "上年金额"


@dataclass(frozen=True)
class PlanPlaces:
    """The rows and columns of an allocation's workbook."""

    allocation: Allocation

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """Recipient -> its row, on every sheet that has one a recipient."""
        return {row.recipient.id: FIRST + 1 + place for place, row in enumerate(self.allocation.rows)}

    @property
    def first(self) -> int:
        """The row of the first recipient; the sum or the scalars stand above."""
        return FIRST + 1

    @property
    def last(self) -> int:
        """The row of the last recipient."""
        return FIRST + len(self.rows)

    @cached_property
    def place(self) -> Mapping[str, int]:
        """Column of the plan -> its column on 测算过程."""
        return {column.name: 2 + place for place, column in enumerate(self.allocation.columns)}

    @property
    def recorded(self) -> tuple[int, int]:
        """The columns of 测算过程 that hold the amount as it was recorded, and whether it is another now."""
        return 2 + len(self.place), 3 + len(self.place)

    @cached_property
    def rest(self) -> Mapping[str, tuple[int, str, Fen]]:
        """What no recipient gets: name -> its column on 测算过程, the formula there in yuan, and the fen."""
        made, at = self.allocation, {name: fixed(FIRST, place) for name, place in self.place.items()}
        found = {
            "结转": ("finish.carried", f"{at.get('finish.carried')}*{at.get('payable')}/100", made.carried),
            "留存（不再分配）": (
                "finish.kept_back", f"{at.get('finish.kept_back')}*{at.get('payable')}/100", Fen(made.retained - made.residue),
            ),
            "留存（不足一个支付单位的尾款）": ("residue", f"{at.get('residue')}/100", made.residue),
            "结余": ("finish.surplus", f"{at.get('finish.surplus')}/100", made.retained),
            "缺口": ("finish.gap", f"{at.get('finish.gap')}/100", made.gap),
        }  # fmt: skip
        kept = {
            "division": ("结转", "留存（不再分配）", "留存（不足一个支付单位的尾款）"), "entitlement": ("结余", "缺口"), "settlement": (),
        }[made.kind]  # fmt: skip
        there = [name for name in kept if found[name][0] in self.place]
        start = 4 + len(self.place)
        return {name: (start + place, *found[name][1:]) for place, name in enumerate(there)}

    @cached_property
    def scalars(self) -> list[Column]:
        """What was put in for all recipients together."""
        return [item for item in self.allocation.columns if item.given is not None and not item.quantity.axes]

    @cached_property
    def given(self) -> list[Column]:
        """What was put in for each recipient."""
        return [item for item in self.allocation.columns if item.given is not None and item.quantity.axes]

    @cached_property
    def parameter_row(self) -> Mapping[str, int]:
        """Scalar -> its row on 参数."""
        return {column.name: HEAD + 1 + place for place, column in enumerate(self.scalars)}

    @cached_property
    def factor_column(self) -> Mapping[str, int]:
        """Column given for each recipient -> its column on 因素数据."""
        return {column.name: 2 + place for place, column in enumerate(self.given)}

    @cached_property
    def stated(self) -> Mapping[str, tuple[int, Mapping[str, str]]]:
        """已经下达 and 上年金额 where the plan has them -> column on 因素数据, and the yuan text by recipient."""
        start = 2 + len(self.given) + 2 * len(self.allocation.factors)
        lists = {}
        if self.issues:
            lists[ISSUED] = self._terms.budget.already_issued
        if self.allocation.terms is not None and self._terms.previous.amounts:
            lists[PREVIOUS] = self._terms.previous.amounts
        return {name: (start + place, amounts) for place, (name, amounts) in enumerate(lists.items())}

    @property
    def issues(self) -> bool:
        """Whether the table says what was issued: of money that is divided or due, and never in a scenario."""
        made = self.allocation
        return made.terms is not None and made.layer != "analytic" and made.kind != "settlement" and not made.phases

    @cached_property
    def unit(self) -> PrintedUnit:
        """The unit of the table that is attached to a document: no amount on it is finer."""
        made, found = self.allocation, [row.fen for row in self.allocation.rows]
        found += [amount for phase in made.phases for amount in phase.fen.values()]
        if self.issues:
            found += [fen(amount) for amount in self._terms.budget.already_issued.values()]
        return printed_unit(self.unit_of_payment, found)

    @property
    def unit_of_payment(self) -> Fen:
        """What amounts are rounded to."""
        return Fen(1) if self.allocation.terms is None else self.allocation.terms.payable

    @property
    def paid_columns(self) -> int:
        """How many columns of the plan's table say what is issued or paid, beside the amount itself."""
        return 2 if self.issues else len(self.allocation.phases)

    @property
    def _terms(self) -> Plan:
        if self.allocation.terms is None:
            message = "an allocation without its plan"
            raise TypeError(message)
        return self.allocation.terms

    def stated_at(self, name: str, code: str) -> tuple[str, Fen | None]:
        """The cell on 因素数据 of what is stated for a recipient, and the fen; None where nothing is stated."""
        column, amounts = self.stated[name]
        return self.factor_cell(code, column), fen(amounts[code]) if code in amounts else None

    def factor_cell(self, code: str, column: int) -> str:
        """The cell of a recipient in a column of 因素数据."""
        return Address(FACTORS, self.rows[code], column).full

    @cached_property
    def compared_unit(self) -> PrintedUnit:
        """The unit of the table that compares with last year: no amount of either is finer."""
        _, before = self.stated[PREVIOUS]
        amounts = [*(row.fen for row in self.allocation.rows), *(fen(amount) for amount in before.values())]
        return printed_unit(self.unit_of_payment, amounts)

    @property
    def previous_in_wan(self) -> int | None:
        """The column on 因素数据 of last year's amounts in 万元; None where no table needs them so."""
        needed = PREVIOUS in self.stated and self.compared_unit.zh == WAN
        return 1 + max(column for column, _ in self.stated.values()) if needed else None

    def recorded_at(self, code: str) -> Address:
        """Where 清单 has the amount of a recipient as it was computed."""
        return recorded_amount(self.rows[code] - self.first)

    @property
    def places(self) -> PlanAddresses:
        """The places that 判断事项 imports from."""
        return PlanAddresses(self.rows, self.place, self.factor_column, FINAL)

    @property
    def notice(self) -> str:
        """What must be said on every page."""
        return "　".join([*self.allocation.heading.notices, self.allocation.heading.state])

    @property
    def left(self) -> str:
        """The line under the title."""
        heading = self.allocation.heading
        ids = "、".join(f"{name} {value}" for name, value in sorted(self.allocation.source.run_ids.items()))
        runs = f"　核算运行号：{ids}" if ids else ""
        return f"{heading.title}　期间：{heading.period}{runs}"

    def values(self, column: Column) -> Iterator[tuple[int, Fraction]]:
        """The rows of a column with their exact values: the scalar row, or the recipients'."""
        found = self.allocation.table[column.name]
        if isinstance(found, Fraction):
            yield FIRST, found
        else:
            for code, row in self.rows.items():
                yield row, found[code]

    def step(self, name: str, code: str) -> str:
        """The cell on 测算过程 of a column and a recipient."""
        return Address(STEPS, self.rows[code], self.place[name]).full
