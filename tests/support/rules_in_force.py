"""Skeletons of rules filled in as a case says: the lines that wait for an input get the TOML text of the case."""

import re
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

from qhgep import allocate
from qhgep.compensation.allocation import Allocation
from qhgep.compensation.rules.index import rules
from qhgep.toml_lines import TomlText

_DOCUMENT = {
    "basis.document": '"某文件"',
    "basis.number": '"某号"',
    "basis.article": '"某条"',
    "basis.date": "2011-01-01",
}
_RESTS_ON = {"evidence": '"declared"', "number": '"1号"', "date": "2011-01-01", "unit": '"青海省财政厅"'}
_MISSING = re.compile(r'"missing[^"\\]*(?:\\.[^"\\]*)*"')


def filled(rule: str, given: Mapping[str, str], who: tuple[str, ...] = ()) -> str:
    """The skeleton of a rule with these values (TOML text by key, `step.0.areas`) and recipients (`code name kind`)."""
    file = rules()[rule].file
    assert file is not None
    lines = file.read_text(encoding="utf-8").splitlines()
    places = {".".join(map(str, key)): line - 1 for key, line in TomlText("", "\n".join(lines)).lines.items()}
    for key, text in (_DOCUMENT | dict(given)).items():
        head, equals, rest = lines[places[key]].partition("=")
        if key in given or "missing" in rest:
            lines[places[key]] = f"{head}{equals} {text}"
    for key, line in places.items():  # who adopted a row of a named region and why, and what typed numbers rest on
        if key.startswith(("adopt.", "evidence.")) and "missing" in lines[line]:
            rests_on = _RESTS_ON.get(key.rpartition(".")[2], '"演算所据"')
            lines[line] = f"{lines[line].partition('=')[0]}= {rests_on}"
    if who:
        named = [
            f'[[recipient]]\nid = "{code}"\nzh = "{zh}"\nkind = "{kind}"'
            for code, zh, kind in map(str.split, who)
            if zh != "-"
        ]
        plain = [item.split()[0] for item in who if item.split()[1] == "-"]
        lines[places["recipients"]] = f"recipients = {plain}".replace("'", '"') if plain else ""
        lines += named
    return "\n".join(lines) + "\n"


def run_case(case: Mapping[str, object]) -> Allocation:
    """What the skeleton of a case comes to."""
    given = {"period": str(case["period"]), "pool": '"999999999999.00"', **case["set"]}  # type: ignore[dict-item]
    text = filled(str(case["rule"]), given, tuple(case.get("who", ())))  # type: ignore[arg-type]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "plan.toml"
        path.write_text(text, encoding="utf-8")
        return allocate(path, require=str(case.get("require", "secondary")))  # type: ignore[arg-type]


def arithmetic(text: str) -> Fraction:
    """The value of printed arithmetic, exactly: numbers, + - * / and brackets."""
    assert re.fullmatch(r"[0-9. +*/()-]+", text)
    return Fraction(eval(re.sub(r"[0-9]+(\.[0-9]+)?", lambda n: f"Fraction('{n[0]}')", text), {"Fraction": Fraction}))  # noqa: S307 - checked above
