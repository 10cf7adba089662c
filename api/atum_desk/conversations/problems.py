"""What can go wrong with conversations and forwarded messages."""

from __future__ import annotations

from atum_desk.kernel.problems import Problem


class ConversationNotFound(Problem):
    """There is no such conversation on this ticket, or you do not see it."""

    status = 404
    code = "conversation_not_found"


class NothingToForward(Problem):
    """Only what was said to or by the requester can be passed on: no note, and nothing that has not left yet."""

    status = 422
    code = "nothing_to_forward"


class TooMuchToForward(Problem):
    """This is more than one mail can carry ({limit} characters); choose single messages."""

    status = 422
    code = "too_much_to_forward"

    def __init__(self, *, limit: int) -> None:
        super().__init__(limit=limit)


class TooManyFilesToForward(Problem):
    """These messages have more than {limit} files; choose which of them go along."""

    status = 422
    code = "too_many_files_to_forward"

    def __init__(self, *, limit: int) -> None:
        super().__init__(limit=limit)


class NoMailboxToSend(Problem):
    """The ticket has no mailbox and none is active, so no mail can leave."""

    status = 409
    code = "no_mailbox_to_send"


class TooManyConversations(Problem):
    """The ticket has {limit} conversations, which is the most; go on in one of them."""

    status = 409
    code = "too_many_conversations"

    def __init__(self, *, limit: int) -> None:
        super().__init__(limit=limit)
