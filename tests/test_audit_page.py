"""The auditor's page: the trees of `explain`, what rests on what, exact differences, no act but our own, nothing asked of a network."""

import base64
import csv
import gzip
import hashlib
import json
import random
import re
import resource
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, Page

from qhgep import compute, plan_to_form, read_account, trace, what_if_rows, write_page, write_workbook
from qhgep.audit_page.page import page_text
from qhgep.compensation.graph import PlanGraph
from qhgep.engine.node import below
from qhgep.errors import Language, WorkbookError
from qhgep.result_files.trace import tree_file
from tests.support.browser import opened
from tests.support.command_line import COMMAND
from tests.test_cli import PILOT

PLAN, ACCOUNT = PILOT / "plan.toml", PILOT / "account.toml"
QILIAN = "632222"


def content(text: str) -> dict[str, Any]:
    """What a page carries."""
    packed = re.search(r'<script type="text/plain" id="data">([^<]*)</script>', text)
    assert packed is not None
    found: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(packed[1])))
    return found


@pytest.fixture(scope="module")
def pilot() -> PlanGraph:
    found = trace(PLAN)
    assert isinstance(found, PlanGraph)
    return found


@pytest.fixture(scope="module")
def page_file(pilot: PlanGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_page(pilot, tmp_path_factory.mktemp("page") / "审计 页.html")


# --- the file -----------------------------------------------------------------------------------------------------


def test_only_our_own_style_and_script_may_act(page_file: Path) -> None:
    """The policy names each by its hash, allows pictures inside the page only, and nothing else."""
    text = page_file.read_text(encoding="utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    blocks = {name: re.findall(rf"<{name}>(.*?)</{name}>", text, re.DOTALL) for name in ("style", "script")}
    hashes = {
        name: "sha256-" + base64.b64encode(hashlib.sha256(found[0].encode()).digest()).decode()
        for name, found in blocks.items()
    }
    assert [len(found) for found in blocks.values()] == [1, 1]
    assert policy[1] == (
        f"default-src 'none'; script-src '{hashes['script']}'; style-src '{hashes['style']}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    assert re.findall(r'(?:src|href|action)="(?!data:image/svg)', text) == []
    assert not re.search(r"\son[a-z]+=|style=", text)


def test_the_same_result_gives_the_same_page(pilot: PlanGraph, page_file: Path, tmp_path: Path) -> None:
    assert write_page(trace(PLAN), tmp_path / "b.html").read_bytes() == page_file.read_bytes()
    assert write_page(pilot, tmp_path / "c.html", language="en").read_bytes() != page_file.read_bytes()


@pytest.mark.parametrize(("language", "state"), [("zh", "测算稿"), ("en", "draft")])
def test_the_page_says_that_its_numbers_are_a_draft(
    pilot: PlanGraph, language: Language, state: str, tmp_path: Path
) -> None:
    """The pilot's plan and its account are both drafts: each table says so beside what else must be said."""
    text = write_page(pilot, tmp_path / "page.html", language=language).read_text(encoding="utf-8")
    scripts_off, *told = re.findall('<p class="warn">([^<]*)</p>', text)
    assert state not in scripts_off
    assert len(told) == 2
    assert {line.split("　")[-1] for line in told} == {state}


def test_a_process_whose_address_space_is_bounded_is_told_before_a_library_ends_it(
    pilot: PlanGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under `ulimit -v 3000000` the drawing library aborted without a word; 3,000,000 KiB are 2,929 MiB."""
    monkeypatch.setattr(resource, "getrlimit", lambda _of: (3_000_000 * 1024, resource.RLIM_INFINITY))
    with pytest.raises(WorkbookError) as caught:
        write_page(pilot, tmp_path / "a.html")
    assert caught.value.text() == (
        f"{tmp_path / 'a.html'}  进程的地址空间限为 2929 MiB，画图的库一启动就会中止；至少 131072 MiB，或不限；"
        "解除限制（ulimit -v unlimited）再写网页；要限内存用 ulimit -d。"
    )
    assert not (tmp_path / "a.html").exists()


def test_what_a_percent_moves_is_what_the_plan_pays_anew(page_file: Path) -> None:
    """RC-高寒草甸 one percent higher: the fen of `what-if --row`, and the totals of an account with that value."""
    found = content(page_file.read_text(encoding="utf-8"))
    moved = {item["row"]: item for item in found["moves"]}["RC-高寒草甸"]
    effect = what_if_rows(PLAN, ["RC-高寒草甸=+1%"])
    paid = {code: int(Decimal(text.replace(",", "")) * 100) for code, text in moved["paid"]}
    assert paid == {code: effect.change(code) for code in effect.before.fen}
    before = read_account(ACCOUNT)
    after = before.with_coefficient("RC-高寒草甸", value="8.282", reason="高百分之一", decided_by="测试")  # 8.2 × 1.01
    totals = [
        compute(account).value("accounted_total", county=QILIAN, period=account.periods[0].name).to("万元/a")
        for account in (before, after)
    ]
    texts = {county: text for account, period, county, text in moved["totals"]}
    assert texts[QILIAN] == f"{totals[1] - totals[0]:+,.2f}"


HOSTILE = "<img src=x onerror=alert(1)></script><script>alert(2)</script>"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of an account with markup in its title and in the notes of inputs."""
    folder = tmp_path_factory.mktemp("hostile")
    for path in PILOT.glob("*.*"):
        (folder / path.name).write_bytes(path.read_bytes())
    toml = (folder / "account.toml").read_text(encoding="utf-8")
    changed = re.sub(r'^title = ".*"$', f'title = "{HOSTILE}"', toml, count=1, flags=re.MULTILINE)
    assert changed != toml
    (folder / "account.toml").write_text(changed, encoding="utf-8")
    with (folder / "inputs.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    for row in rows[1:]:
        row[rows[0].index("note")] = HOSTILE
    with (folder / "inputs.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return write_page(trace(folder / "account.toml"), folder / "page.html")


def test_names_from_files_are_texts_only(hostile: Path) -> None:
    """A title with markup stands escaped in the page."""
    text = hostile.read_text(encoding="utf-8")
    assert HOSTILE not in text
    assert "&lt;img src=x onerror=alert(1)&gt;&lt;/script&gt;&lt;script&gt;alert(2)&lt;/script&gt;" in text
    assert len(re.findall("<script", text)) == 2


@pytest.mark.long
def test_markup_of_files_does_nothing_in_a_browser(browser: Browser, hostile: Path) -> None:
    with opened(browser, hostile) as page:
        page.locator("#front button[data-node]").first.click()
        page.evaluate(_OPEN_ALL)
        assert page.locator("h1").inner_text() == HOSTILE
        assert page.locator("#detail dl.facts dd", has_text="onerror").count() > 1
        assert page.locator("#detail img").count() == 0


def test_a_name_cannot_turn_the_digits_beside_it_round(tmp_path: Path) -> None:
    """A mark for writing from right to left would show 23184574 as 47548132: it stands as letters."""
    for path in PILOT.glob("*.*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    for name in ("plan.toml", "account.toml"):
        toml = (tmp_path / name).read_text(encoding="utf-8")
        toml = re.sub(r'^title = "', 'title = "甲\u202e', toml, count=1, flags=re.MULTILINE)
        (tmp_path / name).write_text(re.sub(r'(reason|basis) = "', '\\1 = "乙\u202e', toml), encoding="utf-8")
    text = write_page(trace(tmp_path / "plan.toml"), tmp_path / "page.html").read_text(encoding="utf-8")
    assert "甲&lt;U+202E&gt;青海五县" in text
    packed = json.dumps(content(text), ensure_ascii=False)
    assert "乙<U+202E>" in packed
    assert [place for place in (text, packed) if "\u202e" in place] == []


def test_a_row_without_a_document_leads_to_none(tmp_path: Path) -> None:
    """Rates that are remembered cite nothing: no document without a name stands among the documents."""
    graph = trace(PILOT / "comprehensive.toml")
    assert sorted(ref.id for ref in graph.refs() if ref.kind == "source" and not ref.name) == []
    data = content(write_page(graph, tmp_path / "page.html").read_text(encoding="utf-8"))
    kinds = [data["texts"][place] for place in data["kind"]]
    assert all(data["texts"][place] for kind, place in zip(kinds, data["zh"], strict=True) if kind == "source")
    assert "P027" in [data["texts"][place] for place in data["name"]]


def test_the_page_of_a_plan_form_is_that_of_its_plan(tmp_path: Path) -> None:
    """What `allocate` takes, the page takes: five payments of the form, each with its tree."""
    form = plan_to_form(PILOT / "comprehensive.toml", tmp_path / "方案.xlsx")
    answer = CliRunner().invoke(COMMAND, ["--lang", "zh", "page", str(form), "-o", str(tmp_path / "page.html")])
    assert answer.exit_code == 0, answer.stderr
    payments = [re.findall(r'<span class="num">([^<]*)', text) for text in (
        (tmp_path / "page.html").read_text(encoding="utf-8"), page_text(trace(PILOT / "comprehensive.toml"), "zh", lambda *_: None)
    )]  # fmt: skip
    assert len(payments[0]) >= 5
    assert payments[0] == payments[1]


def test_the_verb_writes_the_page_of_a_workbook(tmp_path: Path) -> None:
    book = write_workbook(compute(read_account(ACCOUNT)), tmp_path / "account.xlsx")
    ran = CliRunner().invoke(COMMAND, ["--quiet", "page", str(book), "-o", str(tmp_path / "a.html")])
    assert (ran.exit_code, ran.stdout) == (0, f"已写出：{tmp_path / 'a.html'}\n")
    own = write_page(trace(ACCOUNT), tmp_path / "b.html").read_text(encoding="utf-8")
    nodes = [content(text)["number"] for text in ((tmp_path / "a.html").read_text(encoding="utf-8"), own)]
    assert len(nodes[0]) == len(nodes[1])
    wrong = CliRunner().invoke(COMMAND, ["--quiet", "page", str(ACCOUNT), "-o", str(ACCOUNT)])
    assert wrong.exit_code == 1


# --- in a browser -------------------------------------------------------------------------------------------------

_OPEN_ALL = """() => {
  const met = new Set(), found = [];
  const walk = (item, depth) => {
    const line = item.querySelector(":scope > .node"), id = line.title, first = !met.has(id);
    if (first) {
      met.add(id);
      found.push([id, line.firstChild.textContent]);
      if (item.getAttribute("aria-expanded") === "false") line.click();
      item.querySelectorAll(":scope > ul > li").forEach((child) => walk(child, depth + 1));
    }
  };
  walk(document.querySelector("#detail-body ul.tree > li"), 0);
  return found;
}"""


def shown_number(value: float | str | None, unit: str) -> str:
    """A number as `explain` prints it: twelve digits, no exponent, with its unit."""
    text = f"{Decimal(f'{value:.12g}'):f}" if isinstance(value, float) else str(value)
    return text if unit in {"", "1"} else f"{text} {unit}"


@pytest.mark.long
@pytest.mark.parametrize("file", [PLAN, PILOT.parent / "ganzi-2010" / "account.toml"], ids=["pilot", "ganzi"])
def test_fifty_trees_of_the_page_are_those_of_explain(browser: Browser, file: Path, tmp_path: Path) -> None:
    """Each node in the order of `explain --deep --format json`, with its number; up to fifty numbers, drawn with a seed."""
    graph = trace(file)
    refs = {ref.id: ref for ref in graph.refs()}
    with opened(browser, write_page(graph, tmp_path / "page.html")) as page:
        buttons = page.locator("#front button[data-node]")
        drawn_places = random.Random(7).sample(range(buttons.count()), k=min(50, buttons.count()))
        assert len(drawn_places) > 40
        for place in drawn_places:
            buttons.nth(place).click()
            lines = page.evaluate(_OPEN_ALL)
            told = tree_file(graph, [refs[lines[0][0]]]).body.nodes
            assert [line[0] for line in lines] == [node.id for node in told]
            for (_, text), node in zip(lines, told, strict=True):
                if node.value is not None:
                    assert text.endswith(shown_number(node.value, node.unit)), node.id


@pytest.mark.long
def test_numbers_put_in_are_those_of_explain(browser: Browser, page_file: Path) -> None:
    """祁连的水源涵养价值: the line with numbers as the verb prints it."""
    ran = CliRunner().invoke(
        COMMAND, ["--quiet", "explain", str(ACCOUNT), "--county", QILIAN, "--quantity", "water_value_total"]
    )
    put_in = re.findall(r"代入：([^〔\n]*)", ran.stdout)
    assert len(put_in) == 5
    with opened(browser, page_file) as page:
        page.locator("table[data-account] tbody tr").first.locator("button[data-node]").first.click()
        page.evaluate(_OPEN_ALL)
        facts = page.locator("#detail dl.facts").all_inner_texts()
    shown = {line for text in facts for line in text.split("\n")}
    assert {line.strip() for line in put_in} <= {line.strip() for line in shown}


@pytest.mark.long
def test_every_number_leads_to_a_document_in_two_clicks(browser: Browser, page_file: Path) -> None:
    with opened(browser, page_file) as page:
        for button in page.locator("#front button[data-node]:not(.cov)").all():
            button.click()  # the first
            documents = page.locator("#detail details .list button")
            assert documents.count() > 0
            assert page.locator("#detail li .node").count() > 1
        documents.first.evaluate("(of) => of.click()")  # the second
        assert page.locator("#detail ul.tree > li > .node").first.inner_text().startswith("文件：")
        assert page.locator("#detail dl.facts dt").all_inner_texts()[0] == "备注"


@pytest.mark.long
def test_what_rests_on_a_row_is_what_the_graph_says(pilot: PlanGraph, browser: Browser, page_file: Path) -> None:
    """Every front number from which the row can be reached downwards, and no other."""
    account = pilot.accounts["gep"]
    row = next(ref for ref in account.refs() if ref.id == "gep/row:GZ-05")
    data = content(page_file.read_text(encoding="utf-8"))
    with opened(browser, page_file) as page:
        page.select_option("#lens", "row")
        page.select_option("#member", "GZ-05")
        lit = {int(node) for node in page.eval_on_selector_all(
            "td.lit button[data-node]:not(.cov)", "(all) => all.map((of) => of.dataset.node)")}  # fmt: skip
        front = {int(node) for node in page.eval_on_selector_all(
            "#front button[data-node]:not(.cov)", "(all) => all.map((of) => of.dataset.node)")}  # fmt: skip
    refs = {ref.id: ref for ref in pilot.refs()}

    def id_of(node: int) -> str:
        kind, name, members, owner = (
            data["texts"][data[part][node]] for part in ("kind", "name", "members", "account")
        )
        return (f"{owner}/" if owner else "") + f"{kind}:{name}" + (f"[{members}]" if members else "")

    expected = {node for node in front if any(found.ref == row for _, found, _ in below(pilot, [refs[id_of(node)]]))}
    assert lit == expected
    assert 0 < len(lit) < len(front)


@pytest.mark.long
def test_an_amount_is_found_in_yuan_and_in_wan(browser: Browser, page_file: Path) -> None:
    """祁连应付 23,184,574.27 元 is 2,318.457427 万元; 2318.46 is it rounded."""
    with opened(browser, page_file) as page:
        for text in ("23,184,574.27", "2318.457427", "2318.46", "0.23184574 "):
            page.fill("#asked", text)
            page.press("#asked", "Enter")
            found = page.locator("#detail-body .list button").all_inner_texts()
            assert "祁连县应付= 23184574.27 元" in found
        page.fill("#asked", "没有这个词")
        page.press("#asked", "Enter")
        assert page.locator("#detail-head").inner_text() == "没有找到“没有这个词”。金额可写元、万元或亿元的数。"


@pytest.mark.long
def test_two_payments_differ_to_the_fen(browser: Browser, page_file: Path) -> None:
    """23,184,574.27 − 15,000,000.00: from 祁连 to 泽库 it is 8,184,574.27 less."""
    with opened(browser, page_file) as page:
        rows = page.locator("table.paid tbody button")
        page.click("#back", force=True)
        rows.nth(0).click()
        page.click("#first")
        rows.nth(1).click()
        page.click("#second")
        cells = page.locator("#detail-body tbody tr").first.locator("td").all_inner_texts()
    assert cells == ["23184574.27 元", "15000000.00 元", "−8184574.27"]


@pytest.mark.long
def test_marks_are_kept_in_a_file_of_this_run_only(browser: Browser, page_file: Path, tmp_path: Path) -> None:
    with opened(browser, page_file) as page:
        page.locator("table.paid tbody button").first.click()
        page.locator("#detail .actions input[type=checkbox]").first.check()
        page.locator("#detail .actions input[type=text]").first.fill("<b>见原件</b>")
        page.locator("#detail .actions input[type=text]").first.press("Tab")
        with page.expect_download() as kept:
            page.click("#save")
        kept.value.save_as(tmp_path / "marks.json")
        name = kept.value.suggested_filename
        assert page.locator("#marked").inner_text().endswith("已见原件；<b>见原件</b>")
    saved = json.loads((tmp_path / "marks.json").read_text(encoding="utf-8"))
    assert name == f"qhgep-marks-{saved['run_id']}.json"
    assert saved["marks"] == {"payment:632222": {"seen": True, "open": False, "note": "<b>见原件</b>"}}
    (tmp_path / "other.json").write_text(json.dumps(saved | {"run_id": "another"}), encoding="utf-8")
    (tmp_path / "none.json").write_text("[1", encoding="utf-8")
    with opened(browser, page_file) as page:
        for file, told in (
            ("other.json", f"这份核查记录属于另一次运行（another），本页是 {saved['run_id']}，没有载入。"),
            ("none.json", "这不是核查记录文件（qhgep-marks-….json），没有载入。"),
            ("marks.json", "已载入 1 条核查记录。"),
        ):
            page.set_input_files("#load", tmp_path / file)
            page.wait_for_function("(told) => document.getElementById('status').textContent === told", arg=told)
        assert page.locator("#marked").inner_text().endswith("已见原件；<b>见原件</b>")


@pytest.mark.long
def test_one_number_has_one_note_wherever_it_stands(browser: Browser, page_file: Path) -> None:
    """A tick in the sample and a note in the tree are of one note; neither takes the other away."""
    with opened(browser, page_file) as page:
        page.locator("table.paid tbody button").first.click()
        drawn(page, 5, 1)
        page.locator("#drawn li", has_text="祁连县").locator("input").check()
        assert page.locator("#detail .actions input[type=checkbox]").first.is_checked()
        page.locator("#detail .actions input[type=text]").first.fill("待补文号")
        page.locator("#detail .actions input[type=text]").first.press("Tab")
        assert page.locator("#marked").inner_text().endswith("已见原件；待补文号")
        page.locator("#detail .actions input[type=text]").first.fill("")
        page.locator("#detail .actions input[type=text]").first.press("Tab")
        page.locator("#drawn li", has_text="祁连县").locator("input").uncheck()
        assert page.locator("#marked li").count() == 0


@pytest.mark.long
def test_a_lens_says_what_rests_on_it_and_nothing_of_another(browser: Browser, page_file: Path) -> None:
    """All five payments rest on a paper (C), though what is weakest in them is assumed (F); without a lens nothing is said."""
    with opened(browser, page_file) as page:
        assert page.input_value("#count") == "5"  # no more than there are payments
        page.select_option("#lens", "evidence")
        page.select_option("#member", "C")
        assert page.locator("table.paid td.lit").count() == 5
        page.select_option("#lens", "none")
        assert (page.inner_text("#status"), page.locator(".lit, .faint").count()) == ("", 0)


@pytest.mark.long
def test_a_lens_with_nothing_to_choose_says_so(browser: Browser, tmp_path: Path) -> None:
    """The account of Garzê decides nothing."""
    file = write_page(trace(PILOT.parent / "ganzi-2010" / "account.toml"), tmp_path / "page.html")
    with opened(browser, file) as page:
        page.select_option("#lens", "county")
        page.select_option("#lens", "decision")
        assert page.inner_text("#status") == "本页没有可以这样分的数。"


@pytest.mark.long
def test_two_counties_of_one_name_are_both_lit(browser: Browser, page_file: Path, tmp_path: Path) -> None:
    """朝阳区 is a name of two provinces: the lens by county does not pass one over."""
    same = page_file.read_text(encoding="utf-8").replace('<th scope="row">泽库县</th>', '<th scope="row">祁连县</th>')
    (tmp_path / "page.html").write_text(same, encoding="utf-8")
    with opened(browser, tmp_path / "page.html") as page:
        page.select_option("#lens", "county")
        page.select_option("#member", "祁连县")
        lit = page.locator("table.paid td.lit").all_inner_texts()
    assert [text.strip() for text in lit] == ["23,184,574.27", "15,000,000.00"]


def drawn(page: Page, count: int, seed: int) -> list[str]:
    page.fill("#count", str(count))
    page.fill("#seed", str(seed))
    page.click("#draw button")
    return page.locator("#drawn li button").all_inner_texts()


@pytest.mark.long
def test_a_sample_by_money_is_the_same_for_a_seed(browser: Browser, page_file: Path) -> None:
    """Five payments of 100,000,000 in all: of four drawn the interval is 25,000,000; more than there are is refused."""
    with opened(browser, page_file) as page:
        first, again = drawn(page, 4, 3), drawn(page, 4, 3)
        told = page.locator("#drawn-told").inner_text()
        others = {tuple(drawn(page, 2, seed)) for seed in range(1, 12)}
        assert drawn(page, 6, 1) == []
        assert page.locator("#drawn-told").inner_text() == "个数和种子须为正整数，个数不超过 5。"
    assert first == again
    assert 3 <= len(first) <= 4
    assert told.startswith("货币单元抽样：总体 5 项共 100,000,000 元，间隔 25,000,000 元，起点 ")
    assert len(others) > 1


@pytest.mark.long
def test_the_tree_is_used_by_keys(browser: Browser, page_file: Path) -> None:
    with opened(browser, page_file) as page:
        page.locator("table.paid tbody button").first.focus()
        page.keyboard.press("Enter")
        focused = "document.activeElement.querySelector(':scope > .node').title"
        assert page.evaluate(focused) == "payment:632222"
        page.keyboard.press("ArrowRight")
        assert page.evaluate(focused) == "column:finish.fen[recipient=632222]"
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowLeft")
        assert page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "false"
        page.keyboard.press("ArrowLeft")
        assert page.evaluate(focused) == "payment:632222"


@pytest.mark.long
@pytest.mark.parametrize("width", [1366, 390])
def test_the_page_fits_a_screen(browser: Browser, page_file: Path, width: int) -> None:
    """Tables scroll inside the page; the page itself is not wider than the screen."""
    with opened(browser, page_file, width, 844) as page:
        page.locator("table[data-account] button[data-node]").first.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
