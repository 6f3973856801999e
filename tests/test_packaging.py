"""The wheel holds what a user needs, and works outside the checkout on its declared dependencies alone."""

import os
import re
import subprocess
import sys
import tomllib
import venv
import zipfile
from importlib.metadata import distribution, distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import derivations

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def run(*command: str | Path, cwd: Path = ROOT) -> str:
    """The standard output of a command that must succeed, run without settings from outside."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "PIP_"))}
    done = subprocess.run([*map(str, command)], cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


# ---------------------------------------------------------------- the wheel


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    (built,) = folder.glob("*.whl")
    return built


def files_below(folder: Path, inside: str) -> set[str]:
    """The files of a folder by the names that they have in the wheel."""
    files = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {f"{inside}/{file.as_posix()}" for file in files if "__pycache__" not in file.parts}


def test_wheel_holds_the_package_and_the_templates_and_nothing_else(wheel: Path) -> None:
    package = files_below(ROOT / "derivations", "derivations")
    templates = files_below(ROOT / "templates", "derivations/templates")
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert package | templates == held


# ---------------------------------------------------------------- an empty environment


def needed(requires: list[str] | None) -> set[str]:
    """The distributions that are needed for some requirements, directly or not; wrong versions fail."""
    found: set[str] = set()
    todo = [Requirement(text) for text in requires or []]
    while todo:
        requirement = todo.pop()
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        if (name := canonicalize_name(requirement.name)) not in found:
            found.add(name)
            todo += [Requirement(text) for text in distribution(name).requires or []]
        assert requirement.specifier.contains(distribution(name).version), requirement
    return found


def link(name: str, site: Path) -> None:
    """Make one distribution of the test environment importable from another one, copying nothing."""
    files = distribution(name).files or []
    for top in {file.parts[0] for file in files} - {"..", "__pycache__"}:
        if not (site / top).exists():
            (site / top).symlink_to(str(distribution(name).locate_file(top)))


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The commands of an environment that holds the wheel, what it declares to need, and no more."""
    home = tmp_path_factory.mktemp("elsewhere") / "env"
    venv.create(home, symlinks=True)
    python = home / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", python, "--quiet", "--disable-pip-version-check")
    run(*pip, "install", "--no-index", "--no-deps", wheel)
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    (wheel_in_place,) = distributions(name="derivations", path=[str(site)])
    for name in needed(wheel_in_place.requires):
        link(name, site)
    return home / "bin"


def test_environment_is_apart_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    place = run(installed / "python", "-c", "import derivations; print(derivations.__file__)", cwd=tmp_path)
    assert Path(place).is_relative_to(installed.parent)


def test_installed_command_knows_its_version(installed: Path, tmp_path: Path) -> None:
    assert derivations.__version__ in run(installed / "derivations", "--version", cwd=tmp_path)


def test_installed_command_writes_a_tutorial_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    run(installed / "derivations", "docs", "self-attention", "-o", "out", "--format", "md", cwd=tmp_path)
    page = (tmp_path / "out" / "en" / "self-attention.md").read_text("utf-8")
    assert page.startswith("# ")
    assert r"\frac{Q K^" in page


# ---------------------------------------------------------------- pins


PIN = re.compile(r"([\w.-]+)==([\w.]+)(\s+#.*)?")


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    found = [PIN.fullmatch(line) for line in lines if not line.startswith("#")]
    assert all(found), "constraints.txt: each line is name==version"
    return {canonicalize_name(pin[1]): pin[2] for pin in found if pin}


def declared(*extras: str) -> list[str]:
    optional = PROJECT["project"]["optional-dependencies"]
    return [*PROJECT["project"]["dependencies"], *(text for extra in extras for text in optional[extra])]


def test_every_declared_dependency_is_pinned_within_its_range() -> None:
    pinned = pins()
    build_tools = PROJECT["build-system"]["requires"]
    for requirement in map(Requirement, [*declared("site", "dev"), *build_tools]):
        assert requirement.specifier.contains(pinned[canonicalize_name(requirement.name)]), requirement


PINNED_BY_TORCH = ("cuda-", "nvidia-", "triton")
"""Libraries for graphics cards: some builds of PyTorch name them, each with its exact version."""


def test_everything_that_those_need_in_turn_is_pinned() -> None:
    loose = needed(declared("dev")) - set(pins())
    assert set() == {name for name in loose if not name.startswith(PINNED_BY_TORCH)}
