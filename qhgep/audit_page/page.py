"""write_page(): a result as one file for an auditor, with every number's tree, that opens by a double click without a network."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from qhgep._version import __version__
from qhgep.audit_page.charts import bars, check_room
from qhgep.audit_page.effects import Progress, moves_of
from qhgep.audit_page.front import LETTERS, FrontRow, FrontTable, Payments, payments_of, tables_of
from qhgep.audit_page.nodes import CLOSED, OPENED, NodeTable
from qhgep.compensation.graph import PlanGraph
from qhgep.engine.graph import AccountGraph
from qhgep.engine.names import ALL
from qhgep.errors import Language
from qhgep.evidence import EVIDENCE
from qhgep.phrases import phrase, room, word
from qhgep.result_files.allocation import plan_run_id
from qhgep.workbook.core.write import write_whole

_FOLDER = Path(__file__).parent
_WAN = 10_000
_TURNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_FEN_IN_WAN = 1_000_000


def write_page(
    graph: AccountGraph | PlanGraph, output: Path | str, *, language: Language = "zh",
    progress: Progress = lambda _done, _all: None,
) -> Path:  # fmt: skip
    """Write the page of a result as one HTML file: the numbers of counties and years, payments, and the tree below each.

    `graph` is what `trace` gives of a result, an account, a plan or a workbook. What each coefficient row moves per percent
    is computed here; `progress` hears of the rows done and of all rows. The same result gives the same bytes on one machine.
    Raises WorkbookError where the file cannot be written, or nothing can be drawn in the address space of the process.
    """
    check_room(Path(output))
    write_whole(Path(output), page_text(graph, language, progress).encode())
    return Path(output)


def page_text(graph: AccountGraph | PlanGraph, language: Language, progress: Progress) -> str:
    """The page of a graph."""
    nodes = NodeTable(graph, language)
    accounts = (graph,) if isinstance(graph, AccountGraph) else tuple(graph.accounts.values())
    tables = [table for account in accounts for table in tables_of(account, nodes)]
    payments = payments_of(graph, nodes) if isinstance(graph, PlanGraph) else None
    moves = moves_of(graph, language, progress)
    run_id = (graph.result.run_id if isinstance(graph, AccountGraph) else plan_run_id(graph.allocation)) or ""
    texts = {name: phrase(f"page.{name}", language) for name in room("page")}
    data = {
        "run_id": run_id, "say": texts, "value": phrase("explain.value", language), "brackets": [OPENED, CLOSED],
        "accounts": len(accounts), "paid": payments is not None, "names": dict(sorted(graph.names().items())), "refused": moves.refused,
        "moves": [
            {"row": row, "totals": [[*key, text] for key, text in found.totals.items()], "paid": sorted(found.paid.items())}
            for row, found in moves.rows.items()
        ],
        "periods": list(dict.fromkeys(table.period for table in tables)), **nodes.columns(),
    }  # fmt: skip
    facts = {
        "language": language, "say": texts, "version": __version__, "run_id": run_id, "tables": tables, "payments": payments,
        "title": payments.title if payments else tables[0].title, "charts": _charts(tables, payments, texts),
        "levels": [(LETTERS[place], word(EVIDENCE, level, language)) for place, level in enumerate(EVIDENCE)],
        "data": _packed(data), "phrase": _of_page(language),
    }  # fmt: skip
    return _rendered(facts)


def _of_page(language: Language) -> Callable[..., str]:
    """A text of the page with its facts, for the template."""
    return lambda name, **facts: phrase(f"page.{name}", language, **facts)


def _packed(data: Mapping[str, Any]) -> str:
    """JSON, compressed, in the letters that stand in a page: no text of a result can end the block that it stands in."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(_visible(text).encode(), 9, mtime=0)).decode("ascii")


def _visible(text: str) -> str:
    """A text in which marks that turn the direction of writing are letters: no name can turn the digits beside it round."""
    return _TURNS.sub(lambda found: f"<U+{ord(found[0]):04X}>", text)


def _shown(part: object) -> object:
    return _visible(part) if type(part) is str else part


def _rendered(facts: Mapping[str, Any]) -> str:
    """The template filled, every text escaped; only our own style and script may act, each named by its hash."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    own = {name: (_FOLDER / name).read_text(encoding="utf-8") for name in ("page.css", "page.js")}
    rooms = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        finalize=_shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return rooms.get_template("page.html.j2").render(
        **facts,
        style=Markup(own["page.css"]),  # noqa: S704 - a file of this package
        script=Markup(own["page.js"]),  # noqa: S704 - likewise
        style_hash=_hash(own["page.css"]),
        script_hash=_hash(own["page.js"]),
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


def _charts(tables: Sequence[FrontTable], payments: Payments | None, texts: Mapping[str, str]) -> list[tuple[str, str]]:
    """Pictures with the words for who does not see them: values of the last year of each account, and payments."""
    found = []
    last = {table.account: table for table in tables}
    for table in last.values():
        values = [
            {"name": _visible(row.zh), "part": head, "number": number.size / _WAN}
            for row in table.rows
            if row.code != ALL
            for head, number in zip(table.heads, row.numbers, strict=True)
            if number.line and number.size is not None
        ]
        if values:
            title = f"{texts['chart_values']} {table.period}"
            found.append((bars(values, x=title, y=texts["county"], colour=texts["indicator"]), title))
    if payments is not None:
        values = [{"name": _visible(row.zh), "number": _fen(row) / _FEN_IN_WAN} for row in payments.rows]
        found.append((bars(values, x=texts["chart_payments"], y=payments.heads[1]), texts["chart_payments"]))
    return found


def _fen(row: FrontRow) -> float:
    return row.numbers[0].size or 0.0
