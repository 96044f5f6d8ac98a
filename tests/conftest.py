"""What the tests of all rooms share."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--renew", action="store_true", help="write the expected files anew instead of comparing")


@pytest.fixture
def renew(request: pytest.FixtureRequest) -> bool:
    """Whether expected files are to be written anew."""
    return bool(request.config.getoption("--renew"))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """After pictures were renewed, leave them all on one page for human eyes."""
    chosen = any("render" in str(item.path) for item in getattr(session, "items", ()))
    if session.config.getoption("--renew") and chosen and not hasattr(session.config, "workerinput"):
        from tests.render.contact import write

        print(f"\nlook at {write()}")
