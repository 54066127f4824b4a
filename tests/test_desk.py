"""The desk: who may speak to it, what reaches the disk, runs that end, and the same bytes as on the command line."""

import shutil
import time
from pathlib import Path

import pytest
from httpx2 import Response
from openpyxl.workbook import Workbook
from starlette.testclient import TestClient

from qhgep import desk_app
from qhgep.desk.access import COOKIE, HEADERS, Key
from qhgep.desk.folders import WorkFolder, file_name, id_of
from qhgep.desk.runs import Runs
from qhgep.desk.serve import serve
from qhgep.errors import InputError
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
        ("~$表.xlsx", "表.xlsx"), ("..", ""), ("/", ""), (" . ", ""),
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
    assert caught.value.text() == "甲  正在做另一件事（account）；一个文件夹一次只做一件；等它做完，或先停止。"
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
    in_memory = Runs(memory=150)
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
