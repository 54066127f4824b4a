"""The desk: who may speak to it, what reaches the disk, runs that end, and the same bytes as on the command line."""

import asyncio
import datetime as dt
import errno
import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response
from openpyxl.workbook import Workbook
from starlette.testclient import TestClient

from qhgep import desk_app
from qhgep.account.decision_book import METHOD, DecisionLine
from qhgep.account.schema import OPEN
from qhgep.desk.access import COOKIE, HEADERS, Key
from qhgep.desk.actions import ACTIONS, Action, words_of
from qhgep.desk.folders import WorkFolder, file_name, id_of
from qhgep.desk.runs import Runs
from qhgep.desk.serve import serve
from qhgep.errors import InputError
from qhgep.workbook.reports.decision_book import decision_book
from tests.support.upright_forms import right
from tests.test_cli import PILOT, run
from tests.test_twenty_mistakes import LANDS, spoilt

HOST = "127.0.0.1:8000"
ORIGIN = {"origin": f"http://{HOST}"}


def client(root: Path) -> TestClient:
    """A browser that was let in."""
    root.mkdir(exist_ok=True)
    key = Key()
    found = TestClient(desk_app(root, hosts=(HOST,), key=key), base_url=f"http://{HOST}")
    found.get(f"/?token={key.token}")
    return found


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "根"


def made(desk: TestClient, name: str = "海北州2024年核算") -> str:
    """The address of a new folder."""
    answer = desk.post("/new", data={"name": name}, headers=ORIGIN, follow_redirects=False)
    assert answer.status_code == 303
    return str(answer.headers["location"])


def put(desk: TestClient, folder: str, kind: str, *files: tuple[str, bytes]) -> Response:
    return desk.post(
        f"{folder}/upload/{kind}", files=[("files", item) for item in files], headers=ORIGIN, follow_redirects=False
    )


def done(desk: TestClient, folder: str, name: str, **typed: str) -> tuple[str, str]:
    """Press a button and wait: the state of the run, and the page."""
    answer = desk.post(f"{folder}/do/{name}", data=typed, headers=ORIGIN, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    for _ in range(600):
        page = desk.get(answer.headers["location"]).text
        state = page.partition('class="state ')[2].partition('"')[0]
        if state != "running":
            return state, page
        time.sleep(0.1)
    raise AssertionError(page)


def form(book: Workbook, place: Path) -> bytes:
    book.save(place)
    return place.read_bytes()


# --- who may speak to it ------------------------------------------------------------------------------------------


def test_the_token_is_good_once_and_gives_a_cookie_and_an_address_without_it(root: Path) -> None:
    root.mkdir()
    key, told = Key(), []
    desk = TestClient(desk_app(root, hosts=(HOST,), key=key, renewed=lambda: told.append(1)), base_url=f"http://{HOST}")
    token = key.token
    assert desk.get("/").text == "请用命令窗口里印出的完整地址打开工作台。\n"
    assert desk.get("/?token=x").text == "这个地址用过了，或不完整；命令窗口里印着新的地址。\n"
    first = desk.get(f"/?token={token}", follow_redirects=False)
    assert (first.status_code, first.headers["location"]) == (303, "/")
    cookie = first.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}={key.secret}; HttpOnly; SameSite=Strict; Path=/; Max-Age=")
    assert token not in cookie
    assert (desk.get("/").status_code, told) == (200, [1])
    other = TestClient(desk_app(root, hosts=(HOST,), key=key), base_url=f"http://{HOST}")
    assert other.get(f"/?token={token}", follow_redirects=False).status_code == 403
    assert other.get(f"/?token={key.token}", follow_redirects=False).status_code == 303


ATTEMPTS: tuple[tuple[str, str, dict[str, str], int, str], ...] = (
    ("GET", "/", {"host": "evil.example"}, 403, "只在这台电脑上用"),
    ("GET", "/", {"host": "127.0.0.1:9999"}, 403, "只在这台电脑上用"),
    ("GET", "/", {"cookie": f"{COOKIE}=x"}, 403, "完整地址"),
    ("GET", "/", {"cookie": "\x01;;=;"}, 403, "完整地址"),
    ("POST", "/new", {}, 403, "不是从工作台自己的网页来的"),
    ("POST", "/new", {"origin": "null"}, 403, "不是从工作台自己的网页来的"),
    ("POST", "/new", {"origin": "http://evil.example"}, 403, "不是从工作台自己的网页来的"),
    ("POST", "/new", {"origin": f"https://{HOST}"}, 403, "不是从工作台自己的网页来的"),
    ("PUT", "/new", ORIGIN, 405, "没有这样的请求"),
    ("DELETE", "/", ORIGIN, 405, "没有这样的请求"),
    ("OPTIONS", "/", ORIGIN, 405, "没有这样的请求"),
    ("POST", "/new", ORIGIN | {"content-length": "999999999999"}, 413, "太大"),
    ("POST", "/new", ORIGIN | {"content-length": "-1"}, 413, "太大"),
    ("GET", "/docs", {}, 404, ""),
    ("GET", "/redoc", {}, 404, ""),
    ("GET", "/openapi.json", {}, 404, ""),
    ("GET", "/folder/..%2f..%2fetc", {}, 404, ""),
    ("GET", "/folder/../../etc/passwd", {}, 404, ""),
    ("GET", "/folder/0000000000000000", {}, 404, "没有这个文件夹"),
)


@pytest.mark.parametrize(("method", "path", "heads", "status", "told"), ATTEMPTS)
def test_an_attempt_is_refused_with_the_reason(
    root: Path, method: str, path: str, heads: dict[str, str], status: int, told: str
) -> None:
    desk = client(root)
    (root / "甲").mkdir()
    answer = desk.request(method, path, headers=heads, content=b"" if method == "POST" else None)
    assert (answer.status_code, told in answer.text) == (status, True), answer.text
    assert [path.name for path in root.iterdir()] == ["甲"]
    assert {name: answer.headers[name] for name in HEADERS} == dict(HEADERS)


def test_too_much_is_refused_while_it_comes(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A body without a length, or longer than it says, is counted as it comes."""
    monkeypatch.setattr("qhgep.desk.access.LARGEST", 1000)
    desk = client(root)
    answer = desk.post("/new", headers=ORIGIN | {"content-type": "application/x-www-form-urlencoded"},
                       content=(b"name=" + b"a" * 400 for _ in range(5)))  # fmt: skip
    assert answer.status_code == 413
    assert list(root.iterdir()) == []


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "example.org", "::"])  # noqa: S104 - what is refused
def test_another_address_than_this_machines_is_refused(root: Path, host: str) -> None:
    with pytest.raises(InputError) as caught:
        serve(root, host=host)
    assert caught.value.text() == (
        f"--host  {host} 不是本机的地址；127.0.0.1；工作台没有口令和加密，只供本机使用；别的电脑请各自安装。"
    )
    assert not root.exists()


def test_a_folder_that_cannot_be_and_a_port_that_is_taken_are_told(tmp_path: Path) -> None:
    (tmp_path / "文件").write_bytes(b"")
    with pytest.raises(InputError) as caught:
        serve(tmp_path / "文件" / "下")
    assert (
        caught.value.text()
        == f"{tmp_path / '文件' / '下'}  不能用这个文件夹；一个可以写的文件夹；换一个文件夹，或先建好它。"
    )
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(InputError) as caught:
            serve(tmp_path, port=port)
    assert caught.value.text() == (
        f"--port  端口 {port} 用不了：Address already in use；没有被占用的端口；换一个 --port，或不写，由系统选。"
    )


# --- what reaches the disk ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("../../etc/passwd.xlsx", "passwd.xlsx"), ("C:\\a\\表.xlsx", "表.xlsx"), ("-o.xlsx", "o.xlsx"), (".hidden.csv", "hidden.csv"),
        ("a\x00b\n.csv", "a_b_.csv"), ("con.xlsx", "_con.xlsx"), ("甲?*<>.xlsx", "甲____.xlsx"), ("…" * 200 + ".xlsx", "…" * 75 + ".xlsx"),
        ("~$表.xlsx", "表.xlsx"), ("甲\u202exslx.exe.xlsx", "甲_xslx.exe.xlsx"), ("..", ""), ("/", ""), (" . ", ""),
    ],
)  # fmt: skip
def test_a_name_is_one_that_every_system_takes(typed: str, name: str) -> None:
    assert file_name(typed) == name


def test_files_go_by_id_and_links_lead_nowhere(root: Path, tmp_path: Path) -> None:
    desk = client(root)
    folder = made(desk)
    place = next(root.iterdir())
    (tmp_path / "secret.xlsx").write_bytes(b"secret")
    (place / "link.xlsx").symlink_to(tmp_path / "secret.xlsx")
    (place / "out").symlink_to(tmp_path)
    (root / "elsewhere").symlink_to(tmp_path)
    assert [item.place for item in WorkFolder(place).files()] == []
    for name in ("link.xlsx", "out/secret.xlsx", "../secret.xlsx", ".desk/000001.json"):
        assert desk.get(f"{folder}/file/{id_of(name)}").status_code == 404
    assert "elsewhere" not in desk.get("/").text
    answer = put(desk, folder, "forms", ("../../填报.xlsx", b"x"))
    assert answer.status_code == 303
    assert [path.relative_to(place).as_posix() for path in place.rglob("*.xlsx") if not path.is_symlink()] == [
        "表/填报.xlsx"
    ]
    got = desk.get(f"{folder}/file/{id_of('表/填报.xlsx')}")
    assert (got.content, got.headers["content-type"]) == (b"x", "application/octet-stream")
    assert got.headers["content-disposition"] == "attachment; filename*=UTF-8''%E5%A1%AB%E6%8A%A5.xlsx"


@pytest.mark.parametrize(
    ("pairs", "status"),
    [
        ([("origin", "http://evil.example"), ("origin", f"http://{HOST}")], 403),
        ([("origin", f"http://{HOST}"), ("origin", "http://evil.example")], 403),
        ([("origin", f"http://{HOST}")], 303),
    ],
)
def test_a_second_origin_does_not_hide_the_first(root: Path, pairs: list[tuple[str, str]], status: int) -> None:
    desk = client(root)
    assert desk.post("/new", data={"name": "甲"}, headers=pairs, follow_redirects=False).status_code == status
    assert [path.name for path in root.iterdir()] == (["甲"] if status == 303 else [])


def test_cookies_in_two_headers_are_one_list(root: Path) -> None:
    root.mkdir()
    key = Key()
    desk = TestClient(desk_app(root, hosts=(HOST,), key=key), base_url=f"http://{HOST}")
    own, other = ("cookie", f"{COOKIE}={key.secret}"), ("cookie", "a=b")
    assert [desk.get("/", headers=pairs).status_code for pairs in ([own, other], [other, own], [other])] == [
        200,
        200,
        403,
    ]


@pytest.mark.parametrize("path", ["//evil.example/", "/%0d%0aset-cookie:a=b/", "/%E5%A5%BD"])
def test_the_token_leads_to_the_first_page_whatever_the_address_says(root: Path, path: str) -> None:
    """A good token with another path led to the host that the path named, or broke the answer."""
    root.mkdir()
    key = Key()
    desk = TestClient(desk_app(root, hosts=(HOST,), key=key), base_url=f"http://{HOST}")
    answer = desk.get(f"http://{HOST}{path}?token={key.token}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_a_folder_that_is_a_link_takes_nothing_out(root: Path, tmp_path: Path) -> None:
    """A working folder that came from elsewhere may hold links: what is uploaded or put away does not follow them."""
    desk = client(root)
    folder = made(desk)
    place = next(root.iterdir())
    outside = tmp_path / "外"
    outside.mkdir()
    (place / "表").symlink_to(outside)
    answer = put(desk, folder, "forms", ("甲.csv", b"1"))
    assert answer.status_code == 400
    assert "表/甲.csv" in answer.text
    put(desk, folder, "prices", ("价格.xlsx", b"1"))
    (place / "旧件").symlink_to(outside)
    assert put(desk, folder, "prices", ("价格.xlsx", b"2")).status_code == 400
    assert ((place / "价格.xlsx").read_bytes(), list(outside.iterdir())) == (b"1", [])
    assert [path.name for path in place.iterdir() if path.name.startswith(".half-")] == []


def test_what_is_replaced_is_kept(root: Path) -> None:
    desk = client(root)
    folder = made(desk)
    place = next(root.iterdir())
    put(desk, folder, "forms", ("甲.csv", b"1"))
    put(desk, folder, "forms", ("甲.csv", b"2"))
    assert (place / "表" / "甲.csv").read_bytes() == b"2"
    assert [path.read_bytes() for path in (place / "旧件").iterdir()] == [b"1"]
    desk.post(f"{folder}/away/{id_of('表/甲.csv')}", headers=ORIGIN)
    assert sorted(path.read_bytes() for path in (place / "旧件").iterdir()) == [b"1", b"2"]
    assert list((place / "表").iterdir()) == []


@pytest.mark.parametrize(
    ("kind", "name", "told"),
    [
        ("forms", "甲.exe", "甲.exe  这里不收这种文件；以 .xlsx、.csv、.txt 结尾的文件；另存为其中一种再放进来。"),
        ("prices", "甲.csv", "甲.csv  这里不收这种文件；以 .xlsx 结尾的文件；另存为其中一种再放进来。"),
        ("../x", "甲.csv", ""), ("what", "甲.csv", "what  没有这个按钮；工作台网页上的按钮；回到文件夹再点。"),
    ],
)  # fmt: skip
def test_only_known_kinds_of_files_are_taken(root: Path, kind: str, name: str, told: str) -> None:
    desk = client(root)
    folder = made(desk)
    answer = put(desk, folder, kind, (name, b"1"))
    assert answer.status_code in {400, 404}
    assert told in answer.text
    assert list(next(root.iterdir()).iterdir()) == []


@pytest.mark.parametrize(
    ("name", "told"),
    [("", "-  这不能作文件夹的名称"), ("..", "..  这不能作文件夹的名称"), ("甲", "甲  已经有这个文件夹")],
)
def test_a_folder_needs_a_name_of_its_own(root: Path, name: str, told: str) -> None:
    desk = client(root)
    (root / "甲").mkdir()
    answer = desk.post("/new", data={"name": name}, headers=ORIGIN)
    assert (answer.status_code, told in answer.text) == (400, True)
    assert [path.name for path in root.iterdir()] == ["甲"]


# --- runs ---------------------------------------------------------------------------------------------------------


@pytest.mark.long
def test_mistakes_are_told_by_cell_and_marked(root: Path, tmp_path: Path) -> None:
    desk = client(root)
    folder = made(desk)
    put(desk, folder, "forms", ("错.xlsx", form(spoilt(), tmp_path / "错.xlsx")))
    state, page = done(desk, folder, "check")
    assert state == "refused"
    assert "在这个文件夹里用命令行做同样的事" in page
    assert "qhgep check 表 --json .desk/check.json" in page
    shown = desk.get(folder).text
    assert "上次核对：错误 22 处，提示 0 处" in shown
    assert "错.xlsx › 填报表 › B8" in shown
    done(desk, folder, "mark", file=id_of("表/错.xlsx"))
    assert (next(root.iterdir()) / "标注" / "错.xlsx").is_file()
    put(desk, folder, "forms", ("错.xlsx", form(right(lands=LANDS), tmp_path / "对.xlsx")))
    assert "上次核对" not in desk.get(folder).text


@pytest.mark.long
def test_the_folder_is_that_of_the_command_line_to_the_byte(root: Path, tmp_path: Path) -> None:
    """The same files, the words that the page prints, in another folder: every file that was made is the same."""
    desk = client(root)
    folder = made(desk)
    content = form(right(lands=LANDS), tmp_path / "对.xlsx")
    put(desk, folder, "forms", ("玛沁县.xlsx", content))
    typed = {"by": "张三", "date": "2026-11-20", "choice.6": "RC-高寒草甸", "reason.6": "以草甸为主"}
    commands = []
    for name, fields in (
        ("start", {"title": "玛沁"}),
        ("decide", typed),
        ("account", {}),
        ("brief", {}),
        ("page", {}),
        ("review", {}),
    ):
        state, page = done(desk, folder, name, **fields)
        assert state == "done", page
        commands.append(page.partition('class="command">qhgep ')[2].partition("</pre>")[0].replace("&#39;", "'"))
    other = tmp_path / "另一处"
    (other / "表").mkdir(parents=True)
    (other / "表" / "玛沁县.xlsx").write_bytes(content)
    import shlex

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(other)
        for command in commands:
            assert run("--lang", "zh", *shlex.split(command)).exit_code == 0, command
    place = next(root.iterdir())
    own, others = ({item.place: item.path.read_bytes() for item in WorkFolder(at).files()} for at in (place, other))
    assert set(own) == set(others)
    assert [name for name in own if own[name] != others[name]] == []
    assert {"账户/决定.xlsx", "结果.xlsx", "简报.xlsx", "核算_审计.html"} <= set(own)


def test_only_a_proposal_that_is_kept_or_changed_is_signed(root: Path) -> None:
    """The page sends every line. Of three proposals one is ticked, one is given another reason, one is left: two are signed."""
    proposed = [
        DecisionLine(METHOD, zh, (("nep", ""),), code, choice="nep", reason="只有一种", decided_by=OPEN)
        for zh, code in (("甲", "carbon_dioxide_fixed"), ("乙", "oxygen_released"), ("丙", "water_retained"))
    ]
    asked = DecisionLine(METHOD, "丁", (("gross", ""),), "crop_value")
    place = root / "甲" / "账户"
    place.mkdir(parents=True)
    (place / "决定.xlsx").write_bytes(decision_book([*proposed, asked], "甲", dt.date(2026, 11, 20)))
    folder = WorkFolder(root / "甲")
    sent = {"by": "张三", "date": "2026-11-20"}
    sent |= {f"choice.{row}": "nep" for row in (5, 6, 7)} | {f"reason.{row}": "只有一种" for row in (5, 6, 7)}
    sent |= {"choice.8": "", "reason.8": ""}
    with pytest.raises(InputError, match="没有一项判断与表上不同"):
        words_of("decide", folder, sent)
    words = words_of("decide", folder, sent | {"keep.6": "1", "reason.7": "核对过"})
    assert words[2:-3] == ["--set=6=nep=只有一种", "--set=7=nep=核对过"]
    page = client(root).get(f"/folder/{id_of('甲')}").text
    assert [f'name="keep.{row}"' in page for row in (5, 6, 7, 8)] == [True, True, True, False]


def test_a_blank_form_may_ask_areas_by_the_classes_of_the_land_survey(root: Path) -> None:
    typed = {"region": "海北", "year": "2024", "ruleset": "county-general"}
    folder = WorkFolder(root)
    assert "--survey=三调" in words_of("blank", folder, typed | {"survey": "三调"})
    assert not any("survey" in word for word in words_of("blank", folder, typed | {"survey": ""}))


def test_what_is_typed_is_never_an_option(root: Path) -> None:
    desk = client(root)
    folder = made(desk)
    state, page = done(
        desk, folder, "blank", region="--help", year="2024", ruleset="county-general", counties="--one-per-county"
    )
    assert state == "refused"
    assert "--region=--help" in page
    for fields, told in (({"region": "a", "year": "20x4"}, "年度填的是 20x4"), ({"region": "", "year": "2024"}, "region  填的是 -"),
                         ({"region": "甲" * 300, "year": "2024"}, "不超过 200 字")):  # fmt: skip
        answer = desk.post(f"{folder}/do/blank", data=fields | {"ruleset": "county-general"}, headers=ORIGIN)
        assert (answer.status_code, told in answer.text) == (400, True), answer.text
    assert "没有这个按钮" in desk.post(f"{folder}/do/rm", headers=ORIGIN).text
    assert "还没有 表" in desk.post(f"{folder}/do/check", headers=ORIGIN).text


def sleeping(folder: Path) -> WorkFolder:
    folder.mkdir()
    return WorkFolder(folder)


def ended(runs: Runs, folder: WorkFolder) -> str:
    for _ in range(300):
        if runs.running(folder) is None:
            return runs.of(folder)[0].state
        time.sleep(0.1)
    raise AssertionError


def test_one_thing_at_a_time_in_a_folder_and_two_in_all(tmp_path: Path) -> None:
    runs, folders = Runs(), [sleeping(tmp_path / name) for name in "甲乙丙"]
    for folder in folders[:2]:
        runs.begin(folder, "account", ["desk", "."])  # a verb that does not end by itself
    with pytest.raises(InputError) as caught:
        runs.begin(folders[0], "check", ["check"])
    assert (
        caught.value.text()
        == "甲  这个文件夹里正在做一件事；一次只做一件；做的时候不收文件、不移文件；等它做完，或先停止。"
    )
    with pytest.raises(InputError) as caught:
        runs.begin(folders[2], "check", ["check"])
    assert caught.value.text() == "丙  别的文件夹正在做 2 件事；同时不超过 2 件；等一件做完再点。"
    runs.cancel(folders[0])
    assert ended(runs, folders[0]) == "cancelled"
    runs.close()
    assert ended(runs, folders[1]) == "cancelled"


def test_a_run_that_takes_too_long_or_too_much_is_ended_and_told(tmp_path: Path) -> None:
    slow, large = sleeping(tmp_path / "慢"), sleeping(tmp_path / "大")
    in_time = Runs(seconds=1)
    in_time.begin(slow, "account", ["desk", ".", "--no-browser"])
    assert ended(in_time, slow) == "time"
    in_memory = Runs(memory=60)  # too little to begin: where it gives out further on differs from run to run
    shutil.copytree(PILOT, large.path / "账户")
    in_memory.begin(large, "account", ["account", "账户/account.toml", "-o", "结果.xlsx"])
    assert ended(in_memory, large) == "memory"
    assert not large.has("结果.xlsx")


def test_a_run_without_its_desk_was_broken_off(tmp_path: Path) -> None:
    """What another desk left as running is none of this one's; a file that is no run is passed over."""
    folder = sleeping(tmp_path / "甲")
    place = folder.path / ".desk"
    place.mkdir()
    (place / "000001.json").write_text(
        '{"number": 1, "action": "account", "words": ["account"], "begun": 5.0, "ended": null, "state": "running"}',
        encoding="utf-8",
    )
    (place / "000002.json").write_text("{", encoding="utf-8")
    assert [(item.number, item.state) for item in Runs().of(folder)] == [(1, "broken")]


# --- what goes wrong on a disk, and in a hurry --------------------------------------------------------------------


def waiting(runs: Runs, folder: WorkFolder) -> None:
    """Until nothing runs in a folder."""
    for _ in range(300):
        if runs.running(folder) is None:
            return
        time.sleep(0.1)
    raise AssertionError


def test_a_folder_that_is_deleted_while_it_runs_does_not_stay_busy(tmp_path: Path) -> None:
    """Two that are deleted would otherwise be all that may run at once, for ever."""
    runs, gone, other = Runs(), sleeping(tmp_path / "甲"), sleeping(tmp_path / "乙")
    runs.begin(gone, "account", ["desk", "."])
    shutil.rmtree(gone.path)
    runs.cancel(gone)
    waiting(runs, gone)
    gone.path.mkdir()
    runs.begin(gone, "check", ["check", "表"])
    runs.begin(other, "check", ["check", "表"])
    assert [ended(runs, folder) for folder in (gone, other)] == ["refused", "refused"]


def test_an_account_that_cannot_be_made_again_stays(root: Path, tmp_path: Path) -> None:
    """The account is put away for a new one; where none comes of it, the old one is in its place again."""
    desk = client(root)
    folder = made(desk)
    place = next(root.iterdir())
    (place / "账户").mkdir()
    (place / "账户" / "account.toml").write_bytes(b"1")
    put(desk, folder, "forms", ("错.xlsx", form(spoilt(), tmp_path / "错.xlsx")))
    state, page = done(desk, folder, "start")
    assert state == "refused"
    assert "没有通过：原因见“经过和提示”" in page
    assert (place / "账户" / "account.toml").read_bytes() == b"1"
    assert list((place / "旧件").iterdir()) == []


def test_what_is_replaced_is_not_put_away_where_too_much_runs(tmp_path: Path) -> None:
    runs, folders = Runs(), [sleeping(tmp_path / name) for name in "甲乙丙"]
    for folder in folders[:2]:
        runs.begin(folder, "account", ["desk", "."])
    (folders[2].path / "账户").mkdir()
    with pytest.raises(InputError):
        runs.begin(folders[2], "start", ["start"], ("账户",))
    assert [path.name for path in folders[2].path.iterdir()] == ["账户"]
    runs.close()


def test_no_file_comes_or_goes_while_something_runs(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a run reads must stay what it was, or its check would stand beside other forms."""
    desk = client(root)
    folder = made(desk)
    put(desk, folder, "forms", ("甲.csv", b"1"))
    busy = "这个文件夹里正在做一件事；一次只做一件；做的时候不收文件、不移文件；等它做完，或先停止。"
    monkeypatch.setattr("qhgep.desk.actions.ACTIONS", ACTIONS | {"check": Action(lambda _, __: ["desk", "."])})
    begun = desk.post(f"{folder}/do/check", headers=ORIGIN, follow_redirects=False).headers["location"]
    assert busy in put(desk, folder, "forms", ("甲.csv", b"2")).text
    assert busy in desk.post(f"{folder}/away/{id_of('表/甲.csv')}", headers=ORIGIN).text
    assert (next(root.iterdir()) / "表" / "甲.csv").read_bytes() == b"1"
    desk.post(f"{begun}/cancel", headers=ORIGIN)


@pytest.mark.parametrize(
    "names",
    [("甲.csv", "甲.csv"), ("A.csv", "a.csv"), ("甲?.csv", "甲*.csv"), ("县" * 90 + "1.csv", "县" * 90 + "2.csv")],
)
def test_two_files_of_one_name_are_refused_together(root: Path, names: tuple[str, str]) -> None:
    """The second would take the place of the first, and a county would be lost without a word."""
    desk = client(root)
    folder = made(desk)
    answer = put(desk, folder, "forms", *((name, b"1") for name in names))
    assert answer.status_code == 400
    assert (
        f"表/{file_name(names[0])}  这次选的文件里有两个会存成这一个名称；一次放进来的文件名称各不相同（大小写不算不同，"
        "超过 80 字的部分不算）；改名后再放；这次一个也没有放进来。"
    ) in answer.text
    assert list(next(root.iterdir()).iterdir()) == []


def test_a_disk_that_refuses_is_told_in_words(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = client(root)
    folder = made(desk)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(root / "表"))

    monkeypatch.setattr("qhgep.desk.app.shutil.copyfileobj", full)
    answer = put(desk, folder, "forms", ("甲.csv", b"1"))
    assert answer.status_code == 409
    assert (
        "表  硬盘上读写不了：No space left on device；能读写的文件夹，其中的文件没有被 Excel 打开，盘没有满；"
        "关掉打开着它的程序，看看文件夹还在不在、能不能写，再做一次。"
    ) in answer.text
    assert list(next(root.iterdir()).iterdir()) == []  # half a file is not left
    shutil.rmtree(root)
    assert "硬盘上读写不了：No such file or directory" in desk.get("/").text


def test_an_address_that_is_none_is_told_in_words(root: Path) -> None:
    desk = client(root)
    folder = made(desk)
    for address in ("/x", f"{folder}/run/x", f"{folder}/do/check"):
        answer = desk.get(address)
        assert (answer.status_code in {404, 405}, "没有这一页；工作台里的网页；回到首页再选。" in answer.text) == (
            True,
            True,
        )
    many = desk.post(
        f"{folder}/upload/forms", files=[("files", (f"{n}.csv", b"1")) for n in range(301)], headers=ORIGIN
    )
    assert many.status_code == 400
    assert (
        "送来的内容读不懂，或一次送得太多；工作台网页上的按钮送出的内容，一次不超过 300 个文件；回到文件夹再做；文件多的分几次放。"
    ) in many.text


@pytest.mark.parametrize(
    ("account", "region", "year"),
    [
        ('period = 2020\ncounties = ["632221", "632222"]', "632200", "2020"),
        ('periods = ["2021", "2022"]\ncounties = ["632222"]', "632222", "2022"),
        ('period = { name = "多年平均", days = 365 }\ncounties = ["632222", "632621"]', "630000", ""),
        ('counties = ["632222", "513300"]', "", ""),
    ],
)
def test_the_region_and_year_of_the_account_are_asked_no_second_time(
    root: Path, account: str, region: str, year: str
) -> None:
    desk = client(root)
    folder = made(desk)
    place = next(root.iterdir()) / "账户"
    place.mkdir()
    (place / "account.toml").write_text(account, encoding="utf-8")
    shown = desk.get(folder).text
    assert shown.count(f'name="region" size="8" value="{region}"') == 2
    assert shown.count(f'pattern="[0-9]{{4}}" value="{year}"') == 2


def test_a_workbook_older_than_what_it_rests_on_says_so(root: Path) -> None:
    desk = client(root)
    folder = made(desk)
    place = next(root.iterdir())
    (place / "账户").mkdir()
    for name, when in (("账户/account.toml", 100), ("结果.xlsx", 200), ("方案.toml", 300), ("测算.xlsx", 250)):
        (place / name).write_bytes(b"")
        os.utime(place / name, (when, when))
    told = "{} 是改动之前算的：它所依据的文件在那以后改过，请再算一次。"
    shown = desk.get(folder).text
    assert [told.format(name) in shown for name in ("结果.xlsx", "测算.xlsx")] == [False, True]
    put(desk, folder, "prices", ("价.xlsx", b""))
    assert told.format("结果.xlsx") in desk.get(folder).text


def test_a_browser_that_leaves_in_the_middle_of_an_upload_is_no_fault(root: Path) -> None:
    """No traceback in the window of the clerk, and nothing of it on the disk."""
    desk = client(root)
    folder = made(desk)
    heads = {"host": HOST, "origin": f"http://{HOST}", "cookie": f"{COOKIE}={desk.cookies[COOKIE]}",
             "content-type": "multipart/form-data; boundary=x"}  # fmt: skip
    scope = {
        "type": "http", "method": "POST", "path": f"{folder}/upload/forms", "query_string": b"", "http_version": "1.1",
        "headers": [(name.encode(), text.encode()) for name, text in heads.items()], "scheme": "http",
    }  # fmt: skip
    come = iter([
        {"type": "http.request", "body": b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.csv"\r\n\r\n1',
         "more_body": True},
        {"type": "http.disconnect"},
    ])  # fmt: skip
    sent: list[Any] = []

    async def receive() -> Any:  # noqa: ANN401 - ASGI
        return next(come)

    async def send(message: Any) -> None:  # noqa: ANN401 - ASGI
        sent.append(message)

    asyncio.run(desk.app(scope, receive, send))  # type: ignore[arg-type]
    assert sent[0]["status"] == 499
    assert list(next(root.iterdir()).iterdir()) == []


@pytest.mark.long
def test_weaker_evidence_is_let_in_only_where_it_is_said(root: Path) -> None:
    """What the message asks to be said as --require can be chosen; the page of payments takes what the payments took."""
    desk = client(root)
    folder = made(desk)
    plan = PILOT / "comprehensive.toml"
    put(desk, folder, "plan", ("方案.toml", plan.read_bytes()))
    state, page = done(desk, folder, "allocate", require="primary")
    assert state == "refused"
    assert "--require=primary" in page
    state, page = done(desk, folder, "allocate", require="assumed")
    assert state == "done", page
    shown = desk.get(folder).text
    assert '<option value="assumed" selected>假定</option>' in shown
    assert '<input type="hidden" name="require" value="assumed">' in shown
    assert "--require" not in done(desk, folder, "allocate", require="")[1].partition('class="command"')[2]


def test_a_wrong_price_list_or_plan_can_be_put_away(root: Path) -> None:
    desk = client(root)
    folder = made(desk)
    (next(root.iterdir()) / "账户").mkdir()
    (next(root.iterdir()) / "账户" / "account.toml").write_bytes(b"")
    for kind, name in (("prices", "价格.xlsx"), ("plan", "方案.xlsx"), ("last", "上年方案.xlsx")):
        put(desk, folder, kind, ("甲.xlsx", b"1"))
        assert f'action="{folder}/away/{id_of(name)}"' in desk.get(folder).text
        desk.post(f"{folder}/away/{id_of(name)}", headers=ORIGIN)
        assert not (next(root.iterdir()) / name).exists()
