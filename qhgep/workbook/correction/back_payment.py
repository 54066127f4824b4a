"""The plan of what is paid after and taken back when a final result is corrected, as plan.toml to be completed and decided.

The amounts are those of the final workbook, which is verified first, and of what corrects it. Its own basis, and whether
money is taken back, are left open: the plan is refused until somebody writes them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from qhgep.candidate_lines import quoted
from qhgep.compensation.allocation import Allocation
from qhgep.data import file_hash, is_file, is_there
from qhgep.difference import PlanSide
from qhgep.errors import WorkbookError, problem
from qhgep.inputs import read_counties
from qhgep.money import Fen, yuan
from qhgep.states import STATES
from qhgep.workbook.account.context import MANIFEST
from qhgep.workbook.account.front_and_manifest import STATE
from qhgep.workbook.core.write import write_whole
from qhgep.workbook.verify.manifest import fact
from qhgep.workbook.verify.read import read_cells_of
from qhgep.workbook.verify.sides import side_of

_ZERO = Fen(0)


@dataclass(frozen=True)
class BackPayment:
    """Fen by recipient, issued by a final workbook and due by what corrects it; what carried, retained and gap change by.

    Of a division `owed` and the three changes (gap taken off) sum to zero.
    """

    old: PlanSide
    new: PlanSide
    names: Mapping[str, str]
    issued: Mapping[str, Fen]
    due: Mapping[str, Fen]

    @property
    def owed(self) -> Mapping[str, Fen]:
        """Due less issued."""
        return {code: Fen(self.due[code] - self.issued[code]) for code in self.names}

    def change(self, name: str) -> Fen:
        """By how much `carried`, `retained` or `gap` of the result changes."""
        return Fen(getattr(self.new.allocation, name) - getattr(self.old.allocation, name))

    @property
    def balance(self) -> Fen:
        """Zero for a division of one pool: what is owed, and what carried, retained and gap change by."""
        moved = sum(self.owed.values()) + self.change("carried") + self.change("retained") - self.change("gap")
        return Fen(moved - (self.new.allocation.pool - self.old.allocation.pool))


def back_payment(old: str | Path, new: str | Path, *, inside: str | Path | None = None) -> BackPayment:
    """What a final workbook of a plan issued, and what is due by `new`: a plan.toml, its folder, or a workbook.

    Raises WorkbookError where the old workbook is not final or was changed, or one of both is no plan; PlanError where the
    new plan cannot be read or paid.
    """
    path = Path(old)
    first = side_of(path, inside=inside)
    state = fact(read_cells_of(path, MANIFEST), STATE)
    if state != STATES["final"]:
        raise WorkbookError(problem("back_not_final", path.name, state=state or "-"))
    second = side_of(new, inside=inside)
    if not isinstance(first, PlanSide) or not isinstance(second, PlanSide):
        raise WorkbookError(problem("back_no_plan", (path if not isinstance(first, PlanSide) else Path(new)).name))
    if first.plan.layer != second.plan.layer:
        facts = {"old": first.plan.layer, "new": second.plan.layer}
        raise WorkbookError(problem("back_layer", Path(new).name, **facts))
    names = {row.recipient.id: row.recipient.zh for side in (second, first) for row in side.allocation.rows}
    tables = [_by_code(side.allocation, names) for side in (first, second)]
    return BackPayment(first, second, dict(sorted(names.items())), *tables)


def _by_code(found: Allocation, names: Mapping[str, str]) -> dict[str, Fen]:
    return {code: found.fen.get(code, _ZERO) for code in sorted(names)}


def write_back_payment(
    found: BackPayment, path: str | Path, *, treasury: str, files: Sequence[str | Path] = ()
) -> Path:
    """Write the plan. `treasury` is the code of who bears and takes the rest, `代码=名称` where the county table has it not.

    `files` are the two that were compared, named in the plan with their hashes. Raises PlanError for a treasury that is
    nobody or a recipient, WorkbookError where the file cannot be written.
    """
    path = Path(path)
    if is_there(path):
        raise WorkbookError(problem("back_there", path.name))
    code, _, called = treasury.partition("=")
    known = read_counties().by_code.get(code)
    called = called or (known.zh if known else "")
    if not called or code in found.names:
        raise WorkbookError(problem("back_treasury", path.name, treasury=treasury))
    kind = known.kind if known else "other"
    write_whole(path, ("\n".join(_lines(found, (code, called, kind), files)) + "\n").encode())
    return path


def _lines(found: BackPayment, treasury: tuple[str, str, str], files: Sequence[str | Path]) -> Iterator[str]:
    plan, owed = found.new.plan, found.owed.values()
    pool = max(sum(amount for amount in owed if amount > 0), -sum(amount for amount in owed if amount < 0))
    yield "# 更正定稿之后的补发与追缴，由 qhgep back-payment 写出。写着 missing 的要填：依据由更正通知另给，是否追缴按依据定。"
    yield from (f"# {name}  SHA-256 {file_hash(Path(name))}" for name in map(str, files) if is_file(Path(name)))
    yield (
        f"# 各方应得减原下达合计 {yuan(Fen(sum(owed)))} 元；结转变动 {yuan(found.change('carried'))} 元，"
        f"留存变动 {yuan(found.change('retained'))} 元，缺口变动 {yuan(found.change('gap'))} 元。"
    )
    yield from (
        "schema = 1",
        f"title = {quoted(f'补发与追缴：{plan.title}')}",
        f"layer = {quoted(plan.layer)}",
        'state = "draft"',
    )
    yield f"period = {plan.period if isinstance(plan.period, int) else quoted(plan.period)}"
    yield f"date = {found.new.allocation.source.day.isoformat()}"
    yield f"pool = {quoted(yuan(Fen(pool)))}  # 补发、追缴两数中较大的：收付不会超过它"
    yield 'round_to = "fen"'
    yield from (
        "",
        "[basis]",
        'document = "missing: 更正、补发或追缴所依据的文件"',
        'number = "missing: 文号"',
        'article = "missing: 条款"',
    )
    for code, zh, kind in ((*treasury,), *((code, zh, _kind(found, code)) for code, zh in found.names.items())):
        yield from ("", "[[recipient]]", f"id = {quoted(code)}", f"zh = {quoted(zh)}", f"kind = {quoted(kind)}")
    yield from ("", "[[step]]", 'id = "back"', 'rule = "back_payment"', f"treasury = {quoted(treasury[0])}")
    yield 'recover = "missing: 改为 true（追缴）或 false（不追缴，由承担方负担），不加引号；依据须准许"'
    for name, table in (("issued", found.issued), ("due", found.due)):
        amounts = ", ".join(f"{quoted(code)} = {quoted(yuan(amount))}" for code, amount in table.items())
        yield f"{name} = {{ {amounts} }}"
    yield f"basis = {quoted(f'原下达见 {found.old.name}（{found.old.id}）；应得见 {found.new.name}（{found.new.id}）')}"


def _kind(found: BackPayment, code: str) -> str:
    rows = (row for side in (found.new, found.old) for row in side.allocation.rows)
    return next(row.recipient.kind for row in rows if row.recipient.id == code)


__all__ = ["BackPayment", "back_payment", "write_back_payment"]
