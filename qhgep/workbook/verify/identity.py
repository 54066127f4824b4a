"""Who a workbook is: run id, hash of its contents, hash of its record; in 清单, in the file's properties, on every page.

The three places must say the same. Someone who edits the record and makes the hashes on 清单 fit has still to forge the
properties and every footer; someone who forges these too has made another workbook, which only a signature over the old
one, a sealed print of it, or the original inputs can tell from the true one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from qhgep.workbook.account.context import MANIFEST
from qhgep.workbook.core.cells import Sheet, Text
from qhgep.workbook.verify.read import FoundBook

RUN_ID, CONTENT_HASH, RECORD_HASH = "运行号", "内容指纹", "记录指纹"
_PROPERTIES: Mapping[str, str] = {
    "qhgep.run_id": RUN_ID, "qhgep.content_hash": CONTENT_HASH, "qhgep.record_hash": RECORD_HASH,
}  # fmt: skip
FILE, FOOTER = "文件属性", "页脚"
"""Stand for the sheet of a property of the file, and for the place of a footer."""
WRITER = "qhgep.writer"
"""The property that names the library which wrote the file: another release of it may spell the parts otherwise."""
_PRINTED_DIGITS = 16
_MOST_SHOWN = 60
"""Characters of a footer without identity that are told."""
_PRINTED = re.compile(rf"{RUN_ID} ([0-9a-f]*)\s+{CONTENT_HASH} ([0-9a-f]+)")


@dataclass(frozen=True, slots=True)
class Identity:
    """Run id, content hash and record hash, as hexadecimal."""

    run_id: str
    content_hash: str
    record_hash: str

    @property
    def properties(self) -> Mapping[str, str]:
        """The custom document properties of the file."""
        return dict(zip(_PROPERTIES, (self.run_id, self.content_hash, self.record_hash), strict=True))

    @property
    def printed(self) -> str:
        """The line in the footer of every page: the run id, and as many digits of the content hash as fit beside the rest."""
        return f"{RUN_ID} {self.run_id}　{CONTENT_HASH} {self.content_hash[:_PRINTED_DIGITS]}"


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A place of the identity that says something else than the record gives; `sheet` is empty for a property."""

    sheet: str
    place: str
    expected: str
    found: str
    pages: int = 1


def identity_of(sheets: Sequence[Sheet]) -> Identity:
    """The identity that the manifest of some sheets writes down."""
    manifest = next(sheet for sheet in sheets if sheet.name == MANIFEST)
    texts = {place: content.text for place, content in manifest.cells.items() if isinstance(content, Text)}
    values = {text: texts.get((row, 1), "") for (row, column), text in texts.items() if column == 0}
    return Identity(*(values[label] for label in _PROPERTIES.values()))


def mismatches(identity: Identity, found: FoundBook) -> Iterator[Mismatch]:
    """Properties and footers of a file that do not say what the rebuilt workbook says; equal footers are one mismatch."""
    for name, expected in identity.properties.items():
        if found.properties.get(name) != expected:
            yield Mismatch("", name, expected, found.properties.get(name, ""))
    wrong = list(wrong_footers(identity, found))
    counts = Counter(printed for _, printed in wrong)
    first = {printed: sheet for sheet, printed in reversed(wrong)}
    for printed, pages in counts.items():
        yield Mismatch(first[printed], FOOTER, identity.printed, printed, pages)


def wrong_footers(identity: Identity, found: FoundBook) -> Iterator[tuple[str, str]]:
    """The sheets whose footer does not carry the identity, with what it has instead."""
    for sheet, text in found.footers.items():
        if (printed := _printed(text)) != identity.printed:
            yield sheet, printed


def _printed(footer: str) -> str:
    found = _PRINTED.search(footer)
    if found is None:
        return " ".join(footer.split())[:_MOST_SHOWN]
    return f"{RUN_ID} {found[1]}　{CONTENT_HASH} {found[2]}"
