"""What names a unit that answers for a figure, what numbers a document, what is a place in it: by shape, for words run out.

A list of empty words never ends (见附件, 内部资料, 同上, 网上 ...), but names of units and numbers of documents have few shapes.
Full-width letters and digits are read as what they look like.
"""

from __future__ import annotations

import re
import unicodedata

_LEFT_OPEN = re.compile(r"[×*_□■◯○?…]|\.\.\.|(?<![A-Za-z])[XxNn]+(?![A-Za-z])|(?<=[0-9])[Xx]")
"""What stands in a name or a number where something was left to be filled in: 祁统〔202X〕X号, □□局."""
_LINK = re.compile(r"(?:https?|ftp)://[^\s/]*\.[A-Za-z]{2,}|\b(?:doi|github):", re.IGNORECASE)
_HOST = re.compile(r"(?<![A-Za-z0-9.@\\/-])(?:[A-Za-z0-9-]+\.)+(?P<last>[A-Za-z]{2,})(?![\w.-])")
_FILES = frozenset(
    "xls xlsx xlsm doc docx wps et ods pdf csv tsv txt zip rar tif tiff shp dbf gdb mdb jpg jpeg png ppt pptx html htm md db json toml".split()  # noqa: SIM905 - one line
)
"""What the name of a file ends with: a file on somebody's disk opens for nobody else."""
_PASSING = re.compile(
    r"微信|电话|口头|短信|邮件|聊天|网传|QQ|联系|内部|同上|见附|见备|待[补定填查]|某|^附[件表录图]", re.IGNORECASE
)
"""What was told in passing, or points elsewhere."""
_ADDRESS = re.compile(r"://|@|[A-Za-z0-9-]+\.[A-Za-z]{2,}(?!\w)")
_SEALED = re.compile(r"\s*\((?:盖章|公章|签章|章)\)$")

_PLACES = "省市州县区盟旗乡镇"
_KINDS = (
    "局", "厅", "委", "委员会", "协会", "学会", "联合会", "研究会", "管委会", "常委会", "理事会", "基金会", "代表大会", "办", "办公室", "实验室",
    "研究室", "部", "院", "所", "站", "中心", "处", "科", "队", "政府", "公署", "总署", "海关", "公司", "集团", "厂", "林场", "牧场", "农场", "渔场",
    "公园", "园区", "保护区", "馆", "银行", "支行", "合作社", "信用社", "供销社", "出版社",
    "大学", "学院", "学校", "指挥部",
    *(f"{place}人大" for place in _PLACES), "行委", "领导小组", "专班",
)  # fmt: skip
_UNIT = re.compile(rf"(?P<stem>.*?)(?P<kind>{'|'.join(sorted(_KINDS, key=len, reverse=True))})")
_PLACE = re.compile(rf"(?P<stem>[^\W\d_]+)[{_PLACES}]")
_NOBODY = re.compile(
    r"(?:本|我|我们|该|此|各|某|每|全|外|内|现|当地|地方|当前|所在|所属|上级|下级|主管|有关|相关|业务|填报|填表|申报|报送|提供|上报|报告|汇总"
    rf"|主要|职能|责任|牵头|对口|人民|没有|无此?|未知|不详|不明|[国{_PLACES}](?:级|里)?|单位|部门|机关|的|直|属)+"
)
"""Of such words alone a name says nobody: 县有关部门, 当地政府, 本中心, 填报单位."""
_FOREIGN_KIND = re.compile(
    r"\b(?:bureau|office|department|ministry|university|institute|cent(?:er|re)|administration|commission|committee|council|bank"
    r"|agency|government|academy|association|authority|station|company|corporation|foundation|society|college|laboratory|service)\b",
    re.IGNORECASE,
)
_FOREIGN_NOBODY = re.compile(
    r"\b(?:some|unit|the|an?|of|and|local|our|this|that|relevant|own|any|unknown|none|other|county|state|city|responsible)\b",
    re.IGNORECASE,
)
_INITIALS = re.compile(r"[A-Z]{3,8}")
_NO_INITIALS = frozenset(
    {"NAN", "NULL", "NIL", "TEST", "TBD", "NONE", "TODO", "UNKNOWN", "ABC", "AAA", "EXCEL", "WORD", "PDF"}
)

_NUMERAL = "0-9〇零一二三四五六七八九十百"
_NOTHING = re.compile(r"[0〇零]+")
_YEAR = r"[0-9〇零一二三四五六七八九]{4}"
_BRACKETS = re.compile(r"[〔\[【({〈〖](?P<inside>[^〕\]】)}〉〗]*)[〕\]】)}〉〗]")
_NUMBERED = (
    re.compile(rf"(?:^|[〕\]】)}}〉〗]|\D)\s*第?\s*(?P<last>[{_NUMERAL}]+)\s*号(?:文件?|公告|令)?$"),
    re.compile(rf"[〔\[【(]\s*{_YEAR}\s*[〕\]】)]\s*第?\s*(?P<last>[{_NUMERAL}]+)$"),
    re.compile(r"[A-Z]{2,}[A-Z0-9]*(?:/[A-Z]+)?\s*(?:[A-Z]+\s*)?(?P<last>[0-9][0-9.]*)(?:\s*[-—–]\s*[0-9]{2,4})?$"),
    re.compile(r"[A-Za-z一-鿿]\S*[0-9]\s*[-—–/]\s*(?P<last>[0-9]+)$|[A-Z]{2,}-(?P<only>[0-9]+)$"),
    re.compile(r"(?:编号|No\.?)\s*[:.]?\s*\S*?(?P<last>[0-9]+)$", re.IGNORECASE),
    re.compile(r"(?P<last>[0-9]+)\([0-9]+\)(?::[0-9].*)?$"),
)
"""〔2024〕3号 and 第3号; 〔2024〕3; a standard; 祁统2024-03 and XJ-12; 编号 0012; volume and issue of a journal."""
_NO_DOCUMENT = re.compile(
    r"微信|电话|口头|短信|邮件|聊天|网传|QQ|内部|附[件表录图]|暂无|[无没]有?文号|[未无没]编号|文号[待未]|待[补定填]|编号[略无]|约|同上|见附|见备|联系|年鉴|年报|报表|草稿|初稿|征求意见|电脑|座机|(?<![0-9])0[0-9]{2,3}-[0-9]{7,8}",
    re.IGNORECASE,
)
"""What was told in passing, or is a part of something else, is no document with a number."""


_PLACE_IN_DOCUMENT = re.compile(rf"[{_NUMERAL}两首末]")
_OWN_YEAR = re.compile(r"[〔\[【(]\s*([0-9]{4})\s*[〕\]】)]")


def plain(text: str) -> str:
    """A text with full-width letters, digits and marks as what they look like, without space around it."""
    return unicodedata.normalize("NFKC", text).strip()


def names_unit(text: str) -> bool:
    """Whether a text names a unit: what kind of unit it is, and which.

    >>> names_unit("祁连县统计局"), names_unit("水利局"), names_unit("当地政府"), names_unit("见附件")
    (True, True, False, False)
    """
    name = _SEALED.sub("", plain(text))
    if _LEFT_OPEN.search(name) or _ADDRESS.search(name) or "某" in name or re.search(r"[0-9]\s*号$", name):
        return False
    if not re.search(r"[一-鿿]", name):
        return _names_foreign_unit(name)
    if (unit := _UNIT.fullmatch(name)) is not None:
        return len(unit["stem"]) > 1 and _NOBODY.fullmatch(unit["stem"]) is None
    place = _PLACE.fullmatch(name)
    return place is not None and _NOBODY.fullmatch(place["stem"]) is None


def _names_foreign_unit(name: str) -> bool:
    if _INITIALS.fullmatch(name):
        return name not in _NO_INITIALS
    rest = _FOREIGN_NOBODY.sub("", _FOREIGN_KIND.sub("", name))
    return bool(_FOREIGN_KIND.search(name)) and len(re.sub(r"[\W\d_]", "", rest)) > 1


def numbers_document(text: str) -> bool:
    """Whether a text is the number of a document; a year, a date, a page, a telephone or an address is none.

    >>> numbers_document("祁统〔2024〕3号"), numbers_document("GB/T 46869-2025"), numbers_document("2024年年报"), numbers_document("附件1")
    (True, True, False, False)
    """
    number = plain(text)
    if _LEFT_OPEN.search(number) or _ADDRESS.search(number) or _NO_DOCUMENT.search(number):
        return False
    if any(not re.search(r"[^\W_]", found["inside"]) for found in _BRACKETS.finditer(number)):
        return False
    for shape in _NUMBERED:
        if (found := shape.search(number)) is not None:
            last = next(part for part in found.groups() if part)
            return _NOTHING.fullmatch(last) is None
    return False


def names_place(text: str) -> bool:
    """Whether a text says where in a document something stands: an article, a page, a table, by its number.

    >>> names_place("第五条"), names_place("表 B.2, 第 3 行"), names_place("见附件"), names_place("第X条")
    (True, True, False, False)
    """
    place = plain(text)
    return bool(_PLACE_IN_DOCUMENT.search(place)) and not (_LEFT_OPEN.search(place) or _ADDRESS.search(place))


def of_another_year(number: str, date: object) -> bool:
    """Whether a document whose number bears its year (祁统〔2024〕3号) has a date more than a year from it."""
    years = _OWN_YEAR.search(plain(number)), re.match(r"[0-9]{4}", str(date or ""))
    return all(years) and abs(int(years[0][1]) - int(years[1][0])) > 1  # type: ignore[index] # both are found


def opens(text: str) -> bool:
    """Whether a text has an address that anybody can open: a link, a DOI, a repository; not a file, a mailbox or an archive.

    >>> opens("https://a.org/b"), opens("tjj.qinghai.gov.cn/2024"), opens("doi:10.1/x"), opens("a.xlsx"), opens("me@a.org")
    (True, True, True, False, False)
    """
    hosts = (found["last"].lower() for found in _HOST.finditer(text))
    return bool(_LINK.search(text)) or any(last not in _FILES for last in hosts)


def cites_informally(text: str) -> bool:
    """Whether a text names what nobody can look up: a call, a chat, an attachment, inner papers."""
    return bool(_PASSING.search(plain(text)))
