"""``make corpus``: how the verifier does on the labelled articles, and on every digit changed in them.

    python -m tests.corpus [-v] [--write FOLDER]

``-v`` lists the changed digits that are not found; ``--write`` puts the articles, without their marks, into
a folder.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from tests.corpus.figures import table, total
from tests.corpus.labels import Labelled, articles
from tests.corpus.mutations import measure
from tests.corpus.scoring import disagreements, judge


def main() -> None:
    """Print the figures, then whatever is said otherwise than it is true."""
    arguments = argparse.ArgumentParser(prog="python -m tests.corpus", description=main.__doc__)
    arguments.add_argument("-v", "--verbose", action="store_true", help="list changed digits that are missed")
    arguments.add_argument("--write", metavar="FOLDER", help="only write the articles without their marks")
    options = arguments.parse_args()
    found = list(articles())
    if options.write:
        write(found, Path(options.write))
    else:
        report(found, options.verbose)


def write(found: Sequence[Labelled], folder: Path) -> None:
    """The articles as the verifier reads them, for a look with other tools."""
    for article in found:
        path = folder / article.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(article.source.text.encode())


def report(found: Sequence[Labelled], verbose: bool) -> None:
    """Figures, disagreements, changed digits."""
    judged = [judge(article) for article in found]
    print("\n".join(table(judged)), end="\n\n")
    print("\n".join(line for each in judged for line in disagreements(each, with_limits=True)))
    print(f"\nof these known limits: {total(judged)['known limits']}")
    print(measure(judged, verbose))


if __name__ == "__main__":
    main()
