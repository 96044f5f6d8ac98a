from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gradviz.messages import GradvizError
from gradviz.render import compose, formulas, layout, write_svg
from gradviz.render.cache import Store

from .examples import product

SCRIPT = (
    "import sys\n"
    "from gradviz.render import *\n"
    "boxes = Box('x', 'x', 'data', 'x', '2'), Box('f', 'x^2', 'output', 'f', '4', '1')\n"
    "svg = write_svg(compose(Drawing(boxes, (Wire('x', 'f'),), 'f', 't', 'd')))\n"
    "slow = {'ziamath', 'pygraphviz', 'networkx', 'numpy', 'platformdirs', 'latex2mathml'}\n"
    "print(sorted(slow & set(sys.modules)), len(svg))\n"
)


def run(folder: Path | str, home: Path | None = None) -> subprocess.Popen[str]:
    environment = os.environ | {"GRADVIZ_CACHE": str(folder)}
    if home:
        del environment["GRADVIZ_CACHE"]
        environment |= {"XDG_CACHE_HOME": "", "HOME": str(home)}
    command = [sys.executable, "-c", SCRIPT]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)  # noqa: S603


def test_a_second_run_imports_nothing_slow(tmp_path: Path) -> None:
    first, _ = run(tmp_path).communicate()
    second, _ = run(tmp_path).communicate()
    assert "ziamath" in first
    assert "pygraphviz" in first
    assert "networkx" not in first
    assert second.startswith("[] ")
    assert first.split()[-1] == second.split()[-1]


def test_several_processes_at_once(tmp_path: Path) -> None:
    processes = [run(tmp_path) for _ in range(4)]
    sizes = {process.communicate()[0].split()[-1] for process in processes}
    assert len(sizes) == 1
    assert all(process.returncode == 0 for process in processes)
    assert not list(tmp_path.rglob("*.tmp"))


@pytest.mark.skipif(sys.platform != "linux", reason="the folder differs")
def test_the_platforms_own_folder(tmp_path: Path) -> None:
    run("", home=tmp_path).communicate()
    assert list(tmp_path.glob(".cache/gradviz/render/*/*.json"))


@pytest.mark.parametrize("damage", [b"", b"{", b"[1]", b'["x", [1,2,3,4,5], "<script>", []]', b"\xff"])
def test_damaged_entries_are_made_again(damage: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADVIZ_CACHE", str(tmp_path))
    good = write_svg(compose(product()))
    entries = sorted(tmp_path.rglob("*.json"))
    sizes = [entry.stat().st_size for entry in entries]
    for entry in entries:
        entry.write_bytes(damage)
    formulas._formula.cache_clear()  # as in a new process
    assert write_svg(compose(product())) == good
    assert [entry.stat().st_size for entry in entries] == sizes


def test_a_folder_that_cannot_be_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    monkeypatch.setenv("GRADVIZ_CACHE", str(blocked))
    first = write_svg(compose(product()))
    monkeypatch.setenv("GRADVIZ_CACHE", "")
    assert write_svg(compose(product())) == first


def test_a_read_only_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "makedirs", refuse)
    store = Store(str(tmp_path / "new"))
    store.put("abc", [1])
    assert store.get("abc") is None


def test_a_shard_does_not_grow_without_end(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    for number in range(150):
        store.put(f"ab{number}", [number])
    assert len(list(tmp_path.rglob("*.json"))) <= 64
    assert store.get("ab149") == [149]


def test_without_graphviz(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADVIZ_CACHE", "")
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(GradvizError, match="needs Graphviz"):
        compose(product())


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell script")
def test_the_program_dot_is_used_where_the_library_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = write_svg(compose(product()))
    answer = layout._run(layout._write((layout.Item("a", 40, 30),), (), (), ordered=False))
    assert b'"objects"' in answer
    stand_in = tmp_path / "dot"
    stand_in.write_text(
        f"#!{sys.executable}\nimport sys, pygraphviz\n"
        "graph = pygraphviz.AGraph(string=sys.stdin.read())\n"
        "sys.stdout.buffer.write(graph.draw(format='json0', prog='dot'))\n"
    )
    stand_in.chmod(0o755)
    monkeypatch.setenv("GRADVIZ_CACHE", "")
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert write_svg(compose(product())) == good
