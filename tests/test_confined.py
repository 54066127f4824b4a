"""Files that lead to others in ways that no key of a file says: what a ruleset extends, virtual rasters, boundaries that are lists of other files."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from qhgep import rulesets
from qhgep.cli.app import app
from qhgep.errors import InputError, Problems, RulesetError
from qhgep.ruleset_store.ruleset import read_ruleset

PILOT = Path("examples/pilot")
OWN = 'schema = 1\nzh = "本地"\nextends = "{}"\n'


def run(*words: str) -> tuple[int, str]:
    found = CliRunner().invoke(app, ["--quiet", *words])
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    return found.exit_code, found.output


def home_of(place: Path, extends: str) -> Path:
    """The pilot's account under a ruleset beside it that extends one in another folder."""
    home, secret = place / "home", place / "secret"
    home.mkdir()
    secret.mkdir()
    (secret / "base.toml").write_text(rulesets()["water-balance-plateau"].text, encoding="utf-8")
    shutil.copy(PILOT / "inputs.csv", home)
    text = (PILOT / "account.toml").read_text(encoding="utf-8")
    (home / "account.toml").write_text(text.replace('"water-balance-plateau"', '"own"'), encoding="utf-8")
    (home / "own.toml").write_text(OWN.format(extends), encoding="utf-8")
    if extends == "base":
        (home / "base.toml").symlink_to(secret / "base.toml")
    return home


VERBS: dict[str, Callable[[Path], list[str]]] = {
    "account": lambda home: ["account", str(home)],
    "explain": lambda home: ["explain", str(home / "account.toml"), "--county", "632222", "--quantity", "water_value_total"],
    "compare": lambda home: ["compare", str(home), "--rulesets", "own,water-balance-plateau"],
}  # fmt: skip


@pytest.mark.parametrize("extends", ["../secret/base", "{secret}/base", "base"])
@pytest.mark.parametrize("verb", VERBS)
def test_a_ruleset_extends_none_outside_its_folder_until_the_folder_is_named(
    tmp_path: Path, verb: str, extends: str
) -> None:
    home = home_of(tmp_path, extends.format(secret=tmp_path / "secret"))
    code, told = run(*VERBS[verb](home))
    assert (code, "own.toml:3  点到的文件" in told, "之外" in told, "--inside" in told) == (1, True, True, True)
    code, told = run(*VERBS[verb](home), "--inside", str(tmp_path))
    assert code == 0, told


@pytest.mark.parametrize("extends", ["own", "./own", "sub/../own"])
def test_a_ruleset_that_extends_itself_under_another_spelling_is_told(tmp_path: Path, extends: str) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "own.toml").write_text(OWN.format(extends), encoding="utf-8")
    with pytest.raises(RulesetError) as caught:
        read_ruleset(tmp_path / "own.toml")
    (found,) = caught.value.problems
    assert (found.code, found.where, f"own → {extends}" in found.text()) == ("ruleset_extends", "own.toml:3", True)


def test_a_chain_of_rulesets_without_end_is_left(tmp_path: Path) -> None:
    for number in range(1200):
        (tmp_path / f"r{number}.toml").write_text(OWN.format(f"r{number + 1}"), encoding="utf-8")
    with pytest.raises(RulesetError) as caught:
        read_ruleset(tmp_path / "r0.toml")
    assert [item.code for item in caught.value.problems] == ["ruleset_extends"]


VIRTUAL = (
    '<VRTDataset rasterXSize="2" rasterYSize="2"><VRTRasterBand dataType="Byte" band="1"><SimpleSource>'
    "<SourceFilename>{}</SourceFilename><SourceBand>1</SourceBand></SimpleSource></VRTRasterBand></VRTDataset>"
)
SERVICE = (
    '<GDAL_WMS><Service name="TMS"><ServerUrl>http://127.0.0.1:9/${{z}}/${{x}}/${{y}}</ServerUrl></Service></GDAL_WMS>'
)


@pytest.mark.parametrize("content", [VIRTUAL, SERVICE], ids=["virtual", "service"])
def test_a_raster_that_leads_to_other_files_or_addresses_is_not_opened(tmp_path: Path, content: str) -> None:
    pytest.importorskip("rasterio")
    from qhgep.raster.layers import LayerAsked, open_layer

    source = Path("examples/maps/precipitation.tif").resolve()
    (tmp_path / "p.tif").write_text(content.format(source), encoding="utf-8")
    problems = Problems()
    asked = LayerAsked("precipitation", tmp_path / "p.tif", 1, "mm/a", None, "降水", None, "", "", "", "maps.toml:3")
    assert open_layer(asked, problems) is None
    assert [item.code for item in problems.items] == ["map_raster_open"]


def boundaries(place: Path, name: str, content: bytes) -> Path:
    (place / name).write_bytes(content)
    return place / name


@pytest.mark.parametrize("name", ["b.geojson", "b.json", "b.shp", "b.gpkg", "b.parquet"])
def test_boundaries_that_are_a_list_of_other_files_are_not_opened(tmp_path: Path, name: str) -> None:
    pytest.importorskip("pyogrio")
    from qhgep.raster.boundaries import BoundariesAsked, read_shapes

    source = Path("examples/maps/counties.geojson").resolve()
    listed = f'<OGRVRTDataSource><OGRVRTLayer name="counties"><SrcDataSource>{source}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'
    asked = BoundariesAsked(boundaries(tmp_path, name, listed.encode()), "", "county_code", "WGS84", "", "maps.toml:8")
    with pytest.raises(InputError) as caught:
        read_shapes(asked)
    assert [(item.code, item.where) for item in caught.value.problems] == [("map_boundary_read", name)]
    assert f"{name}  边界文件读不出来：no " in caught.value.text()


def test_parts_of_a_shapefile_that_lie_elsewhere_are_not_read(tmp_path: Path) -> None:
    pytest.importorskip("pyogrio")
    from qhgep.raster.boundaries import BoundariesAsked, read_shapes

    home, secret = tmp_path / "home", tmp_path / "secret"
    home.mkdir()
    secret.mkdir()
    (secret / "b.dbf").write_bytes(b"secret")
    (home / "b.dbf").symlink_to(secret / "b.dbf")
    asked = BoundariesAsked(boundaries(home, "b.shp", b"\0\0\x27\x0a" + b"\0" * 96), "", "code", "WGS84", "", "")
    with pytest.raises(InputError) as caught:
        read_shapes(asked)
    assert [(item.code, item.where) for item in caught.value.problems] == [("file_outside", "b.dbf")]


def test_boundaries_as_they_are_written_are_read() -> None:
    pytest.importorskip("pyogrio")
    from qhgep.raster.boundaries import BoundariesAsked, read_shapes

    path = Path("examples/maps/counties.geojson")
    codes = [item["properties"]["county_code"] for item in json.loads(path.read_text(encoding="utf-8"))["features"]]
    assert read_shapes(BoundariesAsked(path, "", "county_code", "WGS84", "", ""))[2] == codes
