"""Plans at random, of every kind and rule, as the text of a plan.toml: with ties, zeros, limits that bind, and large pools."""

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any

from tests.oracles.numbers import UNITS

Terms = dict[str, Any]
DOCUMENT = {"document": "某办法", "number": "1号", "article": "第三条", "date": "2023-03-01"}
LARGEST = 10**14 - 1
"""Fen: no plan may have more."""


def toml(plan: Mapping[str, Any]) -> str:
    """A plan as text; days are written without quotes."""
    lines = [f"{key} = {_value(value)}" for key, value in plan.items() if not _is_table(value)]
    for key, value in plan.items():
        if isinstance(value, list) and _is_table(value):
            lines += [line for entry in value for line in (f"[[{key}]]", *_lines(entry))]
        elif key == "factor":
            lines += [line for name, entry in value.items() for line in (f"[factor.{name}]", *_lines(entry))]
        elif _is_table(value):
            lines += [f"[{key}]", *_lines(value)]
    return "\n".join(lines) + "\n"


def _is_table(value: object) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and bool(value) and isinstance(value[0], dict))


def _lines(entry: Mapping[str, Any]) -> list[str]:
    return [f"{key} = {_value(value)}" for key, value in entry.items()]


def _value(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            day = len(value) == len("2023-03-01") and value[4] == value[7] == "-"
            return value if day else f'"{value}"'
        case list():
            return "[" + ", ".join(map(_value, value)) + "]"
        case dict():
            return "{ " + ", ".join(f'"{key}" = {_value(item)}' for key, item in value.items()) + " }"
        case _:
            raise TypeError(value)


def decimal(random: Random, most: int, places: int) -> str:
    """A number up to `most` with so many decimals or fewer, as it may be typed."""
    places = random.randint(0, places)
    number = random.randint(0, most * 10**places)
    return f"{number // 10**places}.{number % 10**places:0{places}d}" if places else str(number)


def yuan(fen: int) -> str:
    """Fen as yuan text."""
    return f"{fen // 100}.{fen % 100:02d}"


def head(random: Random, layer: str, kind: str, unit: str, pool: int, count: int) -> Terms:
    """The keys that every plan has; recipients in any order."""
    codes = [f"R{place:03d}" for place in range(count)]
    random.shuffle(codes)
    return {
        "schema": 1, "title": "随机", "layer": layer, "state": "draft", "period": 2023, "date": "2024-01-01",
        "pool": yuan(pool), "round_to": unit, "basis": DOCUMENT,
        "recipient": [{"id": code, "zh": f"单位{code}", "kind": kind} for code in codes],
    }  # fmt: skip


def ids(plan: Terms) -> list[str]:
    """The recipients as listed."""
    return [item["id"] for item in plan["recipient"]]


def _unit(random: Random) -> tuple[str, int]:
    return random.choice((("fen", 1), ("fen", 1), ("fen", 1), ("yuan", 100), ("100yuan", 10_000), ("wan", 1_000_000)))


# --- divisions --------------------------------------------------------------------------------------


def _by_formula(random: Random, names: Sequence[str]) -> Terms:
    """A formula over the factors: a weight for each, a bound on one of them."""
    texts = [f"{name} × p{place}" for place, name in enumerate(names)]
    if random.random() < 0.5:
        texts[0] = f"最小（{names[0]}，bound）× p0"
    parameters = {f"p{place}": decimal(random, 9, 2) for place in range(len(names))} | {
        "bound": decimal(random, 1000, 1)
    }
    score = " + ".join(texts)
    return {
        "id": "first", "rule": "formula", "score": score, "parameters": parameters,
        "units": dict.fromkeys(parameters, "1"), "basis": "试",
    }  # fmt: skip


def division(random: Random) -> Terms:
    """A division of one to twelve steps."""
    name, unit = _unit(random)
    count = random.choice((1, 2, 3, 3, 5, 8, 13, 21, 45))
    pool = random.choice((random.randint(100, 10**6), 10**10, 5 * 10**10 + 1, random.randint(10**6, 10**11))) * max(
        unit // 100, 1
    )
    pool = min(max(pool, unit * count), LARGEST)
    plan = head(random, random.choice(("analytic", "statutory", "contract")), "county", name, pool, count)
    codes, units = ids(plan), pool // unit
    names = random.sample(("water", "carbon", "area"), random.randint(1, 3))
    plan["factor"] = {factor: _factor(random, codes) for factor in names}
    first = {"id": "first", "rule": "weighted", "weights": _weights(random, names), "basis": "试"}
    if random.random() < 0.25:
        first["decimals"] = random.choice((4, 6, 8))
    growth = random.random() < 0.3
    if growth:
        most = 2 * units // count if random.random() < 0.2 else units // count
        first |= {"rule": "base_increment", "base": {code: yuan(random.randint(0, most) * unit) for code in codes}}
        if random.random() < 0.7:
            first |= {"cuts": "by_base", "cuts_basis": "试"}
    other = Random(f"formula {pool} {codes} {names}")  # draws of its own: the plans of known seeds stay as they were
    if not growth and other.random() < 0.2:
        first = _by_formula(other, names)
    steps = [first]
    if random.random() < 0.4:
        steps.append(
            {
                "id": "tilt",
                "rule": "tilt",
                "multipliers": {code: decimal(random, 2, 3) for code in codes},
                "basis": "试",
            }
        )
    steps += _changes(random, codes, units, unit, growth=growth)
    if random.random() < 0.3:
        shares = {code: f"0.{random.randint(0, 999):03d}" for code in random.sample(codes, random.randint(1, count))}
        steps.append({"id": "taken", "rule": "deduction", "shares": shares, "basis": "试"})
    elif larger := [one for one in ("yuan", "100yuan", "wan") if UNITS[one] > unit]:
        aside = Random(repr(steps))  # draws of their own: what is drawn after them stays
        if aside.random() < 0.2:
            steps.append({"id": "down", "rule": "round_down", "unit": aside.choice(larger), "basis": "试"})
    aside = Random(repr(steps) + "least")
    if aside.random() < 0.15 and steps[-1]["rule"] not in {"floor", "cap", "bounds", "deduction", "round_down"}:
        least, goes = (
            yuan(units // count // aside.choice((1, 2, 5)) * unit),
            aside.choice(("carried", "retained", "redivided")),
        )
        steps.append({"id": "least", "rule": "least_payment", "amount": least, "withheld": goes, "basis": "试"})
    plan["step"] = steps
    return plan | _phases(random, plan, codes)


def _factor(random: Random, codes: Sequence[str]) -> Terms:
    draw: Callable[[], str] = random.choice((
        lambda: "1", lambda: str(random.randint(0, 3)), lambda: decimal(random, 10**6, 4), lambda: f"{10 ** random.uniform(-3, 8):.6g}",
    ))  # fmt: skip
    values = {code: draw() for code in codes}
    if "e" in "".join(values.values()) or not any(float(value) for value in values.values()):
        values = dict.fromkeys(codes, "2.5")
    terms = {"as": "share", "evidence": "declared", "document": "某年报", "values": values}
    if len(codes) > 2 and random.random() < 0.1:  # somebody is below zero, and counts as zero
        terms["values"] = values | {codes[0]: "-1.5", codes[1]: "7"}
        terms |= {"negative": "zero", "basis": "负值按零"}
    return terms


def _weights(random: Random, names: Sequence[str]) -> dict[str, str]:
    places = random.choice((1, 2, 4))
    scale = 10**places
    cuts = sorted(random.randint(0, scale) for _ in names[1:])
    parts = [high - low for low, high in zip([0, *cuts], [*cuts, scale], strict=True)]
    return {name: f"{part // scale}.{part % scale:0{places}d}" for name, part in zip(names, parts, strict=True)}


def _changes(random: Random, codes: Sequence[str], units: int, unit: int, *, growth: bool) -> list[Terms]:
    """Floors; or a phase-in, amounts on top, and limits."""
    count = len(codes)
    if not growth and random.random() < 0.3:
        chosen = random.sample(codes, random.randint(1, count))
        least = {code: yuan(random.randint(0, units // count) * unit) for code in chosen}
        return [{"id": "least", "rule": "floor", "amounts": least, "basis": "试"}]
    steps: list[Terms] = []
    if not growth and random.random() < 0.25:
        cuts = sorted(random.randint(0, units) for _ in codes[1:])
        old = {
            code: yuan((high - low) * unit) for code, low, high in zip(codes, [0, *cuts], [*cuts, units], strict=True)
        }
        shares = {"2023": decimal(random, 1, 3), "2024": "1"}
        steps.append({"id": "phase", "rule": "phase_in", "shares": shares, "old": old, "basis": "试"})
    steps += [_on_top(random, codes, units, unit, number) for number in range(random.choice((0, 0, 1, 2)))]
    limits = random.random()
    most = {
        code: yuan(random.randint(units // count, 3 * units // count + 1) * unit)
        for code in random.sample(codes, random.randint(1, count))
    }
    if limits < 0.2:
        steps.append(
            {"id": "most", "rule": "cap", "amounts": most, "excess": random.choice(("share", "carry")), "basis": "试"}
        )
    elif limits < 0.4:
        least = {
            code: yuan(random.randint(0, units // count) * unit)
            for code in random.sample(codes, random.randint(1, count))
        }
        steps.append({"id": "both", "rule": "bounds", "least": least, "most": most, "basis": "试"})
    return steps


def _on_top(random: Random, codes: Sequence[str], units: int, unit: int, number: int) -> Terms:
    most = units // 20 // len(codes)
    if random.random() < 0.4:
        chosen = random.sample(codes, random.randint(1, len(codes)))
        amounts = {code: yuan(random.randint(0, most) * unit) for code in chosen}
        return {"id": f"extra{number}", "rule": "top_up", "amounts": amounts, "basis": "试"}
    classes = {code: random.choice("AB") for code in codes}
    step = {"id": f"award{number}", "rule": "award_penalty", "classes": classes, "basis": "试"}
    if random.random() < 0.5:
        table = {"A": yuan(random.randint(0, most) * unit), "B": f"-{yuan(random.randint(0, most // 4) * unit)}"}
        return step | {"table": table}
    of = {code: yuan(random.randint(0, most) * unit) for code in codes}
    return step | {"table": {"A": decimal(random, 1, 3), "B": f"-0.{random.randint(0, 99):02d}"}, "of": of}


def _phases(random: Random, plan: Terms, codes: Sequence[str]) -> Terms:
    """Two or three payments, where amounts are issued at all."""
    if plan["layer"] == "analytic" or random.random() < 0.6:
        return {}
    first: Terms = {"id": "early", "zh": "提前下达", "share": f"0.{random.randint(0, 99):02d}", "basis": "试"}
    if random.random() < 0.4:
        amounts = {code: yuan(random.randint(0, 10**5)) for code in codes}
        first = {"id": "early", "zh": "提前下达", "amounts": amounts, "basis": "试"}
    return {"phase": [first, {"id": "last", "zh": "清算"}]}


# --- entitlements -----------------------------------------------------------------------------------


def entitlement(random: Random) -> Terms:
    """One to four sums from below, and limits of households."""
    name, _ = _unit(random)
    households = random.random() < 0.15
    layer = random.choice(("analytic", "statutory"))
    kind = "household_group" if households else "county"
    plan = head(random, layer, kind, name, random.randint(10**6, 10**12), random.choice((1, 2, 3, 5, 8, 20)))
    codes = ids(plan)
    rules = (_area_rate, _posts_wage, _instalments, _pooled_sum)
    steps = [random.choice(rules)(random, plan, codes) for _ in range(random.randint(1, 4))]
    own = Random(f"due {codes} {steps}")  # draws of its own: the plans of known seeds stay as they were
    if own.random() < 0.3:
        steps.insert(own.randint(0, len(steps)), _formula_due(own, plan, codes))
    for number, step in enumerate(steps):
        step |= {"id": f"step{number}", "basis": "试"}
    if households:
        low, high = random.randint(0, 10**4), random.randint(10**4, 10**6)
        limits: Terms = {"least": yuan(low), "most": {code: yuan(random.randint(high, 2 * high)) for code in codes}}
        steps.append({"id": "limits", "rule": "household_limits", **limits, "basis": "试"})
    plan["step"] = steps
    return plan | _phases(random, plan, codes)


def _area_rate(random: Random, plan: Terms, codes: Sequence[str]) -> Terms:
    unit = random.choice(("mu", "mu", "ha", "person", "household"))
    kinds = random.sample(("ban", "balance", "forest"), random.randint(1, 3))
    areas: Terms = {kind: {code: decimal(random, 10**5, 2) for code in codes} for kind in kinds}
    rates = {
        kind: decimal(random, 30, 2) if random.random() < 0.6 else {code: decimal(random, 30, 2) for code in codes}
        for kind in kinds
    }
    rounded = random.choice(("exact", "exact", "fen", "yuan", "100yuan"))
    step: Terms = {"rule": "area_rate", "areas": areas, "rates": rates, "unit": unit, "rounded": rounded}
    if (
        unit in {"mu", "ha"} and random.random() < 0.3
    ):  # areas of a factor, with as many decimals as those that are typed
        factor = f"grass{random.randint(0, 9)}"
        values = {code: decimal(random, 10**4, 3) for code in codes}
        measured = {
            "as": "value",
            "unit": random.choice(("ha", "km2")),
            "zh": "草地",
            "evidence": "declared",
            "document": "年报",
            "values": values,
        }
        plan["factor"] = plan.get("factor", {}) | {factor: measured}
        areas[kinds[0]] = factor
        step["decimals"] = random.randint(2, 3)
    elif random.random() < 0.3:
        step["total"] = {code: str(3 * 10**5 if random.random() < 0.98 else 10**5) for code in codes}
    return step


def _formula_due(random: Random, plan: Terms, codes: Sequence[str]) -> Terms:
    """A rate on all of an area, and one more on what is below a bound, in units of their own."""
    values = {code: decimal(random, 10**4, 3) for code in codes}
    held = {"as": "value", "unit": "ha", "zh": "林地", "evidence": "declared", "document": "年报", "values": values}
    plan["factor"] = plan.get("factor", {}) | {"woods": held}
    return {
        "rule": "formula_due", "due": "woods × rate + 最小（woods，bound）× more",
        "parameters": {"rate": decimal(random, 30, 2), "bound": decimal(random, 5000, 1), "more": decimal(random, 9, 3)},
        "units": {"rate": random.choice(("CNY/mu", "CNY/ha")), "bound": "ha", "more": "CNY/ha"},
        "rounded": random.choice(("fen", "fen", "yuan", "100yuan", "wan")),
    }  # fmt: skip


def _posts_wage(random: Random, plan: Terms, codes: Sequence[str]) -> Terms:
    del plan
    posts = {code: str(random.randint(0, 3000)) for code in codes}
    step: Terms = {
        "rule": "posts_wage", "posts": posts, "wage": decimal(random, 3000, 2), "months": str(random.randint(1, 12)),
        "base_share": random.choice(("0.7", "0.70", "1", "0", "0.85")),
    }  # fmt: skip
    if random.random() < 0.7:
        step["passed"] = {code: str(random.randint(0, int(number))) for code, number in posts.items()}
    return step


def _instalments(random: Random, plan: Terms, codes: Sequence[str]) -> Terms:
    del plan
    years = random.sample(range(2015, 2024), random.randint(1, 3))
    certified = {str(year): {code: decimal(random, 10**4, 2) for code in codes} for year in years}
    tasks = {year: {code: str(10**4 + 1) for code in codes} for year in certified}
    rates = {str(count): decimal(random, 600, 1) for count in random.sample(range(1, 7), 3)}
    return {"rule": "instalments", "rates": rates, "tasks": tasks, "certified": certified}


def _pooled_sum(random: Random, plan: Terms, codes: Sequence[str]) -> Terms:
    del plan
    funds: Terms = {}
    for number in range(random.randint(1, 3)):
        amounts = {code: yuan(random.randint(0, 10**9)) for code in codes}
        funds[f"fund{number}"] = {"earmark": "", "amounts": amounts}
    if random.random() < 0.3:
        most = 10**7 if random.random() < 0.9 else 10**9
        funds["back"] = {"amounts": {code: yuan(random.randint(0, most)) for code in codes}, "deducted": True}
    return {"rule": "pooled_sum", "funds": funds}


# --- settlements ------------------------------------------------------------------------------------


def settlement(random: Random) -> Terms:
    """One to three contracts between two to six parties."""
    name, _ = _unit(random)
    layer = random.choice(("analytic", "contract"))
    plan = head(random, layer, "province", name, random.choice((10**13, 10**13, 10**9)), random.randint(2, 6))
    codes = ids(plan)
    steps = [
        random.choice((_class_index, _fixed_split, _back_payment))(random, codes) for _ in range(random.randint(1, 3))
    ]
    for number, step in enumerate(steps):
        step |= {"id": f"step{number}", "basis": "试"}
    plan["step"] = steps
    return plan


def _signed(random: Random, most: int, places: int) -> str:
    return random.choice(("", "-")) + decimal(random, most, places)


def _class_index(random: Random, codes: Sequence[str]) -> Terms:
    payer, receiver = random.sample(list(codes), 2)
    classes = {level: _signed(random, 10**7, 2) for level in ("I", "II", "III", "IV")}
    found = random.choice(list(classes))
    step: Terms = {
        "rule": "class_index",
        "payer": payer,
        "receiver": receiver,
        "classes": classes,
        "section_class": found,
    }
    if random.random() < 0.6:
        low, high = sorted(random.randint(-(10**7), 10**7) for _ in range(2))
        change = {
            "found": _signed(random, 60, 2),
            "rate": _signed(random, 10**5, 1),
            "low": str(low),
            "high": str(high),
        }
        step["change"] = change
    return step


def _parts(random: Random, codes: Sequence[str]) -> dict[str, str]:
    """Parts that add up to 1, for some of the recipients."""
    chosen = random.sample(list(codes), random.randint(1, min(3, len(codes))))
    cuts = sorted(random.randint(0, 20) for _ in chosen[1:])
    return {code: f"{(high - low) / 20:.2f}" for code, low, high in zip(chosen, [0, *cuts], [*cuts, 20], strict=True)}


def _back_payment(random: Random, codes: Sequence[str]) -> Terms:
    """One of them bears the rest; the others have what was issued and what is due, in fen or in whole 万元."""
    treasury, *others = random.sample(codes, len(codes))
    tables = {name: {code: yuan(random.randint(0, 10**4) * 10**6) for code in others} for name in ("issued", "due")}
    return {"rule": "back_payment", **tables, "treasury": treasury, "recover": random.random() < 0.5}


def _fixed_split(random: Random, codes: Sequence[str]) -> Terms:
    pay, receive = ({code: str(random.randint(0, 9)) for code in codes} for _ in range(2))
    pay[codes[0]] = receive[codes[-1]] = "3"
    step: Terms = {"rule": "fixed_split", "fund": decimal(random, 10**6, 2), "pay": pay, "receive": receive}
    if random.random() < 0.6:
        sections = {}
        for name in random.sample(("upper", "middle", "lower"), random.randint(1, 3)):
            receivers = [code for code in codes if receive[code] != "0"]
            loser: Any = random.choice(receivers)
            if random.random() < 0.3:
                loser = _parts(random, receivers)
            sections[name] = {"loser": loser, "moved": f"0.{random.randint(0, 6)}", "to": _parts(random, codes)}
        step |= {"sections": sections, "failed": random.sample(sorted(sections), random.randint(0, len(sections)))}
    return step


KINDS: Mapping[str, Callable[[Random], Terms]] = {
    "division": division, "entitlement": entitlement, "settlement": settlement,
}  # fmt: skip
