"""XML as text: elements whose attributes are escaped; what stands inside is ready already."""

from __future__ import annotations

from collections.abc import Mapping

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def escape(text: str) -> str:
    """Text inside HTML or XML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def element(name: str, *inner: str, more: Mapping[str, str] | None = None, **attributes: object) -> str:
    """``<name attribute="…">inner</name>``; ``more`` holds attributes whose names Python cannot write."""
    pairs = {**(more or {}), **{key.rstrip("_"): str(value) for key, value in attributes.items()}}
    head = "".join(f' {key}="{escape(value)}"' for key, value in pairs.items())
    body = "".join(inner)
    return f"<{name}{head}>{body}</{name}>" if body else f"<{name}{head}/>"


def text(words: str) -> str:
    """Words inside ``<text>``, as Moodle wants them."""
    return f"<text>{escape(words)}</text>"
