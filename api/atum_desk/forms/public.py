"""What other slices may use of forms."""

from atum_desk.forms.form_languages import wished_languages
from atum_desk.forms.form_tickets import (
    FormResult,
    answers_of,
    fill_requesters_form,
    list_requesters_forms,
    offer_to_requester,
)
from atum_desk.forms.models import OfferedForm
from atum_desk.forms.problems import FormNotFound, FormRequired

__all__ = [
    "FormNotFound",
    "FormRequired",
    "FormResult",
    "OfferedForm",
    "answers_of",
    "fill_requesters_form",
    "list_requesters_forms",
    "offer_to_requester",
    "wished_languages",
]
