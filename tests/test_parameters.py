"""Each of the 139 researched parameters is a row, known to be missing, or not used with a reason; nothing is upgraded."""

import csv
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from qhgep.coefficient_store import Parameter, Parameters, load_parameters, parameter_problems, parameters_not_used
from qhgep.errors import CoefficientError
from qhgep.evidence import RANK
from qhgep.units import is_no_unit, reads, spelled
from tests.support.command_line import COMMAND

FACTS = Path(__file__).with_name("facts") / "compensation-parameters.csv"
"""The researched rows, trimmed to what is compared; `kind` is the kind of text seen, `address` whether it was recorded."""
STRONGEST = {"law text": "primary", "seed text": "primary", "official host": "primary", "paper": "published"}
"""Kind of text -> the strongest evidence it allows (the mapping of the facts' README); all other kinds: secondary."""
HEADER = "row,key,region_code,ecosystem,item,from,to,known_since,price_year,value,low,high,unit,source,at,origin,evidence,parents,note,rule"


def facts() -> dict[str, Mapping[str, str]]:
    with FACTS.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def fact_of(row: str) -> str:
    """P116a, P116b ... are parts of the fact P116."""
    return row.rstrip("abcd")


def rows() -> Mapping[str, Parameter]:
    return by_id(load_parameters())


def by_id(store: Parameters) -> Mapping[str, Parameter]:
    return {row.row: row for row in store.rows}


def test_each_of_the_139_rows_is_in_the_store_or_missing_or_not_used_and_never_two_of_them() -> None:
    store = load_parameters()
    used, missing, unused = (
        {fact_of(row) for row in by_id(store)},
        {fact_of(row) for row in store.missing},
        set(parameters_not_used()),
    )
    assert len(facts()) == 139
    assert used | missing | unused == set(facts())
    assert len(used) + len(missing) + len(unused) == 139
    assert all(reason.strip() for reason in parameters_not_used().values())


def test_a_fact_without_a_known_value_is_missing_and_never_a_row() -> None:
    unknown = {key for key, fact in facts().items() if fact["status"] == "UNKNOWN"}
    assert unknown == {"P010", "P035", "P064", "P094"}
    assert unknown <= {fact_of(row) for row in load_parameters().missing}
    assert all(item.document for item in load_parameters().missing.values())


def test_the_digits_of_a_row_are_digits_of_the_fact_and_its_dates_those_of_the_fact() -> None:
    for key, item in rows().items():
        fact, row = facts()[fact_of(key)], item
        if key not in {"P114b", "P116d"}:  # the half of each side, and the fund: printed beside the ratios
            assert str(row.value) in re.findall(r"[0-9.]+", fact["value"]), key
        if fact_of(key) not in {"P120", "P197"}:
            assert (str(row.start or ""), str(row.end or "")) == (fact["from"], fact["to"]), key
        assert item.rule == fact["rule"]


def test_no_evidence_is_stronger_than_the_kind_of_text_that_was_seen() -> None:
    for key, item in rows().items():
        fact = facts()[fact_of(key)]
        strongest = "unconfirmed" if fact["status"] == "RECALLED" else STRONGEST.get(fact["kind"], "secondary")
        if not fact["address"] and strongest != "unconfirmed":
            strongest = "secondary"
        assert RANK[item.evidence] >= RANK[strongest], key


def test_rows_of_one_key_have_units_of_one_dimension_and_unit_spellings_are_known() -> None:
    printed = {fact["unit"] for fact in facts().values()}
    assert sorted(text for text in printed if not (reads(text) or is_no_unit(text))) == []
    found: dict[str, set[str]] = {}
    for item in rows().values():
        unit = str(spelled(item.unit).unit)
        found.setdefault(item.key, set()).add(unit.removesuffix("/year"))
    assert {key: units for key, units in found.items() if len(units) > 1} == {}


def test_where_a_row_holds_is_a_distance_from_the_recipient() -> None:
    haibei, henan, nation = rows()["P026"], rows()["P188"], rows()["P195"]
    assert [haibei.distance(code) for code in ("632200", "632222", "632621", "forest-farm")] == [0, 1, None, None]
    assert [henan.distance(code) for code in ("632324", "632323")] == [0, None]
    assert [nation.distance(code) for code in ("632222", "forest-farm")] == [3, 1]
    assert rows()["P020"].distance("632722") == 1, "果洛、玉树: one row for two prefectures"


def pack(folder: Path, *lines: str) -> Path:
    (folder / "compensation").mkdir()
    (folder / "compensation" / "own.csv").write_text("\n".join((HEADER, *lines)) + "\n", encoding="utf-8")
    issued = 'kind = "law"\npublisher = "海北州人民政府"\ndate = 2026-01-02\naddress = "档案室"\nchecked = 2026-01-05\n'
    sources = f'[own-plan]\ntitle = "本州实施方案"\n{issued}'
    (folder / "compensation" / "sources.toml").write_text(sources, encoding="utf-8")
    return folder


ROUND_4 = (
    "P010,grass_ban_rate,632200,,,2026-01-01,2030-12-31,,,13.1,,,CNY/mu/yr,own-plan,第五条,stated,primary,,,GRASS-NAT-4"
)


def test_a_pack_gives_what_is_missing_and_lists_what_it_replaces(tmp_path: Path) -> None:
    own = "OWN-1,grass_ban_rate,632200,,,2016-01-01,2020-12-31,,,12.4,,,CNY/mu/yr,own-plan,第五条,stated,primary,,,GRASS-QH-2"
    store = load_parameters([pack(tmp_path, ROUND_4, own)])
    assert str(by_id(store)["P010"].value) == "13.1"
    assert "P010" not in store.missing
    assert "P026" not in by_id(store)
    assert [(old.row, new.row) for old, new in store.overridden] == [("P026", "OWN-1")]
    assert store.hashes.keys() > load_parameters().hashes.keys()


def test_faults_of_a_pack_are_told_all_at_once_with_their_lines(tmp_path: Path) -> None:
    bad = ROUND_4.replace("own-plan", "nobody").replace("CNY/mu/yr", "CNY/mou/yr")
    turned = ROUND_4.replace("2026-01-01", "2031-01-01").replace("P010", "P011")
    short = ROUND_4.replace("13.1", "thirteen").replace("P010", "P012")
    with pytest.raises(CoefficientError) as caught:
        load_parameters([pack(tmp_path, bad, turned, turned, short)])
    name = f"{tmp_path.name}/compensation/own.csv"
    assert [(item.code, item.where) for item in caught.value.problems] == [
        ("row_source", f"{name}:2"),
        ("unit_part", f"{name}:2"),
        ("row_dates", f"{name}:3、{name}:4（2）"),
        ("row_twice", f"{name}:4"),
        ("headed_number", f"{name}:5 › value"),
    ]


def test_checking_a_pack_tells_the_faults_of_its_parameters_too(tmp_path: Path) -> None:
    assert parameter_problems(pack(tmp_path, ROUND_4)) == ()
    (tmp_path / "compensation" / "own.csv").write_text(
        f"{HEADER}\n{ROUND_4.replace('own-plan', 'x')}\n", encoding="utf-8"
    )
    found = CliRunner().invoke(COMMAND, ["--lang", "zh", "coefficients", "check", str(tmp_path)])
    assert found.exit_code == 1
    assert f"{tmp_path.name}/compensation/own.csv:2  来源 “x” 不在 sources.toml 里" in found.stderr


def test_as_known_on_a_day_a_row_counts_from_the_date_of_its_document_on() -> None:
    """P005 stands in a report of 2016-08-24, P186 in one of 2016-10-21; of P195 (a county's news) no date was recorded."""
    before, on, later = (set(by_id(load_parameters(known_on=day))) for day in (
        date(2016, 8, 23), date(2016, 8, 24), date(2016, 10, 21)))  # fmt: skip
    assert [{"P005", "P186", "P195"} & known for known in (before, on, later)] == [set(), {"P005"}, {"P005", "P186"}]


def test_a_row_was_known_when_its_document_was_and_where_only_the_year_is_known_by_its_end() -> None:
    store = load_parameters()
    for name, item in by_id(store).items():
        source = store.sources.get(item.source)
        day = None if source is None else source.date or (source.year and date(source.year, 12, 31))
        assert item.known_since == day, name
    assert sum(item.known_since is not None for item in store.rows) == 101


def test_a_row_of_a_pack_that_was_not_known_then_overrides_nothing(tmp_path: Path) -> None:
    """As for coefficients: on the day before the pack's document the shipped row of 海北 (2018) counts again."""
    own = "OWN-1,grass_ban_rate,632200,,,2016-01-01,2020-12-31,2026-01-02,,12.4,,,CNY/mu/yr,own-plan,第五条,stated,primary,,,GRASS-QH-2"
    folder, shipped = pack(tmp_path, own), by_id(load_parameters())["P026"]
    assert shipped.known_since is not None
    now, then = (load_parameters([folder], known_on=date(2026, 1, day)) for day in (2, 1))
    assert ("P026" in by_id(now), "OWN-1" in by_id(now), len(now.overridden)) == (False, True, 1)
    assert ("P026" in by_id(then), "OWN-1" in by_id(then), then.overridden) == (True, False, ())
    assert [row.row for row in then.left_out if row.row == "OWN-1"] == ["OWN-1"]
