"""Land-cover schemes and what each of their classes is as an ecosystem: the crosswalk, and class areas in input tables."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache

from qhgep.data import data_folder
from qhgep.errors import InputError, problem
from qhgep.inputs.table import Vocabulary
from qhgep.quantities import ItemList, bounds, quantity
from qhgep.units import factor, spelled, unit

_MANY = 40
"""A scheme of more classes is not printed whole in a message."""
LAND_CLASSES = "landcover_class"
"""The item list of classes, `CLCD@annual-30m:7`; a form of one survey has its codes alone."""
NOTHING = "none"
"""The ecosystem id of what lies outside every account: sea, cloud, no data."""
class_area = quantity(
    "landcover_class_area", "ha", axes="county year landcover_class", zh="地类面积", tex="A_{k}",
    limits=bounds("0", "25000000", "与生态系统面积同限"),
)  # fmt: skip
"""The area of a class whose ecosystem is a decision; read_account turns it into areas by the [[landcover]] entries."""


@dataclass(frozen=True, slots=True)
class LandClass:
    """One class of a scheme version. `evidence` is that of its code, `mapping_evidence` that of class -> ecosystem."""

    scheme: str
    version: str
    code: str
    zh: str
    ecosystem: str
    match: str
    alternative: tuple[str, ...]
    status: str
    evidence: str
    mapping_evidence: str
    source: str
    note: str
    survey: bool
    within: tuple[str, ...] = ()
    """Codes of the scheme whose areas hold this one's: 0702 is in 203 村庄."""
    part: bool = False
    """Whether it is a part of a class that forms ask, and no class of the scheme itself."""

    @property
    def open(self) -> bool:
        """Whether its ecosystem is a decision: several classes in one, an unclear one, or what is outside the account."""
        return self.match in {"needs_split", "ambiguous"} or self.ecosystem == NOTHING

    @property
    def item(self) -> str:
        """Its name in the item column of an input table: `CLCD@annual-30m:7`."""
        return f"{self.scheme}@{self.version}:{self.code}"

    @property
    def printed(self) -> str:
        """As people write it: `CLCD 7 裸地`."""
        return f"{self.scheme} {self.code} {self.zh}"


@dataclass(frozen=True, slots=True)
class AskedRow:
    """One row that a form asks of a survey: a class, or, where its ecosystem is a question, a part of it."""

    scheme: str
    version: str
    code: str
    part: str
    ecosystem: str
    zh: str

    @property
    def item(self) -> str:
        """The code, with the part that is asked of it: `0401.meadow`. The part is ours, the code that of the survey."""
        return f"{self.code}.{self.part}" if self.part else self.code

    def land(self, whole: LandClass) -> LandClass:
        """The part of a class, which goes to one ecosystem."""
        return replace(
            whole, code=self.item, zh=f"{whole.zh}（{self.zh}）", ecosystem=self.ecosystem, match="exact", alternative=(),
            within=(*whole.within, whole.code), part=True,
        )  # fmt: skip


@cache
def asked_rows() -> tuple[AskedRow, ...]:
    """The rows that forms ask of each survey that has a form, in their order."""
    path = data_folder("coefficients") / "landcover" / "survey_form.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            AskedRow(row["scheme"], row["scheme_version"], row["code"], row["part"], row["ecosystem"], row["zh"])
            for row in csv.DictReader(file)
        )


@cache
def schemes() -> Mapping[tuple[str, str], Mapping[str, LandClass]]:
    """(scheme, version) -> code -> class, as shipped, and parts that forms ask; versions may share classes, codes are text."""
    folder = data_folder("coefficients") / "landcover"
    with (folder / "classes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with (folder / "within.csv").open(encoding="utf-8", newline="") as file:
        within: dict[tuple[str, str], tuple[str, ...]] = {}
        for row in csv.DictReader(file):
            key = row["scheme"], row["code"]
            within[key] = (*within.get(key, ()), row["within"])
    with (folder / "schemes.csv").open(encoding="utf-8", newline="") as file:
        found = {
            (row["scheme"], row["version"]): {
                found.code: replace(found, within=within.get((row["classes"], found.code), ()))
                for found in _classes(rows, row["classes"], row["scheme"], row["version"], row["survey"])
            }
            for row in csv.DictReader(file)
        }  # fmt: skip
    for asked in asked_rows():
        if asked.part:
            known = found[asked.scheme, asked.version]
            known[asked.item] = asked.land(known[asked.code])
    return found


def _classes(rows: list[dict[str, str]], of: str, scheme: str, version: str, survey: str) -> Iterator[LandClass]:
    for row in rows:
        if row["scheme"] == of:
            yield LandClass(
                scheme, version, row["code"], row["name_zh"], row["ecosystem"], row["match"],
                tuple(filter(None, row["alternative"].split(";"))), row["status"], row["evidence"],
                row["mapping_evidence"], row["source"], row["note"], survey == "yes",
            )  # fmt: skip


def classes(scheme: str, version: str, *, where: str = "") -> Mapping[str, LandClass]:
    """The classes of a scheme version by code. Raises InputError that lists the schemes and versions there are."""
    found = schemes().get((scheme, version))
    if found is None:
        known = "、".join(f"{name}@{edition}{_called(name, edition)}" for name, edition in schemes())
        raise InputError(problem("landcover_scheme", where, scheme=scheme, version=version, known=known))
    return found


def _called(scheme: str, version: str) -> str:
    """What people call a scheme, in brackets: （三调）; empty for one that has its own name only."""
    with (data_folder("coefficients") / "landcover" / "schemes.csv").open(encoding="utf-8", newline="") as file:
        names = {(row["scheme"], row["version"]): row["called"] for row in csv.DictReader(file)}
    found = names[scheme, version]
    return f"（{found}）" if found else ""


def land_class(scheme: str, version: str, code: str, *, where: str = "") -> LandClass:
    """One class. Raises InputError that lists the codes there are; a code is compared as text, nothing is padded."""
    known = classes(scheme, version, where=where)
    if code not in known:
        facts = {"scheme": scheme, "version": version, "code": code, "known": _near(code, known)}
        raise InputError(problem("landcover_class", where, **facts))
    return known[code]


def _near(code: str, known: Mapping[str, LandClass]) -> str:
    """The codes that may be meant, where a scheme has very many: those of the same group, those with a zero before it."""
    known = {code: land for code, land in known.items() if not land.part}
    if len(known) <= _MANY:
        return "、".join(known)
    same = [found for found in known if found[:2] == code[:2] or found.lstrip("0") == code]
    near = same or list(known)[:3]
    rest = f" …（共 {len(known)} 个）" if not same else ""
    return "、".join(f"{found} {known[found].zh}" for found in near) + rest


def class_of(item: str, *, where: str = "") -> LandClass:
    """The class that an item of an input table names. Raises InputError where there is none such."""
    scheme, _, rest = item.partition("@")
    version, _, code = rest.partition(":")
    return land_class(scheme, version, code, where=where)


def with_classes(vocabulary: Vocabulary) -> Vocabulary:
    """A vocabulary in which tables may also state areas of land-cover classes."""
    members = {found.item: found.printed for known in schemes().values() for found in known.values()}
    lists = {**vocabulary.lists, LAND_CLASSES: ItemList(LAND_CLASSES, "地类", members)}
    return replace(vocabulary, quantities={**vocabulary.quantities, class_area.name: class_area}, lists=lists)


def decimal_text(number: Fraction) -> str | None:
    """A number as its exact decimal text, `1234.5`; None where it has no finite one."""
    below = number.denominator
    twos = fives = 0
    while below % 2 == 0:
        below, twos = below // 2, twos + 1
    while below % 5 == 0:
        below, fives = below // 5, fives + 1
    if below > 1:
        return None
    places = max(twos, fives)
    digits = str(abs(number.numerator) * 10**places // number.denominator).rjust(places + 1, "0")
    text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return f"-{text}" if number < 0 else text


def area_text(hectares: Fraction) -> tuple[str, str]:
    """An area as exact text and unit: hm2, or 亩 where only that is a finite decimal. Raises ValueError where neither is."""
    for spelling in ("hm2", "亩"):
        found = decimal_text(hectares * factor(unit("ha"), spelled(spelling).unit))
        if found is not None:
            return found, spelling
    raise ValueError(hectares)
