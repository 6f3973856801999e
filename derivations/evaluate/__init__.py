"""Tree + values -> value.  One walk over the tree serves every reading.

A reading says what a number, a product or a softmax is: an exact value, a
certified ball, a NumPy array, a shape or a count of operations.  This package
says only what a formula means.
"""

from derivations.evaluate import walk
from derivations.evaluate.definitions import define
from derivations.evaluate.indices import integer_of, subscripted
from derivations.evaluate.scope import Scope

evaluate = walk.evaluate
value_of = walk.value_of

__all__ = ["Scope", "define", "evaluate", "integer_of", "subscripted", "value_of"]
