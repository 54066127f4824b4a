"""What a clerk reads beside a shipped row is Chinese: its note, why a row is not used, its place in a Chinese work, the source."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from qhgep.coefficient_store import load_parameters, parameters_not_used
from qhgep.coefficient_store.files import not_used
from qhgep.coefficient_store.regions import shipped_regions
from qhgep.packs.library import coefficients

EXAMPLES = Path(__file__).parent.parent / "examples"

ARITHMETIC = {
    "P054": "500+300+400 = 1200", "P055": "500+300+400 = 1200", "P056": "500+300+400 = 1200", "P057": "450+400 = 850",
    "P058": "450+400 = 850", "P190a": "5*19.47 = 97.35", "P190b": "5*19.47 = 97.35",
}  # fmt: skip
"""The notes that are a sum and no words."""

FOREIGN = {
    "bipm-si", "he-dai-chen-2020", "invest-source", "ma-2021", "mcd12c1-2019", "natcap-gep", "ouyang-2020-gep", "pyrweq",
    "worldbank-prices-mirror",
}  # fmt: skip
"""The sources that are English works: their titles and the places in them stand as they are printed."""

PLACES = r"\b(Tables?|text|abstract|introduction|Art|para|line|eq)\b"
"""English words for a place in a work."""


def is_chinese(text: str) -> bool:
    return re.search("[\u4e00-\u9fff]", text) is not None


def english(text: str) -> list[str]:
    """The runs of two English words and more, but for names of persons and formulas: `van Bemmelen`, `10.8 sin θ`."""
    return re.findall(r"[A-Za-z]{3,} +[A-Za-z]{2,}(?:[ ,]+[A-Za-z]+)*", text.replace("van Bemmelen", ""))


def remarks() -> Iterator[tuple[str, str]]:
    """Every note of a row, of a missing row and of a region, and each reason why a row is not used, by its id."""
    parameters = load_parameters()
    yield from ((row.row, row.note) for row in (*coefficients().rows, *parameters.rows) if row.note)
    yield from ((name, row.note) for name, row in parameters.missing.items() if row.note)
    yield from ((name, region.note) for name, region in shipped_regions().items() if region.note)
    yield from not_used().items()
    yield from parameters_not_used().items()


def test_a_note_of_the_store_is_chinese_or_a_sum() -> None:
    written = dict(remarks())
    assert len(written) > 700
    assert {name: note for name, note in written.items() if not is_chinese(note)} == ARITHMETIC


def test_no_note_of_the_store_has_a_sentence_in_english() -> None:
    assert [(name, note) for name, note in remarks() if english(note)] == []
    assert english("printed 水域; an artefact as for water; 0.7/0.8 yuan per kg") == [
        "artefact as for water",
        "yuan per kg",
    ]


def test_a_title_is_chinese_unless_the_work_is_not() -> None:
    sources = {**coefficients().sources, **load_parameters().sources}
    assert {name for name, source in sources.items() if not is_chinese(source.title)} == FOREIGN
    assert [name for name, source in sources.items() if "not recorded" in source.title] == []


def test_a_place_in_a_chinese_work_is_named_in_chinese() -> None:
    rows = [row for row in (*coefficients().rows, *load_parameters().rows) if row.source not in FOREIGN]
    assert [(row.row, row.at) for row in rows if re.search(PLACES, row.at)] == []


def test_a_note_of_an_example_has_no_sentence_in_english() -> None:
    written = [
        (path.parent.name, row[column])
        for path in sorted(EXAMPLES.glob("*/*.csv"))
        for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines())
        for column in ("note", "at")
        if row.get(column)
    ]
    assert len(written) > 500
    assert [item for item in written if english(item[1]) or re.search(PLACES, item[1])] == []
