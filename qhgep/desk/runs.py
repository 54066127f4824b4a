"""The runs of the desk: one verb each, in a process of its own, its words kept in files so that nothing is lost with a browser."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from qhgep.desk import limited
from qhgep.desk.folders import RUNS, WorkFolder
from qhgep.desk.limited import ORPHANED, OUT_OF_MEMORY, OUT_OF_TIME
from qhgep.errors import InputError, problem

MEMORY_MIB, SECONDS = 4096, 1800
_AT_ONCE = 2
_SHOWN = 200_000
"""Characters of a run's words that a page shows."""
ENDED: Mapping[int, str] = {
    0: "done", 3: "differs", OUT_OF_MEMORY: "memory", OUT_OF_TIME: "time", ORPHANED: "broken", -signal.SIGTERM: "cancelled",
}  # fmt: skip
"""What an exit code means; any other above zero is a refusal, and its words say why."""
_NO_MEMORY = (b"MemoryError", b"failed to map segment", b"Memory allocation still failed", b"Cannot allocate memory",
              b"Fatal process out of memory", b"cannot map zero-fill pages", b"blas_thread_init")  # fmt: skip
"""What Python, a library of linear algebra or the system says where memory is out."""
_RUN = re.compile(r"[0-9]{6}\.json")


@dataclass
class Run:
    """One verb: what was asked for, when, and how it ended (None while it runs)."""

    number: int
    action: str
    words: tuple[str, ...]
    begun: float
    ended: float | None = None
    state: str = "running"

    @property
    def command(self) -> str:
        """The same on a command line, in the folder."""
        quoted = (
            word if re.fullmatch(r"[^\s\"'$`\\&|;<>()*?!#]+", word) else "'" + word.replace("'", "'\\''") + "'"
            for word in self.words
        )
        return " ".join(("qhgep", *quoted))

    @property
    def seconds(self) -> float:
        """How long it ran, or has run by now."""
        return (self.ended or time.time()) - self.begun


class Runs:
    """The runs of all folders: at most one a folder at a time, and few in all."""

    def __init__(self, memory: int = MEMORY_MIB, seconds: int = SECONDS) -> None:
        self.memory, self.seconds = memory, seconds
        self._lock = threading.Lock()
        self._running: dict[str, tuple[Run, subprocess.Popen[bytes]]] = {}

    def begin(self, folder: WorkFolder, action: str, words: Sequence[str], replaces: Sequence[str] = ()) -> Run:
        """Start a verb in a folder. Raises InputError where one runs there, or too many run.

        What it replaces is put away before it starts, and comes back if it ends without having made another.
        """
        with self._lock:
            self.refuse_busy(folder)
            if len(self._running) >= _AT_ONCE:
                raise InputError(problem("desk_many", folder.name, most=_AT_ONCE))
            place = folder.path / RUNS
            place.mkdir(exist_ok=True)
            number = max((item.number for item in self.of(folder)), default=0) + 1
            run = Run(number, action, tuple(words), time.time())
            self._keep(folder, run)
            away = {place: old for place in replaces if (old := folder.retire(place)) is not None}
            try:
                process = self._process(folder, run)
            except OSError:
                folder.restore(away)
                raise
            self._running[folder.id] = run, process
        threading.Thread(target=self._wait, args=(folder, run, process, away), daemon=True).start()
        return run

    def refuse_busy(self, folder: WorkFolder) -> None:
        """Raises InputError where a run is on in a folder: what it reads must stay what it was."""
        if folder.id in self._running:
            raise InputError(problem("desk_busy", folder.name))

    def _process(self, folder: WorkFolder, run: Run) -> subprocess.Popen[bytes]:
        command = [
            sys.executable,
            "-P",
            "-X",
            "utf8",
            limited.__file__,
            str(self.memory),
            str(self.seconds),
            str(os.getpid()),
        ]
        out, err = (_words(folder, run.number, kind).open("wb") for kind in ("out", "err"))
        with out, err:
            return subprocess.Popen(  # noqa: S603 - our own program, words in a list, no shell
                [*command, *run.words],
                cwd=folder.path,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env=_environment(),
            )

    def _wait(self, folder: WorkFolder, run: Run, process: subprocess.Popen[bytes], away: Mapping[str, Path]) -> None:
        code = process.wait()
        run.ended = time.time()
        with self._lock:
            try:
                run.state = _state(code, _words(folder, run.number, "err"))
                if run.state != "done":
                    folder.restore(away)
                self._keep(folder, run)
            except OSError:  # the folder was deleted or locked meanwhile; the run ended all the same
                pass
            finally:
                del self._running[folder.id]

    def cancel(self, folder: WorkFolder) -> None:
        """End the run of a folder, if one runs; what it had not finished to write is not there."""
        with self._lock:
            running = self._running.get(folder.id)
        if running is not None:
            running[1].terminate()

    def close(self) -> None:
        """End all runs."""
        with self._lock:
            running = list(self._running.values())
        for _, process in running:
            process.terminate()
            process.wait()

    def running(self, folder: WorkFolder) -> Run | None:
        """The run of a folder that has not ended."""
        found = self._running.get(folder.id)
        return None if found is None else found[0]

    def of(self, folder: WorkFolder) -> list[Run]:
        """The runs of a folder, the last first; one that no process belongs to any more was broken off."""
        place = folder.path / RUNS
        paths = sorted(place.iterdir(), reverse=True) if place.is_dir() else []
        found = [run for path in paths if _RUN.fullmatch(path.name) and (run := _read(path)) is not None]
        now = self._running.get(folder.id)
        for run in found:
            if run.state == "running" and (now is None or now[0].number != run.number):
                run.state, run.ended = "broken", run.begun
        return found

    def run(self, folder: WorkFolder, number: int) -> Run | None:
        """One run of a folder."""
        return next((run for run in self.of(folder) if run.number == number), None)

    def said(self, folder: WorkFolder, number: int, kind: str) -> str:
        """What a run wrote: `out` is its result, `err` its progress and problems."""
        path = _words(folder, number, kind)
        return _end(path).decode("utf-8", "replace") if path.is_file() else ""

    def _keep(self, folder: WorkFolder, run: Run) -> None:
        path = folder.path / RUNS / f"{run.number:06d}.json"
        half = path.with_suffix(".half")
        try:
            half.write_text(json.dumps(asdict(run), ensure_ascii=False), encoding="utf-8")
            half.replace(path)
        finally:
            half.unlink(missing_ok=True)


def _end(path: Path) -> bytes:
    """The last bytes of what a run wrote, however much that was."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _SHOWN))
        return file.read()


def _read(path: Path) -> Run | None:
    """A run as it was kept; None for a file that is none of ours."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return Run(**{**kept, "words": tuple(kept["words"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _state(code: int, words: Path) -> str:
    """How a run ended, of its exit code and of what it said."""
    told = _end(words)
    if code and any(part in told for part in _NO_MEMORY):
        return "memory"
    return ENDED.get(code, "refused" if code > 0 else "broken")  # below zero: a signal from outside


def _words(folder: WorkFolder, number: int, kind: str) -> Path:
    return folder.path / RUNS / f"{number:06d}.{kind}.txt"


def _environment() -> dict[str, str]:
    """What a run sees: this program and no other, whatever lies in the working folder; words in UTF-8."""
    others = [part for part in os.environ.get("PYTHONPATH", "").split(os.pathsep) if Path(part).is_absolute()]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(others), "PYTHONUTF8": "1", "NO_COLOR": "1", "COLUMNS": "120"}
