"""Shares do not lose money: unrounded where no document states decimals; what stated ones move is told in yuan and by name."""

import tomllib
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest

from qhgep import allocate, verify_workbook, write_workbook
from qhgep.compensation.plan.read import read_plan
from qhgep.compensation.shares.fineness import unit_parts
from qhgep.errors import PlanError
from qhgep.money import Fen
from qhgep.workbook.plan.record import allocation_from, plan_record
from tests.support.plans import Case, write_sheets
from tests.support.result_bodies import body
from tests.support.step_plans import differences, sheet_fen
from tests.witness import Values, formualizer, libreoffice

TESTS = Path(__file__).parent
ZERO_MONEY = (TESTS / "field" / "county-with-zero-money-at-4-decimals.plan.toml").read_text(encoding="utf-8")
WARNINGS = tomllib.loads((TESTS / "share_warnings.toml").read_text(encoding="utf-8"))["case"]
TRUE = {"A": 999_900_000_000, "B": 60_000_000, "C": 40_000_000}
"""99990, 6 and 4 of 100000, of ten thousand million yuan, in fen."""


def written(folder: Path, text: str) -> Path:
    path = folder / "plan.toml"
    path.write_text(text, encoding="utf-8")
    return path


def with_terms(*terms: str) -> str:
    return ZERO_MONEY.replace("decimals = 4", "\n".join(terms))


def bearing(case: dict[str, object]) -> str:
    basis = [f'decimals_basis = "{case["basis"]}"'] if "basis" in case else []
    text = with_terms(f"decimals = {case['decimals']}", *basis)
    text = text.replace("10000000000.00", str(case.get("pool", "10000000000.00")))
    values = case.get("values")
    if isinstance(values, dict):
        start = text.index("values = {")
        listed = ", ".join(f'{code} = "{value}"' for code, value in values.items())
        text = f"{text[:start]}values = {{ {listed} }}{text[text.index('}', start) + 1 :]}"
    return text


def test_without_decimals_a_county_gets_what_its_unrounded_share_is(tmp_path: Path) -> None:
    found = allocate(written(tmp_path, with_terms()))
    assert found.fen == TRUE
    assert found.notes == ("占比不取整",)
    assert found.warnings == ()
    assert body(found)["share_rounding"] is None


@pytest.mark.parametrize("case", WARNINGS, ids=[case["name"] for case in WARNINGS])
def test_whom_the_rounding_of_shares_moves_is_warned_by_name(case: dict[str, object], tmp_path: Path) -> None:
    found = allocate(written(tmp_path, bearing(case)))
    assert [item.text() for item in found.warnings] == case["says"]
    assert [item.code for item in found.warnings] == case["codes"]
    assert {item.severity for item in found.warnings} <= {"warning"}
    assert all("\n" not in item.text("en") for item in found.warnings)


def test_decimals_of_a_document_are_followed_and_what_they_move_is_noted(tmp_path: Path) -> None:
    text = with_terms("decimals = 4", 'decimals_basis = "某办法第三条"')
    found = allocate(written(tmp_path, text))
    assert found.fen == {"A": 999_900_000_000, "B": 100_000_000, "C": 0}
    assert [item.code for item in found.warnings] == ["share_vanished_stated", "share_moved_stated"]
    moved = "最多移动 400000.00 元，合计移动 400000.00 元：县B（B） +400000.00 元、县C（C） -400000.00 元"
    assert found.notes[-2:] == (
        f"占比取 4 位小数（依据：某办法第三条），与占比不取整相比：{moved}",
        "数值为正而占比成为 0 的：县C（C）的x",
    )
    told = body(found)["share_rounding"]
    assert told == {
        "decimals": 4, "decimals_basis": "某办法第三条", "largest_fen": 40_000_000, "total_fen": 40_000_000,
        "rows": [
            {"county_code": "B", "fen": 100_000_000, "unrounded_fen": 60_000_000},
            {"county_code": "C", "fen": 0, "unrounded_fen": 40_000_000},
        ],
        "vanished": [{"county_code": "C", "factor": "f0"}],
    }  # fmt: skip


def test_what_moves_is_that_of_the_whole_plan_and_not_of_its_first_step(tmp_path: Path) -> None:
    """With a floor of 1,000,000 yuan for both, rounding moves nothing any more: B and C are at their floors either way."""
    floors = '[[step]]\nid = "least"\nrule = "floor"\namounts = { B = "1000000.00", C = "1000000.00" }\n'
    found = allocate(written(tmp_path, f"{ZERO_MONEY}\n{floors}"))
    assert found.share_rounding is not None
    assert (found.share_rounding.total, found.fen["C"]) == (0, 100_000_000)
    assert found.notes[-2] == "占比取 4 位小数（没有写明依据），与占比不取整相比：各单位所得不变"
    assert [item.code for item in found.warnings] == ["share_vanished"]


@pytest.mark.parametrize(
    "step",
    [
        'rule = "tilt"\nmultipliers = { A = "1", B = "2", C = "1" }',
        'rule = "top_up"\namounts = { A = "5.00" }',
        'rule = "cap"\namounts = { A = "5000000000.00" }\nexcess = "share"',
        'rule = "cap"\namounts = { A = "5000000000.00" }\nexcess = "carry"',
        'rule = "deduction"\nshares = { B = "0.5", C = "0.25" }',
    ],
)
def test_a_plan_that_rounds_tells_what_the_same_plan_without_rounding_pays(step: str, tmp_path: Path) -> None:
    more = f'\n[[step]]\nid = "more"\n{step}\nbasis = "试"\n'
    rounded, exact = (allocate(written(tmp_path, text + more)) for text in (ZERO_MONEY, with_terms()))
    assert rounded.share_rounding is not None
    assert rounded.share_rounding.unrounded == exact.fen
    assert rounded.share_rounding.paid == rounded.fen
    assert rounded.fen["C"] < exact.fen["C"]


def test_a_pool_cut_by_bases_is_shared_by_them_exactly_unless_decimals_are_stated(tmp_path: Path) -> None:
    """1000 yuan for guarantees of 3000000, 20 and 1: 1000 x 20/3000021 is 0.67 fen, 1000 x 1/3000021 0.03 fen."""
    grown = with_terms().replace('"weighted"', '"base_increment"').replace("10000000000.00", "1000.00")
    grown += '\nbase = { A = "3000000.00", B = "20.00", C = "1.00" }\ncuts = "by_base"\ncuts_basis = "某通知"\n'
    exact, rounded = (allocate(written(tmp_path, text)) for text in (grown, f"{grown}decimals = 4\n"))
    assert exact.rows[1].steps[-1][1] == Fraction(1000 * 20, 3_000_021)
    assert exact.fen == {"A": 99_999, "B": 1, "C": 0}
    assert rounded.fen == {"A": 100_000, "B": 0, "C": 0}
    vanished = [item.text() for item in rounded.warnings if item.code == "share_vanished"]
    assert vanished[0].split("；")[0].endswith("数值为正而占比成为 0：县B（B）的基数、县C（C）的基数")


@pytest.mark.parametrize(("decimals", "paid"), [(1, [2000, 3000, 5000]), (2, [1700, 3300, 5000])])
def test_a_document_may_give_shares_one_decimal_or_two(decimals: int, paid: list[int], tmp_path: Path) -> None:
    """10000 yuan by 1/6, 2/6 and 3/6: 0.17 + 0.33 + 0.50 is 1.00; 0.2 + 0.3 + 0.5 is 1.0."""
    text = with_terms(f"decimals = {decimals}", 'decimals_basis = "某办法第五条"').replace("10000000000.00", "10000.00")
    text = text.replace('"99990"', '"1"').replace('"6"', '"2"').replace('"4"', '"3"')
    found = allocate(written(tmp_path, text))
    assert [fen // 100 for fen in found.fen.values()] == paid
    assert verify_workbook(write_workbook(found, tmp_path / "x.xlsx")).same


@pytest.mark.parametrize("rule", ["weighted", "base_increment"])
def test_shares_that_are_all_rounded_to_zero_divide_nothing(rule: str, tmp_path: Path) -> None:
    """Of 30 recipients that are alike each has 0.0333, which is 0.0 to one decimal."""
    codes = [f"C{number:02}" for number in range(30)]
    head, _, rest = with_terms("decimals = 1").partition("[[recipient]]")
    named = "".join(f'[[recipient]]\nid = "{code}"\nzh = "{code}"\nkind = "county"\n' for code in codes)
    by_code = "{ " + ", ".join(f'{code} = "1"' for code in codes) + " }"
    rest = rest[rest.index("[factor.f0]") :]
    start = rest.index("values = {")
    rest = rest[:start] + f"values = {by_code}" + rest[rest.index("}", start) + 1 :]
    if rule == "base_increment":
        bases = by_code.replace('"1"', '"1000000000.00"')
        rest = rest.replace('"weighted"', f'"{rule}"') + f'\nbase = {bases}\ncuts = "by_base"\ncuts_basis = "某通知"\n'
    with pytest.raises(PlanError) as caught:
        allocate(written(tmp_path, f"{head}{named}{rest}"))
    assert [item.code for item in caught.value.problems] == ["share_all_zero"]
    line = next(number for number, text in enumerate(f"{head}{named}{rest}".splitlines(), 1) if text == "[[step]]")
    assert str(caught.value) == (
        f"plan.toml:{line}  占比取 1 位小数时，30 个单位的占比都舍入成了 0，没有可据以分配的份额；至少一个单位的占比不为 0；"
        "增加 decimals 的位数；文件没有规定小数位的，删去 decimals，占比即不取整。"
    )


# --- weights of one value have one meaning --------------------------------------------------------


@pytest.mark.parametrize("decimals", ["", "decimals = 8\n"])
def test_a_weight_of_0_5_is_one_of_0_50(decimals: str, tmp_path: Path) -> None:
    text = with_terms(decimals).replace(
        "[[step]]", '[factor.g]\nzh = "y"\nas = "share"\nevidence = "declared"\ndocument = "d"\nvalues = { A = "1", B = "2", C = "3" }\n[[step]]'
    )  # fmt: skip
    found = [
        allocate(written(tmp_path, text.replace('"f0" = "1"', f'f0 = "{first}", g = "{second}"')))
        for first, second in (("0.5", "0.5"), ("0.50", "0.5000"))
    ]
    assert found[0].fen == found[1].fen
    assert [column.name for column in found[0].columns] == [column.name for column in found[1].columns]
    assert dict(found[0].table) == dict(found[1].table)


# --- ordinary plans meet no limit of digits --------------------------------------------------------


def ordinary(count: int, pool: str, *, decimals: str = "", seed: int = 1) -> str:
    """So many counties, three weights, a tilt of 1.15 for some and a deduction of 0.125 for some; figures mean nothing."""
    random = Random(seed)
    codes = [f"F{place:04d}" for place in range(count)]
    head = f'schema = 1\ntitle = "t"\nlayer = "analytic"\nstate = "draft"\nperiod = 2023\ndate = 2024-01-01\npool = "{pool}"\nround_to = "fen"\n'
    named = "".join(f'[[recipient]]\nid = "{code}"\nzh = "县{code}"\nkind = "county"\n' for code in codes)
    factors = "".join(
        f'[factor.{name}]\nas = "share"\nevidence = "declared"\ndocument = "d"\nvalues = {{ '
        + ", ".join(f'{code} = "{10 ** random.uniform(1, 6):.3f}"' for code in codes)
        + " }\n"
        for name in ("water", "carbon", "area")
    )
    tilts = ", ".join(f'{code} = "{random.choice(("1", "1.15"))}"' for code in codes)
    taken = ", ".join(f'{code} = "0.125"' for code in codes[::3])
    return (
        f'{head}{named}{factors}[[step]]\nid = "divide"\nrule = "weighted"\nbasis = "b"\n'
        f'weights = {{ water = "0.5", carbon = "0.3", area = "0.2" }}\n{decimals}'
        f'[[step]]\nid = "tilt"\nrule = "tilt"\nbasis = "b"\nmultipliers = {{ {tilts} }}\n'
        f'[[step]]\nid = "taken"\nrule = "deduction"\nbasis = "b"\nshares = {{ {taken} }}\n'
    )


def test_45_counties_three_weights_a_tilt_and_a_deduction_run(tmp_path: Path) -> None:
    found = allocate(written(tmp_path, ordinary(45, "1000000000.00")))
    assert sum(found.fen.values()) + found.carried == 100_000_000_000
    assert found.share_rounding is not None
    assert found.share_rounding.moved == {}
    assert verify_workbook(write_workbook(found, tmp_path / "x.xlsx")).same


def test_the_refusal_of_too_many_decimals_names_the_most_that_run(tmp_path: Path) -> None:
    """100 x 2 x 100 x 1000 x 10^d x 21 <= 10^14 holds for d = 5, and sums over 45 counties need 46 x 2 x 10^12 at most."""
    with pytest.raises(PlanError) as caught:
        allocate(written(tmp_path, ordinary(45, "1000000000.00", decimals="decimals = 8\n")))
    assert caught.value.problems[0].code == "share_decimals"
    assert "本方案最多 5 位小数" in str(caught.value)
    found = allocate(written(tmp_path, ordinary(45, "1000000000.00", decimals="decimals = 5\n")))
    assert found.share_rounding is not None
    assert found.share_rounding.largest > 0
    with pytest.raises(PlanError):
        allocate(written(tmp_path, ordinary(45, "1000000000.00", decimals="decimals = 6\n")))


# --- the sheet pays the exact amounts ---------------------------------------------------------------


def drawn(seed: int) -> Case:
    """Factors as accounts give them (floats of fifteen digits and more), in ten times more places than tests of ties have."""
    random = Random(seed)
    codes = [f"{632201 + place}" for place in range(random.randint(2, 30))]
    factors = {name: {code: 10 ** random.uniform(-2, 7) for code in codes} for name in ("water", "carbon", "area")}
    pool = random.choice((10**6, 10**8, 10**10, random.randint(10**9, 10**11)))
    floors = {code: pool // len(codes) // 2 for code in codes[::4]} if random.random() < 0.5 else {}
    weights = {"water": "0.5", "carbon": "0.3", "area": "0.2"}
    return Case(pool, factors, weights, floors, decimals=None)


def test_a_plan_pays_the_largest_remainders_of_unrounded_shares() -> None:
    """Computed here in fractions of the figures, without a score, a part or a column."""
    for seed in range(40):
        case = replace(drawn(seed), floors={})
        shares = dict.fromkeys(case.codes, Fraction(0))
        for name, values in case.factors.items():
            exact = {code: Fraction(format(value, ".15g")) for code, value in values.items()}
            for code, value in exact.items():
                shares[code] += Fraction(case.weights[name]) * value / sum(exact.values())
        due = {code: case.pool * share for code, share in shares.items()}
        paid = {code: int(amount) for code, amount in due.items()}
        for code in sorted(due, key=lambda code: (paid[code] - due[code], code))[: case.pool - sum(paid.values())]:
            paid[code] += 1
        assert case.allocate().fen == paid, seed


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(formualizer.recalculate, id="formualizer"),
        pytest.param(libreoffice.recalculate, id="libreoffice", marks=pytest.mark.libreoffice),
    ],
)
def recalculated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Values:
    folder = tmp_path_factory.mktemp("shares")
    plans = [*(drawn(seed).allocate() for seed in SEEDS), *(allocate(path) for path in ordinary_plans(folder))]
    return request.param(write_sheets(folder / "plans.xlsx", plans))


SEEDS = range(24)


def ordinary_plans(folder: Path) -> list[Path]:
    plans = [(count, pool) for count in (5, 45) for pool in ("12345678.90", "10000000000.00")]
    paths = []
    for number, (count, pool) in enumerate(plans):
        place = folder / str(number)
        place.mkdir(exist_ok=True)
        paths.append(written(place, ordinary(count, pool, seed=number)))
    return paths


def test_other_programs_compute_every_column_of_unrounded_shares(recalculated: Values, tmp_path: Path) -> None:
    plans = [*(drawn(seed).allocate() for seed in SEEDS), *(allocate(path) for path in ordinary_plans(tmp_path))]
    assert differences(recalculated, *plans) == []
    for number, allocation in enumerate(plans):
        assert sheet_fen(recalculated, allocation, number) == allocation.fen


def test_the_parts_of_a_unit_are_as_many_as_the_largest_amount_bears() -> None:
    """Units x parts up to 10^14: 10^9 bear 10^5, 10^9 + 1 no more than 10^4, and nobody has fewer than ten."""
    even = (Fraction(1), Fraction(1))
    parts = [unit_parts(even, units) for units in (0, 10, 2 * 10**9, 2 * 10**9 + 2, 2 * 10**13)]
    assert parts == [10**5, 10**5, 10**5, 10**4, 10]


# --- books that were written before -------------------------------------------------------------------


def test_a_record_that_does_not_say_how_shares_are_taken_rounds_them_to_eight_decimals(tmp_path: Path) -> None:
    text = with_terms().replace('A" = "99990"', 'A" = "77777"')
    eight = text.replace('rule = "weighted"', 'rule = "weighted"\ndecimals = 8')
    now, at_eight = (allocate(read_plan(written(tmp_path, one))) for one in (text, eight))
    record = plan_record(now)
    assert allocation_from(record).fen == now.fen
    before = {name: value for name, value in record.items() if name != "shares"}
    assert allocation_from(before).fen == at_eight.fen != now.fen
    assert before["plan"] == text


def test_movements_that_do_not_cancel_are_counted_on_the_larger_side() -> None:
    """Where money is carried over, rounding may take 5 fen from the recipients and give 2."""
    from qhgep.compensation.shares.rounding import ShareRounding

    found = ShareRounding(Fen(1), {"a": Fen(10), "b": Fen(10), "c": Fen(3)}, {"a": Fen(5), "b": Fen(12), "c": Fen(3)})
    assert (dict(found.moved), found.largest, found.total) == ({"a": -5, "b": 2}, 5, 5)
    assert list(found.beyond) == ["a", "b"]


# --- sums that are carried --------------------------------------------------------------------------


def test_a_sum_that_lacks_little_of_a_whole_unit_is_not_made_whole(tmp_path: Path) -> None:
    """40 alike share 200,000,000.04 yuan, a thousandth of one's part is taken: 20,000,000,004/40/1000 = 500,000.0001 fen.

    Left are 19,999,500,003.9999 fen: 19,999,500,003 are paid and 500,001 carried. Parts of a unit that are rounded lack up
    to half a part for each of 40, more than 0.0001 fen; that slack is not taken for money.
    """
    codes = [f"R{number:03d}" for number in range(40)]
    text = (
        'schema = 1\ntitle = "t"\nlayer = "analytic"\nstate = "draft"\nperiod = 2023\ndate = 2024-01-01\npool = "200000000.04"\nround_to = "fen"\n'
        + "".join(f'[[recipient]]\nid = "{code}"\nzh = "单位{code}"\nkind = "county"\n' for code in codes)
        + '[factor.f]\nas = "share"\nevidence = "declared"\ndocument = "d"\nvalues = { '
        + ", ".join(f'{code} = "1"' for code in codes)
        + ' }\n[[step]]\nid = "s"\nrule = "weighted"\nbasis = "b"\nweights = { f = "1" }\n'
        '[[step]]\nid = "d"\nrule = "deduction"\nbasis = "b"\nshares = { R000 = "0.001" }\n'
    )
    found = allocate(written(tmp_path, text))
    assert (found.carried, sum(found.fen.values())) == (500_001, 19_999_500_003)
    assert found.table["finish.slack"] == 0
    write_workbook(found, tmp_path / "plan.xlsx")
    assert verify_workbook(tmp_path / "plan.xlsx").same
    recalculated = formualizer.recalculate(write_sheets(tmp_path / "sheets.xlsx", [found]))
    assert sheet_fen(recalculated, found) == found.fen
