"""A workbook as a zip of XML parts, and edits of single cells in it that leave every other byte alone."""

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape, unescape
from io import BytesIO
from pathlib import Path
from random import Random

from openpyxl.utils.cell import get_column_letter

_SHEET = re.compile(r'<sheet name="([^"]*)" sheetId="(\d+)" r:id="rId\d+"/>')
_CELL = re.compile(r'<c r="([A-Z]+\d+)"([^>]*?)(?:/>|>(.*?)</c>)', re.DOTALL)
_SHARED = re.compile(r' t="s"><v>(\d+)</v>')
_DRESS = {"xl/styles.xml", "xl/theme/theme1.xml"}
_NO_STRINGS = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="0" uniqueCount="0"/>'
_REFERENCE = re.compile(r"(?<![A-Z(])\$?[A-Z]{1,3}\$?(\d+)(?![\d(])")
KINDS = ("number", "formula", "value", "text", "deleted", "added", "constant", "typed")


@dataclass(frozen=True, slots=True)
class Edit:
    """One cell changed: where, how, what verify should call it, and the whole new XML of its sheet."""

    sheet: str
    cell: str
    edit: str
    kinds: frozenset[str]
    xml: str


@dataclass(frozen=True, slots=True)
class XmlCell:
    """A cell as it stands in the XML of its sheet."""

    cell: str
    attributes: str
    inner: str
    start: int
    end: int

    @property
    def style(self) -> str:
        """The style attribute, to be kept."""
        found = re.search(r' s="\d+"', self.attributes)
        return found[0] if found else ""

    @property
    def formula(self) -> str | None:
        """The text of its formula."""
        found = re.search(r"<f>(.*?)</f>", self.inner, re.DOTALL)
        return unescape(found[1]) if found else None

    @property
    def value(self) -> str:
        """The content of <v>."""
        found = re.search(r"<v>(.*?)</v>", self.inner, re.DOTALL)
        return found[1] if found else ""

    @property
    def is_text(self) -> bool:
        """A shared string."""
        return 't="s"' in self.attributes

    @property
    def is_number(self) -> bool:
        """A number, typed or computed."""
        return bool(self.value) and "t=" not in self.attributes


class Package:
    """The parts of a workbook that XlsxWriter wrote."""

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            self.parts = {info.filename: archive.read(info) for info in archive.infolist()}
        listed = _SHEET.findall(self.parts["xl/workbook.xml"].decode())
        self.part_of = {unescape(name): f"xl/worksheets/sheet{number}.xml" for name, number in listed}

    @property
    def sheets(self) -> tuple[str, ...]:
        """The names of the sheets, in order."""
        return tuple(self.part_of)

    def xml(self, sheet: str) -> str:
        """The XML of a sheet."""
        return self.parts[self.part_of[sheet]].decode()

    @cached_property
    def cells(self) -> Mapping[str, Mapping[str, XmlCell]]:
        """Sheet -> address -> cell, for cells with content."""
        found = {}
        for sheet in self.sheets:
            matches = _CELL.finditer(self.xml(sheet))
            found[sheet] = {item[1]: XmlCell(item[1], item[2], item[3], *item.span()) for item in matches if item[3]}
        return found

    @cached_property
    def strings(self) -> list[str]:
        """The shared strings."""
        xml = self.parts["xl/sharedStrings.xml"].decode()
        return [unescape(text) for text in re.findall(r"<si><t[^>]*>(.*?)</t></si>", xml, re.DOTALL)]

    def text(self, sheet: str, cell: str) -> str:
        """The text of a shared-string cell."""
        return self.strings[int(self.cells[sheet][cell].value)]

    def packed(self, changed: Mapping[str, bytes | str] | None = None) -> bytes:
        """The workbook with some parts replaced."""
        return _zipped({**self.parts, **(changed or {})})

    def edited(self, edit: Edit) -> bytes:
        """The workbook with one edit."""
        return self.packed({self.part_of[edit.sheet]: edit.xml})

    def edited_sheet(self, edit: Edit) -> bytes:
        """The edited sheet alone, without styles, its shared strings written into its cells: it reads the same, faster."""
        workbook = self.parts["xl/workbook.xml"].decode()
        workbook = _SHEET.sub(lambda item: item[0] if unescape(item[1]) == edit.sheet else "", workbook)
        workbook = re.sub(r"<definedNames>.*?</definedNames>", "", workbook)
        xml = _SHARED.sub(lambda item: _inline_string(self.strings[int(item[1])]), edit.xml)
        xml = re.sub(r'(<c r="[A-Z]+\d+") s="\d+"', r"\1", xml)
        xml = re.sub(r"<conditionalFormatting .*?</conditionalFormatting>|<drawing [^>]*/>", "", xml, flags=re.DOTALL)
        kept = {name: part for name, part in self.parts.items() if "/worksheets/" not in name and name not in _DRESS}
        sheet = {self.part_of[edit.sheet]: xml, "xl/workbook.xml": workbook, "xl/sharedStrings.xml": _NO_STRINGS}
        return _zipped({**kept, **sheet})

    # --- single-cell edits ----------------------------------------------------------------------

    def replaced(self, sheet: str, cell: str, xml: str) -> str:
        """The XML of a sheet with one cell's XML replaced."""
        whole, place = self.xml(sheet), self.cells[sheet][cell]
        return whole[: place.start] + xml + whole[place.end :]

    def with_value(self, sheet: str, cell: str, value: str) -> str:
        """The XML of a sheet with another <v> in one cell and nothing else changed."""
        place = self.cells[sheet][cell]
        inner = re.sub(r"<v>.*?</v>", f"<v>{value}</v>", place.inner)
        return self.replaced(sheet, cell, f'<c r="{cell}"{place.attributes}>{inner}</c>')

    @cached_property
    def candidates(self) -> Mapping[str, Mapping[str, list[str]]]:
        """Kind of edit -> sheet -> the cells that it can be made in."""
        found: dict[str, dict[str, list[str]]] = {edit: {} for edit in KINDS}
        for sheet, page in self.cells.items():
            for item in page.values():
                for edit in _possible(item):
                    found[edit].setdefault(sheet, []).append(item.cell)
        return found

    def make(self, edit: str, sheet: str, cell: str, random: Random) -> Edit:
        """An edit of a kind at a cell (beside it for `added`)."""
        item = self.cells[sheet][cell]
        if edit == "added":
            return self.added(sheet, cell, random)
        kinds, xml = {
            "number": lambda: ("input", self.with_value(sheet, cell, _other_number(item.value, random))),
            "formula": lambda: ("formula", self.replaced(sheet, cell, _with_formula(item, _other_formula(item, random)))),
            "value": lambda: ("value", self.replaced(sheet, cell, _with_other_value(item, random))),
            "text": lambda: ("text record", self.replaced(sheet, cell, _inline(item, self._other_text(item, random)))),
            "deleted": lambda: (
                "deleted record text", self.replaced(sheet, cell, "")),
            "constant": lambda: ("constant", self.replaced(sheet, cell, f'<c r="{cell}"{item.style}><v>{item.value}</v></c>')),
            "typed": lambda: ("formula text record", self.replaced(sheet, cell, _typed(item))),
        }[edit]()  # fmt: skip
        return Edit(sheet, cell, edit, frozenset(kinds.split()), xml)

    def added(self, sheet: str, cell: str, random: Random) -> Edit:
        """A cell where there was none: in the same row, right of all others."""
        row = re.sub(r"\D", "", cell)
        address = f"{get_column_letter(random.randint(120, 140))}{row}"
        xml = self.xml(sheet)
        end = xml.index("</row>", self.cells[sheet][cell].start)
        new = random.choice(("<v>7</v>", "<f>1+1</f><v>2</v>"))
        whole = f'{xml[:end]}<c r="{address}">{new}</c>{xml[end:]}'
        return Edit(sheet, address, "added", frozenset({"added"}), whole)

    def _other_text(self, item: XmlCell, random: Random) -> str:
        text = self.strings[int(item.value)]
        place = random.randrange(len(text))
        changed = text[:place] + random.choice("改9x，") + text[place + 1 :]
        return changed if changed != text else f"{text}。"

    def random_edit(self, random: Random) -> Edit:
        """An edit of any kind, on a sheet chosen first so that small sheets are not forgotten."""
        while True:
            edit, sheet = random.choice(KINDS), random.choice(self.sheets)
            if cells := self.candidates[edit].get(sheet):
                return self.make(edit, sheet, random.choice(cells), random)


def _possible(item: XmlCell) -> Iterator[str]:
    yield from ("deleted", "added")
    if item.formula is None:
        yield "typed"
        yield "text" if item.is_text else "number"
    else:
        yield from ("formula", "value")
        if item.is_number:
            yield "constant"


def _zipped(parts: Mapping[str, bytes | str]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def _other_number(value: str, random: Random, least: float = 1e-6) -> str:
    changed = float(value) * random.choice((1.000001, 0.9, 1.1, -1, 10))
    return repr(changed if changed != float(value) else float(value) + random.choice((1.0, -1.0, least)))


def _other_formula(item: XmlCell, random: Random) -> str:
    formula = item.formula or ""
    rows = list(_REFERENCE.finditer(formula))
    choices = [f"{formula}+0", f"({formula})*1"]
    if rows:
        row = random.choice(rows)
        choices += [formula[: row.start(1)] + str(int(row[1]) + 1) + formula[row.end(1) :]] * 4
    return random.choice(choices)


def _with_formula(item: XmlCell, formula: str) -> str:
    inner = re.sub(r"<f>.*?</f>", lambda _: f"<f>{escape(formula, quote=False)}</f>", item.inner, flags=re.DOTALL)
    return f'<c r="{item.cell}"{item.attributes}>{inner}</c>'


def _with_other_value(item: XmlCell, random: Random) -> str:
    if item.is_number:
        least = 1e-3  # a difference of amounts of 10^8 yuan is zero to 10^-4
        value, attributes = _other_number(item.value, random, least), item.attributes
    elif 't="e"' in item.attributes:
        value, attributes = "12.5", item.style
    else:
        value, attributes = f"{item.value}改", item.attributes
    inner = re.sub(r"<v>.*?</v>", f"<v>{value}</v>", item.inner)
    return f'<c r="{item.cell}"{attributes}>{inner}</c>'


def _inline(item: XmlCell, text: str) -> str:
    return f'<c r="{item.cell}"{item.style}{_inline_string(text)}</c>'


def _inline_string(text: str) -> str:
    return f' t="inlineStr"><is><t xml:space="preserve">{escape(text, quote=False)}</t></is>'


def _typed(item: XmlCell) -> str:
    """A formula where there was a number or a text, with the same number as its value."""
    value = f"<v>{item.value}</v>" if item.is_number else "<v>1</v>"
    return f'<c r="{item.cell}"{item.style}><f>1*1</f>{value}</c>'


def forged(data: bytes, sheet: str, cell: str, value: str) -> bytes:
    """A copy with one cached value changed."""
    package = Package(data)
    return package.packed({package.part_of[sheet]: package.with_value(sheet, cell, value)})


def write(path: Path, data: bytes) -> Path:
    """The bytes as a file."""
    path.write_bytes(data)
    return path
