"""What slices may use of templates."""

from atum_desk.templates.liquid_text import MOST_CHARACTERS, LiquidText
from atum_desk.templates.problems import FilterUnknown, TemplateInvalid, TemplateTooLong, VariableUnknown

__all__ = ["MOST_CHARACTERS", "FilterUnknown", "LiquidText", "TemplateInvalid", "TemplateTooLong", "VariableUnknown"]
