"""Small tables of other tools made by hand, and importing them."""

from collections.abc import Mapping
from pathlib import Path

from qhgep.importers.declared import Declared
from qhgep.importers.run import Imported, import_table

ZONES = "id,county_code,area,area_unit\n7,632222,4500,m2\n8,632621,1,km2\n"
PLACE = {"year": "2020", "datum": "CGCS2000", "crs": "EPSG:4525"}
CLCD = {"scheme": "CLCD", "version": "annual-30m"}
RAIN = {"quantity": "precipitation", "unit": "mm/a", "statistic": "mean"}
TABLES: Mapping[str, str] = {
    "invest-water-yield": "ws_id,precip_mn,AET_mn,wyield_mn,wyield_vol\n7,400,300.5,99.5,447.75\n8,400,300,100,100000\n",
    "invest-sdr": "fid,ws_id,usle_tot,sed_export,sed_dep,avoid_exp,avoid_eros\n1,7,120.5,10,100,30,880.25\n2,8,500,40,400,90,6100\n",
    "invest-carbon": "Raster,Total,Units,Filename\nBaseline Carbon Storage,1000,metric_ton,c_storage_bas.tif\n"
    "Alternate Carbon Storage,1110,metric_ton,c_storage_alt.tif\nChange in Carbon Storage,110,metric_ton,c_change_bas_alt.tif\n",
    "gee": 'system:index,ws,histogram,.geo\n0,7,"{1=2.0, 4=2.5, 9=0.5}",\n',
    "arcgis-zonal": "OBJECTID,ws,ZONE_CODE,COUNT,AREA,MEAN\n1,7,1,5,4500,400.5\n2,8,2,1111,1000000,380\n",
    "arcgis-tabulate": "OBJECTID,ws,VALUE_4,VALUE_5,VALUE_8\n1,7,2700,1800,0\n2,8,900000,99000,900\n",
    "qgis-zonal": "fid,ws,_count,_mean\n1,7,5,400.5\n2,8,1111,380\n",
    "qgis-histogram": "fid,ws,HISTO_4,HISTO_5,HISTO_8\n1,7,3,2,0\n2,8,1000,110,1\n",
    "land-survey": "行政区代码,地类编码,地类名称,面积（亩）\n8,0401,天然牧草地,1200\n8,0402,沼泽草地,240\n8,1101,河流水面,30\n"
    "8,1106,内陆滩涂,0\n8,0404,其他草地,30\n",
}
OPTIONS: Mapping[str, Mapping[str, str | tuple[str, ...]]] = {
    "invest-water-yield": PLACE,
    "invest-sdr": {"year": "2020", "datum": "CGCS2000"},
    "invest-carbon": {"year": "2020", "from_year": "2010"},
    "gee": {**PLACE, **CLCD, "statistic": "histogram", "id_column": "ws", "scale": "30"},
    "arcgis-zonal": {**PLACE, **RAIN, "id_column": "ws"},
    "arcgis-tabulate": {**PLACE, **CLCD, "scale": "30", "id_column": "ws"},
    "qgis-zonal": {**PLACE, **RAIN, "scale": "30", "id_column": "ws"},
    "qgis-histogram": {**PLACE, **CLCD, "scale": "30", "id_column": "ws"},
    "land-survey": {
        "year": "2020", "scheme": "TDT1055", "version": "2019", "id_column": "行政区代码", "class_column": "地类编码",
        "area_column": "面积", "ignore": ("地类名称",),
    },
}  # fmt: skip
MAPS = {"invest-carbon": "id,county_code\n*,632621\n"}
ACCEPTED = {"reason": "其余为湖面", "decided_by": "张三"}


def run(
    folder: Path,
    kind: str,
    *,
    table: str | None = None,
    zones: str | None = None,
    **changes: str | tuple[str, ...] | bool,
) -> Imported:
    """The import of a kind's table, with its options changed (empty: left out)."""
    folder.mkdir(exist_ok=True)
    (folder / "t.csv").write_text(TABLES[kind] if table is None else table, encoding="utf-8")
    (folder / "zones.csv").write_text(zones or MAPS.get(kind, ZONES), encoding="utf-8")
    options = {**OPTIONS[kind], **changes}
    if "ignore" not in changes:  # of a table without them, the attributes of the usual one are not named
        head = (folder / "t.csv").read_text(encoding="utf-8").partition("\n")[0].split(",")
        options["ignore"] = tuple(column for column in options.get("ignore", ()) if column in head)
    place = None if options.pop("map", "zones.csv") == "" else folder / "zones.csv"
    return import_table(kind, folder / "t.csv", Declared(map=place, **options))  # type: ignore[arg-type] # texts by name
