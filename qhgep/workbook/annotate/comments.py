"""Comments for a foreign workbook: the texts, their boxes, and the relations and content types that make them known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape

from qhgep.inputs.files.address import position
from qhgep.workbook.annotate.xml_edits import RELATIONS, CannotMark, block, spliced, tags

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_VML = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
"""Declared on every element that is put in: other writers name these namespaces otherwise."""
_AUTHOR = "qhgep"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


# --- comments ---------------------------------------------------------------------------------------


def new_comments() -> str:
    """A part of comments without any."""
    parts = "<authors></authors><commentList></commentList>"
    return f'{_HEAD}<comments xmlns="{_MAIN}">{parts}</comments>'


def with_comments(xml: str, notes: Mapping[str, str]) -> str:
    """Comments with a note at each address; where a cell has a comment the note is put behind its text."""
    found = list(tags(xml))
    authors, authors_end = block(found, "authors")
    _, list_end = block(found, "commentList")
    author = sum(tag.name == "author" and not tag.closes for tag in found)
    pieces = [(authors_end.start, authors_end.start, f"<{authors.prefix}author>{_AUTHOR}</{authors.prefix}author>")]
    mine = authors.prefix
    known = {tag.attributes.get("ref"): tag for tag in found if tag.name == "comment" and not tag.closes}
    for address, note in sorted(notes.items()):
        text = f'<{mine}r><{mine}t xml:space="preserve">{escape(note)}</{mine}t></{mine}r>'
        if address in known:
            end = next(
                (tag.start for tag in found if tag.name == "text" and tag.closes and tag.start > known[address].start),
                -1,
            )
            if end < 0:
                raise CannotMark
            pieces.append((end, end, text.replace('preserve">', 'preserve">\n', 1)))
        else:
            new = f'<{mine}comment ref="{address}" authorId="{author}"><{mine}text>{text}</{mine}text></{mine}comment>'
            pieces.append((list_end.start, list_end.start, new))
    ordered = [piece for piece in pieces if piece[0] != list_end.start]
    added = "".join(new for start, _, new in pieces if start == list_end.start)
    return spliced(xml, [*ordered, (list_end.start, list_end.start, added)])


def commented(xml: str) -> set[str]:
    """The addresses that have a comment."""
    return {tag.attributes.get("ref", "") for tag in tags(xml) if tag.name == "comment" and not tag.closes}


def new_shapes() -> str:
    """A drawing of comments without any."""
    return f"<xml {_VML}></xml>"


def with_shapes(xml: str, addresses: list[str]) -> str:
    """A drawing with the hidden box of each comment."""
    end = xml.rfind("</xml>")
    if end < 0:
        raise CannotMark
    kind = (
        f'<v:shapetype {_VML} id="_x0000_t9202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
        '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
    )
    shapes = [kind]
    for number, address in enumerate(addresses, start=1):
        row, column = position(address) or (0, 0)
        anchor = f"{column + 1}, 15, {row}, 2, {column + 5}, 15, {row + 6}, 4"
        shapes.append(
            f'<v:shape {_VML} id="_x0000_s9{number:05d}" type="#_x0000_t9202" style="position:absolute;visibility:hidden" '
            f'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:textbox style="mso-direction-alt:auto"/>'
            f'<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
            f"<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
        )
    return xml[:end] + "".join(shapes) + xml[end:]


# --- relations and content types --------------------------------------------------------------------


def new_relations() -> str:
    """A part of relations without any."""
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns="{_PACKAGE}"></Relationships>'
    )


def with_relation(xml: str, kind: str, target: str) -> tuple[str, str]:
    """Relations with one more, and its id."""
    ids = {tag.attributes.get("Id", "") for tag in tags(xml)}
    number = next(number for number in range(1, len(ids) + 2) if f"rIdq{number}" not in ids)
    prefix = next(tag.prefix for tag in tags(xml) if tag.name == "Relationships")
    new = f'<{prefix}Relationship Id="rIdq{number}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
    empty = re.search(rf"<{prefix}Relationships[^<>]*/>", xml)
    if empty:
        return xml[: empty.end() - 2] + f">{new}</{prefix}Relationships>" + xml[empty.end() :], f"rIdq{number}"
    end = xml.rindex(f"</{prefix}Relationships")
    return xml[:end] + new + xml[end:], f"rIdq{number}"


def with_types(xml: str, comments: list[str], *, vml: bool) -> str:
    """Content types that know the new parts of comments, and drawings where they did not."""
    found = list(tags(xml))
    prefix = next(tag.prefix for tag in found if tag.name == "Types")
    known = {tag.attributes.get("Extension", "").lower() for tag in found if tag.name == "Default"}
    kind = "application/vnd.openxmlformats-officedocument"
    new = "".join(
        f'<{prefix}Override PartName="/{part}" ContentType="{kind}.spreadsheetml.comments+xml"/>' for part in comments
    )
    end = xml.rindex(f"</{prefix}Types")
    xml = xml[:end] + new + xml[end:]
    if vml and "vml" not in known:
        head = next(tag for tag in found if tag.name == "Types")
        default = f'<{prefix}Default Extension="vml" ContentType="{kind}.vmlDrawing"/>'
        xml = xml[: head.end] + default + xml[head.end :]
    return xml
