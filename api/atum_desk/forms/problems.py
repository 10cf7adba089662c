"""What can go wrong with forms."""

from __future__ import annotations

from atum_desk.kernel.problems import Problem


class FormNotFound(Problem):
    """There is no such form, or it is not in use any more."""

    status = 404
    code = "form_not_found"


class FormRequired(Problem):
    """Choose a form for this request."""

    status = 422
    code = "form_required"


class TooManyForms(Problem):
    """A workspace has {limit} forms at most, retired ones among them."""

    status = 409
    code = "too_many_forms"


class FormOrderIncomplete(Problem):
    """The order must name each form once."""

    status = 422
    code = "form_order_incomplete"
