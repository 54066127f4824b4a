"""The catalogue is complete and closed: sources, names, rulesets; and what a formula may not hold."""

import importlib
import pkgutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from qhgep import catalogue
from qhgep.catalogue import Clause, Formula, catalogue_of, checked, shipped
from qhgep.catalogue.formulas import derived_factor, formula, no_exchange_value, total_of
from qhgep.data import data_folder
from qhgep.errors import FormulaError
from qhgep.expr import Quantity, Total
from qhgep.packs.library import coefficients
from qhgep.quantities import area, quantity
from qhgep.ruleset_store.ruleset import rulesets
from qhgep.units import spelled
from tests.support.books import book
from tests.support.package import write

FORMULAS = sorted(shipped().formulas.values(), key=lambda item: item.id)
QUANTITIES = sorted(shipped().vocabulary.values(), key=lambda item: item.name)
HERE = Clause("qhgep", at="测试")
VOLUME = quantity("volume", "m**3/year", axes="county year ecosystem", zh="水量", tex="V")
DEPTH = quantity("depth", "mm/year", axes="county year ecosystem", zh="水深", tex="h")


def by_id(item: Formula) -> str:
    return "/".join(item.id)


@pytest.mark.long
@pytest.mark.parametrize("item", FORMULAS, ids=by_id)
def test_every_formula_names_a_registered_source_and_the_place_in_it(item: Formula) -> None:
    assert item.source.source in coefficients().sources
    assert item.source.at


@pytest.mark.parametrize("item", FORMULAS, ids=by_id)
def test_every_formula_fits_its_quantity_and_covers_only_what_it_reads(item: Formula) -> None:
    assert checked(item).unit == item.quantity.unit
    assert set(item.covers) <= set(item.inputs)


@pytest.mark.parametrize("item", QUANTITIES, ids=lambda item: item.name)
def test_every_quantity_has_a_chinese_name_a_symbol_and_bounds_with_a_reason(item: Quantity) -> None:
    assert any("一" <= letter <= "鿿" for letter in item.zh) or item.zh.isupper()
    assert item.tex
    assert item.bounds is None or item.bounds.reason


@pytest.mark.parametrize("part", ["name", "zh", "tex"])
def test_no_two_quantities_share_a_name_or_symbol(part: str) -> None:
    counted = Counter(getattr(item, part) for item in QUANTITIES)
    assert [name for name, times in counted.items() if times > 1] == []


@pytest.mark.parametrize("item", [q for q in QUANTITIES if q.unit.items], ids=lambda item: item.name)
def test_the_unit_that_a_message_expects_is_accepted_when_it_is_typed(item: Quantity) -> None:
    for text in (item.unit.printed, str(item.unit)):
        assert (spelled(text).unit, spelled(text).scale) == (item.unit, 1)


def test_every_indicator_is_counted_excluded_or_listed_by_some_ruleset() -> None:
    listed = {
        name
        for rules in rulesets().values()
        for name in (*(line.id for line in (*rules.indicators, *rules.beside, *rules.not_covered)), *rules.exclude)
    }
    assert sorted(set(shipped().indicators) - listed) == []


def test_the_two_halves_of_an_indicator_are_a_physical_quantity_and_money() -> None:
    for item in shipped().indicators.values():
        assert str(item.value.unit) == "CNY/year"
        assert "CNY" not in str(item.quantity.unit)


def test_what_no_market_would_pay_is_marked_and_found_below_a_value() -> None:
    """Flags of SEEA EA are our judgement (the text was not seen): capital cost on a yearly flow, surplus, willingness to pay."""
    by_id = shipped().formulas
    bound = {
        name: by_id[name, method]
        for name, method in {"water_value": "reservoir_cost", "water_value_total": "sum"}.items()
    }
    value = shipped().vocabulary["water_value_total"]
    assert [item.id for item in no_exchange_value(value, bound)] == [("water_value", "reservoir_cost")]
    assert no_exchange_value(value, bound | {"water_value": by_id["water_value", "annual_cost"]}) == ()
    assert not by_id["tourism_value", "travel_cost"].exchange_value
    assert not by_id["nonuse_value", "willingness_to_pay"].exchange_value
    assert by_id["tourism_value", "travel_cost_without_surplus"].exchange_value


def test_what_stays_outside_the_total_unless_a_ruleset_says_otherwise() -> None:
    norms = {name: item for name, item in shipped().indicators.items() if not item.system}
    assert [name for name, item in norms.items() if not item.counted] == [
        "ecological_energy", "pest_control", "habitat", "nonuse",
    ]  # fmt: skip
    assert {name for name, item in norms.items() if not item.final} == {"pest_control", "habitat", "nonuse"}
    assert not any(item.counted for item in shipped().indicators.values() if item.system)


@pytest.mark.parametrize("literal", [3, 10, 44, -1])
def test_no_number_but_0_1_and_2_may_stand_in_a_formula(literal: int) -> None:
    with pytest.raises(FormulaError) as caught:
        formula(VOLUME, method="typed", equals=area * DEPTH * literal, source=HERE)
    assert caught.value.text() == (
        f"volume/typed  公式里写了数 {literal}；公式里只许写 0、1、2；把这个数写成有出处的系数。"
    )
    assert caught.value.text("en") == (
        f"volume/typed  the formula holds the number {literal}; only 0, 1 and 2 may stand in a formula; "
        "make that number a coefficient with a source."
    )


@pytest.mark.parametrize("literal", [0, 1, 2])
def test_0_1_and_2_may_stand_in_a_formula(literal: int) -> None:
    assert formula(VOLUME, method="plain", equals=area * DEPTH * literal, source=HERE).id == (
        "volume",
        "plain",
    )


def test_a_total_stands_alone() -> None:
    with pytest.raises(FormulaError) as caught:
        formula(total_of(VOLUME), method="doubled", equals=2 * Total("ecosystem", VOLUME), source=HERE)
    assert caught.value.text() == (
        "volume_total/doubled  合计出现在公式中间；合计只能单独成一个公式，且只对一个量；把被合计的部分另立一个量。"
    )


def test_a_printed_factor_that_the_units_do_not_give_is_an_error_naming_both() -> None:
    clause = Clause("example-standard", at="式(1)", printed_factor=1000)
    wrong = formula(VOLUME, method="misprinted", equals=area * DEPTH, source=clause)
    with pytest.raises(FormulaError) as caught:
        checked(wrong)
    assert caught.value.text() == (
        "volume/misprinted  example-standard 式(1) 印的换算系数是 1000；由单位推得 10；"
        "核对原文的单位；推得的系数才被使用。"
    )
    assert caught.value.text("en") == (
        "volume/misprinted  example-standard 式(1) prints the factor 1000; the units give 10; "
        "check the units of the document; only the derived factor is used."
    )


def test_a_printed_factor_is_checked_in_the_units_that_the_document_prints() -> None:
    """mm·km² needs 10³ to be m³ (reference, section 10, misprint 2); in our hm² the same formula needs 10."""
    square = quantity("square", "km**2", axes="", zh="平方", tex="s").unit
    clause = Clause("gong-2017", at="水量平衡式", printed_factor=1000, printed_units=(("area", square),))
    printed = formula(VOLUME, method="printed", equals=area * DEPTH, source=clause)
    assert derived_factor(printed) == 1000
    assert [item.factor for item in checked(printed).conversions] == [10]


def module(name: str, **parts: object) -> ModuleType:
    made = ModuleType(f"tests.{name}", "a toy service.")
    vars(made).update(parts)
    return made


def test_every_module_with_formulas_names_what_they_are_about() -> None:
    """In data, since docstrings are gone under `python -OO`; the docstring begins with the same words."""
    for item in pkgutil.iter_modules(catalogue.__path__):
        part = importlib.import_module(f"{catalogue.__name__}.{item.name}")
        if item.name == "comparisons":  # it holds values of services against each other and has no formula of its own
            continue
        if any(isinstance(value, Formula) and value.source.source for value in vars(part).values()):
            assert (part.__doc__ or "").startswith(f"{part.SERVICE}:"), item.name
    assert shipped().services["water_retained"] == ("water", "水源涵养")
    assert shipped().services["area"] == ("quantities", "公共量")


@pytest.mark.long
def test_without_docstrings_a_workbook_is_the_same(tmp_path: Path) -> None:
    path = write(tmp_path / "x.xlsx", book("pilot").data)
    command = [sys.executable, "-OO", "-m", "qhgep", "verify", str(path)]
    done = subprocess.run(command, capture_output=True, check=False, cwd=Path(__file__).parent.parent)
    assert (done.returncode, done.stdout.decode().startswith("相同")) == (0, True)


def test_one_name_has_one_definition() -> None:
    other = quantity("depth", "m/year", axes="county year ecosystem", zh="水深", tex="h")
    with pytest.raises(FormulaError) as caught:
        catalogue_of([module("first", depth=DEPTH), module("second", depth=other)])
    assert caught.value.text() == "目录里 depth 出现两次而且不同；一个名字只有一个定义；改名或删去其一。"
    assert caught.value.text("en") == (
        "depth stands in the catalogue twice and differs; one definition for one name; rename or delete one."
    )


def test_one_method_of_a_quantity_is_one_formula() -> None:
    first = formula(VOLUME, method="same", equals=area * DEPTH, source=HERE)
    second = formula(VOLUME, method="same", equals=area * DEPTH * 2, source=HERE)
    with pytest.raises(FormulaError, match="volume"):
        catalogue_of([module("toy", depth=DEPTH, first=first, second=second)])


def test_a_quantity_that_two_services_import_is_one_quantity() -> None:
    found = catalogue_of([module("first", depth=DEPTH), module("second", depth=DEPTH)])
    assert dict(found.vocabulary) == {"depth": DEPTH}
    assert found.services["depth"] == ("first", "first")


def spellings() -> Iterator[tuple[str, str]]:
    content = tomllib.loads(Path(__file__).with_name("ecosystem_spellings.toml").read_text(encoding="utf-8"))
    for group in content.values():
        yield from group.items()


def test_every_spelling_of_an_ecosystem_in_the_facts_has_exactly_the_one_id() -> None:
    known: dict[str, set[str]] = {}
    for key, entry in ecosystems().items():
        for spelling in {key, entry["zh"], *entry["aliases"]}:
            known.setdefault(spelling, set()).add(key)
    assert {spelling: known.get(spelling, set()) for spelling, _ in spellings()} == {
        spelling: {key} for spelling, key in spellings()
    }
    assert [spelling for spelling, ids in known.items() if len(ids) > 1] == []


def test_a_dotted_ecosystem_stands_under_the_part_before_its_dot() -> None:
    for key, entry in ecosystems().items():
        above, _, _ = key.rpartition(".")
        assert entry["parent"] == above
        assert not above or above in ecosystems()


def ecosystems() -> dict[str, dict[str, object]]:
    content = tomllib.loads((data_folder("coefficients") / "ecosystems.toml").read_text(encoding="utf-8"))
    return {key: value for key, value in content.items() if isinstance(value, dict)}
