"""The plan of what is paid after and taken back when a final result is corrected, as plan.toml to be completed and decided.

The amounts are those of the final workbook, which is verified first, and of what corrects it. Its own basis, and whether
money is taken back, are left open: the plan is refused until somebody writes them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from qhgep.compensation.allocation import Allocation
from qhgep.compensation.plan.factors import ANALYTIC
from qhgep.data import file_hash, is_file, path_exists
from qhgep.difference import PlanSide
from qhgep.errors import Problems, WorkbookError, problem
from qhgep.inputs import read_counties
from qhgep.money import Fen, yuan
from qhgep.states import STATES
from qhgep.text_tables import in_one_line
from qhgep.toml_lines import toml_string
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
    __repr__ = in_one_line

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
    return payments_of(first, second)


def payments_of(first: PlanSide, second: PlanSide) -> BackPayment:
    """What was issued by one plan and is due by another, by recipient."""
    names = {row.recipient.id: row.recipient.zh for side in (second, first) for row in side.allocation.rows}
    tables = [_by_code(side.allocation, names) for side in (first, second)]
    return BackPayment(first, second, dict(sorted(names.items())), *tables)


def _by_code(found: Allocation, names: Mapping[str, str]) -> dict[str, Fen]:
    return {code: found.fen.get(code, _ZERO) for code in sorted(names)}


def write_back_payment(
    found: BackPayment | Sequence[BackPayment], path: str | Path, *, treasury: str, files: Sequence[str | Path] = ()
) -> Path:
    """Write the plan; of several corrections (of several periods) one plan with a step for each, so that none is netted.

    `treasury` is the code of who bears and takes the rest, `代码=名称` where the county table has it not. `files` are what was
    compared, named in the plan with their hashes. Raises PlanError for a treasury that is nobody or a recipient,
    WorkbookError where there is no correction, one final workbook is corrected twice, layers differ, or the file cannot be written.
    """
    path = Path(path)
    parts = (found,) if isinstance(found, BackPayment) else tuple(found)
    _check(parts, path.name)
    if path_exists(path):
        raise WorkbookError(problem("back_there", path.name))
    names = names_of(parts)
    code, _, called = treasury.partition("=")
    known = read_counties().by_code.get(code)
    called = called or (known.zh if known else "")
    if not called or code in names:
        raise WorkbookError(problem("back_treasury", path.name, treasury=treasury))
    kind = known.kind if known else "other"
    write_whole(path, ("\n".join(_lines(parts, (code, called, kind), files)) + "\n").encode())
    return path


def names_of(parts: Sequence[BackPayment]) -> dict[str, str]:
    """Everybody whom one of some corrections concerns, by code."""
    return dict(sorted({code: zh for part in parts for code, zh in part.names.items()}.items()))


def _check(parts: Sequence[BackPayment], name: str) -> None:
    if not parts:
        raise WorkbookError(problem("back_nothing", name))
    first, problems = parts[0], Problems()
    for number, part in enumerate(parts):
        if part.new.plan.layer != first.new.plan.layer:
            facts = {"old": first.new.plan.layer, "new": part.new.plan.layer}
            problems.add("back_layer", part.new.name, **facts)
        if part.old.id in {other.old.id for other in parts[:number]}:
            problems.add("back_twice", name, old=part.old.name)
    problems.raise_if_any(WorkbookError)


def _lines(parts: Sequence[BackPayment], treasury: tuple[str, str, str], files: Sequence[str | Path]) -> Iterator[str]:
    plan, names = parts[-1].new.plan, names_of(parts)
    yield "# 更正定稿之后的补发与追缴，由 qhgep back-payment 写出。写着 missing 的要填：依据由更正通知另给，是否追缴按依据定。"
    yield from (f"# {name}  SHA-256 {file_hash(Path(name))}" for name in map(str, files) if is_file(Path(name)))
    yield from map(_changed, parts)
    periods = [part.new.plan.period for part in parts]
    several = f"（{len(parts)} 期：{'、'.join(map(str, periods))}）" if len(parts) > 1 else ""
    yield from (
        "schema = 1", f"title = {toml_string(f'补发与追缴：{plan.title}{several}')}", f"layer = {toml_string(plan.layer)}", 'state = "draft"',
    )  # fmt: skip
    yield f"period = {periods[0] if len(parts) == 1 and isinstance(periods[0], int) else toml_string('、'.join(map(str, periods)))}"
    yield f"date = {max(part.new.allocation.source.day for part in parts).isoformat()}"
    yield f"pool = {toml_string(yuan(Fen(sum(map(_most, parts)))))}  # 各期补发、追缴两数中较大的之和：收付不会超过它"
    yield 'round_to = "fen"'
    yield from (
        "",
        "[basis]",
        'document = "missing: 更正、补发或追缴所依据的文件"',
        'number = "missing: 文号"',
        'article = "missing: 条款"',
        'date = "missing: 文件日期"',
    )
    for code, zh, kind in ((*treasury,), *((code, zh, _kind(parts, code)) for code, zh in names.items())):
        yield from (
            "",
            "[[recipient]]",
            f"id = {toml_string(code)}",
            f"zh = {toml_string(zh)}",
            f"kind = {toml_string(kind)}",
        )
    for number, part in enumerate(parts, 1):
        yield from _step("back" if len(parts) == 1 else f"back_{number}", part, names, treasury[0])
        if plan.layer != ANALYTIC:
            yield from _evidence("back" if len(parts) == 1 else f"back_{number}")


def _changed(part: BackPayment) -> str:
    """A comment: what is owed together, and by how much the rest of the result changes."""
    return (
        f"# {part.new.plan.period}：各方应得减原下达合计 {yuan(Fen(sum(part.owed.values())))} 元；结转变动 {yuan(part.change('carried'))} 元，"
        f"留存变动 {yuan(part.change('retained'))} 元，缺口变动 {yuan(part.change('gap'))} 元。"
    )


def _most(part: BackPayment) -> int:
    owed = part.owed.values()
    return max(sum(amount for amount in owed if amount > 0), -sum(amount for amount in owed if amount < 0))


def _step(at: str, part: BackPayment, names: Mapping[str, str], treasury: str) -> Iterator[str]:
    """The step of one correction; whom it does not concern has nothing in it."""
    yield from (
        "",
        "[[step]]",
        f"id = {toml_string(at)}",
        'rule = "back_payment"',
        f"treasury = {toml_string(treasury)}",
    )
    yield 'recover = "missing: 改为 true（追缴）或 false（不追缴，由承担方负担），不加引号；依据须准许"'
    for name, table in (("issued", part.issued), ("due", part.due)):
        amounts = ", ".join(f"{toml_string(code)} = {toml_string(yuan(table.get(code, _ZERO)))}" for code in names)
        yield f"{name} = {{ {amounts} }}"
    yield f"basis = {toml_string(f'原下达见 {part.old.name}（{part.old.id}）；应得见 {part.new.name}（{part.new.id}）')}"


def _evidence(at: str) -> Iterator[str]:
    """What law and contracts ask of the amounts of a step: the documents by which they were paid, and are due."""
    yield from (
        "",
        "[[evidence]]",
        f"for = {toml_string(at)}",
        'evidence = "missing: 原下达、更正后应得两列数的证据：原文 primary、申报 declared"',
        'document = "missing: 两列数所在的文件；就是 [basis] 的文件时，这一行和 number、date 删去"',
        'number = "missing: 文号"',
        'date = "missing: 文件日期"',
        'unit = "missing: 填报单位；申报必须写"',
        'at = "missing: 条款、表号或页码"',
    )


def _kind(parts: Sequence[BackPayment], code: str) -> str:
    rows = (row for part in parts for side in (part.new, part.old) for row in side.allocation.rows)
    return next(row.recipient.kind for row in rows if row.recipient.id == code)


__all__ = ["BackPayment", "back_payment", "names_of", "payments_of", "write_back_payment"]
