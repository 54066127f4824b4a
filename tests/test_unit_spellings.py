"""What printed units mean: the grammar against hand-worked cases, the list that it replaced, and seeded spellings."""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qhgep.catalogue import shipped
from qhgep.errors import UnitError
from qhgep.units import (
    Spelling,
    as_typed,
    converted,
    dimension,
    factor,
    is_no_unit,
    known_units,
    nearest,
    read_unit,
    reads,
    spelled,
    unit,
    usual,
)
from tests.support.result_bodies import body

HERE = Path(__file__).parent


def meant(text: str, canonical: str) -> Fraction:
    """How many of a unit of the registry a printed spelling is."""
    found = spelled(text)
    return found.scale * factor(found.unit, unit(canonical))


# --- the list of whole spellings that the grammar replaced ---------------------------------------------------


def listed() -> list[dict[str, str]]:
    with (HERE / "units" / "spellings-765.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


READ_NOW = {"0.1 pp"}
"""Was listed as the text of a tolerance column, and is a tenth of a percentage point."""


@pytest.mark.parametrize("row", [row for row in listed() if row["unit"] != "none"], ids=lambda row: row["spelling"])
def test_a_spelling_that_was_listed_means_what_it_meant(row: dict[str, str]) -> None:
    assert meant(row["spelling"], row["unit"]) == Fraction(row["scale"])


def test_what_was_listed_as_no_unit_is_read_as_none() -> None:
    refused = [row["spelling"] for row in listed() if row["unit"] == "none"]
    assert len(refused) == 28
    assert {text for text in refused if reads(text)} == READ_NOW
    assert meant("0.1 pp", "1") == Fraction(1, 10) * Fraction(1, 100)


def test_the_words_of_a_unit_cell_that_holds_none_are_known_as_such() -> None:
    assert all(
        map(
            is_no_unit,
            ["", " ", "text", "none", "n/a", "GB/T 2260", "类", "万吨标准煤", "1e4 sheep units", "元/吨标煤"],
        )
    )
    assert not any(map(is_no_unit, ["t", "apples", "t/hm-2"]))


# --- what the field typed ------------------------------------------------------------------------------------

FIELD = {
    "10^8元": ("CNY", 10**8), "元·hm-2·a-1": ("CNY/ha/year", 1), "10^4hm2": ("ha", 10**4), "t/(km2·a)": ("t/km**2/year", 1),
    "m3/hm2": ("m**3/ha", 1), "GWh": ("kWh", 10**6), "元/km": ("CNY/km", 1), "m/year": ("m/year", 1), "美元": None,
    "元/个": ("CNY", 1), "10^6 m3": ("m**3", 10**6),
}  # fmt: skip
"""Read but one: a dollar has no constant rate of exchange."""


def test_what_was_refused_in_the_field_is_read_or_refused_for_a_reason() -> None:
    lines = (HERE / "field" / "unit-spellings-refused.txt").read_text(encoding="utf-8").split("\n")
    assert [line for line in lines if line] == list(FIELD)
    assert {text for text in FIELD if reads(text)} == {text for text, meaning in FIELD.items() if meaning}
    for text, meaning in FIELD.items():
        if meaning is not None:
            assert meant(text, meaning[0]) == meaning[1]


def test_what_a_bureau_types_is_read() -> None:
    path = HERE / "field" / "units-that-a-bureau-types-and-are-refused.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 10
    assert [row["printed"] for row in rows if meant(row["printed"], row["canonical"]) != 1] == []


# --- the grammar, by hand ------------------------------------------------------------------------------------

BY_HAND = [
    # scales: a power of ten as typed, in Chinese, with a lost superscript; 亩 is 1/15 ha
    ("104亩", "ha", Fraction(10**4, 15)), ("10⁴亩", "ha", Fraction(10**4, 15)), ("×10⁴ hm²", "ha", 10**4),
    ("x10^4 t", "t", 10**4), ("10**4 t", "t", 10**4), ("1e4t", "t", 10**4), ("1.0E+04 t", "t", 10**4), ("1×10^4 t", "t", 10**4),
    ("10 4 hm 2", "ha", 10**4), ("103 m3", "m**3", 1000), ("108元", "CNY", 10**8), ("1012 CNY", "CNY", 10**12),
    ("10-3 m3", "m**3", Fraction(1, 1000)), ("10⁻³ m³", "m**3", Fraction(1, 1000)), ("0.1mm", "mm", Fraction(1, 10)),
    ("100 kg", "kg", 100), ("1000公顷", "ha", 1000), ("10,000元", "CNY", 10**4), ("10万元", "CNY", 10**5), ("千公顷", "ha", 1000),
    ("百万吨", "t", 10**6), ("万亿元", "CNY", 10**12), ("万（亩）", "mu", 10**4), ("（万亩）", "mu", 10**4), ("万 亩", "mu", 10**4),
    ("元/100kg", "CNY/kg", Fraction(1, 100)), ("人/万亩", "person/mu", Fraction(1, 10**4)), ("元/亿立方米", "CNY/m**3", Fraction(1, 10**8)),
    # powers: digits behind, superscripts, signs, words
    ("m3", "m**3", 1), ("m³", "m**3", 1), ("㎥", "m**3", 1), ("㎞²", "km**2", 1), ("㎡", "m**2", 1), ("m 3/a", "m**3/year", 1),
    ("m^3", "m**3", 1), ("m**3", "m**3", 1), ("米3", "m**3", 1), ("立方 米", "m**3", 1), ("平方千米", "km**2", 1), ("平方百米", "ha", 1),
    ("hm-2", "1/ha", 1), ("hm^(-2)", "1/ha", 1), ("km−2", "1/km**2", 1), ("k m 2", "km**2", 1), ("万方", "m**3", 10**4),
    # products and the line
    ("t·hm⁻²·a⁻¹", "t/ha/year", 1), ("t.hm-2.a-1", "t/ha/year", 1), ("t hm-2 a-1", "t/ha/year", 1), ("t*hm-2*a-1", "t/ha/year", 1),
    ("t/hm2·a-1", "t/ha/year", 1), ("t/hm2/a", "t/ha/year", 1), ("t／（hm²·a）", "t/ha/year", 1), ("吨/公顷·年", "t/ha/year", 1),
    ("千克每公顷", "kg/ha", 1), ("立方米每秒", "m**3/s", 1), ("元 per 亩", "CNY/mu", 1), ("每年", "1/year", 1), ("元/亩.年", "CNY/mu/year", 1),
    ("MJ·mm·hm-2·h-1·a-1", "MJ*mm/(ha*h*year)", 1), ("兆焦·毫米/(公顷·小时·年)", "MJ*mm/(ha*h*year)", 1),
    ("t·hm2·h·hm-2·MJ-1·mm-1", "t*h/(MJ*mm)", 1), ("m²/hm²", "m**2/ha", 1), ("mg/L", "kg/m**3", Fraction(1, 1000)),
    # substances
    ("tCO2", "t*CO2", 1), ("t CO 2", "t*CO2", 1), ("吨CO₂/年", "t*CO2/year", 1), ("kg(以N计)/hm2", "kg*nitrogen/ha", 1),
    ("g/(m2·a)(以C计)", "g*carbon/(m**2*year)", 1), ("元/t(C)", "CNY/(t*carbon)", 1), ("TgC/a", "t*carbon/year", 10**6),
    ("克碳/平方米/年", "g*carbon/(m**2*year)", 1), ("千克干物质/亩", "kg*dry_matter/mu", 1), ("%有机质", "percent*organic_matter", 1),
    # words of the trade
    ("元/斤", "CNY/kg", 2), ("万度", "kWh", 10**4), ("元/度", "CNY/kWh", 1), ("亿度/年", "kWh/year", 10**8), ("度", "deg", 1),
    ("kW·h", "kWh", 1), ("MW·h", "kWh", 1000), ("TWh", "kWh", 10**9), ("吉瓦时", "kWh", 10**6), ("升/秒", "dm**3/s", 1),
    ("头（只）", "head", 1), ("万人次", "visit", 10**4), ("元/(人·月)", "CNY/(person*year)", 12), ("万元/月", "CNY/year", 120000),
    ("ML", "m**3", 1000), ("kt", "t", 1000), ("Mg", "t", 1), ("微克/立方米", "g/m**3", Fraction(1, 10**6)), ("上年=100", "1", Fraction(1, 100)),
    # capitals, where they mean one thing
    ("KM2", "km**2", 1), ("万M3", "m**3", 10**4), ("Kwh", "kWh", 1), ("KG/HM2", "kg/ha", 1), ("MJ·mm/(HM2·h·a)", "MJ*mm/(ha*h*year)", 1),
]  # fmt: skip


@pytest.mark.parametrize(("text", "canonical", "size"), BY_HAND)
def test_a_printed_unit_is_read_by_its_parts(text: str, canonical: str, size: Fraction | int) -> None:
    assert meant(f" {text} ", canonical) == size


def test_a_per_cent_is_a_scale_alone_and_a_unit_of_a_substance_or_below_the_line() -> None:
    assert spelled("%/a") == Spelling(unit("1/year"), Fraction(1, 100))
    assert spelled("% C") == Spelling(unit("percent*carbon"), Fraction(1))
    assert spelled("1/%") == Spelling(unit("1/percent"), Fraction(1))
    assert spelled("‰").scale == Fraction(1, 1000)


TWO_READINGS = ["t/hm-2", "元/亩-1", "10E4 t", "kg/t(C)", "kg/kg(以N计)"]
"""Above or below the line; 10⁴ or 10⁵; of which of the two masses."""


@pytest.mark.parametrize("text", TWO_READINGS)
def test_what_has_two_readings_is_refused(text: str) -> None:
    with pytest.raises(UnitError) as caught:
        spelled(text, where="t.csv:2")
    assert [item.code for item in caught.value.problems] == ["unit_ambiguous"]
    assert str(caught.value).startswith(f"t.csv:2  单位 “{text}” 有两种读法；")


REFUSED = {
    "万吨标准煤": "标准煤", "元/吨标煤": "标煤", "羊单位": "羊单位", "美元": "美元", "千英亩": "英亩", "tCO2e": "CO2e",
    "吨二氧化碳当量": "二氧化碳当量", "kcal": "kcal", "10^4 tce": "tce",
}  # fmt: skip


@pytest.mark.parametrize(("text", "part"), REFUSED.items())
def test_a_word_without_an_exact_conversion_is_named(text: str, part: str) -> None:
    with pytest.raises(UnitError) as caught:
        spelled(text)
    chinese = (
        f"单位 “{text}” 里的 “{part}” 没有精确的换算；单位表里的单位；"
        "按有据可查的折算填成登记单位的数，并在备注写明折算。"
    )
    assert str(caught.value) == chinese
    assert caught.value.text("en").startswith(f"“{part}” in the unit “{text}” has no exact conversion; ")


NONE = [
    "data", "GDP", "常住", "forest", "had", "no", "am", "ma", "thm2", "元亩", "m32", "hm", "hm3", "667m2", "15亩", "104", "1950", "2020年",
    "万", "亿", "10^4", "10^99 m", "C", "N", "t-C", "C/m2", "mm/月", "人/月", "kg·", "/", "(", ")", "(m", "m^0", "m^99", "m!", "MM", "mW",
    "元（亩）", "1/10", "%a", "acre-foot", "m" * 90,
]  # fmt: skip
"""No words of units, numbers that are no scale, substances and months without what they belong to, letters with two cases."""


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_unit_is_refused(text: str) -> None:
    assert not reads(text)
    with pytest.raises(UnitError):
        spelled(text)


def test_an_unknown_word_is_named_with_the_nearest_spelling() -> None:
    with pytest.raises(UnitError) as caught:
        spelled("元/公倾", where="inputs.csv:7")
    chinese = "inputs.csv:7  单位 “元/公倾” 里的 “公倾” 不认识；认识的单位，最接近的是 元/公顷；改正写法；qhgep units 列出认识的单位。"
    english = (
        "inputs.csv:7  “公倾” in the unit “元/公倾” is not known; a known unit; the nearest is 元/公顷; "
        "correct the spelling; qhgep units lists what is known."
    )
    assert (str(caught.value), caught.value.text("en")) == (chinese, english)
    with pytest.raises(UnitError) as caught:
        spelled("公倾")
    assert str(caught.value).startswith("单位 “公倾” 不认识；认识的单位，最接近的是 公顷；")
    with pytest.raises(UnitError) as caught:
        spelled(" ")
    chinese, english = (
        "没有写单位；认识的单位，如 km2、hm²、万亩、mm/a、10^8 m3；补上单位。",
        "no unit is given; a known unit, such as ",
    )
    assert str(caught.value) == chinese
    assert caught.value.text("en").startswith(english)


SLIPS = [
    ("平方公理", "ha", "平方公里"),
    ("mm年", "mm/year", "mm/a"),
    ("千英吋", "mm/year", "毫米/年"),
    ("万立方", "CNY", "元"),
    ("元/顿", "CNY/t", "元/吨"),
]


@pytest.mark.parametrize(("text", "of", "expected"), SLIPS)
def test_for_a_quantity_the_nearest_is_one_of_its_dimension(text: str, of: str, expected: str) -> None:
    assert nearest(text, like=unit(of)) == expected


def test_a_unit_of_a_quantity_says_why_it_does_not_serve() -> None:
    for text, code in {
        "公倾": "unit_of_unknown",
        "吨": "unit_of_other",
        "t/hm-2": "unit_ambiguous",
        "英亩": "unit_refused",
        "": "unit_blank",
    }.items():
        with pytest.raises(UnitError) as caught:
            converted(text, unit("ha/year"), quantity="当量面积", where="x")
        assert [(item.code, item.where) for item in caught.value.problems] == [(code, "x")]
    assert converted("ha/a", unit("ha/year"), quantity="当量面积") == 1
    with pytest.raises(UnitError) as caught:
        converted("ha", unit("ha/year"), quantity="当量面积")
    english = (
        "the unit “ha” of 当量面积 does not convert to hm²/a; a unit like hm²/a, such as 公顷/年、万公顷/年、平方米/年、亩/年; "
        "check the unit, and whether the number stands in the right column."
    )
    assert caught.value.text("en") == english
    with pytest.raises(UnitError) as caught:
        converted("公倾/年", unit("ha/year"), quantity="当量面积")
    english = (
        "the unit of 当量面积 is “公倾/年”, which is not known; a unit that converts to hm²/a; the nearest is 公顷/年; "
        "correct the unit; qhgep units lists what is known."
    )
    assert caught.value.text("en") == english


def test_a_unit_keeps_its_powers_as_a_table_keeps_it() -> None:
    assert as_typed(" １０⁴　ｔ／（ｈｍ²·a） ") == "10⁴ t/(hm²·a)"


# --- usual spellings -----------------------------------------------------------------------------------------

UNITS = sorted({quantity.unit for quantity in shipped().vocabulary.values()}, key=str)


@pytest.mark.parametrize("of", UNITS, ids=str)
def test_every_usual_spelling_of_a_unit_is_read_as_what_it_is(of: object) -> None:
    found = usual(of)  # type: ignore[arg-type] # a unit
    assert found[0].meaning == Spelling(of, Fraction(1))  # type: ignore[arg-type] # likewise
    for entry in found:
        assert {dimension(entry.meaning.unit)} == {dimension(of)}  # type: ignore[arg-type] # likewise
        assert [text for text in entry.texts if spelled(text) != entry.meaning] == []


def test_a_new_rate_has_its_usual_spellings_without_being_listed() -> None:
    texts = [entry.texts[0] for entry in usual(unit("kg*nitrogen/(ha*year)"))]
    assert texts[:2] == ["千克氮/公顷/年", "吨氮/公顷/年"]
    assert "千克氮/亩/年" in texts


# --- 500 seeded spellings ------------------------------------------------------------------------------------
# Written from the description of the grammar: factors from the definitions of the units, never from the product.

SCALES = {
    "": 1, "万": 10**4, "亿": 10**8, "千": 10**3, "百万": 10**6, "10^4 ": 10**4, "10⁴ ": 10**4, "×10⁴ ": 10**4, "104": 10**4, "10⁸": 10**8,
    "108 ": 10**8, "1e4 ": 10**4, "10^6 ": 10**6, "0.1 ": Fraction(1, 10), "1000 ": 1000, "１０＾４　": 10**4, "x10^3 ": 1000,
}  # fmt: skip
# (spellings, name of the dimension, size in its base)
LENGTHS = [
    (["mm", "毫米", "㎜"], Fraction(1, 1000)),
    (["cm", "厘米"], Fraction(1, 100)),
    (["m", "米"], Fraction(1)),
    (["km", "公里", "千米"], Fraction(1000)),
]
AREAS = [
    (["亩", "mu", "市亩"], Fraction(10000, 15)), (["hm2", "hm²", "hm^2", "公顷", "ha", "HM2", "ｈｍ２"], Fraction(10000)),
    (["km2", "km²", "km^2", "平方公里", "平方千米", "㎢", "㎞²"], Fraction(10**6)), (["m2", "m²", "㎡", "平方米", "m**2"], Fraction(1)),
]  # fmt: skip
VOLUMES = [(["m3", "m³", "㎥", "立方米", "方", "m^3", "M3"], Fraction(1)), (["L", "升"], Fraction(1, 1000))]
MASSES = [
    (["t", "吨"], Fraction(1000)),
    (["kg", "千克", "公斤", "㎏"], Fraction(1)),
    (["g", "克"], Fraction(1, 1000)),
    (["斤"], Fraction(1, 2)),
]
MONEY = [(["元", "CNY", "yuan"], Fraction(1))]
COUNTED = [(["人", "person"], Fraction(1))]
KINDS = {"m": LENGTHS, "m**2": AREAS, "m**3": VOLUMES, "kg": MASSES, "CNY": MONEY, "person": COUNTED}
PERIODS = ["/a", "/年", "/yr", "·a-1", "·a⁻¹", "/year"]


def seeded(number: int) -> tuple[str, str, Fraction]:
    """A spelling, the base unit that it is of, and how many of it it is."""
    draw = random.Random(f"spelling {number}")
    above, below = draw.choice(list(KINDS)), draw.choice(["", "", "m**2", "kg", "person", "m**3"])
    (words, size), scale = draw.choice(KINDS[above]), draw.choice(list(SCALES))
    text, base, exact = f"{scale}{draw.choice(words)}", above, size * SCALES[scale]
    if not below or below == above:
        period = draw.choice(["", *PERIODS])
        return (text + period, f"{base}/year", exact) if period else (text, base, exact)
    (words, size), yearly = draw.choice(KINDS[below]), draw.random() < 0.5
    under = draw.choice(words)
    base, exact = f"{above}/({below}{'*year' if yearly else ''})", exact / size
    styles = {
        False: ["{0}/{1}", "{0} / {1}", "{0}／{1}", "{0}每{1}", "{0}/({1})"],
        True: ["{0}/({1}·a)", "{0}/（{1}·年）", "{0}/{1}/a", "{0}/{1}·年", "{0}/{1}/年", "{0}/({1} a)", "{0}/({1}*yr)"],
    }
    inverse = {"hm2": "hm-2", "hm²": "hm⁻²", "km2": "km-2", "m²": "m⁻²", "m2": "m^-2", "kg": "kg-1", "m3": "m-3"}
    if under in inverse and draw.random() < 0.4:
        sign = draw.choice(["·", "*", " ", "."]) if text[-1].isalnum() else "·"
        return sign.join([text, inverse[under], *(["a-1"] if yearly else [])]), base, exact
    return draw.choice(styles[yearly]).format(text, under), base, exact


SEEDED = 500


def unread() -> Iterator[tuple[str, str, Fraction]]:
    for number in range(SEEDED):
        text, base, exact = seeded(number)
        if not reads(text) or dimension(spelled(text).unit) != dimension(unit(base)) or meant(text, base) != exact:
            yield text, base, exact


def test_five_hundred_seeded_spellings_mean_what_their_parts_say() -> None:
    assert len({seeded(number)[0] for number in range(SEEDED)}) > 400
    assert list(unread()) == []


# --- any text ------------------------------------------------------------------------------------------------


@given(st.text(alphabet="mtgkha年万亩元吨公顷CON10^42³⁻-·/() .,%每立方", max_size=14))
@example("10^")
@example("m(")
@example("(C)")
@example("万(")
def test_any_text_is_a_unit_with_a_positive_scale_or_a_unit_error(text: str) -> None:
    if reads(text):
        assert spelled(text).scale > 0
        assert all(power.denominator == 1 for _, power in spelled(text).unit.items)
    else:
        with pytest.raises(UnitError):
            spelled(text)


@given(st.sampled_from([text for text, _, _ in BY_HAND]))
def test_blanks_around_and_full_width_signs_change_nothing(text: str) -> None:
    wide = re.sub(r"[/()]", lambda found: chr(ord(found[0]) + 0xFEE0), text)
    assert spelled(f"　{wide}\n") == spelled(text)


# --- what is told of them ------------------------------------------------------------------------------------


def test_a_reading_tells_unit_scale_base_and_other_sizes() -> None:
    """10⁴ 亩 are 10⁴/15 ha, 100 ha a km²."""
    found = read_unit(" 104亩 ")
    assert (found.text, found.unit, found.scale, found.base) == ("104亩", unit("mu"), 10**4, unit("m**2"))
    assert found.size == Fraction(10**8, 15)
    assert dict(found.usual)["公顷"] == Fraction(10**4, 15)
    assert dict(found.usual)["平方公里"] == Fraction(100, 15)
    assert found.report().splitlines()[:3] == ["104亩", "读作  10,000 × 亩  [mu]", "折合  20000000/3 ≈ 6666670 m²"]
    assert found.report("en").splitlines()[1:3] == ["read as   10,000 × 亩  [mu]", "which is  20000000/3 ≈ 6666670 m²"]
    assert body(found) == {
        "text": "104亩", "unit": "mu", "scale": "10000", "base": "m**2", "size": "20000000/3",
        "usual": {
            "亩": "10000", "万亩": "1", "平方米": "20000000/3", "公顷": "2000/3", "万公顷": "1/15", "平方公里": "20/3", "万平方公里": "1/1500",
        },
    }  # fmt: skip


def test_a_pure_number_and_a_small_one_are_told_as_such() -> None:
    assert read_unit("%").report().splitlines()[1:] == [
        "读作  0.01 × （纯数）",
        "即    0.01 比值",
        "      1 %",
        "      10 ‰",
    ]
    assert "0.000001 吨碳/平方米/年" in read_unit("gC/m2/a").report()


def test_what_is_known_is_told_in_both_languages_and_as_data() -> None:
    found = known_units()
    chinese, english = found.report(), found.report("en")
    assert [
        text for text in ("数量级", "亩", "hm2 = hm²", "不能换算的", "只认整个写法的", "元/度") if text not in chinese
    ] == []
    assert [
        text for text in ("scales", "亩", "prefixes", "refused", "known as a whole only") if text not in english
    ] == []
    words = {word["spellings"][0]: word for word in body(found)["words"]}
    assert (words["mu"]["unit"], words["mu"]["times"], words["亿"]["times"]) == ("mu", "1", "100000000")
    assert words["标准煤"]["unit"] == "none"
    assert [odd["unit"] for odd in body(found)["oddities"] if odd["spelling"] == "元/度"] == ["CNY/kWh"]


def test_every_word_is_told_once_and_every_kind_has_its_name() -> None:
    words = [word for atom in known_units().words if atom.kind != "prefix" for word in atom.words]
    assert sorted(set(words)) == sorted(words)
    plain = [
        atom
        for atom in known_units().words
        if atom.kind not in {"prefix", "scale", "refused", "substance", "month", "hectare_side"}
    ]
    assert [word for atom in plain for word in atom.words if not reads(word)] == []


def test_the_nearest_unit_of_one_wrong_spelling_is_sought_once_for_all_rows() -> None:
    """A long table may have it in 150,000 rows: refusing them must not take longer than reading them."""
    for _ in range(1000):
        with pytest.raises(UnitError):
            converted("hm2wrong", unit("ha"), quantity="面积")
    before = nearest.cache_info().misses
    with pytest.raises(UnitError):
        converted("hm2wrong", unit("ha"), quantity="面积")
    assert nearest.cache_info().misses == before


# --- what a bureau asks `qhgep units` about --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("株", 1),
        ("万株", 10**4),
        ("处", 1),
        ("元/座", 1),
        ("百分数", Fraction(1, 100)),
        ("ml", Fraction(1, 10**6)),
        ("亿kWh", 36 * 10**13),
    ],
)
def test_things_that_an_audit_counts_are_known_to_the_verb_too(text: str, size: Fraction) -> None:
    """万株 in a table is ten thousand things; 1 ml is 10^-6 m³; 1 kWh is 3.6 x 10^6 J, that is kg·m²/s²."""
    assert read_unit(text).size == size


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "月",
            "单位 “月” 不认识，也没有相近的；认识的单位，写法如 km2、hm²、万亩、mm/a、10^8 m3",
        ),
        (
            "万元（当年价）",
            "单位 “万元（当年价）” 里的 “当年价” 不认识，也没有相近的；认识的单位，写法如 km2、hm²、万亩、mm/a、10^8 m3",
        ),
        ("mL/aa", "单位 “mL/aa” 里的 “aa” 不认识；认识的单位，最接近的是 mL/a"),
    ],
)
def test_what_is_like_no_unit_is_not_said_to_be_nearest_to_one(text: str, says: str) -> None:
    with pytest.raises(UnitError) as caught:
        read_unit(text)
    assert caught.value.text() == f"{says}；改正写法；qhgep units 列出认识的单位。"
