"""What slices may use of conditions."""

from atum_desk.conditions.compiler import ConditionReader, broken_leaves, compile_condition, websearch
from atum_desk.conditions.completion import Completion, complete
from atum_desk.conditions.models import Condition, Group, Leaf, Match, Value, group, leaves_of
from atum_desk.conditions.names import NamedValue, ValueNames
from atum_desk.conditions.operators import KEYED_KINDS, NAMED_KINDS, OPERATORS, Kind, is_negative, sign_of
from atum_desk.conditions.parser import WORDS, names_wanted, parse, require_bounds
from atum_desk.conditions.printer import print_text
from atum_desk.conditions.problems import ConditionInvalid
from atum_desk.conditions.register import Field, Register, Source
from atum_desk.conditions.tokens import MAX_CHARACTERS
from atum_desk.conditions.values import wrong_with

__all__ = [
    "KEYED_KINDS",
    "MAX_CHARACTERS",
    "NAMED_KINDS",
    "OPERATORS",
    "WORDS",
    "Completion",
    "Condition",
    "ConditionInvalid",
    "ConditionReader",
    "Field",
    "Group",
    "Kind",
    "Leaf",
    "Match",
    "NamedValue",
    "Register",
    "Source",
    "Value",
    "ValueNames",
    "broken_leaves",
    "compile_condition",
    "complete",
    "group",
    "is_negative",
    "leaves_of",
    "names_wanted",
    "parse",
    "print_text",
    "require_bounds",
    "sign_of",
    "websearch",
    "wrong_with",
]
