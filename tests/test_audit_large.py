"""Large tables: totals of each other, and all lines wrong; the search for slips ends, and says where it was cut off."""

from pathlib import Path
from time import process_time

from qhgep.auditing import Audit, audit_table
from qhgep.auditing.remarks import remark

SECONDS = 20
"""Of processor time, far above what it takes; the search that is not bounded took minutes, or had no end."""


def audited(folder: Path, head: str, lines: list[str]) -> Audit:
    path = folder / "t.csv"
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    began = process_time()
    audit = audit_table(path)
    assert process_time() - began < SECONDS
    return audit


def pairs(count: int) -> list[str]:
    """A adds B, and by another way the one row that is no total; B adds A."""
    found = [f"a{pair},{pair}.13,元,b{pair}|*\nb{pair},{pair + 1}.14,元,a{pair}" for pair in range(count)]
    return [*found, "e,5.13,元,"]


def test_400_rows_that_are_totals_of_each_other_and_of_all_are_judged(tmp_path: Path) -> None:
    audit = audited(tmp_path, "row,value,value_unit,total_of", pairs(200))
    # of each pair both ways fail; the way `*` holds for the pair of 5.13
    assert len(audit.faults) == 3 * 200 - 1
    assert "b0" in {one.row for one in audit.faults}


def test_200_wrong_totals_of_the_same_200_rows_are_judged_and_the_cut_is_told(tmp_path: Path) -> None:
    lines = [f"e{row},{row}.27,元," for row in range(200)] + [f"t{row},{row}.58,元,*" for row in range(200)]
    audit = audited(tmp_path, "row,value,value_unit,total_of", lines)
    cut = [one for one in audit.faults if one.untried]
    assert (len(audit.faults), bool(cut)) == (200, True)
    (told,) = [one for one in audit.warnings if one.code == "audit_search_cut"]
    assert f"{len(cut)} 处不符没有把可能的改动试完" in told.text()
    assert f"改动没有试完，还有 {cut[0].untried} 处没有试" in remark(cut[0], "zh")
    assert all(repair.weak for one in cut for repair in one.repairs)


def test_totals_that_are_not_printed_chain_without_end_of_time_or_depth(tmp_path: Path) -> None:
    """1,499 totals, each of the one before it; only the first is printed, and the last, which is wrong."""
    lines = ["c0,5.0,元,", *(f"c{row},,元,c{row - 1}" for row in range(1, 1500)), "t,6.0,元,c1499"]
    (fault,) = audited(tmp_path, "row,value,value_unit,total_of", lines).faults
    assert (fault.row, fault.recomputed) == ("t", 5)


def test_factors_are_not_left_out_in_every_combination_of_thirty(tmp_path: Path) -> None:
    factors = ";".join(f"1.{number:02}" for number in range(1, 31))
    audit = audited(
        tmp_path,
        "row,quantity,quantity_unit,price,price_unit,value,value_unit,factor",
        [f"a,1.00,t,1.00,元/t,999.00,元,{factors}"],
    )
    assert audit.faults[0].untried == 30
