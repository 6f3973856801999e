"""Reports: the same findings for people and for programs, and nothing that an article could inject."""

import json
import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest

from derivations.model import Source
from derivations.verify.checked import Checked, check
from derivations.verify.mending import applied
from derivations.verify.rules import RULES
from derivations.writers.reports import REPORTS, Report, render
from derivations.writers.reports.differences import unified
from derivations.writers.reports.excerpt import columns, excerpt
from tests.verify.judging import GIVEN, bmatrix

ARTICLE = (
    GIVEN
    + f"""
The queries $Q = X W^Q = {bmatrix("1 2; 0 1; 0 0")}$, $Q Q^T = {bmatrix("5 2 0; 2 1 0; 0 0 0")}$.

一个词的权重 $\\text{{softmax}}([1, 0, 0]) = [\\frac12, \\frac12, 0]$，其余不变。

$\\frac{{1}}{{3}} = 0.34$ and $U = R T = {bmatrix("1 2")}$ $\\heartsuit$
"""
)
"""Something of everything: wrong, carried, rounding and unchecked claims, and an unread formula."""

HOSTILE = 'Text \x1b[31m\n\n::error file=x::injected $\\text{a<b>&"\x1b]0;x\x07\u202e} = 1 + 1 = 3$\r\n'
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def report(text: str = ARTICLE, path: str = "docs/article.md", **options: Any) -> Report:
    return Report([check(Source(path, text), "md")], "1.2.3", **options)


# ---------------------------------------------------------------- every format


@pytest.mark.parametrize("format", [format for format in REPORTS if format != "html"])  # see test_report_page
def test_report(format: str, golden: Callable[[str, str], None]) -> None:
    suffix = {"text": "txt", "github": "txt", "junit": "xml"}.get(format, "json")
    golden(f"report-{format}.{suffix}", render(report(), format))


@pytest.mark.parametrize("format", REPORTS)
def test_every_report_ends_with_the_coverage(format: str) -> None:
    assert report().coverage in render(report(), format).replace("\\u", "\\u")


@pytest.mark.parametrize("format", REPORTS)
def test_nothing_of_an_article_controls_a_terminal(format: str) -> None:
    hostile = report(HOSTILE, path="a\x1b[1m\n.md")
    assert 1 == hostile.counts.total()
    assert not CONTROL.search(render(hostile, format))


@pytest.mark.parametrize("format", REPORTS)
def test_an_article_that_was_stopped_is_told(format: str) -> None:
    stopped = Report([Checked(Source("a.md", ""), error="a.md: stopped after 20 s")], "1.2.3")
    shown = render(stopped, format)
    assert "a.md: stopped after 20 s" in shown.replace("%3A", ":")
    assert "1 article not judged" in shown


# ---------------------------------------------------------------- text


def test_a_right_article_answers_with_one_line() -> None:
    text = render(report("$3 + 4 = 7$"), "text")
    assert "1 claim · 1 right · 0 wrong · 0 carried · 0 unchecked   1 formula read, 0 unread\n" == text


def test_colours_on_request_only() -> None:
    assert "\x1b[1;31mwrong\x1b[0m" in render(report(colour=True), "text")
    assert "\x1b" not in render(report(), "text")


def test_the_same_fault_nearby_is_told_once() -> None:
    weights, product = bmatrix("1 2; 0 1"), bmatrix("1 2; 0 1; 0 0")
    text = f"$X = {bmatrix('1 0; 0 1; 1 1')}$ and $W^Q = W^K = {weights}$\n\n$Q = X W^Q = {product}$\n"
    near = render(report(f"{text}\n$K = X W^K = {product}$\n"), "text")
    assert (1, True) == (near.count("[value-mismatch]"), "the same in K (5:14)" in near)
    far = render(report(f"{text}\n\n\n\n$K = X W^K = {product}$\n"), "text")
    assert (2, False) == (far.count("[value-mismatch]"), "the same in" in far)


def test_carets_stand_under_wide_characters() -> None:
    shown = excerpt("权重 = 0.5", [(5, 8)], 80)
    assert ("权重 = 0.5", " " * 7 + "^^^") == (shown.line, shown.carets)


@pytest.mark.parametrize("width", [20, 40, 60])
@pytest.mark.parametrize("at", [0, 70, 150, 296])
def test_a_long_line_is_trimmed_around_the_place(width: int, at: int) -> None:
    line = "字" * 100 + "x" * 200
    shown = excerpt(line, [(at, at + 4)], width)
    assert max(columns(shown.line), columns(shown.carets)) <= width
    marked = line[at : at + 4]
    start = shown.carets.index("^")
    assert shown.carets.count("^") == columns(marked)
    assert columns(shown.line[: shown.line.index("字" if at < 100 else "x")]) <= start


def test_a_tab_is_one_blank() -> None:
    assert "a b" == excerpt("a\tb", [(2, 3)], 80).line


# ---------------------------------------------------------------- GitHub


def test_commands_are_escaped() -> None:
    hostile = render(report(HOSTILE, path="a,b:c%\n.md"), "github").splitlines()
    assert ["::error ", "::notice"] == [line[:8] for line in hostile]
    assert hostile[0].startswith("::error file=a%2Cb%3Ac%25%0A.md,line=3,endLine=3,col=")


# ---------------------------------------------------------------- JUnit


def test_junit_counts() -> None:
    root = ElementTree.fromstring(render(report(), "junit"))
    (suite,) = root
    kinds = [child.tag for case in suite.iter("testcase") for child in case]
    assert ("5", "3", "1") == tuple(suite.get(name) for name in ("tests", "failures", "skipped"))
    assert (3, 1) == (kinds.count("failure"), kinds.count("skipped"))


def test_rounding_fails_where_it_is_strict() -> None:
    assert "4" == ElementTree.fromstring(render(report(strict=True), "junit"))[0].get("failures")


# ---------------------------------------------------------------- SARIF

# SARIF 2.1.0 (OASIS), the sections of the objects that are written: what each may hold, and what it must.
OBJECTS: dict[str, tuple[set[str], set[str]]] = {
    "log 3.13": ({"$schema", "version", "runs"}, {"version", "runs"}),
    "run 3.14": ({"tool", "columnKind", "invocations", "artifacts", "results", "properties"}, {"tool"}),
    "driver 3.19": ({"name", "version", "semanticVersion", "rules"}, {"name"}),
    "rule 3.49": ({"id", "shortDescription", "fullDescription", "help"}, {"id"}),
    "invocation 3.20": ({"executionSuccessful", "toolExecutionNotifications"}, {"executionSuccessful"}),
    "result 3.27": (
        {
            *("ruleId", "ruleIndex", "level", "kind", "message", "locations"),
            *("relatedLocations", "fixes", "properties"),
        },
        {"message"},
    ),
    "location 3.28": ({"id", "physicalLocation", "message"}, set()),
    "physicalLocation 3.29": ({"artifactLocation", "region"}, {"artifactLocation"}),
    "region 3.30": (
        {"startLine", "startColumn", "endLine", "endColumn", "charOffset", "charLength"},
        {"startLine", "charOffset"},
    ),
    "fix 3.55": ({"description", "artifactChanges"}, {"artifactChanges"}),
    "artifactChange 3.56": ({"artifactLocation", "replacements"}, {"artifactLocation", "replacements"}),
    "replacement 3.57": ({"deletedRegion", "insertedContent"}, {"deletedRegion"}),
}


def holds(name: str, value: dict[str, Any]) -> None:
    allowed, needed = OBJECTS[name]
    assert needed <= value.keys() <= allowed, name


def located(location: dict[str, Any]) -> None:
    holds("location 3.28", location)
    holds("physicalLocation 3.29", location["physicalLocation"])
    if "region" in location["physicalLocation"]:
        region(location["physicalLocation"]["region"])


def region(value: dict[str, Any]) -> None:
    holds("region 3.30", value)
    start, end = ((value[f"{edge}Line"], value[f"{edge}Column"]) for edge in ("start", "end"))
    assert (1, 1) <= start <= end
    assert min(value["charOffset"], value["charLength"]) >= 0


def sarif(article: Report) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(render(article, "sarif"))
    holds("log 3.13", log)
    assert "2.1.0" == log["version"]
    (run,) = log["runs"]
    holds("run 3.14", run)
    holds("driver 3.19", run["tool"]["driver"])
    holds("invocation 3.20", run["invocations"][0])
    for rule in run["tool"]["driver"]["rules"]:
        holds("rule 3.49", rule)
    found: dict[str, Any] = run
    return found


def test_sarif_keeps_the_rules_of_its_standard() -> None:
    run = sarif(report())
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert list(RULES) == rules
    for result in run["results"]:
        holds("result 3.27", result)
        assert result["ruleId"] == rules[result["ruleIndex"]]
        assert result["level"] in {"none", "note", "warning", "error"}
        assert ("none" == result["level"]) == (
            "kind" in result
        )  # 3.27.10: a kind other than fail has no level
        for location in [*result["locations"], *result.get("relatedLocations", [])]:
            located(location)
        for fix in result.get("fixes", []):
            holds("fix 3.55", fix)
            for change in fix["artifactChanges"]:
                holds("artifactChange 3.56", change)
                for replacement in change["replacements"]:
                    holds("replacement 3.57", replacement)
                    region(replacement["deletedRegion"])


def test_sarif_levels_and_where_errors_come_from() -> None:
    results = sarif(report())["results"]
    assert ["error", "warning", "error", "note", "none", "none"] == [result["level"] for result in results]
    (related,) = results[1]["relatedLocations"]
    assert related["physicalLocation"] == results[0]["locations"][0]["physicalLocation"]


def test_sarif_fixes_mend_the_article() -> None:
    text = "$3 + 4 = 8$ and $\\frac12 + \\frac12 = \\frac32$\n"
    for result in sarif(report(text))["results"]:
        for replacement in result["fixes"][0]["artifactChanges"][0]["replacements"]:
            place = replacement["deletedRegion"]
            line = text.split("\n")[place["startLine"] - 1]
            assert (
                text[place["charOffset"] :][: place["charLength"]]
                == line[place["startColumn"] - 1 : place["endColumn"] - 1]
            )
    edits = [edit for finding in report(text).articles[0].findings for edit in finding.fix]
    assert "$3 + 4 = 7$ and $\\frac12 + \\frac12 = 1$\n" == applied(text, edits)


def test_sarif_tells_what_could_not_run() -> None:
    stopped = Report([Checked(Source("a b.md", ""), error="stopped")], "1.2.3")
    (invocation,) = sarif(stopped)["invocations"]
    assert False is invocation["executionSuccessful"]
    location = invocation["toolExecutionNotifications"][0]["locations"][0]
    assert "a%20b.md" == location["physicalLocation"]["artifactLocation"]["uri"]


# ---------------------------------------------------------------- diff


def test_a_diff_names_both_sides() -> None:
    lines = list(unified(Source("docs/a.md", "one\ntwo"), "one\n2"))
    assert ["--- a/docs/a.md\n", "+++ b/docs/a.md\n"] == lines[:2]
    assert ["-two\n\\ No newline at end of file\n", "+2\n\\ No newline at end of file\n"] == lines[-2:]
