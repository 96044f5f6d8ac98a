"""Colours and sizes of a picture, as a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from gradviz.messages import UsageError, say
from gradviz.render.style import SIZE, Style


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours (hex) and sizes of type (pixels)."""

    background: str = "#ffffff"
    ink: str = "#1a1a1a"
    line: str = "#555a6e"
    box: str = "#f4f5fb"
    data: str = "#ecf3e6"
    parameter: str = "#e6effb"
    value: str = "#005a8d"
    gradient: str = "#b34700"
    local: str = "#6a3d8f"
    active: str = "#ffe6a8"
    active_line: str = "#b34700"
    group: str = "#fbfbfe"
    group_line: str = "#a9adbf"
    box_size: float = 22.0
    label_size: float = 17.0
    caption_size: float = 26.0


THEMES: Mapping[str, Theme] = MappingProxyType(
    {
        "default": Theme(),
        "dark": Theme(
            background="#15171c",
            ink="#f2f3f7",
            line="#9aa0b4",
            box="#22252f",
            data="#22301f",
            parameter="#1d2b45",
            value="#56b4e9",
            gradient="#e69f00",
            local="#cfa8f0",
            active="#5c4a12",
            active_line="#e69f00",
            group="#1a1d24",
            group_line="#5b6176",
        ),
        # The colours of the circuits in the Stanford course of that number.
        "cs231n": Theme(
            ink="#111111",
            line="#333333",
            box="#ffffff",
            data="#eaf3e4",
            parameter="#e4ecf9",
            value="#007a2f",
            gradient="#d00000",
            local="#1a4fa3",
            active="#fff3c4",
            active_line="#d00000",
            group="#fafafa",
            group_line="#999999",
        ),
        # For printers without colours: greys that stay apart, and place as the cue.
        "print": Theme(
            ink="#000000",
            line="#404040",
            box="#ffffff",
            data="#efefef",
            parameter="#dadada",
            value="#000000",
            gradient="#5e5e5e",
            local="#333333",
            active="#bdbdbd",
            active_line="#000000",
            group="#f7f7f7",
            group_line="#8c8c8c",
        ),
    }
)


def theme_of(style: Style) -> Theme:
    """The theme of a style, with its type as large as the style says.

    Raises
    ------
    UsageError
        For an unknown theme.

    Examples
    --------
    >>> theme_of(Style(size=44)).label_size
    34.0
    """
    theme = THEMES.get(style.theme)
    if theme is None:
        raise UsageError(say("unknown-theme", name=style.theme, names=", ".join(THEMES)))
    if style.size == SIZE:
        return theme
    times = style.size / SIZE
    return replace(
        theme,
        box_size=theme.box_size * times,
        label_size=theme.label_size * times,
        caption_size=theme.caption_size * times,
    )
