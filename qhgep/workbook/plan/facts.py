"""What the manifest of a plan's workbook says of it: kind, run id, state, software, title, layer, accounts, day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qhgep.compensation.allocation import Allocation
from qhgep.difference.correction import Correction
from qhgep.workbook.account.front_and_manifest import PRINTED, STATE
from qhgep.workbook.account.record import canonical, text_hash
from qhgep.workbook.correction.sheet import correction_facts
from qhgep.workbook.verify.identity import RUN_ID


def plan_facts(
    allocation: Allocation, record: Mapping[str, Any], correction: Correction | None, printed: Sequence[str]
) -> list[tuple[str, str]]:
    """Label and text of each line of the manifest, in order; `record` is what the run id is made of, `printed` the sheets for everyone."""
    source = allocation.source
    facts = [
        ("种类", "allocation"),
        (RUN_ID, text_hash(canonical(record))[:16]),
        (STATE, allocation.heading.state),
        *correction_facts(correction),
        ("软件", f"qhgep {record['qhgep']}"),
        ("方案", allocation.title),
        ("层次", allocation.layer),
    ]
    facts += [(f"核算 {name} 运行号", value) for name, value in sorted(source.run_ids.items())]
    facts += [(f"核算 {name} 系数截至（当日已知）", day.isoformat()) for name, day in sorted(source.known_on.items())]
    return [*facts, ("编制日期", source.day.isoformat()), (PRINTED, "、".join(printed))]
