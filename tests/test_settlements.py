"""Settlements: who pays whom, exactly, and fen that add up to zero."""

from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qhgep import verify_workbook, write_workbook
from qhgep.compensation.allocation import Allocation
from qhgep.errors import PlanError
from qhgep.money import settled
from tests.support.step_plans import (
    CODES,
    differences,
    exact_amounts,
    plan_text,
    recalculated,
    run_text,
    sheet_fen,
    table,
)

FEW = settings(max_examples=25, deadline=None)
WAN = 10_000
PARTIES = "".join(
    f'[[recipient]]\nid = "{code}"\nzh = "{name}"\nkind = "province"\n'
    for code, name in (("410000", "河南省"), ("370000", "山东省"))
)


def contract(steps: str, parties: str = PARTIES, round_to: str = "fen") -> Allocation:
    text = plan_text(parties + steps, layer="contract", pool="100000000.00", round_to=round_to)
    return run_text(text.replace("recipients = []\n", ""))


def yellow_river(found: str, change: str) -> str:
    """豫鲁协议: 6000(3 − class) + clamp(−100 x change in per cent, −4000, 4000) 万元; positive, Shandong pays."""
    classes = {str(level): f"{6000 * (3 - level)}0000.00" for level in range(1, 6)}
    return (
        '[[step]]\nid = "section"\nrule = "class_index"\npayer = "370000"\nreceiver = "410000"\nbasis = "豫鲁协议"\n'
        f'section_class = "{found}"\nclasses = {table(classes)}\n'
        f'change = {{ found = "{change}", rate = "-1000000", low = "-40000000", high = "40000000" }}\n'
    )


def rules_notes(found: Allocation) -> list[str]:
    """What the rules note; before it stands that a contract's numbers were typed and rated by nobody."""
    typed, *others = found.notes
    assert typed.startswith("由方案写明的数：")
    assert typed.endswith("（没有写明依据，按假定计）")
    return others


@pytest.mark.parametrize(
    ("found", "change", "wan"),
    [("2", "-7.5", 6000 + 750), ("2", "0", 6000), ("3", "12", -1200), ("2", "-55", 6000 + 4000), ("4", "41", -6000 - 4000)],
)  # fmt: skip
def test_henan_and_shandong_settle_by_class_and_by_clamped_change(found: str, change: str, wan: int) -> None:
    allocation = contract(yellow_river(found, change))
    assert exact_amounts(allocation) == {"410000": wan * WAN, "370000": -wan * WAN}
    assert allocation.fen == {"370000": -wan * WAN * 100, "410000": wan * WAN * 100}
    assert allocation.kind == "settlement"


GANSU_NINGXIA = PARTIES.replace("410000", "620000").replace("河南省", "甘肃省").replace("370000", "640000").replace(
    "山东省", "宁夏回族自治区"
)  # fmt: skip


@pytest.mark.parametrize(("found", "wan", "note"), [
    ("I", 5000, "类别 I：640000 付给 620000 50000000.0000 元"), ("II", 0, "类别 II：640000 付给 620000 0.0000 元"),
    ("III", -5000, "类别 III：620000 付给 640000 50000000.0000 元"),
])  # fmt: skip
def test_gansu_and_ningxia_pay_5000_wan_by_class_against_ii(found: str, wan: int, note: str) -> None:
    step = (
        '[[step]]\nid = "section"\nrule = "class_index"\npayer = "640000"\nreceiver = "620000"\nbasis = "甘宁协议"\n'
        f'section_class = "{found}"\nclasses = {{ "I" = "50000000", "II" = "0", "III" = "-50000000" }}\n'
    )
    allocation = contract(step, GANSU_NINGXIA)
    assert exact_amounts(allocation) == {"620000": wan * WAN, "640000": -wan * WAN}
    assert rules_notes(allocation) == [note]


CHISHUI = "".join(
    f'[[recipient]]\nid = "{code}"\nzh = "{name}"\nkind = "province"\n'
    for code, name in (("530000", "云南省"), ("520000", "贵州省"), ("510000", "四川省"))
)
SPLIT = """\
[[step]]
id = "chishui"
rule = "fixed_split"
fund = "200000000"
pay = { "530000" = "1", "520000" = "5", "510000" = "4" }
receive = { "530000" = "3", "520000" = "4", "510000" = "3" }
sections.qingshuipu = { loser = "530000", moved = "0.5", to = { "520000" = "0.5", "510000" = "0.5" } }
sections.lianyuxi = { loser = "520000", moved = "0.25", to = { "510000" = "1" } }
basis = "赤水河流域横向生态保护补偿协议"
"""


def chishui(*failed: str) -> Allocation:
    names = ", ".join(f'"{name}"' for name in failed)
    return contract(SPLIT + f"failed = [{names}]\n", CHISHUI)


def test_the_chishui_fund_is_paid_1_5_4_and_received_3_4_3() -> None:
    """2 亿: 2000/10000/8000 in, 6000/8000/6000 out: Yunnan +4000, Guizhou −2000, Sichuan −2000 (as paid in 2019)."""
    found = chishui()
    assert exact_amounts(found) == {"530000": 4000 * WAN, "520000": -2000 * WAN, "510000": -2000 * WAN}
    assert rules_notes(found) == ["断面全部达标，按约定份额"]


def test_a_failed_section_moves_what_its_loser_receives() -> None:
    """Half of Yunnan's 6000 goes to the others, 1500 each; a quarter of Guizhou's 8000 goes to Sichuan."""
    one, both = chishui("qingshuipu"), chishui("lianyuxi", "qingshuipu")
    assert exact_amounts(one) == {"530000": 1000 * WAN, "520000": -500 * WAN, "510000": -500 * WAN}
    assert exact_amounts(both) == {"530000": 1000 * WAN, "520000": -2500 * WAN, "510000": 1500 * WAN}
    assert rules_notes(both) == ["未达标断面：qingshuipu、lianyuxi，分配份额已转移"]


COMMON = """\
sections.maotai = { loser = { "520000" = "0.5", "510000" = "0.5" }, moved = "0.1", to = { "530000" = "1" } }
failed = ["maotai"]
"""


def test_two_losers_of_a_common_section_bear_half_of_the_cut_each(tmp_path: Path) -> None:
    """A tenth of Guizhou's 8000 and Sichuan's 6000 is 1400: each loses 700, Yunnan gets 1400 more."""
    found = contract(SPLIT + COMMON, CHISHUI)
    assert exact_amounts(found) == {"530000": 5400 * WAN, "520000": -2700 * WAN, "510000": -2700 * WAN}
    assert differences(recalculated(tmp_path, found), found) == []
    assert verify_workbook(write_workbook(found, tmp_path / "plan.xlsx")).same


def test_who_bears_no_part_of_a_cut_is_no_loser(tmp_path: Path) -> None:
    """Guizhou with a part of 0 beside Sichuan with all: a tenth of Sichuan's 6000 goes to Yunnan, as if Guizhou were not named."""
    alone = COMMON.replace('{ "520000" = "0.5", "510000" = "0.5" }', '"510000"')
    beside = COMMON.replace('"520000" = "0.5", "510000" = "0.5"', '"520000" = "0.00", "510000" = "1"')
    found = contract(SPLIT + beside, CHISHUI)
    assert exact_amounts(found) == {"530000": 4600 * WAN, "520000": -2000 * WAN, "510000": -2600 * WAN}
    assert exact_amounts(contract(SPLIT + alone, CHISHUI)) == exact_amounts(found)
    assert differences(recalculated(tmp_path, found), found) == []


def test_a_loser_bears_no_more_than_it_receives() -> None:
    """Nine tenths of 14000 are 12600; Sichuan's half is 6300 of its 6000."""
    with pytest.raises(PlanError) as caught:
        contract(SPLIT + COMMON.replace('"0.1"', '"0.9"'), CHISHUI)
    assert str(caught.value) == "plan.toml:25  510000 被转走的份额合计 1.05；不超过 1；改正转移比例。"


def test_two_contracts_of_a_plan_add_up() -> None:
    both = contract(yellow_river("2", "0") + yellow_river("3", "1.5").replace('"section"', '"tributary"'))
    assert exact_amounts(both) == {"410000": 5850 * WAN, "370000": -5850 * WAN}


def test_two_splits_of_a_plan_in_which_sections_failed_add_up() -> None:
    """Qingshuipu failed: +1000, -500, -500 as above. A second fund, in which Lianyuxi.

    Of the second Guizhou receives 8000 - 2000, Sichuan 6000 + 2000: +4000, 6000 - 10000, 8000 - 8000.
    """
    second = SPLIT.replace('"chishui"', '"tributary"') + 'failed = ["lianyuxi"]\n'
    both = contract(SPLIT + 'failed = ["qingshuipu"]\n' + second, CHISHUI)
    assert exact_amounts(both) == {"530000": 5000 * WAN, "520000": -4500 * WAN, "510000": -500 * WAN}


# --- fen ------------------------------------------------------------------------------------------

BALANCED = st.dictionaries(
    st.sampled_from([str(632201 + number) for number in range(8)]), st.fractions(-(10**6), 10**6, max_denominator=97)
).map(lambda found: found | {"640000": -sum(found.values(), Fraction(0))})


@given(BALANCED)
@example({"632201": Fraction(1, 2), "640000": Fraction(-1, 2)})
@example({"632201": Fraction(1, 3), "632202": Fraction(1, 3), "632203": Fraction(1, 3), "640000": Fraction(-1)})
def test_fen_add_up_to_zero_and_nobody_changes_side(exact: dict[str, Fraction]) -> None:
    found = settled(exact)
    assert sum(found.values()) == 0
    assert all(abs(found[code] - amount) < 1 for code, amount in exact.items())
    assert all(found[code] * amount >= 0 for code, amount in exact.items())
    assert all(found[code] == 0 for code, amount in exact.items() if amount == 0)


@given(BALANCED)
@example({"632201": Fraction(21, 2), "640000": Fraction(-21, 2)})
def test_the_mirror_image_of_a_settlement_is_its_mirror_image(exact: dict[str, Fraction]) -> None:
    """The plain largest remainder of signed amounts would not be: of 10.5 and −10.5 the first code decides."""
    mirrored = settled({code: -amount for code, amount in exact.items()})
    assert mirrored == {code: -amount for code, amount in settled(exact).items()}


@given(BALANCED, st.randoms(use_true_random=False))
def test_the_order_of_parties_does_not_matter(exact: dict[str, Fraction], random: Random) -> None:
    shuffled = list(exact.items())
    random.shuffle(shuffled)
    assert settled(dict(shuffled)) == settled(exact)


WIDE = "9999999999.99"
"""A pool that no random contract comes near to."""


def drawn(random: Random, codes: tuple[str, ...] = CODES) -> str:
    """One to three contracts among three parties, at most one of them a split: two have too long a common part."""
    steps = []
    for number in range(random.randint(1, 3)):
        if number > 0 or random.random() < 0.5:
            payer, receiver = random.sample(sorted(codes), 2)
            change = f"{random.randint(-900, 900) / 100:.2f}"
            steps.append(
                f'[[step]]\nid = "s{number}"\nrule = "class_index"\npayer = "{payer}"\nreceiver = "{receiver}"\n'
                f'section_class = "x"\nclasses = {{ x = "{random.randint(-(10**6), 10**6)}.5" }}\nbasis = "试"\n'
                f'change = {{ found = "{change}", rate = "-123.45", low = "-500", high = "{random.randint(0, 900)}" }}\n'
            )
        else:
            pay, receive = ({code: str(random.randint(1, 9)) for code in sorted(codes)} for _ in range(2))
            steps.append(
                f'[[step]]\nid = "s{number}"\nrule = "fixed_split"\nfund = "{random.randint(1, 10**5)}"\n'
                f'pay = {table(pay)}\nreceive = {table(receive)}\nbasis = "试"\nfailed = ["a"]\n'
                'sections.a = { loser = "632222", moved = "0.3", to = { "632323" = "0.4", "632621" = "0.6" } }\n'
            )
    return "".join(steps)


@FEW
@given(st.integers(0, 10**6))
def test_a_plan_of_contracts_adds_up_to_zero(seed: int) -> None:
    found = run_text(plan_text(drawn(Random(seed)), pool=WIDE, codes=CODES[::-1]))
    assert sum(exact_amounts(found).values()) == 0
    assert sum(found.fen.values()) == 0
    assert (found.carried, found.retained, found.gap) == (0, 0, 0)
    assert found.fen == settled({code: amount * 100 for code, amount in exact_amounts(found).items()})
    assert found.fen == run_text(plan_text(drawn(Random(seed)), pool=WIDE)).fen, "whatever the order of recipients"


# --- the sheet ------------------------------------------------------------------------------------


def test_the_sheet_is_the_exact_amounts(tmp_path: Path) -> None:
    plans = [
        run_text(plan_text(drawn(Random(seed)), pool=WIDE, round_to=unit))
        for seed in range(15)
        for unit in ("fen", "yuan")
    ]
    plans += [chishui(), chishui("qingshuipu", "lianyuxi"), contract(yellow_river("2", "-7.55"))]
    found = recalculated(tmp_path, *plans)
    assert differences(found, *plans) == []
    for number, plan in enumerate(plans):
        assert sheet_fen(found, plan, number) == plan.fen


def test_another_class_and_another_failed_section_typed_in_are_the_other_plan(tmp_path: Path) -> None:
    written, typed = (contract(yellow_river(*pair)) for pair in (("2", "-7.50"), ("4", "12.25")))
    found = recalculated(tmp_path, written, typed=(typed,))
    assert sheet_fen(found, written) == typed.fen
    passed, failed = chishui(), chishui("qingshuipu")
    found = recalculated(tmp_path, passed, typed=(failed,))
    assert sheet_fen(found, passed) == failed.fen


@pytest.mark.parametrize("steps", ["class", "split"])
def test_the_workbook_of_a_settlement_verifies(steps: str, tmp_path: Path) -> None:
    allocation = chishui("qingshuipu") if steps == "split" else contract(yellow_river("2", "-7.5"))
    write_workbook(allocation, tmp_path / "x.xlsx")
    assert verify_workbook(tmp_path / "x.xlsx").same
