"""The walk over the tiles: in any order, by any number of workers, from where a run was broken off; the sums are the same bits."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from qhgep.errors import InputError, problem
from qhgep.raster.counting import Key, TileCounts, count_tile
from qhgep.raster.layers import gdal
from qhgep.raster.session import Session

Progress = Callable[[int, int, float, float], None]
"""Tiles done, tiles in all, pixels per second, seconds left."""
Walk = Callable[[Session, list[int]], Iterator[TileCounts]]
"""Counts tiles and gives their parts in any order."""


@dataclass
class Sums:
    """The parts of all tiles: for each key the sums of the tiles, added once, at the end, exactly rounded."""

    pieces: dict[Key, list[float]] = field(default_factory=dict)
    strange: dict[str, tuple[int, float, float]] = field(default_factory=dict)
    classes: dict[int, int] = field(default_factory=dict)
    pixels: int = 0

    def take(self, part: TileCounts) -> None:
        """Take the part of one tile."""
        self.pixels += part.pixels
        for key, value in part.tallies.items():
            self.pieces.setdefault(key, []).append(value)
        for name, (count, least, greatest) in part.strange.items():
            before = self.strange.get(name, (0, least, greatest))
            self.strange[name] = before[0] + count, min(before[1], least), max(before[2], greatest)
        for code, count in part.classes.items():
            self.classes[code] = self.classes.get(code, 0) + count

    def total(self, name: str, zone: int, land: int) -> float:
        """What was counted under a name; 0 where nothing was."""
        return math.fsum(self.pieces.get((name, zone, land), ()))

    def over(self, name: str, zone: int, lands: Iterable[int]) -> float:
        """The same over several classes, rounded once."""
        return math.fsum(piece for land in lands for piece in self.pieces.get((name, zone, land), ()))

    def lands(self, name: str, zone: int) -> list[int]:
        """The classes that were counted in a zone."""
        return sorted(land for what, where, land in self.pieces if (what, where) == (name, zone))


def serial(session: Session, numbers: list[int]) -> Iterator[TileCounts]:
    """One tile after the other, in this process."""
    with gdal():
        for number in numbers:
            yield count_tile(session.work, number)


def walk_tiles(session: Session, journal: Path, *, walk: Walk = serial, progress: Progress | None = None) -> Sums:
    """Count every tile of a session. What is finished stands in the journal, and a run that is begun again goes on from there.

    Raises InputError where a raster cannot be read or the journal cannot be written.
    """
    sums, done = Sums(), set[int]()
    for part in _read(journal, session.identity):
        if part.tile not in done:
            sums.take(part)
            done.add(part.tile)
    todo = [number for number in range(len(session.grid.tiles)) if number not in done]
    sizes = [span.height * span.width for span in session.grid.tiles]
    begun, counted, last = time.monotonic(), 0, 0.0
    try:
        with _Journal(journal, session.identity, fresh=not done) as log:
            for part in walk(session, todo):
                log.write(part)
                sums.take(part)
                done.add(part.tile)
                counted += sizes[part.tile]
                now = time.monotonic() - begun
                if progress is not None and (now - last > 1 or len(done) == len(sizes)):
                    speed, last = counted / max(now, 1e-9), now
                    left = sum(sizes[number] for number in todo if number not in done)
                    progress(len(done), len(sizes), speed, left / speed)
    except OSError as error:
        raise InputError(problem("map_journal", "", file=journal.name, detail=error.strerror or error)) from error
    return sums


class _Journal:
    """Finished tiles, one a line. A line that a killed run left half is not read."""

    def __init__(self, path: Path, identity: str, *, fresh: bool) -> None:
        self.path, self.identity, self.fresh = path, identity, fresh

    def __enter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.file = self.path.open("w" if self.fresh else "a", encoding="utf-8")
        if self.fresh:
            self.file.write(json.dumps({"identity": self.identity}) + "\n")
        else:
            self.file.write("\n")
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def write(self, part: TileCounts) -> None:
        self.file.write(json.dumps(_written(part), separators=(",", ":")) + "\n")
        self.file.flush()


def _written(part: TileCounts) -> dict[str, Any]:
    return {
        "tile": part.tile, "pixels": part.pixels, "tallies": [[*key, value] for key, value in part.tallies.items()],
        "strange": {name: list(found) for name, found in part.strange.items()},
        "classes": [[code, count] for code, count in part.classes.items()],
    }  # fmt: skip


def _read(journal: Path, identity: str) -> Iterator[TileCounts]:
    """The finished tiles of an earlier run of the same files by the same program; none of any other."""
    if not journal.is_file():
        return
    with journal.open(encoding="utf-8") as file:
        if _loaded(file.readline()) != {"identity": identity}:
            return
        for line in file:
            if (found := _loaded(line)) and line.endswith("\n"):
                tallies = {(name, zone, land): value for name, zone, land, value in found["tallies"]}
                strange = {
                    name: (count, least, greatest) for name, (count, least, greatest) in found["strange"].items()
                }
                yield TileCounts(found["tile"], found["pixels"], tallies, strange, dict(found["classes"]))


def _loaded(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
