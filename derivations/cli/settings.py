"""``[tool.derivations]`` of the nearest ``pyproject.toml``: what a project wants of verify.

[tool.derivations]
exclude = ["drafts", "*.old.md"]    # patterns of paths, for folders that are searched
ignore = ["rounding"]               # rules that are of no interest
strict = false                      # whether rounding counts as wrong
timeout = 20                        # seconds for one article
memory = 1024                       # megabytes for one article
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from derivations.model import DerivationError

MENTIONED = rb"(?m)tool\s*\.\s*[\"']?derivations|^\s*\[\s*tool\s*\]|^\s*tool\s*="
"""What a TOML text has that could hold the table, so that most need not be parsed."""


@dataclass(frozen=True)
class Settings:
    """The settings of a project."""

    exclude: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    strict: bool = False
    timeout: float = 20.0
    memory: int = 1024

    def overridden(
        self, strict: bool | None, ignore: Sequence[str], timeout: float | None, memory: int | None
    ) -> Settings:
        """What the command line says goes before."""
        check_rules(ignore, "--ignore")
        return replace(
            self,
            strict=self.strict if strict is None else strict,
            ignore=(*self.ignore, *ignore),
            timeout=self.timeout if timeout is None else timeout,
            memory=self.memory if memory is None else memory,
        )


def load(folder: Path) -> Settings:
    """The settings of the nearest ``pyproject.toml``, upwards.  Raises DerivationError for wrong ones."""
    for above in (folder, *folder.parents):
        path = above / "pyproject.toml"
        if path.is_file():
            return _read(path)
    return Settings()


def _read(path: Path) -> Settings:
    raw = path.read_bytes()
    if not re.search(MENTIONED, raw):
        return Settings()
    import tomllib

    try:
        whole = tomllib.loads(raw.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DerivationError(f"{path}: not TOML: {error}") from None
    table = whole.get("tool", {}).get("derivations", {})
    if not isinstance(table, dict):
        raise DerivationError(
            f"{path}: tool.derivations is a {type(table).__name__}; expected a table, [tool.derivations]"
        )
    found = Settings(**{key: _value(path, key, value) for key, value in table.items()})
    check_rules(found.ignore, f"{path}: [tool.derivations] ignore")
    return found


def _value(path: Path, key: str, value: Any) -> Any:
    if key not in KEYS:
        from difflib import get_close_matches

        near = get_close_matches(key, KEYS, 1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise DerivationError(
            f"{path}: [tool.derivations] has no key {key!r}; {hint}the keys are {', '.join(KEYS)}"
        )
    fits, wanted = KEYS[key]
    if not fits(value):
        raise DerivationError(f"{path}: [tool.derivations] {key} = {value!r}; expected {wanted}")
    return tuple(value) if isinstance(value, list) else value


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _positive(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


KEYS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "exclude": (_texts, 'a list of patterns, such as ["drafts", "*.old.md"]'),
    "ignore": (_texts, 'a list of rules, such as ["rounding"]'),
    "strict": (lambda value: isinstance(value, bool), "true or false"),
    "timeout": (_positive, "seconds, a number above 0"),
    "memory": (
        lambda value: _positive(value) and isinstance(value, int),
        "megabytes, a whole number above 0",
    ),
}


def check_rules(ids: Sequence[str], where: str) -> None:
    """Raise DerivationError for a rule that does not exist."""
    from derivations.verify.rules import rule

    for id in ids:
        try:
            rule(id)
        except DerivationError as error:
            raise DerivationError(f"{where}: {error}") from None
