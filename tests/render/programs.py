"""Other programs that open what gradviz writes; a test without its program is skipped, and says so."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest


def program(*names: str) -> str:
    """The path of the first of some programs that is here; the test is skipped where none is."""
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"the program {' or '.join(names)} is not installed")
    return found


def run(*command: str | Path, **options: Any) -> bytes:
    """The output of a program that must not fail."""
    line = [str(part) for part in command]
    done = subprocess.run(line, check=False, capture_output=True, timeout=240, **options)  # noqa: S603
    assert done.returncode == 0, (done.stdout + done.stderr).decode(errors="replace")[-3000:]
    return done.stdout


@contextmanager
def browser_page(**options: Any) -> Iterator[Any]:
    """A page of chromium; the test is skipped where Playwright or chromium is missing."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    path = program("chromium", "chromium-browser", "google-chrome")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"] if os.name == "posix" else [])
        try:
            yield browser.new_page(**options)
        finally:
            browser.close()


def pixels(png: bytes) -> Any:
    """A picture as an array of rows, columns and three colours, from 0 to 1, on white."""
    image = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
    import numpy as np

    seen = image.open(io.BytesIO(png)).convert("RGBA")
    canvas = image.new("RGBA", seen.size, "white")
    return np.asarray(image.alpha_composite(canvas, seen).convert("RGB"), dtype=float) / 255


def difference(one: bytes, other: bytes) -> float:
    """The mean difference of two pictures of (nearly) the same size."""
    import numpy as np

    a, b = pixels(one), pixels(other)
    assert np.abs(np.subtract(a.shape, b.shape)).max() <= 1, (a.shape, b.shape)
    rows, columns = min(a.shape[0], b.shape[0]), min(a.shape[1], b.shape[1])
    return float(np.abs(a[:rows, :columns] - b[:rows, :columns]).mean())


def blank(png: bytes) -> float:
    """How far a picture is from an empty one of its first colour."""
    import numpy as np

    seen = pixels(png)
    return float(np.abs(seen - seen[0, 0]).mean())
