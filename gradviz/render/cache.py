"""What is slow to make (formulas, layouts) is kept on disk between runs.

One small file for each thing, named by a hash of everything that it depends on, so nothing is ever
out of date and several processes may read and write at once. Whatever goes wrong with the disk, the
answer is "not kept": then the thing is made again.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from threading import get_ident

_FILES_IN_A_SHARD = 64  # 256 shards of about 2 KB each: below 40 MB


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of kept things.

    Parameters
    ----------
    folder : str
        Where they lie; "" keeps nothing.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = Store(folder)
    ...     store.put("abc", [1, "x"])
    ...     store.get("abc"), store.get("abd")
    ([1, 'x'], None)
    >>> Store("").get("abc") is None
    True
    """

    folder: str

    def get(self, key: str) -> object:
        """Return what is kept under a key, or None."""
        if not self.folder:
            return None
        try:
            with open(self._path(key), "rb") as file:
                kept: object = json.loads(file.read())
        except (OSError, ValueError, RecursionError):
            return None
        return kept

    def put(self, key: str, value: object) -> None:
        """Keep a thing made of lists, texts and numbers; silently does nothing where it cannot."""
        if not self.folder:
            return
        path = self._path(key)
        shard = os.path.dirname(path)
        temporary = f"{path}.{os.getpid()}.{get_ident()}.tmp"
        try:
            os.makedirs(shard, exist_ok=True)
            with open(temporary, "w", encoding="utf-8") as file:
                json.dump(value, file, ensure_ascii=False, separators=(",", ":"))
            os.replace(temporary, path)  # whole or not at all, whoever reads meanwhile
            _thin_out(shard)
        except OSError:
            _remove(temporary)

    def _path(self, key: str) -> str:
        return os.path.join(self.folder, key[:2], key[2:] + ".json")


def open_store() -> Store:
    """Return the store in the folder that ``GRADVIZ_CACHE`` names, else in the platform's place."""
    folder = os.environ.get("GRADVIZ_CACHE")
    if folder is None:
        folder = _platform_folder()
    return Store(folder and os.path.join(folder, "render"))


def key_of(*parts: object) -> str:
    """Return a name for a thing that depends on nothing but the parts.

    Examples
    --------
    >>> key_of("formula", "x", 20) == key_of("formula", "x", 20) != key_of("formula", "x2", 0)
    True
    """
    from hashlib import blake2b

    return blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


@lru_cache(maxsize=8)  # what is installed does not change while a process runs
def versions(locate: Callable[[str], str | None], *projects: str) -> str:
    """Tell which versions of some projects are installed, without importing any of them.

    Reading the names in a folder takes a tenth of a millisecond, ``importlib.metadata`` thirty.

    Parameters
    ----------
    locate : callable
        Maps the name of a package to the path of its file, or None.
    projects : str
        Names that are both the project's and its package's.
    """
    found: list[str] = []
    for folder in sorted({os.path.dirname(os.path.dirname(locate(p) or "")) for p in projects}):
        try:
            names = os.listdir(folder or os.devnull)
        except OSError:
            continue
        starts = tuple(f"{project}-" for project in projects)
        found += [n for n in names if n.startswith(starts) and n.endswith((".dist-info", ".egg-info"))]
    return " ".join(sorted(found))


def locate(package: str) -> str | None:
    """Return the path of a package's first file, without importing it."""
    from importlib.util import find_spec

    try:
        spec = find_spec(package)
    except (ImportError, ValueError):
        return None
    return spec.origin if spec else None


def _platform_folder() -> str:
    if sys.platform == "linux":  # what platformdirs would say, without the 15 ms of importing it
        base = os.environ.get("XDG_CACHE_HOME", "")
        home = os.path.expanduser("~")
        if os.path.isabs(base) or os.path.isabs(home):
            return os.path.join(base if os.path.isabs(base) else os.path.join(home, ".cache"), "gradviz")
        return ""
    try:
        from platformdirs import user_cache_dir

        return user_cache_dir("gradviz", appauthor=False)
    except (ImportError, OSError, RuntimeError):
        return ""


def _thin_out(shard: str) -> None:
    """Remove the older half of a shard that has grown too large."""
    names = os.listdir(shard)
    if len(names) <= _FILES_IN_A_SHARD:
        return
    paths = [os.path.join(shard, name) for name in names]
    for path in sorted(paths, key=_age)[: len(paths) // 2]:
        _remove(path)


def _age(path: str) -> float:
    try:
        return os.path.getmtime(path)
    except OSError:
        return 0.0


def _remove(path: str) -> None:
    try:
        os.remove(path)
    except OSError:
        return
