"""The rules: what each one checks, why it matters, an example, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import fill, indent

from derivations.model import DerivationError


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; the terminal and the documentation show the same text."""

    title: str
    checks: str
    """What is looked at, in full sentences."""
    matters: str
    """Why it matters."""
    example: str
    """A piece of an article, and what is said of it."""
    source: str

    def text(self, id: str) -> str:
        """For a terminal."""
        parts = [(part, fill(words, 78)) for part, words in self._parts()]
        parts += [("Example", indent(self.example, "    ")), ("Source", fill(self.source, 78))]
        return "\n\n".join([f"{id}: {self.title}", *(f"{part}\n{words}" for part, words in parts)]) + "\n"

    def markdown(self, id: str) -> str:
        """For a page."""
        title = self.title[0].upper() + self.title[1:]
        parts = [*self._parts(), ("Example", f"```text\n{self.example}\n```"), ("Source", self.source)]
        sections = (f"## {part}\n\n{words}" for part, words in parts)
        return "\n\n".join([f"# {id}", f"{title}.", *sections]) + "\n"

    def _parts(self) -> tuple[tuple[str, str], ...]:
        return ("What it checks", self.checks), ("Why it matters", self.matters)


RULES: dict[str, Rule] = {
    "value-mismatch": Rule(
        title="a printed number is not what its formula gives",
        checks=(
            "The formula is evaluated exactly, twice: from the inputs of the article, and "
            "from the numbers that the article has printed before. A number is wrong if it is "
            "neither the first nor the second value at its printed precision, nor a "
            "truncation of one, nor inside what the rounding of the printed numbers allows."
        ),
        matters=(
            "A reader who recomputes the example and gets another number cannot tell whether "
            "they have misunderstood the formula or the article has a mistake."
        ),
        example=("Q = XW^Q = [[1, 0], [0, 1], [0, 0]]\nwrong: Q = X W^Q, row 3: 0 0 printed, 1 1 expected"),
        source=(
            "A printed decimal stands for the interval that rounds to it, and rounding is "
            "propagated before a claim is called wrong: Nuijten et al., The prevalence of "
            "statistical reporting errors in psychology, Behavior Research Methods 48, 2016."
        ),
    ),
    "shape-mismatch": Rule(
        title="a matrix has another shape than its formula gives",
        checks=(
            "The product of an n×m and an m×p matrix is n×p. The shape of every printed "
            "matrix is compared with the shape of its formula, and the factors of a "
            "written-out product are tried against each other."
        ),
        matters=(
            "A wrong shape shows that factors were exchanged, or that a transpose or a whole "
            "row was lost: no number in the matrix can then be trusted."
        ),
        example=(
            "QK^T = [[1, 0, 0], [0, 1, 0]]      with Q and K of shape 3×2\n"
            "wrong: QKᵀ: 2×3 printed, 3×3 expected"
        ),
        source=(
            "Vaswani et al., Attention Is All You Need, 2017, section 3.2.1: "
            "softmax(QKᵀ/√d_k) V; with n queries and m keys QKᵀ is n×m."
        ),
    ),
    "softmax-zero": Rule(
        title="a softmax weight of finite scores is printed as exactly 0",
        checks=(
            "Softmax divides e^x by a sum of exponentials. As e^x is positive for every "
            "finite x, a weight is exactly 0 only where the score is -∞, that is, masked. A 0 "
            "among decimals is read as a rounded number and allowed."
        ),
        matters=(
            "Exact zeros suggest that softmax picks some positions and drops the others. It "
            "never drops one: that is why masking needs -∞, and why gradients reach every "
            "position."
        ),
        example=(
            "softmax([1, 0, 0]) = [1/2, 1/2, 0]\nwrong: 1/2 1/2 0 printed, 0.5761 0.2119 0.2119 expected"
        ),
        source=(
            "Vaswani et al., Attention Is All You Need, 2017, section 3.2.3: illegal "
            "connections are masked by setting them to -∞ before the softmax."
        ),
    ),
    "softmax-sum": Rule(
        title="a row of softmax weights does not sum to 1",
        checks=(
            "The entries of every printed row of weights are added. The sum may differ from 1 "
            "by half a unit of the last digit for each entry; more than that no rounding "
            "explains."
        ),
        matters=(
            "Weights are shares: an output row is a weighted average of the value rows only "
            "if they sum to 1. The converse does not hold: most wrong rows that are published "
            "sum to 1, so that every entry is recomputed as well."
        ),
        example=("softmax([2, 1, 0]) = [0.67, 0.24, 0.19]\nwrong: entry 3: 0.19 printed, 0.09 expected"),
        source="Vaswani et al., Attention Is All You Need, 2017, section 3.2.1.",
    ),
    "carried": Rule(
        title="a number follows from an earlier wrong one",
        checks=(
            "The number is right for the values that the article printed before, but one of "
            "those is wrong, and from the inputs another number follows. The report names the "
            "earlier claim."
        ),
        matters=(
            "It is no mistake of its own: mend the earlier number, and this one with it. "
            "Marks are given for it in the same way: an error is counted once."
        ),
        example=("QK^T = 3 (wrong: 2), so QK^T/√4 = 3/2\ncarried: QKᵀ/√4: 3/2 printed, 1 expected"),
        source=(
            "Carrying errors forward is the usual rule of marking: a step is judged on what it was given."
        ),
    ),
    "rounding": Rule(
        title="the last printed digit is off",
        checks=(
            "The number differs from the exact value by more than half a unit of its last "
            "digit but by less than a whole one, and neither truncation nor the rounding of "
            "the printed operands explains it."
        ),
        matters="It misleads nobody about the method. It counts as a fault only with --strict.",
        example=("1/3 = 0.34\nrounding: 1/3: 0.34 printed, 0.33 expected"),
        source=(
            "Half a unit in the last place is what correct rounding allows: Goldberg, What "
            "Every Computer Scientist Should Know About Floating-Point Arithmetic, ACM "
            "Computing Surveys 23, 1991."
        ),
    ),
    "unchecked": Rule(
        title="a claim could not be checked",
        checks=(
            "A value is stated, but what it is computed from is missing, comes only later, is "
            "left out with dots, or could not be understood. The message says which."
        ),
        matters=(
            "Nothing is silently taken as right. Give the missing values before the claim, or "
            "write the formula out."
        ),
        example=("O = A V = [[0.3, 0.7]]\nunchecked: O = A V: V is not given before here"),
        source=(
            "A report that hides what it did not check overstates what it knows: every report "
            "ends with its coverage."
        ),
    ),
    "unread": Rule(
        title="a formula could not be read",
        checks=(
            "A place that is marked as mathematics, or looks like it, could not be taken "
            "apart into a formula."
        ),
        matters=(
            "What cannot be read cannot be checked. Other formulas of the article are judged "
            "all the same, but a value that only this one gives is missing for the ones after "
            "it."
        ),
        example=("$Q = X W^Q = \\begin{bmatrix} 1 & 0$\nunread: not understood as a formula"),
        source="Every report counts the formulas that were read and those that were not.",
    ),
}
"""All rules by id, in the order of the documentation."""


def rule(id: str) -> Rule:
    """A rule by its id.  Raises DerivationError with the nearest id for one that does not exist."""
    if id in RULES:
        return RULES[id]
    from difflib import get_close_matches

    near = get_close_matches(id, RULES, 1, cutoff=0.4)
    hint = f"did you mean {near[0]}? " if near else ""
    raise DerivationError(f"no rule {id!r}; {hint}the rules are {', '.join(RULES)}")
