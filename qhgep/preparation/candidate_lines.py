"""The lines of account.toml that `start` writes to choose from: comments that become decisions when their # is taken away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from qhgep.expr import Quantity
from qhgep.preparation.open_decisions import Lack, SaidNotApplicable, land, row_in_words
from qhgep.toml_lines import toml_string


def period_lines(other: Sequence[tuple[str, str]], words: Mapping[str, Quantity]) -> Iterator[str]:
    """Quantities with the periods of their rows, where those are not of the account: each may be adopted."""
    for quantity, period in other:
        zh = words[quantity].zh if quantity in words else quantity
        yield f"## 期间不同的数据：{zh} {period}，采用时去掉 #："
        yield from (
            "# [[adopt]]",
            f'# quantity = "{quantity}"',
            f'# from_period = "{period}"',
            '# reason = ""',
            '# decided_by = ""',
            "",
        )


def not_applicable_lines(said: Iterable[SaidNotApplicable]) -> Iterator[str]:
    """What tables say does not apply: decisions for a person to take, and a gap until then."""
    for item in said:
        named = {key: getattr(item.entry, key) for key in ("ecosystems", "items", "counties")}
        yield from (
            f"## {item.zh}填报为“不适用”（{item.place}）；定下以前按缺处理，不同意的把表里的状态改为“缺失”",
            "[[not_applicable]]",
            f'quantity = "{item.entry.quantity}"',
            *(f"{key} = [{', '.join(map(toml_string, names))}]" for key, names in named.items() if names),
            f"reason = {toml_string(item.entry.reason)}",
            f'decided_by = "{item.entry.decided_by}"',
            "",
        )


def index_lines(series: Sequence[tuple[str, str]]) -> Iterator[str]:
    """How prices of other years are carried to that of the account: by one of the index series, as a decision without default."""
    if series:
        yield "## 采用的价格与账户的价格年份不同时，须按价格指数折算，选一个序列，填入并去掉 #："
        yield from (f"##   {name}：{words}" for name, words in series)
        yield from ("# [deflate]", '# series = ""', '# reason = ""', '# decided_by = ""', "")


def coefficient_lines(lacking: Mapping[str, Lack], words: Mapping[str, Quantity]) -> Iterator[str]:
    """Each coefficient that lacks, with its rows elsewhere and an adoption to fill in for each land."""
    for key, lack in lacking.items():
        where = f"，{'、'.join(map(land, lack.ecosystems))}" if lack.ecosystems else ""
        yield f"## 缺系数：{words[key].zh}（{key}，{words[key].unit.printed}{where}）。" + (
            "见于别处的值如下；采用一个：去掉下面各行的 #，填行号、理由和决定人。"
            if lack.rows
            else "没有可借用的行：qhgep coefficients template 写出要填的表，填好后核算时加 --coefficients。"
        )
        for row in lack.rows:
            yield f"##   {row.row}：{row_in_words(row)}"
        for ecosystem in lack.lands if lack.rows else ():
            of = [f'# ecosystem = "{ecosystem}"'] if ecosystem else []
            yield from ("# [[adopt]]", '# row = ""', f'# for = "{key}"', *of, '# reason = ""', '# decided_by = ""')
        yield ""
