"""Maps on dask.distributed: the same bytes with one, two, three workers, and when one of them is killed."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from qhgep.errors import InputError, problem
from qhgep.raster.cluster import client_of, local_client, walk_on
from qhgep.raster.counting import TileCounts
from qhgep.raster.run import Zonal, journal_of, zonal
from qhgep.raster.session import Session
from tests.support.command_line import COMMAND
from tests.support.maps import COVER, boundaries, box, description, given, outputs, raster
from tests.test_maps import digest

pytestmark = [pytest.mark.long, pytest.mark.filterwarnings("ignore")]  # what dask and tornado warn of is theirs


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with local_client(3) as client:
        yield client


@pytest.fixture(scope="module")
def description_of_many_tiles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """9 tiles of up to 1024 x 1024 pixels: areas, and means of floats."""
    random = np.random.default_rng(7)
    shape = (2100, 2100)
    folder = tmp_path_factory.mktemp("many")
    raster(folder / "lc.tif", random.choice(np.array([4, 5], np.uint8), shape), tiled=True)
    raster(
        folder / "precipitation.tif",
        np.repeat(random.uniform(300, 900, (2100, 21)), 100, axis=1).astype(np.float32),
        tiled=True,
    )
    boundaries(folder / "b.gpkg", {"632621": box(2, 3, 2090, 1000), "632222": box(2, 1003, 2000, 1090)})
    return description(folder, COVER + given("precipitation", "mm/a") + outputs("area", "precipitation"))


def fresh(path: Path, **options: Any) -> Zonal:  # noqa: ANN401 - of zonal
    """A run that takes nothing over from an earlier one."""
    for journal in path.parent.glob("*.tiles"):
        journal.unlink()
    return zonal(path, **options)


def test_workers_change_no_byte_and_neither_does_one_that_is_killed(
    cluster: Any,  # noqa: ANN401 - a client of distributed
    description_of_many_tiles: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = description_of_many_tiles
    alone = fresh(path)
    assert len(alone.session.grid.tiles) == 9
    expected = digest(alone)
    monkeypatch.setattr("qhgep.raster.cluster._TOGETHER", 1)
    assert digest(fresh(path, walk=walk_on(cluster))) == expected
    killed: list[int] = []

    def with_a_death(session: Session, numbers: list[int]) -> Iterator[TileCounts]:
        """After the first tile one of the workers is gone."""
        for part in walk_on(cluster)(session, numbers):
            if not killed:
                killed.append(next(iter(cluster.run(os.getpid).values())))
                os.kill(killed[0], signal.SIGKILL)
            yield part

    assert digest(fresh(path, walk=with_a_death)) == expected
    assert killed


@pytest.mark.parametrize("workers", [1, 2])
def test_the_verb_with_workers_writes_the_same_table(description_of_many_tiles: Path, workers: int) -> None:
    path = description_of_many_tiles
    expected = fresh(path).imported
    journal_of(fresh(path).session).unlink()
    table, beside = path.with_name("inputs.csv"), path.with_name("inputs.provenance.csv")
    for file in (table, beside):
        file.unlink(missing_ok=True)
    run = CliRunner().invoke(COMMAND, ["zonal", str(path), "--workers", str(workers)])
    assert run.exit_code == 0, run.output
    assert (table.read_text(encoding="utf-8"), beside.read_text(encoding="utf-8")) == (
        expected.table,
        expected.provenance,
    )


def test_what_a_worker_finds_wrong_is_told_like_everything_else(
    cluster: Any,  # noqa: ANN401 - as above
    description_of_many_tiles: Path,
    tmp_path: Path,
) -> None:

    shutil.copytree(description_of_many_tiles.parent, tmp_path / "m")
    file = tmp_path / "m" / "lc.tif"
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2] + bytes(9000) + content[len(content) // 2 + 9000 :])
    with pytest.raises(InputError) as told:
        zonal(tmp_path / "m" / "maps.toml", walk=walk_on(cluster))
    assert [item.code for item in told.value.problems] == ["map_raster_read"]


def test_a_scheduler_that_is_not_there_is_told() -> None:
    with pytest.raises(InputError) as told, client_of("tcp://127.0.0.1:1?"):
        pass
    assert told.value.problems[0].code == "map_scheduler"
    assert told.value.problems[0].text().startswith("--scheduler  调度程序 tcp://127.0.0.1:1? 没有应答：")


def test_no_worker_and_two_ways_at_once_are_told() -> None:
    for options, found in (["--workers", "0"], "0"), (["--workers", "2", "--scheduler", "tcp://x:1"], "2"):
        run = CliRunner().invoke(COMMAND, ["--lang", "zh", "zonal", "examples/maps/maps.toml", *options])
        assert run.exit_code == 1
        said = problem("map_workers", "", found=found, most=256)
        assert said.text() == f"--workers {found} 不能用；1 至 256 的整数，且不与 --scheduler 并用；改正选项。"
        assert f"错误  {said.text()}" in run.output
