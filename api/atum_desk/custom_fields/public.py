"""What other slices may use of custom fields."""

from atum_desk.custom_fields.checks import is_cleared
from atum_desk.custom_fields.keys import key_of
from atum_desk.custom_fields.models import CustomField, Entity, FieldKind, Occasion, Option
from atum_desk.custom_fields.problems import FieldsRequired
from atum_desk.custom_fields.queries import decode_fields, list_fields, read_fields_text
from atum_desk.custom_fields.record_values import (
    Checked,
    checked,
    filled_keys,
    require_all,
    required_fields,
    set_fields,
)
from atum_desk.custom_fields.values import (
    FIELD_BITS,
    TABLES,
    copy_missing_values,
    fields_json,
    history_json,
    ids_of,
    list_values,
    listed_json,
    shown_json,
    write_values,
)

__all__ = [
    "FIELD_BITS",
    "TABLES",
    "Checked",
    "CustomField",
    "Entity",
    "FieldKind",
    "FieldsRequired",
    "Occasion",
    "Option",
    "checked",
    "copy_missing_values",
    "decode_fields",
    "fields_json",
    "filled_keys",
    "history_json",
    "ids_of",
    "is_cleared",
    "key_of",
    "list_fields",
    "list_values",
    "listed_json",
    "read_fields_text",
    "require_all",
    "required_fields",
    "set_fields",
    "shown_json",
    "write_values",
]
