"""What can go wrong with macros."""

from __future__ import annotations

from atum_desk.kernel.problems import Problem


class MacroNotFound(Problem):
    """There is no such macro, or you do not see it."""

    status = 404
    code = "macro_not_found"


class MacroNotEditable(Problem):
    """This macro is another person's: its owner, or an administrator, can change it."""

    status = 403
    code = "macro_not_editable"


class TooManyMacros(Problem):
    """There are {limit} macros of this kind already, which is the most; delete one first."""

    status = 409
    code = "too_many_macros"

    def __init__(self, *, limit: int) -> None:
        super().__init__(limit=limit)


class MacroTeamNotYours(Problem):
    """A macro for a team is made by one of its members."""

    status = 422
    code = "macro_team_not_yours"


class MacroTextMissing(Problem):
    """A macro that writes a message has a text without a language first, and one text for each language."""

    status = 422
    code = "macro_text_missing"


class MacroEmpty(Problem):
    """Say what the macro does: a text, or at least one action."""

    status = 422
    code = "macro_empty"


class MacroReplies(Problem):
    """A macro's reply is its own text: choose the kind "reply" instead of an action that replies."""

    status = 422
    code = "macro_replies"


class MacroRetired(Problem):
    """This macro is out of use."""

    status = 409
    code = "macro_retired"


class MacroUnfit(Problem):
    """This ticket does not meet the condition of the macro."""

    status = 409
    code = "macro_unfit"


class MacroWritesOther(Problem):
    """This macro writes a {kind}; send its text as one, or write your own."""

    status = 422
    code = "macro_writes_other"

    def __init__(self, *, kind: str) -> None:
        super().__init__(kind=kind)
