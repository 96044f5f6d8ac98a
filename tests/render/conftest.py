from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True, scope="session")
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Tests neither see nor touch what the user has kept."""
    folder = str(tmp_path_factory.mktemp("cache"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADVIZ_CACHE", folder)
        yield folder


@pytest.fixture
def without_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    """No font is installed but that of mathematics."""
    monkeypatch.setattr("gradviz.render.scripts.fonts", lambda: ())
