"""QTI 1.2 as Canvas imports it: numerical questions with a range, multiple choice, essays.

Format: IMS Question & Test Interoperability 1.2, with the question types of Canvas in the
item metadata.  A Canvas question takes one number with a tolerance, so a matrix becomes
one question for each of its blanks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from derivations.exercises.sheets import Sheet
from derivations.writers.sheets.archive import archive
from derivations.writers.sheets.items import Field, Item, html, items, option_html
from derivations.writers.sheets.moodle import INFINITIES
from derivations.writers.sheets.xml import HEAD, element, escape

SCHEMA = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
PACKAGE = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
CENT = Decimal("0.0001")


def qti12(sheets: Sequence[Sheet]) -> bytes:
    """A package with one assessment for each student."""
    files = {f"{sheet.student.id}/{sheet.student.id}.xml": _assessment(sheet) for sheet in sheets}
    return archive({"imsmanifest.xml": _manifest(list(files)), **files})


def _manifest(names: Sequence[str]) -> str:
    resources = (
        element("resource", element("file", href=name), identifier=f"r{at}", type="imsqti_xmlv1p2")
        for at, name in enumerate(names, 1)
    )
    metadata = element("metadata", element("schema", "IMS Content"), element("schemaversion", "1.1.3"))
    body = (metadata, element("organizations"), element("resources", *resources))
    return HEAD + element("manifest", *body, identifier="derivations", xmlns=PACKAGE) + "\n"


def _assessment(sheet: Sheet) -> str:
    id = sheet.student.id
    questions = [text for item in items(sheet) for text in _items(item)]
    section = element("section", *questions, ident="root_section")
    assessment = element("assessment", section, ident=f"a-{id}", title=id)
    return HEAD + element("questestinterop", assessment, xmlns=SCHEMA) + "\n"


def _items(item: Item) -> Iterator[str]:
    points = Decimal(item.view.points)
    if item.view.choices:
        yield _item(item, "", "multiple_choice_question", _choices(item), _same(item.answer), points)
    elif not item.fields:
        yield _item(item, "", "essay_question", TEXT, "", points)
    else:
        for field in item.fields:
            place = f"-{field.row}-{field.column}" if len(item.fields) > 1 else ""
            kind = "numerical_question" if field.is_number else "short_answer_question"
            yield _item(item, place, kind, TEXT, _fitting(field), points / len(item.fields))


def _item(item: Item, place: str, kind: str, response: str, condition: str, points: Decimal) -> str:
    where = f"<p>({place[1:].replace('-', ',')})</p>" if place else ""
    shown = element("material", _html(html(item) + where))
    facts = {"question_type": kind, "points_possible": str(points.quantize(CENT))}
    return element(
        "item",
        element("itemmetadata", element("qtimetadata", *(_fact(*pair) for pair in facts.items()))),
        element("presentation", shown, response),
        _scored(condition) if condition else "",
        ident=item.id + place,
        title=item.view.title,
    )


def _fact(label: str, entry: str) -> str:
    return element("qtimetadatafield", element("fieldlabel", label), element("fieldentry", entry))


def _html(words: str) -> str:
    return element("mattext", escape(words), texttype="text/html")


def _scored(condition: str) -> str:
    score = element("decvar", maxvalue=100, minvalue=0, varname="SCORE", vartype="Decimal")
    full = element("setvar", "100", action="Set", varname="SCORE")
    rule = element("respcondition", element("conditionvar", condition), full, more={"continue": "No"})
    return element("resprocessing", element("outcomes", score), rule)


# ---------------------------------------------------------------- responses and what is right

TEXT = element(
    "response_str",
    element("render_fib", element("response_label", ident="answer1")),
    ident="response1",
    rcardinality="Single",
)


def _choices(item: Item) -> str:
    labels = (
        element(
            "response_label",
            element("material", _html(option_html(choice.tex, choice.words))),
            ident=choice.letter,
        )
        for choice in item.view.choices
    )
    return element(
        "response_lid", element("render_choice", *labels), ident="response1", rcardinality="Single"
    )


def _same(value: str) -> str:
    return element("varequal", value, respident="response1")


def _fitting(field: Field) -> str:
    if not field.is_number:
        return element("or", *map(_same, INFINITIES))
    value, reach = Decimal(field.decimal), Decimal(field.tolerance)
    least = element("vargte", str(value - reach), respident="response1")
    most = element("varlte", str(value + reach), respident="response1")
    return element("or", _same(field.decimal), element("and", least, most))
