"""Characters that are no part of the notation, told by code point."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

from gradviz.messages import ReadError, say
from gradviz.notation.places import place
from gradviz.notation.tree import Source

_LOOK = "аaеeоoрpсcуyхxіiјjѕsһhԁdԛqԝwАAВBЕEКKМMНHОOРPСCТTУYХXІIЈJЅSЗ3"
_LOOK += "ΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXοo–-—-‐-‑-‒-―-﹣-­-’'‘'“\"”\"∣|ǀ|ǁ‖⁄/∆Δ✕×✖×•·〖(〗)"
_LOOKS_LIKE: Mapping[str, str] = MappingProxyType(
    {a: b for a, b in zip(_LOOK[::2], _LOOK[1::2], strict=True) if a != "Υ"}
)


def refuse_character(source: Source, at: int) -> ReadError:
    """Say which character this is, and what to write for it where it looks like another."""
    char = source.text[at]
    code = f"U+{ord(char):04X}"
    name = unicodedata.name(char, "unnamed")
    where = place(source, at, at + 1)
    if char in '"“”`':
        return ReadError(say("string"), where)
    if char == "%":
        return ReadError(say("bad-character", char=char, code=code, name=name), where, say("hint-comment"))
    shown = char if char.isprintable() and not unicodedata.combining(char) else ""
    message = (
        say("bad-character", char=shown, code=code, name=name) if shown else say("bad-invisible", code=code, name=name)
    )
    twin = _LOOKS_LIKE.get(char) or unicodedata.normalize("NFKC", char).replace("⁄", "/")
    if unicodedata.category(char) in ("Cf", "Cc", "Zl", "Zp"):
        return ReadError(message, where, say("hint-remove"))
    if twin != char and len(twin) <= 3 and twin.strip():
        return ReadError(message, where, say("hint-character", twin=twin))
    return ReadError(message, where)
