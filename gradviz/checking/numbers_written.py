r"""Numbers and lists of them as they are written elsewhere: ``12.7%``, ``(-1, -2.5)``, ``[-1 -2.5]``, ``1 000 000``."""

from __future__ import annotations

import re

from gradviz.checking.parts import equals_in
from gradviz.checking.respelled import NUMBER
from gradviz.messages import Message, say

_SIGNED = r"[-−+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_SPACED = re.compile(rf"\[\s*({_SIGNED}(?:\s+{_SIGNED})+)\s*\]")
_GROUPED = re.compile(r"(?<![\w.,])\d{1,3}(?:(?P<sign>[ _\u00a0\u202f'])\d{3})(?:(?P=sign)\d{3})*(?![\w,])")
_COMMAS = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3}){2,}(?![\w,])")
_PERCENT = re.compile(rf"({_SIGNED})\s*\\?%")
_TIMES = re.compile(r"(\d)\s*[xX]\s*10(?=\s*(?:\^|\*\*|[⁰¹²³⁴-⁹⁻]))")
_GOES_ON = re.compile(r"\d\s*(?:\.\.+|…|\\l?dots)|\d?\.\d*\\overline|\d\u0305")
_EQUALS = re.compile(r"≈|≃|\\(?:approx|simeq)(?![A-Za-z])")
_COMMA = re.compile(r"[-−+]?\d+,\d+")


def plain_numbers(text: str) -> str:
    """An answer in numbers, with lists and numbers as gradviz writes them.

    Examples
    --------
    >>> plain_numbers("12.7%"), plain_numbers("[-1 -2.5]"), plain_numbers("1,000,000"), plain_numbers("2 x 10^8")
    ('(12.7/100)', '[-1, -2.5]', '1000000', '2 · 10^8')
    """
    text = _SPACED.sub(lambda m: f"[{', '.join(m[1].split())}]", text)
    text = _GROUPED.sub(lambda m: m[0].replace(m["sign"], ""), text)
    text = _COMMAS.sub(lambda m: m[0].replace(",", ""), text)
    text = _TIMES.sub(r"\1 · 10", text)
    text = _PERCENT.sub(r"(\1/100)", text)
    pieces = text.split(",")
    return f"[{text.strip()}]" if len(pieces) > 1 and all(map(NUMBER.fullmatch, pieces)) else text


def numbers_of(text: str) -> list[str]:
    r"""The parts between signs of equality, ``≈`` among them; what is defined beside an answer is no part of it.

    Examples
    --------
    >>> numbers_of("L ≈ 0.127"), numbers_of(r"\approx 0.1"), numbers_of("2 r where r = 3")
    (['L', '0.127'], ['0.1'], ['2 r where r = 3'])
    """
    parted = _EQUALS.sub("=", text)
    places = equals_in(parted)
    if not places or re.search(r"(?<![\w\\])(?:where|with)(?!\w)|[;\n]", parted):
        return [text]
    ends = [*places, len(parted)]
    parts = [parted[a:b].strip() for a, b in zip([0, *(n + 1 for n in places)], ends, strict=True)]
    return [part for part in parts if part] or [text]


def refused(text: str, *, single: bool) -> Message | None:
    """Why a text is no number that could be judged: digits that go on, a comma for a point; None where it may be one.

    Parameters
    ----------
    text : str
    single : bool
        Whether one number is asked for.
    """
    if _GOES_ON.search(text):
        return say("digits-go-on")
    found = _COMMA.fullmatch(text.strip()) if single else None
    return None if found is None else say("decimal-comma", given=found[0], instead=found[0].replace(",", "."))
