"""Fonts of letters that can be read as letters: those that qhgep writes and those that office programs put in their place."""

from __future__ import annotations

import unicodedata

_READABLE = frozenset("""
arial;arial unicode ms;aptos;aptos narrow;calibri;calibri light;cambria;carlito;caladea;courier new;dejavu sans;dejavu serif;
dejavu sans mono;dengxian;dengxian light;droid sans fallback;fangsong;fangsong_gb2312;helvetica;kaiti;kaiti_gb2312;liberation mono;
liberation sans;liberation serif;lucida sans;microsoft yahei;microsoft yahei ui;ms gothic;ms pgothic;ms sans serif;noto sans;
noto sans cjk sc;noto sans cjk tc;noto sans cjk jp;noto sans mono cjk sc;noto sans sc;noto serif;noto serif cjk sc;noto serif sc;nsimsun;
pingfang sc;simhei;simsun;simsun-extb;source han sans cn;source han sans sc;source han serif cn;source han serif sc;stfangsong;
stheiti;stkaiti;stsong;stxihei;tahoma;times new roman;verdana;wenquanyi micro hei;wenquanyi zen hei;wps office;
ar pl ukai cn;ar pl uming cn;bitstream vera sans;heiti sc;songti sc;mingliu;pmingliu;microsoft jhenghei;segoe ui;roboto;
宋体;黑体;仿宋;仿宋_gb2312;楷体;楷体_gb2312;新宋体;等线;等线 light;微软雅黑;微软雅黑 light;华文宋体;华文仿宋;华文楷体;华文黑体;华文细黑;华文中宋;
方正小标宋简体;方正小标宋_gbk;方正仿宋_gbk;方正楷体_gbk;方正黑体_gbk;文泉驿微米黑;文泉驿正黑;思源黑体;思源宋体
""".replace("\n", "").split(";"))  # fmt: skip


def readable_font(name: str) -> bool:
    """Whether a font is on the list; a name with `@` (turned letters), a list of names and a font of symbols are not."""
    return unicodedata.normalize("NFKC", name).strip().casefold() in _READABLE
