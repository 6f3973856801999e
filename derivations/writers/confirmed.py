"""Checks that passed, as a page tells of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from derivations.model import Check
from derivations.writers.text import TeX
from derivations.writers.views import Confirmed

_KINDS = {
    "numpy": re.compile(r"NumPy"),
    "rows": re.compile(r"rows sum to 1"),
    "rows-digits": re.compile(r"rows sum to 1, certified to (\d+) digits"),
    "digits": re.compile(r"decimals certified to (\d+) digits"),
}


def confirmed(checks: Sequence[Check], words: Callable[[str], str]) -> tuple[Confirmed, ...]:
    """Passed checks for a page, each kind once: the largest deviation, the fewest digits."""
    found: dict[str, list[Check]] = {}
    for check in checks:
        found.setdefault(_kind(check), []).append(check)
    return tuple(_together(kind, group, words) for kind, group in found.items())


def _kind(check: Check) -> str:
    """A kind of ``_KINDS``, or the check's own words."""
    return next((kind for kind, pattern in _KINDS.items() if pattern.fullmatch(check.what)), check.what)


def _together(kind: str, group: Sequence[Check], words: Callable[[str], str]) -> Confirmed:
    if kind == "numpy":
        deviation = max(check.deviation or 0.0 for check in group)
        return Confirmed("numpy" if deviation else "numpy-exact", deviation_tex(deviation))
    if kind not in _KINDS:
        return Confirmed("other", TeX(""), words(kind))
    digits = [int(number) for check in group for number in re.findall(r"(\d+) digits", check.what)]
    return Confirmed(kind, TeX(min(digits)) if digits else TeX(""))


def deviation_tex(deviation: float) -> TeX:
    """A deviation with two digits, ``1.1 \\cdot 10^{-16}``, or 0."""
    if not deviation:
        return TeX("0")
    mantissa, power = f"{deviation:.1e}".split("e")
    return TeX(rf"{mantissa} \cdot 10^{{{int(power)}}}")
