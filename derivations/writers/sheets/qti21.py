"""QTI 2.1: one item for each part; every number is compared with its own tolerance.

Format: IMS Question & Test Interoperability 2.1, Assessment Test, Section, and Item
Information Model, and the package of the Implementation Guide.
"""

from __future__ import annotations

from collections.abc import Sequence

from derivations.exercises.sheets import Sheet
from derivations.writers.sheets.archive import archive
from derivations.writers.sheets.items import Field, Item, cells, html, items, option_html
from derivations.writers.sheets.moodle import INFINITIES
from derivations.writers.sheets.xml import HEAD, element

QTI = "http://www.imsglobal.org/xsd/imsqti_v2p1"
PACKAGE = "http://www.imsglobal.org/xsd/imscp_v1p1"
SPACES = {
    "xmlns": QTI,
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xsi:schemaLocation": f"{QTI} http://www.imsglobal.org/xsd/qti/qtiv2p1/imsqti_v2p1.xsd",
}


def qti21(sheets: Sequence[Sheet]) -> bytes:
    """A package with a test for each student and an item for each part."""
    files: dict[str, str] = {}
    resources: list[str] = []
    for sheet in sheets:
        refs = []
        for item in items(sheet):
            name = f"item-{item.view.number}.xml"
            files[f"{sheet.student.id}/{name}"] = _item(item)
            resources.append(_resource(f"i-{item.id}", "item", f"{sheet.student.id}/{name}"))
            refs.append(element("assessmentItemRef", identifier=_id(f"i-{item.id}"), href=name))
        files[f"{sheet.student.id}/test.xml"] = _test(sheet, refs)
        resources.append(_resource(f"t-{sheet.student.id}", "test", f"{sheet.student.id}/test.xml"))
    return archive({"imsmanifest.xml": _manifest(resources), **files})


def _resource(id: str, kind: str, name: str) -> str:
    file = element("file", href=name)
    return element("resource", file, identifier=_id(id), type=f"imsqti_{kind}_xmlv2p1", href=name)


def _manifest(resources: Sequence[str]) -> str:
    metadata = element("metadata", element("schema", "QTIv2.1 Package"), element("schemaversion", "1.0.0"))
    body = (metadata, element("organizations"), element("resources", *resources))
    return HEAD + element("manifest", *body, xmlns=PACKAGE, identifier="derivations") + "\n"


def _id(text: str) -> str:
    """An identifier as XML wants it: no @ and no +."""
    return "".join(char if char.isalnum() or char in "-_." else "_" for char in text)


def _test(sheet: Sheet, refs: Sequence[str]) -> str:
    title = sheet.student.id
    section = element("assessmentSection", *refs, identifier="section", title=title, visible="true")
    part = element(
        "testPart", section, identifier="part", navigationMode="nonlinear", submissionMode="simultaneous"
    )
    return (
        HEAD + element("assessmentTest", part, more=SPACES, identifier=_id(f"t-{title}"), title=title) + "\n"
    )


# ---------------------------------------------------------------- items


def _item(item: Item) -> str:
    parts = _choice(item) if item.view.choices else _numbers(item) if item.fields else _free(item)
    declared, body, scored = parts
    return HEAD + element(
        "assessmentItem",
        declared,
        _outcome(item),
        element("itemBody", body),
        scored,
        more=SPACES,
        identifier=_id(f"i-{item.id}"),
        title=item.view.title,
        adaptive="false",
        timeDependent="false",
    )


def _outcome(item: Item) -> str:
    return element(
        "outcomeDeclaration",
        element("defaultValue", element("value", "0")),
        identifier="SCORE",
        cardinality="single",
        baseType="float",
        normalMaximum=item.view.points,
    )


def _response(id: str, type: str, right: str = "") -> str:
    correct = element("correctResponse", element("value", right)) if right else ""
    return element("responseDeclaration", correct, identifier=id, cardinality="single", baseType=type)


def _choice(item: Item) -> tuple[str, str, str]:
    options = (
        element("simpleChoice", option_html(c.tex, c.words), identifier=c.letter) for c in item.view.choices
    )
    asked = element(
        "choiceInteraction", *options, responseIdentifier="RESPONSE", shuffle="false", maxChoices=1
    )
    same = element("match", *_both("RESPONSE"))
    declared = _response("RESPONSE", "identifier", item.answer)
    return declared, html(item) + asked, _scored([(same, float(item.view.points))])


def _free(item: Item) -> tuple[str, str, str]:
    asked = element("extendedTextInteraction", responseIdentifier="RESPONSE", expectedLength=200)
    return _response("RESPONSE", "string"), html(item) + asked, ""


def _numbers(item: Item) -> tuple[str, str, str]:
    ids = {field: f"R{field.row}_{field.column}" for field in item.fields}
    declared = "".join(_declared(field, id) for field, id in ids.items())
    holes = {
        (field.row, field.column): element("textEntryInteraction", responseIdentifier=id, expectedLength=10)
        for field, id in ids.items()
    }
    worth = item.view.points / len(item.fields)
    return declared, html(item, cells(item, holes)), _scored([(_fits(f, id), worth) for f, id in ids.items()])


def _declared(field: Field, id: str) -> str:
    return (
        _response(id, "float", field.decimal) if field.is_number else _response(id, "string", INFINITIES[0])
    )


# ---------------------------------------------------------------- what is right


def _both(id: str) -> tuple[str, str]:
    return element("variable", identifier=id), element("correct", identifier=id)


def _fits(field: Field, id: str) -> str:
    if not field.is_number:
        return element("or", *(_typed(id, each) for each in INFINITIES))
    if field.tolerance == "0":
        return element("equal", *_both(id), toleranceMode="exact")
    return element(
        "equal", *_both(id), toleranceMode="absolute", tolerance=f"{field.tolerance} {field.tolerance}"
    )


def _typed(id: str, text: str) -> str:
    value = element("baseValue", text, baseType="string")
    return element("stringMatch", element("variable", identifier=id), value, caseSensitive="false")


def _scored(conditions: Sequence[tuple[str, float]]) -> str:
    score = element("variable", identifier="SCORE")
    rules = []
    for condition, worth in conditions:
        more = element("sum", score, element("baseValue", f"{worth:.6g}", baseType="float"))
        then = element("setOutcomeValue", more, identifier="SCORE")
        rules.append(element("responseCondition", element("responseIf", condition, then)))
    return element("responseProcessing", *rules)
