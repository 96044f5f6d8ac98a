"""The options of commands that draw."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from gradviz.render.style import DIRECTIONS, SHOWN, VIEWS

THEME_NAMES = ("default", "dark", "cs231n", "print")
_OPTIONS = (
    click.option("--view", type=click.Choice(VIEWS), default="stages", show_default=True, help="What is drawn."),
    click.option("--show", metavar="PARTS", help=f"What stands on the wires, as in values,locals: {', '.join(SHOWN)}."),
    click.option("--open", metavar="BLOCKS", help="Blocks that are drawn open, as in d1,d2; or all."),
    click.option("--theme", type=click.Choice(THEME_NAMES), default="default", show_default=True, help="Colours."),
    click.option(
        "--direction", type=click.Choice(DIRECTIONS), default="right", show_default=True, help="Where the output is."
    ),
    click.option("--digits", type=int, default=4, show_default=True, help="Significant digits of numbers in pictures."),
    click.option("--fractions", is_flag=True, help="Write small rationals as fractions in pictures: −1/4."),
    click.option("--step", type=int, metavar="N", help="Draw this step alone, counted from 1."),
    click.option(
        "--steps",
        is_flag=True,
        help="Draw the steps one after the other: an SVG that moves, a PDF with a page for each.",
    ),
    click.option("--dpi", type=float, default=192.0, show_default=True, help="Dots per inch of PNG."),
    click.option("--legend", is_flag=True, help="Say under the picture what its shapes and colours mean."),
    click.option("--size", type=float, default=22.0, show_default=True, help="Size of the type in boxes, in pixels."),
    click.option("--limit", type=int, default=8, show_default=True, help="How many neurons of a layer are drawn."),
    click.option(
        "--boxes", type=int, default=60, show_default=True, help="How many boxes are drawn before like ones are joined."
    ),
)


def picture_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of pictures; it gets them as keywords, as `Explanation.save` takes them."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
