"""What keys and values of a user's file mean, in words for complaints."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from derivations.formula import names, parse
from derivations.model import Node, Rows


def canonical(key: str) -> str:
    """The name that a key means: ``W_Q`` is ``W^Q``; empty when it is no name."""
    tree = parse(key)
    return str(tree.data) if tree.kind == "name" else ""


def is_word(node: Node) -> bool:
    """A name that nobody gives to one entry, such as ``sqrt2`` or ``hello``."""
    if node.kind != "name":
        return False
    base = names.parts(node.data)[0]
    return len(base) > 1 and base not in names.GREEK and base not in ("infinity", "inf", "pi")


def unreadable(tree: Node) -> str:
    """The first piece of a formula that could not be read."""
    return next((str(node.data) or "…" for node in tree.walk() if node.kind == "opaque"), "")


def shape(rows: Rows) -> tuple[int, int]:
    """Rows and columns."""
    return len(rows), len(rows[0])


_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "true or false"),
    ((int, float), "a number"),
    (str, "a text"),
    (list, "a list"),
    (dict, "a table"),
    ((date, time), "a date or a time"),
)


def kind(value: Any) -> str:
    """What a TOML value is, in words."""
    return next((words for types, words in _KINDS if isinstance(value, types)), type(value).__name__)
