"""The example of a contract: Henan and Shandong on the Yellow River, by the rule that the news reports (HWC-YL1)."""

from pathlib import Path

import pytest

from qhgep import allocate, verify_workbook, write_workbook
from qhgep.money import Fen
from tests.support.books import Made, compared
from tests.witness import formualizer

PLAN = Path(__file__).parent.parent / "examples" / "yellow-river" / "2022.toml"
SHANDONG, HENAN = "370000", "410000"


@pytest.mark.parametrize(("section_class", "change", "wan"), [
    ("II", "-13", 7300),  # 6000 × (3 − 2) + 100 × 13
    ("II", "-50", 10000),  # 6000 + min(5000, 4000)
    ("III", "0", 0),
    ("III", "2.5", -250),  # Henan pays
    ("IV", "60", -10000),  # −6000 + max(−6000, −4000)
    ("I", "0", 12000),
])  # fmt: skip
def test_shandong_pays_for_better_water_and_henan_for_worse(
    section_class: str, change: str, wan: int, tmp_path: Path
) -> None:
    """C = 6000 (3 − class) + clamp(−100 Δ, −4000, 4000) in 万元, positive: Shandong pays; both add up to zero."""
    text = PLAN.read_text(encoding="utf-8")
    for old, new in (
        ('section_class = "II"', f'section_class = "{section_class}"'),
        ('found = "-13"', f'found = "{change}"'),
    ):
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "plan.toml").write_text(text, encoding="utf-8")
    found = allocate(tmp_path / "plan.toml")
    assert found.fen == {SHANDONG: Fen(-wan * 1_000_000), HENAN: Fen(wan * 1_000_000)}


def test_the_regulation_of_2024_does_not_judge_an_agreement_of_2021_and_would_name_what_is_not_told(
    tmp_path: Path,
) -> None:
    """条例 Art. 17 holds from 2024-06-01; the report tells nothing of duties, breach and other matters."""
    k10 = next(item for item in allocate(PLAN).legal.findings if item.id == "K10")
    assert k10.result == "不适用"
    text = PLAN.read_text(encoding="utf-8").replace("date = 2021-05-09", "date = 2024-06-01")
    (tmp_path / "plan.toml").write_text(text, encoding="utf-8")
    k10 = next(item for item in allocate(tmp_path / "plan.toml").legal.findings if item.id == "K10")
    assert k10.result == "不通过"
    assert all(word in k10.answer.needed + k10.answer.found for word in ("duties", "breach", "other"))


def test_its_workbook_recalculates_verifies_and_has_no_shares(tmp_path: Path) -> None:
    made = Made("contract", allocate(PLAN), None)
    path = write_workbook(made.made, tmp_path / "x.xlsx")
    assert compared(made, formualizer.recalculate(path)).differing == []
    assert verify_workbook(path).same
    sheet = made.by_name["协议资金测算表"]
    assert "收付相抵，合计为零" in sheet.relations
    assert all((row, 4) not in sheet.cells for row in (6, 7, 8))
