"""The README and the guides of the site are true: files can be used, commands run and print what is shown."""

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MARKED = re.compile(r"^<!-- (file: \S+|run(?:, exit \d)?|shows) -->\n```(\w+)\n(.*?)^```$", re.M | re.S)


@dataclass(frozen=True)
class Block:
    mark: str
    language: str
    text: str


DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "templates" / "site").glob("*/*.md"))]
LANGUAGES = ("sh", "python", "toml")
"""Of blocks in which nothing is to be shown that was not tried."""


def blocks(document: Path) -> list[Block]:
    return [Block(*found.groups()) for found in MARKED.finditer(document.read_text("utf-8"))]


def execute(line: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "80"}
    command = [sys.executable, *line]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def commands(block: Block) -> list[list[str]]:
    """What a block runs, as arguments of Python; a shell block has one command on each line."""
    if block.language == "python":
        return [["-c", block.text]]
    lines = [shlex.split(line) for line in block.text.splitlines()]
    assert all(line[0] == "derivations" for line in lines)
    return [["-m", *line] for line in lines]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_file_command_and_output(document: Path, tmp_path: Path) -> None:
    printed = ""
    for block in blocks(document):
        if block.mark.startswith("file: "):
            (tmp_path / block.mark.removeprefix("file: ")).write_text(block.text, "utf-8")
        elif block.mark == "shows":
            missing = [line for line in block.text.splitlines() if line not in printed]
            assert [] == missing, printed
        else:
            expected = int(block.mark[-1]) if "exit" in block.mark else 0
            for line in commands(block):
                done = execute(line, tmp_path)
                assert expected == done.returncode, (line, done.stdout, done.stderr)
                printed = done.stdout + done.stderr
                assert all((tmp_path / place).exists() for place in outputs(line))


def outputs(line: list[str]) -> list[str]:
    """What a command is told to write."""
    return [place for option, place in pairwise(line) if option == "-o"]


def test_the_guides_are_the_same_in_every_language() -> None:
    guides: dict[str, list[str]] = {}
    for path in DOCUMENTS[1:]:
        guides.setdefault(path.parent.name, []).append(path.name)
    assert {"en", "zh"} == set(guides)
    assert guides["en"] == guides["zh"]
    for name in guides["en"]:
        marks = [[block.mark for block in blocks(ROOT / "templates/site" / each / name)] for each in guides]
        assert marks[0] == marks[1]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_block_of_a_how_to_escapes_the_test(document: Path) -> None:
    text = document.read_text("utf-8")
    tried = [block.language for block in blocks(document)]
    assert tried
    for language in LANGUAGES:
        assert text.count(f"\n```{language}\n") == tried.count(language)
