"""write_template(): a data-entry workbook for the county bureaus of a region, for one ruleset and one year."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from qhgep.errors import Problems, WorkbookError
from qhgep.packs.library import coefficients
from qhgep.packs.needs import ruleset_named
from qhgep.workbook.core.cells import Sheet
from qhgep.workbook.core.write import to_bytes, write_together, write_whole
from qhgep.workbook.forms.areas import areas_sheet, has_areas
from qhgep.workbook.forms.ask import Asked, asked, one_each
from qhgep.workbook.forms.checks import checks_sheet
from qhgep.workbook.forms.guide import guide_sheet
from qhgep.workbook.forms.lists import limits_sheet, manifest_sheet, options_sheet, source_sheet
from qhgep.workbook.forms.places import FormAddresses
from qhgep.workbook.forms.table import table_sheet
from qhgep.workbook.forms.upright import upright_sheet
from qhgep.workbook.output_paths import check_targets

_STAMP = date(2000, 1, 1)
"""Stamped instead of the clock: a template has no date of its own, and the same ruleset gives the same bytes."""


def write_template(
    path: str | Path,
    *,
    region: str,
    year: int,
    ruleset: str,
    counties: Sequence[str] | None = None,
    ecosystems: Sequence[str] | None = None,
    survey: str = "",
) -> Path:
    """Write the form that asks a region's counties for what a ruleset needs and no document gives.

    `region` is a province or prefecture by name or code, `ruleset` a shipped one or the path of a toml; `counties` and
    `ecosystems` narrow what is asked, each text one or several parted by commas; with a `survey` (三调) areas are asked by
    its classes. Raises RulesetError or WorkbookError: one of them is unknown (and what there is), or the file cannot be written.
    """
    path = Path(path)
    check_targets([Path(ruleset)] if ruleset.endswith(".toml") else [], path, None)
    found = _asked(region, year, ruleset, (counties, ecosystems), survey)
    write_whole(path, template_bytes(found))
    return path


def write_county_templates(
    folder: str | Path,
    *,
    region: str,
    year: int,
    ruleset: str,
    counties: Sequence[str] | None = None,
    ecosystems: Sequence[str] | None = None,
    survey: str = "",
) -> tuple[Path, ...]:
    """Write a form for each county into a folder, upright on A4, the indicators down; see `write_template`.

    Each knows which others were asked with it. Raises WorkbookError also where one of the files is there already.
    """
    folder = Path(folder)
    found = _asked(region, year, ruleset, (counties, ecosystems), survey)
    forms = {
        folder / f"{code}{name}_{year}.xlsx": form
        for (code, name), form in zip(found.schema.counties, one_each(found), strict=True)
    }
    problems = Problems()
    for path in forms:
        if path.exists() or path.is_symlink():
            problems.add("form_there", path.name)
    problems.raise_if_any(WorkbookError)
    for path in forms:
        check_targets([Path(ruleset)] if ruleset.endswith(".toml") else [], path, None)
    return write_together({path: _parts(form) for path, form in forms.items()})


def _parts(form: Asked) -> Iterator[bytes]:
    """A form as it is written: made when its turn has come."""
    yield template_bytes(form)


def _asked(
    region: str, year: int, ruleset: str, narrowed: tuple[Sequence[str] | None, Sequence[str] | None], survey: str
) -> Asked:
    """What a form asks; `narrowed` are the counties and the ecosystems as they were given."""
    counties, ecosystems = (parted(given or ()) for given in narrowed)
    return asked(
        ruleset_named(ruleset), coefficients(), region=region, year=year, counties=counties, ecosystems=ecosystems,
        survey=survey,
    )  # fmt: skip


def parted(options: Sequence[str]) -> tuple[str, ...]:
    """The members of options that may each hold several, parted by commas; in their order, each once."""
    parts = (part.strip() for option in options for part in re.split("[,，、]", option))
    return tuple(dict.fromkeys(part for part in parts if part))


def template_bytes(asked: Asked) -> bytes:
    """The form as a file; the same schema and ruleset give the same bytes."""
    upright = asked.schema.layout == "upright"
    title = f"{asked.schema.counties[0][1] if upright else asked.region.zh} {asked.schema.year} 年数据填报"
    return to_bytes(
        template_sheets(asked), title=title, created=_STAMP, footer=f"{asked.schema.id} {asked.schema.hash[:16]}"
    )


def template_sheets(asked: Asked) -> list[Sheet]:
    """The sheets of a form in order; none is hidden."""
    places = FormAddresses(asked)
    if asked.schema.layout == "upright":
        lists = [source_sheet(), options_sheet(places), limits_sheet(places), manifest_sheet(places)]
        return [guide_sheet(places), upright_sheet(places), *lists]
    tables = [table_sheet(places, form) for form in asked.schema.sheets]
    areas = [areas_sheet(places)] if has_areas(places) else []
    after = [source_sheet(), checks_sheet(places), *areas, options_sheet(places), limits_sheet(places)]
    return [guide_sheet(places), *tables, *after, manifest_sheet(places)]
