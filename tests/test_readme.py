"""The README is true: its files can be used, its commands run, and print what it shows."""

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MARKED = re.compile(r"^<!-- (file: \S+|run(?:, exit \d)?|shows) -->\n```(\w+)\n(.*?)^```$", re.M | re.S)


@dataclass(frozen=True)
class Block:
    mark: str
    language: str
    text: str


BLOCKS = [Block(*found.groups()) for found in MARKED.finditer((ROOT / "README.md").read_text("utf-8"))]


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


def test_every_file_command_and_output_of_the_readme(tmp_path: Path) -> None:
    printed = ""
    for block in BLOCKS:
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
    assert (tmp_path / "pages" / "en" / "mine.md").exists()


@pytest.mark.parametrize("language", ["sh", "python", "toml"])
def test_no_block_of_a_how_to_escapes_the_test(language: str) -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert text.count(f"\n```{language}\n") == sum(block.language == language for block in BLOCKS) > 0
