"""Mathematics in running text without any markup: ``q · k1 = 1``, ``Weights: [0.27, 0.73]``.

A statement becomes tokens, tokens become items (a bracket with values is one
item), items become segments joined by operators and relations.  A segment with
a relation or a list of values is mathematics; all the rest is words.  Formulas
that did have markup come in as atoms and take part as items, so that
``$E$ = [1, 0]`` is one formula.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from derivations.readers.fragments import Passage, Piece, chained, fragment, join, prose
from derivations.readers.items import FUNCTIONS, Atom, Item, read_items
from derivations.readers.keyed import without_keys

_SCRIPT = re.compile(
    r"\^(?P<above>[-+−]?(?:\d+\.\d+|\d{2,})|[-+−]\w+|\((?:[^()\n]|\([^()\n]{0,60}\)){1,60}\))"
    r"|(?<=[QKVqkvxe]_)(?P<below>(?![QKVWT]+\b)[A-Z]{2,12})(?![\w({])"
)
_CHANGED = re.compile(r"\s*(?P<name>[^\W\d]\w*)\s*(?:[-+*/@]|\*\*|//)=(?!=)\s*[^\W\d]")
"""``w /= w.sum()`` in a program that stands as text: w has another value from here on."""
_ARROW = re.compile(r"\s*(?:\\(?:to|gets|quad|[a-zA-Z]*arrow)|[→←⇒,.;])?\s*")
_FILLERS = frozenset(
    "the a an our so then and where with of is are get gives const let var das die der el la le un "
    "若 设 令 则 当 如 取 假设 如果 其中 且 和 与 对 因此 所以 即".split()
)
_SIGNAL = re.compile(
    r"[=＝≔≈≃≅≡∼~→⟶↦]|->|â‰ˆ|\d[.．]\d|[\[(（［⟨{]\s*[-−+–.\d\[(（［√∞]|[\[(（［⟨{][^\])）］⟩}\n]{0,80}\d"
    r"|\d ?%|\b0,\d"
)
"""A statement with none of these holds no mathematics; most running text is done with here."""
_CONJUNCTIONS = frozenset("y e o u".split())
_TOTALS = frozenset(
    "total sum suma summe somme insgesamt 总和 总和为 总和约为 求和 求和得 之和为 和为 合计 合計".split()
)
_QUANTITY = re.compile(
    r"\b(?:weights?|scores?|scaled|soft-?max|exp(?:onentials?)?|probabilit\w+|attends?|attention|mean|variance|rms|entropy|total|sum|together|altogether|pesos?"
    r"|puntuaci\w+|probabilidad\w*|atención|media|varianza|suma|gewicht\w*|wahrscheinlichkeit\w*|summe|zusammen"
    r"|poids|probabilité\w*|somme)\b|权重|得分|分数|概率|注意力|之和|总和|均值|方差|重み|スコア|確率|가중치|점수|확률",
    re.IGNORECASE,
)
"""What a number in a sentence can be said to be, without any sign before it."""
_SENTENCE_END = re.compile(r"[.!?](?=\s)|[。！？\n]")
_SAID = re.compile(r"\d[.．,]\d|%")
_NEAR = 90
_BARE = ","
"""What opens a list without brackets."""
_FEWEST = 3
"""Numbers that make a list without brackets."""
_COLUMN_GAP = 3
"""So many blanks before a name and its equals sign begin another statement."""
_APPROXIMATE = ("≈", "~", "∼", "≃")
_LABEL_WORDS = 6


def pieces(statement: Passage, atoms: Sequence[Atom] = (), origin: str = "text") -> Iterator[Piece]:
    """Fragments and words of one statement, in order.  Atoms are given in the statement's own offsets."""
    if not atoms and not _SIGNAL.search(statement.text):
        yield from prose(statement)
        return
    if changed := _CHANGED.match(statement.text):
        yield fragment(statement[slice(*changed.span("name"))].after(" = ?"), "code")
        return
    statement = without_keys(statement)
    items = _with_lists(read_items(statement.text, atoms), statement.text)
    done = 0
    runs = list(_runs(items))
    for place, run in enumerate(runs):
        if _joins_lists(runs, place):
            continue
        for start, end, passage, found in _segments(statement, run, origin):
            yield from prose(statement[done:start])
            yield fragment(passage, found)
            done = end
    yield from prose(statement[done:])


def _with_lists(items: list[Item], text: str) -> list[Item]:
    """``weights 0.2, 0.3, 0.5``: numbers without brackets after a word for what they are, as one list."""
    found: list[Item] = []
    at = 0
    while at < len(items):
        end = _listed(items, at)
        before = text[max(0, items[at].start - _NEAR) : items[at].start]
        if end - at >= 2 * _FEWEST - 1 and _QUANTITY.search(_SENTENCE_END.split(before)[-1]):
            first, last = items[at], items[end - 1]
            values = (end - at + 1) // 2
            found.append(Item("group", first.start, last.end, text[first.start : last.end], _BARE, values))
            at = end
        else:
            found.append(items[at])
            at += 1
    return found


def _listed(items: list[Item], at: int) -> int:
    """The end of a run of numbers with commas between them that begins at an item and stands for itself."""
    before = items[at - 1] if at else None
    if items[at].kind != "number" or (before is not None and before.kind not in ("word", "stop", "relation")):
        return at
    end = at + 1
    while end + 1 < len(items) and items[end].text == "," and items[end + 1].kind == "number":
        end += 2
    after = items[end] if end < len(items) else None
    goes_on = after is not None and after.kind in ("operator", "relation", "symbol", "group", "atom")
    decimals = any("." in item.text for item in items[at:end])
    return at if goes_on or not decimals else end


def _runs(items: list[Item]) -> Iterator[list[Item]]:
    """Items between stops and separators."""
    run: list[Item] = []
    for item in items:
        if item.kind in ("stop", "separator"):
            if run:
                yield run
            run = []
        else:
            run.append(item)
    if run:
        yield run


def _joins_lists(runs: Sequence[list[Item]], place: int) -> bool:
    """The middle of ``3-1, 5-1 = 2, 4``: the last of one list and the first of another."""
    if not 0 < place < len(runs) - 1:
        return False
    before, run, after = runs[place - 1 : place + 2]
    beside = [item.kind for item in after]
    follows = beside in (["number"], ["operator", "number"]) and run[-1].end + 2 >= after[0].start
    leads = before[-1].kind == "number" and before[-1].end + 2 >= run[0].start
    numbers = all(item.kind in ("number", "operator", "relation") for item in run)
    return follows and leads and numbers and sum(item.kind == "relation" for item in run) == 1


def _segments(statement: Passage, run: list[Item], origin: str) -> Iterator[tuple[int, int, Passage, str]]:
    """The mathematics of one run: start, end, text and origin of each segment."""
    at = floor = 0
    while at < len(run):
        end = at + 1
        while end < len(run) and not _is_cut(run, end):
            end += 1
        low, high = _trimmed(run, at, end)
        if low < high and (
            _is_mathematics(run[low:high])
            or _is_total(run, low, high)
            or _is_said(statement.text, run[low:high])
        ):
            label = _label(run, low, floor)
            yield (*_passage(statement, run, label, low, high), _origin(run[low:high], origin))
            floor = high
        at = end


def _origin(segment: list[Item], origin: str) -> str:
    found = [item.origin or "math" for item in segment if item.kind == "atom" or item.marked]
    return found[0] if found else origin


def _is_cut(run: list[Item], at: int) -> bool:
    """Whether two neighbours belong to different segments: they are not factors of one product."""
    left, right = run[at - 1], run[at]
    if (right.text == "~" and left.is_word) or _is_conjunction(run, at) or _is_signed(run, at):
        return True
    if not (left.is_term and (right.is_term or right.text == "√")):
        return False
    if left.is_word or right.is_word:
        return not (left.is_word and right.kind == "group" and left.end == right.start)
    if left.kind == "atom" and right.kind == "group" and right.opener == "(" and left.text.startswith("\\"):
        return right.start - left.end > 1  # $\sigma$(x): only the dollar sign stands between
    if left.text in FUNCTIONS and right.kind == "atom":
        return left.text in _TOTALS  # cos $\pi$ = -1
    if left.kind == "atom" or right.kind == "atom":
        return True
    if right.kind == "number":
        return True
    gap = left.end < right.start
    if gap and (_begins_another(run, at) or _is_progress(run, at)):
        return True
    if right.start - left.end >= _COLUMN_GAP and at + 1 < len(run) and run[at + 1].kind == "relation":
        return True
    if right.kind == "group":
        beside = left.kind == "group" and (left.opener, right.opener) == ("[", "(") and gap
        return beside or _starts_apposition(run, at, gap)
    if left.kind == "group" and right.kind == "symbol":
        return at + 1 < len(run) and run[at + 1].kind == "relation"
    return False


def _begins_another(run: list[Item], at: int) -> bool:
    """``sin(1) = 0.84 cos(1) = 0.54``, ``a = 1 b = 2``: a value, a blank, and what has a value of its own."""
    left, right = run[at - 1], run[at]
    is_value = left.kind == "number" or (left.kind == "group" and left.values > 1)
    if not is_value or at < 2 or run[at - 2].kind != "relation" or right.kind != "symbol":
        return False
    after = [item.kind for item in run[at + 1 :]]
    if "relation" not in after:
        return False
    named = set(after[: after.index("relation")]) <= {"symbol", "word"}
    return named or ("." in left.text and left.kind == "number")


def _is_progress(run: list[Item], at: int) -> bool:
    """``1/400 loss = 2.9``: how far a program is, and a value."""
    if at < 3 or at + 1 >= len(run) or run[at + 1].kind != "relation":
        return False
    numbers = run[at - 1].kind == run[at - 3].kind == "number"
    return numbers and run[at - 2].text == "/" and run[at].kind in ("symbol", "word")


def _is_signed(run: list[Item], at: int) -> bool:
    """``be -log(0.01)``: a minus sign after a word that belongs to what follows it."""
    left, sign = run[at - 1], run[at]
    after = run[at + 1] if at + 1 < len(run) else None
    apart = left.end < sign.start and after is not None and after.start == sign.end
    return left.is_word and sign.text in "-−" and apart


def _is_conjunction(run: list[Item], at: int) -> bool:
    """``k = [2, 0] y q = [1, 3]``: a letter that stands for "and" between two statements."""
    if run[at].text not in _CONJUNCTIONS or at + 2 >= len(run) or run[at - 1].kind not in ("group", "number"):
        return False
    after = [item.kind for item in run[at + 1 : at + 4]]
    return after[:2] == ["symbol", "relation"] or after == ["symbol", "group", "relation"]


def _starts_apposition(run: list[Item], at: int, gap: bool) -> bool:
    """``K_cat [0, 1]`` and ``token 3 (1, 1)`` name a value, they do not multiply it."""
    left, right = run[at - 1], run[at]
    if left.kind == "symbol":
        return gap and (right.opener == "[" or (right.values > 1 and left.text not in FUNCTIONS))
    return left.kind == "number" and _is_numbered_word(run, at - 1)


def _is_numbered_word(run: list[Item], at: int) -> bool:
    """``token 1``: a whole number after a word."""
    return at > 0 and run[at].kind == "number" and run[at - 1].is_word and run[at].text.isdigit()


def _trimmed(run: list[Item], low: int, high: int) -> tuple[int, int]:
    """Without operators that join nothing, and without a last side that goes on as running text."""
    while low < high and run[high - 1].kind in ("operator", "relation", "prefix"):
        high -= 1
    if high - low > 1 and run[high - 1].is_word and run[high - 2].kind == "relation" and high < len(run):
        high -= 2
    if low > 0 and low + 2 < high and _is_conjunction(run, low):
        low += 1
    while low < high and not _may_start(run[low : low + 2]):
        low += 1
    if (
        high - low > 2
        and run[low].is_word
        and run[low + 1].text == "-"
        and not any(i.kind == "relation" for i in run[low:high])
    ):
        low += 2
    return low, high


def _may_start(items: list[Item]) -> bool:
    first = items[0]
    if first.kind == "operator":
        return first.text in "-+−" and len(items) > 1 and items[1].is_term
    if first.kind == "relation":
        return first.text not in ("→", "->", "⟶", "↦")
    return True


def _is_mathematics(segment: list[Item]) -> bool:
    """A marked formula, a relation with something that is no plain word, or a list of values."""
    if len(segment) == 1 and segment[0].kind == "atom" and _ARROW.fullmatch(segment[0].text):
        return False
    if any(item.kind == "atom" or item.marked or item.values > 1 for item in segment):
        return True
    if not any(item.kind == "relation" for item in segment):
        return False
    if segment[0].kind == "relation" and segment[0].text not in (*_APPROXIMATE, "="):
        return False
    return any(item.kind in ("number", "group", "symbol") for item in segment)


def _is_total(run: list[Item], low: int, high: int) -> bool:
    """``sum 4.06``: a decimal right after a word that announces a total."""
    return high - low == 1 and "." in run[low].text and low > 0 and run[low - 1].text.lower() in _TOTALS


def _is_said(text: str, segment: list[Item]) -> bool:
    """``a weight of 0.62``: a decimal or a percentage in a sentence that has named a quantity."""
    number = segment[0]
    if len(segment) > 1 or number.kind != "number" or not _SAID.search(number.text):
        return False
    before = text[max(0, number.start - _NEAR) : number.start]
    return _QUANTITY.search(_SENTENCE_END.split(before)[-1]) is not None


# ---------------------------------------------------------------- names of several words


def _label(run: list[Item], low: int, floor: int) -> int:
    """Where the words begin that name the left side: ``Attention for token 1 = ..``."""
    named = low + 1 < len(run) and run[low + 1].kind == "relation"
    if not named or not (run[low].is_word or _is_numbered_word(run, low)):
        return low
    start = low
    while (
        start > floor and low - start < _LABEL_WORDS and run[start - 1].kind in ("word", "symbol", "number")
    ):
        start -= 1
    if start > floor and run[start - 1].kind in ("word", "symbol"):
        start = max(floor, low - 1) if _is_numbered_word(run, low) else low
    while start < low and run[start].text.lower() in _FILLERS:
        start += 1
    return start


def _passage(
    statement: Passage, run: list[Item], label: int, low: int, high: int
) -> tuple[int, int, Passage]:
    """The text of a segment; a name of several words is wrapped so that it reads as one name."""
    start, end = run[label].start, run[high - 1].end
    whole = statement[start:end].blank(_asides(run[label:high], start))
    for item in reversed(run[low:high]):
        if item.opener == _BARE:
            inner = whole[item.start - start : item.end - start].before("(").after(")")
            whole = chained([whole[: item.start - start], inner, whole[item.end - start :]])
    if not any(item.kind == "atom" or item.marked for item in run[low:high]):
        whole = _braced(whole)
    if label == low and not (run[low].is_word and re.search('["-]', run[low].text)):
        return start, end, whole
    name = run[low].end - start
    return start, end, join([whole[:name].before(r"\text{").after("}"), whole[name:]])


def _braced(passage: Passage) -> Passage:
    """Outside TeX ``10000^0.5`` and ``e^(1/2)`` raise to all of what follows; so with ``Q_AI``."""
    parts, done = [], 0
    for match in _SCRIPT.finditer(passage.text):
        start, end = match.span(match.lastgroup or 0)
        parts += [passage[done:start], passage[start:end].before("{").after("}")]
        done = match.end()
    whole = passage[done:]
    for part in reversed(parts):
        whole = part + whole
    return whole


def _asides(segment: list[Item], offset: int) -> list[tuple[int, int]]:
    """What stands between two neighbours: blanks, and remarks in brackets that were left out."""
    gaps = [(a.end - offset, b.start - offset) for a, b in pairwise(segment)]
    return [gap for gap in gaps if gap[0] < gap[1]]
