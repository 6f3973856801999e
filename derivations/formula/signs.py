"""What signs and commands are as tokens: their kind and one value for all their spellings."""

from __future__ import annotations

Kind = tuple[str, str]
"""The kind of a token and its normalised value."""

MOJIBAKE = {
    "Γ—": "×", "Ã—": "×", "â‰ˆ": "≈", "âˆš": "√", "â†’": "→", "âˆž": "∞", "âˆ’": "-", "Â·": "·",
    "Î±": "α", "â‹…": "⋅",
}  # fmt: skip
"""UTF-8 that was once read as Latin-1 or as Greek, and what it was."""

_SIGNS: dict[str, dict[str, str]] = {
    "relation": {
        "=": "= == ＝ := ≔ ≡ ≜",
        "≈": "≈ ≃ ≅ ≒",
        "∼": "∼ ∽",
        "→": "→ -> --> ⟶ ↦ ➜ ➡",
        "⇒": "⇒ => ⟹ ⇔ ⟺ ∴",
        "←": "←",
        "≤": "≤ <= ⩽",
        "≥": "≥ >= ⩾",
        "≠": "≠ !=",
        "<": "< ＜",
        ">": "> ＞",
        **{sign: sign for sign in "∈≪≫∝"},
    },
    "op": {
        "+": "+ ＋",
        "-": "- − – －",
        "×": "× ✕ ⨯",
        "·": "· ⋅ ∙ • ・",
        "*": "* ＊ ∗",
        "/": "/ ／ ÷ ∕",
        "@": "@",
        "⊙": "⊙ ∘",
    },
    "open": {"(": "( （", "[": "[ ［ 【", "{": "{", "⟨": "⟨ 〈", "⌊": "⌊"},
    "close": {")": ") ）", "]": "] ］ 】", "}": "}", "⟩": "⟩ 〉", "⌋": "⌋"},
    "bar": {"|": "| ∣", "‖": "‖ ∥", "||": "||"},
    "sup": {"^": "^ **"},
    "sub": {"_": "_ ＿"},
    "prime": {"'": "' ′ ’"},
    "transpose": {"T": "ᵀ ⊤ ⊺"},
    "command": {"\\sqrt": "√", "\\infty": "∞", "\\partial": "∂", "\\sum": "Σ ∑", "\\prod": "∏"},
    "comma": {",": ", ， 、"},
    "semicolon": {";": "; ；"},
    "colon": {":": ": ："},
    "stop": {".": "。"},
    "cell": {"&": "&"},
    "space": {"": '~ $ ` "'},
}
"""Kind -> value -> every sign that means it."""

SYMBOLS: dict[str, Kind] = {
    sign: (kind, value)
    for kind, table in _SIGNS.items()
    for value, signs in table.items()
    for sign in signs.split()
}

_RELATIONS = {
    "≈": "approx approxeq simeq cong doteq thickapprox",
    "∼": "sim",
    "=": "equiv coloneqq triangleq eq colonequals",
    "→": "to rightarrow longrightarrow mapsto leadsto hookrightarrow xrightarrow xRightarrow xlongrightarrow",
    "⇒": "Rightarrow Longrightarrow implies iff Leftrightarrow therefore",
    "←": "leftarrow gets Leftarrow",
    "≤": "le leq leqslant",
    "≥": "ge geq geqslant",
    "≠": "ne neq",
    "∈": "in subset subseteq",
    "<": "lt ll",
    ">": "gt gg",
    "∝": "propto",
}
_OPERATORS = {"·": "cdot bullet", "×": "times", "*": "ast star", "/": "div", "⊙": "odot circ"}
_SPACES = (
    r", ; : ! > displaystyle textstyle scriptstyle scriptscriptstyle limits nolimits nonumber notag "
    "centering left "
    "right middle hline toprule midrule bottomrule thinspace medspace thickspace negthinspace "
    "enspace nobreak "
    "noindent allowbreak break newline bf it rm sf cal large Large small bg_white bg_black strut "
    "mathstrut null"
)

COMMANDS: dict[str, Kind] = {
    **{"\\" + w: ("relation", sign) for sign, words in _RELATIONS.items() for w in words.split()},
    **{"\\" + w: ("op", sign) for sign, words in _OPERATORS.items() for w in words.split()},
    **{"\\" + w: ("space", "") for w in _SPACES.split()},
    **{"\\" + w: ("gap", "") for w in "quad qquad hfill enskip".split()},
    **{"\\" + w: ("ellipsis", "...") for w in "ldots cdots dots vdots ddots dotsc dotsb dotsm hdots".split()},
    **{"\\" + w: ("transpose", "T") for w in "top intercal transp".split()},
    **{"\\" + w: ("bar", "|") for w in "vert mid lvert rvert".split()},
    **{"\\" + w: ("bar", "‖") for w in "| Vert lVert rVert parallel".split()},
    "\\{": ("open", "{"), "\\lbrace": ("open", "{"), "\\lbrack": ("open", "["), "\\lparen": ("open", "("),
    "\\}": ("close", "}"), "\\rbrace": ("close", "}"), "\\rbrack": ("close", "]"), "\\rparen": ("close", ")"),
    "\\langle": ("open", "⟨"), "\\rangle": ("close", "⟩"),
    "\\lfloor": ("open", "⌊"), "\\rfloor": ("close", "⌋"),
    "\\_": ("sub", "_"), "\\&": ("cell", "&"), "\\prime": ("prime", "'"), "\\pm": ("junk", "±"),
}  # fmt: skip

SEPARATING_WORDS = frozenset(
    "and or where with if for when so then thus hence therefore let given since because i.e. e.g. "
    "where: with: "
    "和 与 且 其中 若 如果 当 则 因此 所以 即 y o donde con si para cuando entonces".split()
)
"""Words set as text that stand between statements and belong to none."""

PLAIN_PREFIXES = frozenset("np numpy torch math F nn jnp tf scipy special functional linalg Math".split())
"""Modules whose name before a function says nothing about the mathematics."""

UNBIASED = {"var": "torch_var", "std": "torch_std"}
"""PyTorch divides by n - 1 where NumPy divides by n."""
