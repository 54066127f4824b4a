"""The same tiles on more processes or machines, by dask.distributed (the extra `cluster`). No scheduling of our own.

Parts come back as they are finished and go to the journal; sums are made of them where the run was begun, in no order.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dask
from distributed import Client, LocalCluster, as_completed

from qhgep.errors import InputError, Problem, problem
from qhgep.raster.counting import TileCounts, count_tile
from qhgep.raster.layers import gdal
from qhgep.raster.prepare import session_of
from qhgep.raster.session import Session
from qhgep.raster.tiles import Walk

_TOGETHER = 4
"""Tiles of one task: enough that its overhead is small, few enough that little is counted again when a worker dies."""
_RETRIES = 3
_DEATHS = 10
"""Workers that may die with a task before it is given up; by default 3, too few for machines that are taken away."""


def count_tiles(path: str, method: str, numbers: list[int]) -> list[TileCounts] | tuple[Problem, ...]:
    """The parts of some tiles, in the process of a worker: it makes the session of the description itself, once.

    What is wrong is an answer too: an error of a library behind it does not travel between processes.
    """
    try:
        with gdal():
            return [count_tile(session_of(path, method).work, number) for number in numbers]
    except InputError as error:
        return error.problems


@contextmanager
def local_client(workers: int) -> Iterator[Any]:
    """A cluster of processes on this machine."""
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": _DEATHS}),
        LocalCluster(n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        yield client


@contextmanager
def client_of(address: str) -> Iterator[Any]:
    """A cluster that is there; its workers must see the same files at the same paths. Raises InputError where none answers."""
    try:
        client = Client(address)
    except (OSError, ValueError, TimeoutError) as error:
        raise InputError(
            problem("map_scheduler", "--scheduler", address=address, detail=str(error).splitlines()[0])
        ) from error
    with client:
        yield client


def walk_on(client: Any) -> Walk:  # noqa: ANN401 - a client of distributed
    """The walk of `walk_tiles` on a cluster."""

    def walk(session: Session, numbers: list[int]) -> Iterator[TileCounts]:
        path = str(session.description.path.resolve())
        tasks = [numbers[first : first + _TOGETHER] for first in range(0, len(numbers), _TOGETHER)]
        futures = [
            client.submit(count_tiles, path, session.method, task, retries=_RETRIES, pure=False) for task in tasks
        ]
        for future in as_completed(futures):
            found = future.result()
            if isinstance(found, tuple):
                raise InputError(found)
            yield from found
            future.release()

    return walk
