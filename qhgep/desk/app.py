"""desk_app(): the clerk's desk as an application: pages of what lies on disk, buttons that run verbs, files in and out by id."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, HTMLResponse, PlainTextResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from qhgep._version import __version__
from qhgep.desk.access import LARGEST, Access, Key, TooLarge
from qhgep.desk.actions import ACTIONS, words_of
from qhgep.desk.folders import FORMS, TABLES, Shelf, WorkFolder, file_name
from qhgep.desk.runs import MEMORY_MIB, SECONDS, Run, Runs
from qhgep.desk.views import buttons_named, folder_view, size_text
from qhgep.errors import InputError, Language, problem
from qhgep.phrases import phrase, room

_HERE = Path(__file__).parent
_MOST_FILES = 300
_PIECE = 1 << 20
_GONE = 499
_CLOCK = 0.05
"""Seconds by which the time of a file may be behind the clock."""
_TURNING = re.compile(r"[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def _visible(value: object) -> object:
    """A text with the marks that turn the direction of writing spelled out: they would hide what a form says."""
    return _TURNING.sub(lambda mark: f"[U+{ord(mark[0]):04X}]", value) if type(value) is str else value


class _Desk:
    """What the pages of one desk share."""

    def __init__(self, shelf: Shelf, runs: Runs, language: Language) -> None:
        self.shelf, self.runs, self.language = shelf, runs, language
        self.say = {name: phrase(f"desk.{name}", language) for name in room("desk")}
        self.rooms = Environment(
            loader=FileSystemLoader(_HERE),
            autoescape=True,
            finalize=_visible,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def page(self, name: str, status: int = 200, **facts: Any) -> HTMLResponse:  # noqa: ANN401 - any fact
        """A page of a template; every text in it is escaped."""
        shared = {
            "say": self.say,
            "phrase": self.phrase,
            "language": self.language,
            "version": __version__,
            "size": size_text,
        }
        return HTMLResponse(self.rooms.get_template(name).render(**shared, **facts), status)

    def phrase(self, name: str, **facts: object) -> str:
        """A text of the desk with its facts."""
        return phrase(f"desk.{name}", self.language, **facts)

    def refused(self, error: InputError, status: int = 400, back: str = "/") -> HTMLResponse:
        """What is wrong, in words, with the way back."""
        texts = [item.text(self.language) for item in error.problems]
        return self.page("refused.html.j2", status, texts=texts, back=back)

    def folder(self, wanted: str) -> WorkFolder:
        """The folder of an id. Raises InputError where there is none."""
        found = self.shelf.folder(wanted)
        if found is None:
            raise InputError(problem("desk_folder", "-"))
        return found


def desk_app(
    root: Path | str, *, hosts: tuple[str, ...], key: Key | None = None, language: Language = "zh",
    memory: int = MEMORY_MIB, seconds: int = SECONDS, renewed: Callable[[], None] = lambda: None,
) -> Access:  # fmt: skip
    """The desk over a folder of working folders, as an ASGI application for 127.0.0.1.

    `hosts` are the names with port that a browser may call it by; `key` holds the token of the address and the secret of the
    cookie; `renewed` hears when a token was used and another is good. A run may take `memory` MiB and `seconds`.
    """
    desk = _Desk(Shelf(Path(root)), Runs(memory, seconds), language)

    @contextlib.asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        yield
        desk.runs.close()

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=life)

    def why(status: int, name: str) -> Response:
        return PlainTextResponse(desk.phrase(f"refused_{name}", most=size_text(LARGEST)) + "\n", status)

    @app.exception_handler(InputError)
    async def refused(request: Request, error: InputError) -> Response:
        return desk.refused(error, 404 if any(item.code in {"desk_folder", "desk_file"} for item in error.problems) else 400,
                            _back(request))  # fmt: skip

    @app.exception_handler(TooLarge)
    async def too_large(_: Request, __: TooLarge) -> Response:
        return why(413, "large")

    @app.exception_handler(ClientDisconnect)
    async def gone(_: Request, __: ClientDisconnect) -> Response:
        return why(_GONE, "gone")  # nobody reads it: the browser left in the middle of an upload

    @app.exception_handler(OSError)
    async def disk(request: Request, error: OSError) -> Response:
        found = problem(
            "desk_disk", Path(str(error.filename or "-")).name, detail=error.strerror or type(error).__name__
        )
        return desk.refused(InputError(found), 409, _back(request))

    @app.exception_handler(HTTPException)
    @app.exception_handler(RequestValidationError)
    async def no_page(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 404
        code = "desk_page" if status in {404, 405} else "desk_request"
        return desk.refused(InputError(problem(code, "-")), status, _back(request))

    _pages(app, desk)
    _acts(app, desk)
    _files(app, desk)

    return Access(app, key or Key(), hosts, why, renewed)


def _back(request: Request) -> str:
    """The page of the folder that a request was about."""
    wanted = request.path_params.get("folder", "")
    return f"/folder/{wanted}" if wanted.isalnum() else "/"


def _pages(app: FastAPI, desk: _Desk) -> None:
    """What can be looked at."""

    @app.get("/")
    def home() -> Response:
        folders = [
            (folder, desk.runs.running(folder), sum(1 for _ in folder.files())) for folder in desk.shelf.folders()
        ]
        return desk.page("home.html.j2", folders=folders, root=str(desk.shelf.root))

    @app.get("/desk.css")
    def style() -> Response:
        return Response((_HERE / "desk.css").read_bytes(), media_type="text/css")

    @app.get("/folder/{folder}")
    def show(folder: str) -> Response:
        found = desk.folder(folder)
        today = datetime.now().astimezone().date()
        runs = desk.runs.of(found)
        view = folder_view(found, desk.language, _required(runs))
        return desk.page(
            "folder.html.j2",
            folder=found,
            view=view,
            runs=runs[:8],
            running=desk.runs.running(found),
            today=today,
            named=buttons_named("".join(line.note for line in view.decisions.values())),
        )

    @app.get("/folder/{folder}/run/{number}")
    def run(folder: str, number: int) -> Response:
        found = desk.folder(folder)
        one = desk.runs.run(found, number)
        if one is None:
            raise InputError(problem("desk_file", found.name))
        words = {kind: desk.runs.said(found, number, kind) for kind in ("out", "err")}
        return desk.page(
            "run.html.j2",
            folder=found,
            run=one,
            words=words,
            written=_written(found, one),
            named=buttons_named("".join(words.values())),
        )

    @app.get("/folder/{folder}/file/{file}")
    def file(folder: str, file: str) -> Response:
        found = desk.folder(folder).file(file)
        if found is None:
            raise InputError(problem("desk_file", "-"))
        named = {"content-disposition": f"attachment; filename*=UTF-8''{quote(found.path.name)}"}
        return FileResponse(found.path, media_type="application/octet-stream", headers=named)


def _required(runs: Sequence[Run]) -> str:
    """The level of evidence that the last run that divided money was given."""
    words = next((run.words for run in runs if run.action == "allocate"), ())
    return next((word.partition("=")[2] for word in words if word.startswith("--require=")), "")


def _written(folder: WorkFolder, run: Run) -> list[Any]:
    """The files of the folder that a run's words name and that are not older than it, if it ended well."""
    if run.state not in {"done", "differs"}:
        return []
    named = [item for item in folder.files() if item.place in run.words or any(
        item.place.startswith(f"{word}/") for word in run.words if word in {"空白表", "账户"})]  # fmt: skip
    return [item for item in named if item.changed > run.begun - _CLOCK]


def _acts(app: FastAPI, desk: _Desk) -> None:
    """What changes something."""

    @app.post("/new")
    async def new(request: Request) -> Response:
        made = desk.shelf.make(str((await request.form(max_files=0, max_fields=5)).get("name", "")))
        return RedirectResponse(f"/folder/{made.id}", 303)

    @app.post("/folder/{folder}/run/{number}/cancel")
    async def cancel(folder: str, number: int) -> Response:
        found = desk.folder(folder)
        desk.runs.cancel(found)
        return RedirectResponse(f"/folder/{found.id}/run/{number}", 303)

    @app.post("/folder/{folder}/do/{name}")
    async def act(request: Request, folder: str, name: str) -> Response:
        found = desk.folder(folder)
        form = await request.form(max_files=0, max_fields=2000)
        typed = {key: text for key, text in form.items() if isinstance(text, str)}
        words = words_of(name, found, typed)
        run = desk.runs.begin(found, name, words, ACTIONS[name].replaces)
        return RedirectResponse(f"/folder/{found.id}/run/{run.number}", 303)


def _files(app: FastAPI, desk: _Desk) -> None:
    """What comes in and what is put away."""

    @app.post("/folder/{folder}/upload/{kind}")
    async def upload(request: Request, folder: str, kind: str) -> Response:
        found = desk.folder(folder)
        desk.runs.refuse_busy(found)
        async with request.form(max_files=_MOST_FILES, max_fields=5) as form:
            files = [item for item in form.getlist("files") if isinstance(item, UploadFile) and item.filename]
            if not files:
                raise InputError(problem("desk_no_file", found.name))
            places = [_place(kind, str(item.filename)) for item in files]
            _refuse_twice(places)
            desk.runs.refuse_busy(found)
            for item, place in zip(files, places, strict=True):
                await run_in_threadpool(_keep, found, item, place)
        return RedirectResponse(f"/folder/{found.id}", 303)

    @app.post("/folder/{folder}/away/{file}")
    async def away(folder: str, file: str) -> Response:
        found = desk.folder(folder)
        item = found.file(file)
        if item is None:
            raise InputError(problem("desk_file", found.name))
        desk.runs.refuse_busy(found)
        found.retire(item.place)
        return RedirectResponse(f"/folder/{found.id}", 303)


_KINDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "forms": (f"{FORMS}/", TABLES), "prices": ("价格.xlsx", (".xlsx",)), "plan": ("方案", (".xlsx", ".toml")),
    "last": ("上年方案.xlsx", (".xlsx",)), "decisions": ("账户/决定.xlsx", (".xlsx",)),
}  # fmt: skip
"""Where each kind of file goes, and how its name may end."""


def _place(kind: str, name: str) -> str:
    """The place of a file that is received. Raises InputError for a kind that is none, or another ending."""
    if kind not in _KINDS:
        raise InputError(problem("desk_action", kind[:20]))
    target, endings = _KINDS[kind]
    clean = file_name(name)
    ending = Path(clean).suffix.lower()
    if not clean or ending not in endings:
        raise InputError(problem("desk_ending", clean or "-", expected="、".join(endings)))
    if target.endswith("/"):
        return f"{target}{clean}"
    return target if Path(target).suffix else f"{target}{ending}"


def _refuse_twice(places: Sequence[str]) -> None:
    """Raises InputError for files of one upload that would stand in one place: the second would replace the first unseen."""
    seen = Counter(place.casefold() for place in places)
    twice = sorted({place for place in places if seen[place.casefold()] > 1})
    if twice:
        raise InputError(problem("desk_twice", place) for place in twice)


def _keep(folder: WorkFolder, item: UploadFile, place: str) -> None:
    """Write what is received beside its place first, so that half a file never stands there."""
    handle, name = tempfile.mkstemp(dir=folder.path, prefix=".half-")
    try:
        with os.fdopen(handle, "wb") as half:
            shutil.copyfileobj(item.file, half, _PIECE)
        folder.put(place, Path(name))
    finally:
        Path(name).unlink(missing_ok=True)
