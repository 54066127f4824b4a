"""Maps beside plain numpy, rasterstats and exactextract on the same files in one run; and what China at 30 m would take.

Median of 3, each in a process of its own, so that the peak of memory is that of the work. Invented maps.
"""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyogrio
import rasterio
import shapely
from rasterio.features import rasterize
from rasterio.transform import Affine

SIDE, LARGE, ZONES, PIXEL = 5000, 20000, 50, 30.0
LEFT, UPPER = -500_000.0, 3_900_000.0
ALBERS = "+proj=aea +lat_1=25 +lat_2=47 +lat_0=0 +lon_0=105 +datum=WGS84 +units=m +no_defs"
CHINA = 10.7e9
"""Pixels of 30 m in a land cover of China."""
TIMES = 3
KC, ROOT = {3: 0.7, 4: 0.65, 5: 1.0}, {3: 1000.0, 4: 600.0, 5: 0.0}


def make(folder: Path, side: int, *, models: bool = True) -> None:
    """Land cover in patches, four layers in smooth waves with noise, and 50 boxes over all of it."""
    random = np.random.default_rng(1)
    coarse = random.choice(np.array([3, 4, 4, 4, 5], np.uint8), (side // 10, side // 10))
    _write(folder / "lc.tif", np.repeat(np.repeat(coarse, 10, 0), 10, 1), side)
    if models:
        wave = np.sin(np.arange(side) / 300)[:, np.newaxis] + np.cos(np.arange(side) / 200)
        noise = random.integers(-9, 9, (side, side))
        for name, middle, swing in (("p", 4500, 900), ("et0", 850, 60), ("soil", 700, 200), ("pawc", 25, 3)):
            _write(folder / f"{name}.tif", (middle + swing * wave + noise).astype(np.int16), side)
    edges = np.linspace(2, side - 2, 11), np.linspace(2, side - 2, 6)
    boxes = [
        shapely.box(LEFT + PIXEL * left, UPPER - PIXEL * low, LEFT + PIXEL * right, UPPER - PIXEL * high)
        for left, right in zip(edges[0], edges[0][1:], strict=False)
        for high, low in zip(edges[1], edges[1][1:], strict=False)
    ]
    codes = np.array([f"99{number:04d}" for number in range(1, len(boxes) + 1)], dtype=object)
    shapes = shapely.to_wkb(np.array(boxes, dtype=object))
    pyogrio.raw.write(folder / "b.gpkg", shapes, [codes], ["code"], geometry_type="Polygon", crs=ALBERS)


def _write(path: Path, values: np.ndarray, side: int) -> None:
    profile = {"driver": "GTiff", "height": side, "width": side, "count": 1, "dtype": values.dtype, "crs": ALBERS}
    transform = Affine(PIXEL, 0, LEFT, 0, -PIXEL, UPPER)
    with rasterio.open(
        path, "w", transform=transform, tiled=True, blockxsize=512, blockysize=512, compress="deflate", **profile
    ) as file:
        file.write(values, 1)


def describe(folder: Path, *, model: bool) -> None:
    """maps.toml and the lookups."""
    text = (
        'schema = 1\ntitle = "b"\nperiod = "2020"\ntable = "inputs.csv"\nlookups = ["lookup.csv"]\n[boundaries]\nfile = "b.gpkg"\ncode = "code"\n'
        'datum = "WGS84"\nsource = "b"\nvintage = "2020"\n[land_cover]\nfile = "lc.tif"\nscheme = "CLCD"\nversion = "annual-30m"\nsource = "b"\n'
        '[[output]]\nquantity = "area"\n'
    )
    if model:
        for name, file, unit in (
            ("precipitation", "p", "0.1mm/a"), ("reference_evapotranspiration", "et0", "mm/a"),
            ("root_restricting_depth", "soil", "mm"), ("available_water_content", "pawc", "%"),
        ):  # fmt: skip
            text += f'[raster.{name}]\nfile = "{file}.tif"\nunit = "{unit}"\nsource = "b"\n'
        text += '[value.seasonality]\nvalue = "6"\nunit = "1"\nsource = "b"\n'
        text += '[[output]]\nquantity = "water_yield_by_ecosystem"\nmethod = "budyko_fu"\n'
    (folder / "maps.toml").write_text(text, encoding="utf-8")
    rows = ["row,key,item,value,unit,source,at,origin,evidence"]
    for key, unit, table in (
        ("crop_coefficient", "1", KC),
        ("root_depth", "mm", ROOT),
        ("vegetation_flag", "1", {3: 1, 4: 1, 5: 0}),
    ):
        rows += [f"b,{key},CLCD@annual-30m:{code},{value},{unit},b,b,stated,assumed" for code, value in table.items()]
    (folder / "lookup.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


def _clean(folder: Path) -> None:
    for journal in folder.glob("*.tiles"):
        journal.unlink()


def ours(folder: Path, *, workers: int = 0) -> None:
    """Qhgep zonal, with the table and provenance as texts; the hashes of the rasters are part of it."""
    from qhgep.raster.run import zonal

    _clean(folder)
    if workers:
        from qhgep.raster.cluster import local_client, walk_on

        with local_client(workers) as client:
            begun = time.perf_counter()
            zonal(folder / "maps.toml", walk=walk_on(client))
            sys.stdout.write(json.dumps({"without_start": time.perf_counter() - begun}) + "\n")
    else:
        zonal(folder / "maps.toml")


def _zone_raster(folder: Path, side: int) -> np.ndarray:
    _, _, shapes, _ = pyogrio.raw.read(folder / "b.gpkg")
    pairs = [(shape, number) for number, shape in enumerate(shapely.from_wkb(shapes), 1)]
    return rasterize(pairs, out_shape=(side, side), transform=Affine(PIXEL, 0, LEFT, 0, -PIXEL, UPPER), dtype="uint8")


def _read(folder: Path, name: str) -> np.ndarray:
    with rasterio.open(folder / f"{name}.tif") as file:
        return file.read(1)


def decode(folder: Path) -> None:
    """Only decoding the land cover."""
    _read(folder, "lc")


def numpy_cover(folder: Path) -> None:
    """Land cover by zone, whole arrays."""
    cover = _read(folder, "lc")
    np.bincount(_zone_raster(folder, cover.shape[0]).astype(np.int64).ravel() * 256 + cover.ravel(), minlength=256 * 51)


def numpy_yield(folder: Path) -> None:
    """Annual yield by zone and class in float64, whole arrays, no checks and no provenance."""
    cover = _read(folder, "lc")
    tables = {name: np.zeros(256) for name in ("kc", "root", "flag")}
    for code, number in KC.items():
        tables["kc"][code], tables["root"][code], tables["flag"][code] = number, ROOT[code], code != 5
    rain, demand, soil, content = (_read(folder, name).astype(np.float64) for name in ("p", "et0", "soil", "pawc"))
    rain, content = rain / 10, content / 100
    pet = tables["kc"][cover] * demand
    shape = np.minimum(6 * np.minimum(soil, tables["root"][cover]) * content / rain + 1.25, 5)
    dry = pet / rain
    curve = rain * np.minimum(dry, 1 + dry - (1 + dry**shape) ** (1 / shape))
    depth = rain - np.where(tables["flag"][cover] > 0, curve, np.minimum(pet, rain))
    key = _zone_raster(folder, cover.shape[0]).astype(np.int64).ravel() * 256 + cover.ravel()
    np.bincount(key, minlength=256 * 51)
    np.bincount(key, weights=depth.ravel(), minlength=256 * 51)


def with_rasterstats(folder: Path) -> None:
    """rasterstats, categorical."""
    from rasterstats import zonal_stats

    zonal_stats(str(folder / "b.gpkg"), str(folder / "lc.tif"), categorical=True, nodata=0)


def with_exactextract(folder: Path) -> None:
    """exactextract, unique values and their fractions."""
    from exactextract import exact_extract
    from exactextract.feature import JSONFeatureSource

    _, _, shapes, _ = pyogrio.raw.read(folder / "b.gpkg")
    found = [
        {"type": "Feature", "geometry": shapely.geometry.mapping(shape), "properties": {}}
        for shape in shapely.from_wkb(shapes)
    ]
    exact_extract(str(folder / "lc.tif"), JSONFeatureSource(found), ["unique", "frac"])


WORK: dict[str, Callable[[Path], None]] = {
    "decode": decode, "ours": ours, "ours-2": lambda folder: ours(folder, workers=2), "ours-1": lambda folder: ours(folder, workers=1),
    "numpy-cover": numpy_cover, "numpy-yield": numpy_yield, "rasterstats": with_rasterstats, "exactextract": with_exactextract,
}  # fmt: skip


def peak_memory() -> float:
    """Megabytes of this process at their highest; getrusage would begin with those of its parent."""
    text = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+)", text)[1]) / 1024  # type: ignore[index] # Linux has it


def _child(name: str, folder: Path) -> None:
    """One piece of work in this process, its libraries loaded before the clock starts."""
    if name.startswith("ours"):
        import qhgep.raster.run  # noqa: F401 - loaded before
        from qhgep.raster.numbers import shipped_store

        shipped_store()
    begun, busy = time.perf_counter(), time.process_time()
    WORK[name](folder)
    found = {"seconds": time.perf_counter() - begun, "core": time.process_time() - busy, "peak": peak_memory()}
    sys.stdout.write(json.dumps(found) + "\n")


def measure(name: str, folder: Path, times: int = TIMES) -> dict[str, float]:
    """Median seconds and peak megabytes; nothing where the library is not installed."""
    runs = []
    for _ in range(times):
        done = subprocess.run(  # noqa: S603 - this module itself
            [sys.executable, "-m", "benchmarks.raster", name, str(folder)], capture_output=True, text=True, check=True
        )
        facts: dict[str, float] = {}
        for line in done.stdout.splitlines():
            facts |= json.loads(line)
        runs.append(facts)
    return {key: statistics.median(run[key] for run in runs) for key in runs[0]}


def report() -> Iterator[str]:
    """The table."""
    yield "maps: seconds (median of 3, imports not counted), peak MB, ratio of core seconds to plain numpy"
    with TemporaryDirectory() as place:
        folder = Path(place)
        make(folder, SIDE)
        pixels = SIDE * SIDE
        describe(folder, model=False)
        yield f"land cover x {ZONES} zones, {pixels / 1e6:.0f} Mpx"
        base = measure("numpy-cover", folder)
        cover = measure("ours", folder)
        yield _line("numpy, whole arrays", base, base, pixels)
        yield _line("qhgep zonal", cover, base, pixels)
        for name in ("rasterstats", "exactextract"):
            yield _line(name, measure(name, folder), base, pixels) if find_spec(name) else f"  {name:<24} not installed"
        yield _line("decoding alone", measure("decode", folder), base, pixels)
        describe(folder, model=True)
        yield f"annual water yield x {ZONES} zones, {pixels / 1e6:.0f} Mpx"
        base = measure("numpy-yield", folder)
        model = measure("ours", folder)
        yield _line("numpy float64, whole arrays", base, base, pixels)
        yield _line("qhgep zonal", model, base, pixels)
        for workers in (1, 2):
            found = measure(f"ours-{workers}", folder)
            found["seconds"] = found["without_start"]
            yield _line(f"qhgep, {workers} worker(s), running", found, base, pixels)
    with TemporaryDirectory() as place:
        folder = Path(place)
        make(folder, LARGE, models=False)
        describe(folder, model=False)
        large = measure("ours", folder, 1)
        yield f"land cover x {ZONES} zones, {LARGE * LARGE / 1e6:.0f} Mpx"
        yield _line("qhgep zonal", large, large, LARGE * LARGE)
    yield f"China at 30 m ({CHINA / 1e9:.1f} Gpx), extrapolated from one core of this machine: decoding and counting grow with pixels"
    yield f"  land cover by county, one year:   {CHINA / (LARGE * LARGE) * large['core'] / 60:6.1f} core-minutes"
    yield f"  annual water yield, one year:     {CHINA / pixels * model['core'] / 60:6.1f} core-minutes, most of them two powers a pixel"


def _line(name: str, found: dict[str, float], base: dict[str, float], pixels: int) -> str:
    """Wall clock, and of one process what its core did: another load on the machine changes the first, hardly the second."""
    if "without_start" in found:
        return f"  {name:<28} {found['seconds']:7.2f} s wall {found['peak']:7.0f} MB"
    speed, times = pixels / 1e6 / found["core"], found["core"] / base["core"]
    return f"  {name:<28} {found['seconds']:7.2f} s wall {found['core']:7.2f} s core {found['peak']:7.0f} MB {speed:7.1f} Mpx/s/core {times:6.2f} x"


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _child(sys.argv[1], Path(sys.argv[2]))
    else:
        for text in report():
            print(text, flush=True)
