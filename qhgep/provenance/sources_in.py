"""Which documents the accounts, plans and workbooks of some folders rest on, and with how much."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from qhgep.catalogue import Catalogue
from qhgep.coefficient_store import PackPaths
from qhgep.compensation.graph import PlanGraph
from qhgep.data import is_folder, path_exists
from qhgep.engine.graph import AccountGraph
from qhgep.engine.node import Ref
from qhgep.engine.rests_on import known_or_nearest, rests_on
from qhgep.engine.result import Result
from qhgep.errors import InputError, Problem, QhgepError, UnknownName, problem
from qhgep.provenance.payments_resting import payments_resting
from qhgep.provenance.trace import trace
from qhgep.provenance.used_in import kind_of
from qhgep.text_tables import in_one_line
from qhgep.workbook.verify.sides import is_result_book


@dataclass(frozen=True, slots=True)
class SourceInFile:
    """What of a file rests on a document (no address where the store does not know its id); `unread` is why nothing could be seen.

    Of an account `share` is that of all that it accounts, by size; of a plan `fen` are those of its payments, by recipient.
    """

    file: Path
    source: str = ""
    title: str = ""
    address: str = ""
    checked: str = ""
    rows: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    formulas: tuple[str, ...] = ()
    share: float | None = None
    fen: Mapping[str, int] | None = None
    unread: Problem | None = None
    __repr__ = in_one_line


def sources_in(
    folders: str | Path | Iterable[str | Path], source: str = "", *, coefficients: PackPaths = (),
    catalogue: Catalogue | None = None,
) -> tuple[SourceInFile, ...]:  # fmt: skip
    """The documents that the accounts, plans and workbooks of some folders, and of those in them, rest on; or the one named.

    In the order of paths, in each file the heaviest first. The workbook of a plan takes what its accounts rest on from their
    workbooks or files in these folders, known by their run numbers. A file may stand for a folder; what is wrong with it
    is raised, what is wrong with one in a folder is told with it. Raises InputError for a folder that is not there,
    UnknownName (with the nearest) where nothing that was read rests on the document.
    """
    places = [Path(folders)] if isinstance(folders, str | Path) else list(map(Path, folders))
    if missing := [problem("usage_folder", str(place)) for place in places if not path_exists(place)]:
        raise InputError(missing)
    read: list[_Read] = [
        (place, _graph(place, coefficients, catalogue), None) for place in places if not is_folder(place)
    ]
    inside = dict.fromkeys(path for place in places if is_folder(place) for path in sorted(place.rglob("*")))
    read += [_read(path, coefficients, catalogue) for path in inside if _may_rest(path)]
    runs = {graph.result.run_id: graph.result for _, graph, _ in read if isinstance(graph, AccountGraph)}
    found: list[SourceInFile] = []
    known: set[str] = set()
    for path, graph, why in read:
        if graph is None:
            found.append(SourceInFile(path, unread=why))
            continue
        seen = _with_runs(graph, runs)
        names = {ref.name for ref in seen.refs() if ref.kind == "source" and ref.name}
        known |= names
        uses = [use for name in sorted(names) if source in {"", name} for use in _use(path, seen, name)]
        found += sorted(uses, key=lambda use: (-(use.share or sum((use.fen or {}).values())), use.source))
        if isinstance(seen, PlanGraph) and seen.known_by_figures:
            accounts = "、".join(seen.known_by_figures)
            found.append(SourceInFile(path, unread=problem("rests_figures", path.name, accounts=accounts)))
    if source and source not in known and not any(item.unread for item in found):
        known_or_nearest(source, known, "rests_source")
    return tuple(found)


def _may_rest(path: Path) -> bool:
    """Whether a file is an account, a plan, or a workbook of either; what programs hide is none."""
    if path.suffix.lower() not in {".toml", ".xlsx"} or path.name.startswith((".", "~")):
        return False
    return kind_of(path) in {"account", "plan"} or (path.suffix.lower() == ".xlsx" and is_result_book(path))


_Read = tuple[Path, AccountGraph | PlanGraph | None, Problem | None]


def _graph(path: Path, packs: PackPaths, catalogue: Catalogue | None) -> AccountGraph | PlanGraph:
    return trace(path, coefficients=packs, require="assumed", catalogue=catalogue)  # it is read, not issued


def _read(path: Path, packs: PackPaths, catalogue: Catalogue | None) -> _Read:
    try:
        return path, _graph(path, packs, catalogue), None
    except QhgepError as error:
        return path, None, error.problems[0]


def _with_runs(graph: AccountGraph | PlanGraph, runs: Mapping[str, Result]) -> AccountGraph | PlanGraph:
    """The graph of a plan with the accounts that lie beside it, known by their run numbers."""
    if not isinstance(graph, PlanGraph) or not graph.known_by_figures:
        return graph
    beside = {name: runs[run] for name, run in graph.allocation.source.run_ids.items() if run in runs}
    return PlanGraph(graph.allocation, {**graph.results, **beside})


def _use(path: Path, graph: AccountGraph | PlanGraph, source: str) -> Iterator[SourceInFile]:
    node = graph.node(Ref("source", source))
    use = SourceInFile(path, source, node.title, node.address, node.checked)
    try:
        if isinstance(graph, AccountGraph):
            of = rests_on(graph.result, source=source)
            yield replace(use, rows=of.rows, inputs=of.inputs, formulas=of.formulas, share=of.share)
            return
        paid = payments_resting(graph.allocation, source=source, results=graph.results)
        rows = (*paid.rows, *(f"{name}/{row}" for name, each in paid.accounts.items() for row in each.rows))
        inputs = tuple(f"{name}/{place}" for name, each in paid.accounts.items() for place in each.inputs)
        formulas = tuple(f"{name}/{item}" for name, each in paid.accounts.items() for item in each.formulas)
        yield replace(
            use, rows=rows, inputs=inputs, formulas=formulas, fen={code: int(fen) for code, fen in paid.fen.items()}
        )
    except UnknownName:  # a document of a formula that nothing of the account reads
        yield use
