"""A county of the command line: by code or name, in full, in short, by its beginning, by a name of another time."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from qhgep import allocate
from qhgep.compensation.derivation.report import explain_amount
from qhgep.errors import AccountError, PlanError
from qhgep.inputs import County, read_counties
from qhgep.inputs.asked import called, the_area
from tests.support.command_line import COMMAND

PILOT = Path(__file__).parent.parent / "examples" / "pilot"
TABLE = read_counties().by_code
TODAY = [TABLE[code] for code in ("632222", "632323", "632621", "632626", "632701", "630121", "632857")]
DECLARED = [County("pA", "探针流域", "other", ""), County("pB", "探针牧场", "other", "")]


def asked(text: str, areas: list[County] = TODAY) -> str:
    return the_area(text, areas, option="--county", error=AccountError).code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("632222", "632222"), ("632222000000", "632222"), (" 632222.0", "632222"), ('="632222"', "632222"), ("祁连县", "632222"),
        ("祁连", "632222"), ("祁 连 县", "632222"), ("青海省祁连县", "632222"), ("海北州祁连县", "632222"),
        ("泽库", "632323"), ("玛沁", "632621"), ("玛多县", "632626"), ("大通", "630121"), ("大通县", "630121"),
        ("大通回族土族自治县", "630121"), ("大柴旦行委", "632857"), ("大柴旦", "632857"),
        # of another time: 玉树县 (632721) became 玉树市 (632701) in 2013
        ("玉树县", "632701"), ("632721", "632701"), ("玉树市", "632701"),
    ],
)  # fmt: skip
def test_a_county_is_asked_by_its_code_or_any_of_its_names(text: str, code: str) -> None:
    assert asked(text) == code


def test_of_areas_of_an_earlier_time_a_name_of_today_means_what_it_was() -> None:
    then = [TABLE["632721"], TABLE["632321"]]
    assert asked("玉树市", then) == "632721"
    assert asked("632701", then) == "632721"
    assert asked("同仁", then) == "632321"


def test_a_declared_area_is_asked_by_its_id_or_name() -> None:
    assert [asked(text, DECLARED) for text in ("pA", "探针流域", "探针牧")] == ["pA", "pA", "pB"]


@pytest.mark.parametrize(
    ("text", "areas", "chinese", "english"),
    [
        (
            "玛", TODAY, "--county  “玛” 可以是几个县或单位；632621 玛沁县、632626 玛多县 之一；写全名或代码。",
            "--county  “玛” may be several counties or recipients; one of 632621 玛沁县, 632626 玛多县; write the full name or the code.",
        ),
        (
            "探真流域", DECLARED,
            "--county  没有 “探真流域” 这个县或单位；pA 探针流域、pB 探针牧场；最接近的是 pA 探针流域；写区划代码或名称，简称、旧名也可以。",
            (
                "--county  there is no county or recipient “探真流域”; pA 探针流域, pB 探针牧场; the nearest is pA 探针流域; "
                "write its code or its name, short and former names too."
            ),
        ),
    ],
)  # fmt: skip
def test_what_means_none_or_several_is_refused(text: str, areas: list[County], chinese: str, english: str) -> None:
    with pytest.raises(AccountError) as caught:
        asked(text, areas)
    assert (str(caught.value), caught.value.text("en")) == (chinese, english)


@pytest.mark.parametrize("text", ["", "青海省", "果洛州", "632600", "632624", "达日县", "祁连山", "*"])
def test_a_wider_area_one_that_is_not_there_and_no_text_mean_none(text: str) -> None:
    with pytest.raises(AccountError) as caught:
        asked(text)
    assert [item.code for item in caught.value.problems] == ["area_unknown"]
    assert called(text, {area.code: area for area in TODAY}) == []


@pytest.mark.parametrize("file", ["account.toml", "plan.toml"])
def test_explain_takes_a_name_where_it_takes_a_code(file: str) -> None:
    def told(county: str) -> tuple[int, str]:
        found = CliRunner().invoke(COMMAND, ["--quiet", "explain", str(PILOT / file), "--county", county])
        return found.exit_code, found.stdout

    code, by_code = told("632701")
    assert (code, "玉树市" in by_code) == (0, True)
    assert [told(text) for text in ("玉树", "玉树市", "玉树县")] == [(code, by_code)] * 3
    refused = CliRunner().invoke(COMMAND, ["explain", str(PILOT / file), "--county", "祁莲"])
    assert (refused.exit_code, "最接近的是 632222 祁连县；" in refused.stderr) == (1, True)


def test_the_library_takes_the_id_of_a_recipient_alone() -> None:
    with pytest.raises(PlanError) as caught:
        explain_amount(allocate(PILOT / "plan.toml"), "祁连县")
    assert str(caught.value).startswith("方案里没有单位 “祁连县”；632222 祁连县、632323 泽库县、")
