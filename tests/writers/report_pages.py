"""The page of a report, taken apart as a browser would."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(("meta",))


@dataclass
class Element:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    @property
    def classes(self) -> set[str]:
        return set(self.attributes.get("class", "").split())

    def walk(self) -> Iterator[Element]:
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def all(self, tag: str = "", name: str = "") -> list[Element]:
        """Every element with a tag and a class."""
        return [each for each in self.walk() if tag in ("", each.tag) and (not name or name in each.classes)]

    def one(self, tag: str = "", name: str = "") -> Element:
        (found,) = self.all(tag, name)
        return found

    @property
    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    @property
    def words(self) -> str:
        return " ".join(self.text.split())

    @property
    def source(self) -> str:
        """The text of an article: without badges, and with what was made visible as it was."""
        if {"badge", "cut"} & self.classes:
            return ""
        if "unseen" in self.classes:
            return chr(int(self.text[2:], 16))
        return "".join(child if isinstance(child, str) else child.source for child in self.children)


class _Reader(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.root = Element("")
        self.open = [self.root]
        self.feed(text)
        assert [self.root] == self.open, self.open[-1].tag

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(attrs) == len(dict(attrs)), tag
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open.pop().tag, self.getpos()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data!r}")

    handle_pi = unknown_decl = handle_comment


def read(text: str) -> Element:
    """The page as a tree; every element is closed where it should be."""
    return _Reader(text).root


def by_id(page: Element) -> dict[str, Element]:
    """The elements with an id; no id is there twice."""
    found = [each for each in page.walk() if "id" in each.attributes]
    ids = {each.attributes["id"]: each for each in found}
    assert len(ids) == len(found)
    return ids


def lines(page: Element) -> list[str]:
    """The lines of all articles, as they are shown."""
    return [line.one("code").source for line in page.all("div", "line")]


# ---------------------------------------------------------------- what may stand in a page at all

MATHS = frozenset(
    """math mrow mi mn mo mtext mspace mfrac msqrt msub msup msubsup munder mover munderover
    mtable mtr mtd""".split()
)
PLAIN = frozenset(
    """html head title style body main footer section article figure figcaption h1 h2 h3 p ul ol li div span
    strong code pre mark del ins details summary table thead tbody tr th td a meta""".split()
)
VALUES = {
    "id": r"a\d+(-[cun]\d+(-card|-title)?)?|rules|rule-[a-z-]+",
    "href": r"#(a\d+(-[cun]\d+(-card)?)?|rule-[a-z-]+)",
    "class": r"[a-z ]*|left-out",
    "aria-labelledby": r"a\d+-[cun]\d+-title",
    "aria-label": "Formula|Articles",
    "aria-hidden": "true",
    "role": "group",
    "tabindex": "0",
    "translate": "no",
    "lang": "en",
    "charset": "utf-8",
    "name": "viewport",
    "content": "width=device-width, initial-scale=1",
    "scope": "col|row",
    "open": "",
    "display": "block",
    "stretchy": "false",
    "lspace": r"0|0\.17em",
    "rspace": "0",
    "width": "1em",
    "accent": "true",
}


def strangers(page: Element) -> list[str]:
    """Elements and attributes that no page of ours holds."""
    found = [each.tag for each in page.walk() if each.tag not in MATHS | PLAIN | {""}]
    for each in page.walk():
        found += [
            f"{each.tag} {name}={value!r}"
            for name, value in each.attributes.items()
            if not re.fullmatch(VALUES.get(name, "(?!)"), value)
        ]
    return found
