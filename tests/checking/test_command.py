"""``gradviz check``: exit codes, and what is printed."""

import json

import pytest
from click.testing import CliRunner

from gradviz.cli import main

CHAIN = "z2 = w h; ŷ = e^z2/(1+e^z2); L = -y ln ŷ - (1-y) ln(1-ŷ)"


def run(*arguments):
    return CliRunner().invoke(main, ["check", *arguments])


@pytest.mark.parametrize(
    ("answer", "code"),
    [("(ŷ - y) h", 0), ("-(y - ŷ) h", 0), ("-h", 1), ("--h", 1), ("foo", 2), ("x" * 5000, 2), ("-y", 1)],
)
def test_exit_codes(answer, code):
    result = run(CHAIN, "--wrt", "w", answer)
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output


def test_json():
    result = run(CHAIN, "--wrt", "dL/dw", "-h", "--json", "--seed", "1")
    assert result.exit_code == 1
    found = json.loads(result.output)
    assert found["status"] == "unequal_proved"
    assert found["expected"]["unicode"] == "(ŷ − y) h"
    assert found["witness"]


def test_numbers():
    assert run(CHAIN, "--wrt", "L", "0.693", "--at", "w=0, h=1, y=1").exit_code == 0


def test_steps():
    result = run(CHAIN, "--wrt", "w", "--steps", "dL/dw = dL/dz2 · dz2/dw = (ŷ + y) h = (ŷ - y) h", "--seed", "1")
    assert result.exit_code == 1
    assert result.output.splitlines()[:3] == ["✓ dL/dz2 · dz2/dw", "✗ (ŷ + y) h", "✓ (ŷ - y) h"]


def test_a_form():
    result = run(CHAIN, "--wrt", "w", "ŷ h - y h", "--form", "factored", "--json")
    assert result.exit_code == 0
    assert json.loads(result.output)["form"] is False


def test_a_target_that_is_none():
    result = run(CHAIN, "--wrt", "foo", "1")
    assert result.exit_code == 2
    assert "Traceback" not in result.output
