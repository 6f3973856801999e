"""Patches of an image as tokens.

Dosovitskiy et al. 2021, "An Image is Worth 16x16 Words" (ViT), section 3.1, equation (1),
arXiv:2010.11929.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from derivations.model import Derivation, Example, Input, Step

if TYPE_CHECKING:
    from numpy import ndarray


def reference(given: Mapping[str, ndarray]) -> dict[str, ndarray]:
    """The image reshaped to four axes, which programs do instead of counting."""
    import numpy as np

    G, E, p = given["G"], given["E"], int(given["p"][0, 0])
    h, w = G.shape
    blocks = G.reshape(h // p, p, w // p, p).swapaxes(1, 2)  # (h/p, w/p, p, p)
    P = blocks.reshape(-1, p * p)  # (N, p²)
    corners = np.array([(i, j) for i in range(0, h, p) for j in range(0, w, p)])
    inside = np.array([(i, j) for i in range(p) for j in range(p)])
    X = np.array([np.einsum("ij,ijd->d", block, E.reshape(p, p, -1)) for block in blocks.reshape(-1, p, p)])
    Z = np.concatenate([given["x"], X]) + given["E_pos"]
    places = {"t": corners[:, 0], "l": corners[:, 1], "u": inside[:, 0], "v": inside[:, 1]}
    return {"a": np.array([[w / p]]), **places, "P": P, "X": X, "Z": Z}


DERIVATION = Derivation(
    id="image-patches",
    title="Image patches as tokens",
    source="Dosovitskiy et al. 2021, section 3.1, equation (1), arXiv:2010.11929",
    order=240,
    purpose=(
        "A transformer takes a sequence of rows and does not care where they come from.  To read an image it "
        "cuts "
        "it into square patches, writes the pixels of each patch as one row and projects the rows to the "
        "width of "
        "the model.  With a position added to each row, and one more row that stands for the whole image, "
        "everything else stays as it is for text."
    ),
    requires=("self-attention", "positional-encoding"),
    reference=reference,
    inputs=(
        Input("G", ("h", "w"), "the image: grey values, h rows of w pixels"),
        Input("p", (), "side of a patch in pixels; it divides h and w"),
        Input("E", ("s", "d"), "projection of the s = p² pixels of a patch"),
        Input("x", ("d",), "the class token, learned"),
        Input("E_pos", ("m", "d"), "one learned row for each position; m is the number of patches plus 1"),
    ),
    steps=(
        Step("a", r"a = \frac{w}{p}", (), "So many patches stand side by side.", "Patches in a row"),
        Step(
            "t",
            r"t_i = p \left\lfloor \frac{i - 1}{a} \right\rfloor",
            ("m - 1",),
            "Patches are counted like words on a page: after every a of them a new line begins, p pixels "
            "further "
            "down.",
            "Pixel rows above patch i",
        ),
        Step(
            "l",
            r"l_i = p (i - 1) - w \left\lfloor \frac{i - 1}{a} \right\rfloor",
            ("m - 1",),
            "Every patch starts p pixels further right, and a new line starts at the left again.",
            "Pixel columns left of patch i",
        ),
        Step(
            "u",
            r"u_j = \left\lfloor \frac{j - 1}{p} \right\rfloor",
            ("s",),
            "The pixels inside a patch are counted in the same way, p to a line.",
            "Line of pixel j inside its patch",
        ),
        Step(
            "v",
            r"v_j = j - 1 - p u_j",
            ("s",),
            "What is left is the place in the line.",
            "Place of pixel j in its line",
        ),
        Step(
            "P",
            r"P_{ij} = G_{t_i + u_j + 1, l_i + v_j + 1}",
            ("m - 1", "s"),
            "Row i holds the pixels of patch i.  No number is changed; they only stand in another order, so "
            "that "
            "one patch is one row.",
            "Patches",
        ),
        Step(
            "X",
            r"X = P E",
            ("m - 1", "d"),
            "One matrix for all patches: the same as a convolution that moves p pixels at a time.",
            "Patch embeddings",
        ),
        Step(
            "Z",
            r"Z = \operatorname{stack}(x, X) + E_{\text{pos}}",
            ("m", "d"),
            "The class token is row 1; what it has gathered after the last block is used to name the image.  "
            "Without positions the model could not tell an image from the same patches shuffled.",
            "Tokens",
        ),
    ),
    flow=("G", "P", "X", "x", "E_pos", "Z"),
    examples=(
        Example(
            "four-patches",
            "Sixteen pixels, four patches",
            {
                "G": ((1, 2, 3, 4), (5, 6, 7, 8), (9, 10, 11, 12), (13, 14, 15, 16)),
                "p": 2,
                "E": (("1/4", -1), ("1/4", 1), ("1/4", -1), ("1/4", 1)),
                "x": ((1, 1),),
                "E_pos": ((0, 0), (0, 1), (0, 2), (0, 3), (0, 4)),
            },
            note=(
                "The pixels are numbered, so one sees where each goes; E takes the mean and right minus left."
            ),
        ),
        Example(
            "wide-image",
            "A wide image, six patches",
            {
                "G": ((0, 1, 0, 2, 5, 5), (1, 0, 0, 2, 5, 4), (3, 3, 1, 1, 0, 0), (3, 3, 1, 2, 0, 7)),
                "p": 2,
                "E": ((1, 0, 1), (0, 1, -1), (1, 1, 0), (0, 1, "1/2")),
                "x": ((0, 0, 1),),
                "E_pos": ((0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (1, 0, 1), (0, 1, 1)),
            },
            note="h = 4, w = 6, d = 3: three patches to a line.",
        ),
        Example(
            "symbols",
            "Symbols for every entry",
            {
                "G": (("g_{11}", "g_{12}", "g_{13}", "g_{14}"), ("g_{21}", "g_{22}", "g_{23}", "g_{24}")),
                "p": 2,
                "E": (("e_1",), ("e_2",), ("e_3",), ("e_4",)),
                "x": (("x",),),
                "E_pos": (("p_0",), ("p_1",), ("p_2",)),
            },
            note="Two patches, width 1.",
        ),
    ),
    questions=(
        (
            "How many tokens does an image of 224 × 224 pixels give with patches of 16 × 16?",
            "14 · 14 = 196 patches, and 197 tokens with the class token.",
        ),
        (
            "In the first example, which row of P holds the pixel with the number 11?",
            "Row 4: (11, 12, 15, 16), the patch at the bottom right.",
        ),
        (
            "A pixel has three colours instead of one grey value.  What changes?",
            "A row of P holds 3p² numbers and E has 3p² rows; nothing else.",
        ),
    ),
)
