"""Colours and sizes of a picture, as a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


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
        ),
        # The colours of the circuits in the Stanford course of that number.
        "cs231n": Theme(
            ink="#111111",
            line="#333333",
            box="#ffffff",
            data="#ffffff",
            parameter="#ffffff",
            value="#007a2f",
            gradient="#d00000",
            local="#1a4fa3",
            active="#fff3c4",
            active_line="#d00000",
        ),
    }
)
