"""What holds for every test: properties are deterministic, and a required witness is not skipped."""

import os
import shutil

import pytest
from hypothesis import settings

from qhgep import compute, read_account
from qhgep.account.account import Account
from qhgep.engine.result import Result
from tests.support.books import EXAMPLE
from tests.support.browser import browser

__all__ = ["browser"]

settings.register_profile("ci", derandomize=True, deadline=None)
settings.load_profile("ci")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Without soffice a `libreoffice` test is skipped; with QHGEP_REQUIRE_LIBREOFFICE=1 it fails instead."""
    if item.get_closest_marker("libreoffice") is None or shutil.which("soffice"):
        return
    if os.environ.get("QHGEP_REQUIRE_LIBREOFFICE") == "1":
        pytest.fail("QHGEP_REQUIRE_LIBREOFFICE=1, but soffice is not on PATH", pytrace=False)
    pytest.skip("soffice is not on PATH: LibreOffice was not asked as a witness")


@pytest.fixture(scope="session")
def account() -> Account:
    """The account of examples/pilot; frozen, so one serves every test."""
    return read_account(EXAMPLE / "account.toml")


@pytest.fixture(scope="session")
def result(account: Account) -> Result:
    """Its result."""
    return compute(account)
