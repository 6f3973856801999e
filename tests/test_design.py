"""Rules of the house that no tool checks: each test names the design rule that it holds."""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted((ROOT / "derivations").rglob("*.py"))


# ---------------------------------------------------------------- templates hold words only

DELIMITERS = {
    "block_start_string": r"\BLOCK{",
    "block_end_string": "}",
    "variable_start_string": r"\VAR{",
    "variable_end_string": "}",
    "comment_start_string": r"\#{",
    "comment_end_string": "}",
}
JINJA = jinja2.Environment(**DELIMITERS, autoescape=False)  # type: ignore[arg-type]
SIGNS = "Add Sub Mul Div FloorDiv Mod Pow Neg Pos"
ARITHMETIC = tuple(getattr(nodes, sign) for sign in SIGNS.split())
LAYOUT_FILTERS = {"indent", "wordwrap", "center", "truncate"}
NOT_PROSE = {".css", ".sty", ".cls", ".js", ".svg", ".typ", ".po"}  # a .po holds the prose of derivations too

# In prose these may hold digits: markup is layout, and layout is not mathematics.
MARKUP = re.compile(
    r"""(?sx)
      \A.*?\\begin\{document\}                    # a TeX preamble
    | \\[A-Za-z]+\*?\[[^\]]*\]                    # the options of a TeX command
    | -?\d*\.?\d+(?:pt|em|ex|cm|mm|in|rem|px)\b   # a length ...
    | -?\d*\.?\d+\\[A-Za-z]*(?:width|height|skip)\b   # ... also as a part of another one
    | (?m:^```.*?^```$) | `[^`\n]+`                # code: the tests run what the guides show
    | <(style|script)\b.*?</\1> | </?[A-Za-z!][^<>]*> | &\#?\w+;   # HTML
    """
)
NUMBER = re.compile(r"(?<![A-Za-z])(?<![A-Za-z]-)\d[\d.,]*")  # not the digits of UTF-8, h1 or d3


def sums_in(template: str) -> list[str]:
    """Arithmetic and numbers in the expressions of a template."""
    tree = JINJA.parse(template)
    layout = {
        argument
        for call in tree.find_all(nodes.Filter)
        if call.name in LAYOUT_FILTERS
        for argument in [*call.args, *(given.value for given in call.kwargs)]
    }
    constants = [node for node in tree.find_all(nodes.Const) if type(node.value) in {int, float}]
    numbers = [f"line {node.lineno}: {node.value}" for node in constants if node not in layout]
    signs = [f"line {node.lineno}: {type(node).__name__}" for node in tree.find_all(ARITHMETIC)]
    return numbers + signs


def digits_in(template: str) -> list[str]:
    """Numbers in the words of a template."""
    words = "\N{REPLACEMENT CHARACTER}".join(text for _, kind, text in JINJA.lex(template) if kind == "data")
    words = MARKUP.sub(" ", words)
    return [words[max(0, at.start() - 20) : at.end() + 20] for at in NUMBER.finditer(words)]


def templates() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.is_file() and path.suffix not in NOT_PROSE:
            yield str(path.relative_to(ROOT)), path.read_text("utf-8")


def test_templates_hold_no_arithmetic_and_no_digits() -> None:
    found = {name: sums_in(text) + digits_in(text) for name, text in templates()}
    assert {} == {name: faults for name, faults in found.items() if faults}


@pytest.mark.parametrize(
    "template",
    [
        r"\VAR{ n + m }",
        r"\VAR{ n * 2 }",
        r"\VAR{ -n }",
        r"\BLOCK{ if rows|length > 3 }many\BLOCK{ endif }",
        r"\BLOCK{ set rest = n - k }",
        r"\VAR{ rows[0] }",
        "about 0.73 in row \\VAR{ row }",
        r"\section{Step 5}",
        "divided by √64",
        r"$d_k = 2$",
        "```text\n1\n```\nthe 2nd row",
    ],
)
def test_arithmetic_and_digits_are_seen(template: str) -> None:
    assert sums_in(template) + digits_in(template)


@pytest.mark.parametrize(
    "template",
    [
        r"\BLOCK{ for step in steps }\VAR{ loop.index }. \VAR{ step.title|tex }\BLOCK{ endfor }",
        r"\VAR{ text|indent(4) } encoded in UTF-8",
        r"\documentclass[11pt]{article}\definecolor{key}{HTML}{0072B2}\begin{document}\VAR{ title }",
        r"\begin{document}\vspace{-1.5ex}\includegraphics[scale=0.8]{map}\hspace{0.5\textwidth}",
        '<h2 id="x">\\VAR{ title }</h2><style>p { margin: 0 }</style>&#9656;',
        r"\#{ as in 1706.03762 }words",
        "as in\n```toml\ntau = 2\n```\nwhere `0.5` is one half",
    ],
)
def test_layout_and_words_pass(template: str) -> None:
    assert [] == sums_in(template) + digits_in(template)


# ---------------------------------------------------------------- nothing of the machine it was written on

SKIPPED = {".hypothesis", ".git", ".venv", "build", "dist", "__pycache__"}
MACHINE = re.compile(
    r"(?<![\w.~:/-])/(?:home|root|Users|work|tmp|opt|mnt|media|srv|var)/\w"  # an absolute place
    r"|\b[A-Z]:\\Users\b"
    r"|\b(?:pypi\.org|python(?:hosted)|local(?:host)|127\.0\.0\.1)"  # a host
    r"|\b(?:10|192\.168)\.\d{1,3}\.\d{1,3}(?:\.\d{1,3})?:\d"
)


def project_files() -> Iterator[Path]:
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in SKIPPED and not name.endswith("_cache")]
        yield from (Path(folder, name) for name in names)


def machine_places(path: Path) -> list[str]:
    lines = path.read_text("utf-8", errors="replace").splitlines()
    found = [f"{at}: {line}" for at, line in enumerate(lines, 1) if MACHINE.search(line)]
    return [f"{path.relative_to(ROOT)}:{place}" for place in found]


def test_no_file_names_a_place_or_a_host_of_one_machine() -> None:
    assert [] == [place for path in project_files() for place in machine_places(path)]


@pytest.mark.parametrize("folder", ["home", "root", "work", "tmp"])
def test_places_of_one_machine_are_seen(folder: str) -> None:
    assert MACHINE.search(f'open("/{folder}/me/x")')
    assert not MACHINE.search(f"https://example.org/{folder}/me and docs/{folder}/me")


# ---------------------------------------------------------------- modules

VAGUE = re.compile(r"utils?|helpers?|managers?|engines?|common|misc|base")


def test_no_module_has_a_vague_name() -> None:
    names = [path.relative_to(ROOT / "derivations").with_suffix("") for path in MODULES]
    assert [] == [name for name in names if any(VAGUE.fullmatch(part) for part in name.parts)]


def test_every_folder_of_modules_is_a_package() -> None:
    """Otherwise the import contract does not see it."""
    assert set() == {path.parent for path in MODULES if not (path.parent / "__init__.py").exists()}


def test_every_module_says_what_it_is_for() -> None:
    assert [] == [path for path in MODULES if not ast.get_docstring(ast.parse(path.read_text("utf-8")))]


def long_functions(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            lines = node.end_lineno - node.lineno + 1
            if lines > 60:
                yield f"{path.relative_to(ROOT)}:{node.lineno}: {node.name} has {lines} lines"


def test_no_function_is_longer_than_60_lines() -> None:
    assert [] == [place for path in MODULES for place in long_functions(path)]


# ---------------------------------------------------------------- quick commands load nothing heavy


def loaded_by(*arguments: str) -> set[str]:
    """The top-level packages that a command imports."""
    command = [sys.executable, "-X", "importtime", "-m", "derivations", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    return {name.partition(".")[0] for name in re.findall(r"^import time:.*\| +(\S+)$", done.stderr, re.M)}


@pytest.mark.parametrize("arguments", [["--help"], ["list"]])
def test_quick_commands_load_neither_sympy_nor_numpy(arguments: list[str]) -> None:
    loaded = loaded_by(*arguments)
    assert "derivations" in loaded
    assert set() == loaded & {"sympy", "mpmath", "numpy", "flint"}


# ---------------------------------------------------------------- the tests themselves

NEEDY = """
import pytest

@pytest.mark.skipif(True, reason="needs tex: there is no xelatex")
def test_marked():
    pass

def test_called():
    pytest.skip("needs tex: there is no xelatex")
"""
NEEDY_MODULE = 'import pytest\npytest.skip("needs tex: there is no xelatex", allow_module_level=True)\n'


@pytest.mark.parametrize(
    ("required", "closing"), [("browser", "3 skipped in"), ("browser,tex", "1 failed, 2 errors in")]
)
def test_a_required_tool_is_not_skipped(tmp_path: Path, required: str, closing: str) -> None:
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    (tmp_path / "test_needy.py").write_text(NEEDY, "utf-8")
    (tmp_path / "test_needy_module.py").write_text(NEEDY_MODULE, "utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--continue-on-collection-errors",
        "--color=no",
        "-c",
        os.devnull,
    ]
    env = os.environ | {"DERIVATIONS_REQUIRE": required, "PYTEST_ADDOPTS": ""}
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1].startswith(closing), done.stdout
