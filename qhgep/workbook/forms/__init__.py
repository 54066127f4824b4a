"""Data-entry templates: what a ruleset asks of the bureaus of a county, as a workbook to fill in."""

from qhgep.workbook.forms.ask import Asked, asked, one_each
from qhgep.workbook.forms.book import template_bytes, template_sheets, write_county_templates, write_template

__all__ = [
    "Asked",
    "asked",
    "one_each",
    "template_bytes",
    "template_sheets",
    "write_county_templates",
    "write_template",
]
