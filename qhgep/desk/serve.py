"""serve(): the desk on a port of this machine, with an address that opens it once."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn

from qhgep.desk.access import Key
from qhgep.desk.app import desk_app
from qhgep.desk.runs import MEMORY_MIB, SECONDS
from qhgep.errors import InputError, Language, problem


def default_root() -> Path:
    """Where working folders lie if nobody says otherwise: a folder of the person's home."""
    return Path.home() / "qhgep核算"


def serve(
    root: Path, *, host: str = "127.0.0.1", port: int = 0, memory: int = MEMORY_MIB, seconds: int = SECONDS,
    language: Language = "zh", told: Callable[[str], None] = lambda _: None,
) -> None:  # fmt: skip
    """Serve the desk until it is interrupted. `told` hears the address with its token, and each new one when it was used.

    Raises InputError for a host that is not this machine's own, a folder that cannot be used, a port that is taken.
    """
    if not _is_loopback(host):
        raise InputError(problem("desk_host", "--host", found=host))
    try:
        root.mkdir(parents=True, exist_ok=True)
        if not os.access(root, os.W_OK | os.X_OK):
            raise InputError(problem("desk_root", str(root)))
    except OSError as error:
        raise InputError(problem("desk_root", str(root))) from error
    opened = _bound(host, port)
    port, key = opened.getsockname()[1], Key()
    named = f"[{host}]" if ":" in host else host
    hosts = tuple(dict.fromkeys((f"{named}:{port}", f"127.0.0.1:{port}", f"localhost:{port}")))

    def tell() -> None:
        told(f"http://{named}:{port}/?token={key.token}")

    app = desk_app(root, hosts=hosts, key=key, language=language, memory=memory, seconds=seconds, renewed=tell)
    tell()
    settings = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, date_header=False, timeout_graceful_shutdown=2
    )
    uvicorn.Server(settings).run(sockets=[opened])


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        opened.bind((host, port))
        opened.listen()  # who opens the address at once waits, and is not refused
    except OSError as error:
        opened.close()
        raise InputError(problem("desk_port", "--port", port=port, detail=error.strerror or error)) from error
    return opened
