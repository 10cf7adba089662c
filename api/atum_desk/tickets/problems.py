"""What can go wrong with tickets."""

from __future__ import annotations

from collections.abc import Mapping

from atum_desk.kernel.problems import Problem
from atum_desk.tickets.notices import NoStatus, SomebodyElse

MAX_NAMED = 20


class TicketNotFound(Problem):
    """There is no such ticket, or you may not see it."""

    status = 404
    code = "ticket_not_found"


class SearchTooBroad(Problem):
    """The newest {examined} messages that may match were read, and no ticket was found among them.
    Add a word or a filter."""

    status = 422
    code = "search_too_broad"


class ViewNotFound(Problem):
    """There is no such view, or you may not see it."""

    status = 404
    code = "view_not_found"


class ListTooBroad(Problem):
    """Too many tickets would have to be read to find those that fit. Add a filter, such as a status or a team."""

    status = 422
    code = "list_too_broad"


class MergedIntoItself(Problem):
    """A ticket cannot be merged into itself."""

    status = 422
    code = "merged_into_itself"


class MergedElsewhere(Problem):
    """#{number} is merged into #{into} already. Separate it first, or merge #{into}."""

    status = 409
    code = "merged_elsewhere"


class NotMerged(Problem):
    """This ticket is not merged into another, or into one that you may not see."""

    status = 404
    code = "not_merged"


class NothingRedacted(Problem):
    """Say what is to be redacted: passages of the text, the body or files."""

    status = 422
    code = "nothing_redacted"


class RedactableNoteNotFound(Problem):
    """There is no such note, or it is on a ticket that you may not see."""

    status = 404
    code = "redactable_note_not_found"


class PassageNotFound(Problem):
    """The message does not hold this passage. It may have been changed or redacted meanwhile: open it again."""

    status = 409
    code = "passage_not_found"


class NotSplit(Problem):
    """This ticket was not split from another, or from one that you may not see."""

    status = 404
    code = "not_split"


class NothingLeft(Problem):
    """At least one message stays on the ticket. To move all of them, merge it."""

    status = 422
    code = "nothing_left"


class LinkedToItself(Problem):
    """A ticket cannot be linked to itself."""

    status = 422
    code = "linked_to_itself"


class LinkedAlready(Problem):
    """These two tickets are linked in this way already."""

    status = 409
    code = "linked_already"


class LinkTaken(Problem):
    """One of these tickets has such a link already, perhaps to a ticket that you may not see. Remove that first."""

    status = 409
    code = "link_taken"


class LinkLoop(Problem):
    """A ticket cannot be above itself: this link would close a loop."""

    status = 409
    code = "link_loop"


class LinkTooDeep(Problem):
    """At most four tickets stand in a line of parents and children."""

    status = 409
    code = "link_too_deep"


class TooManyLinks(Problem):
    """#{number} has {most} links already."""

    status = 409
    code = "too_many_links"


class SortUnknown(Problem):
    """Lists are not sorted by “{sort}”."""

    status = 422
    code = "sort_unknown"


class GroupUnknown(Problem):
    """Lists are not grouped by “{group}”."""

    status = 422
    code = "group_unknown"


class ColumnUnknown(Problem):
    """A list has no column “{column}”."""

    status = 422
    code = "column_unknown"


class ManyRecipients(Problem):
    """This would go to {count} people: {names}. Send it again with `confirm_recipients` if it shall."""

    status = 409
    code = "many_recipients"

    def __init__(self, recipients: list[str]) -> None:
        more = ["…"] if len(recipients) > MAX_NAMED else []
        super().__init__(count=len(recipients), names=recipients[:MAX_NAMED] + more, recipients=recipients)


class NewerMessages(Problem):
    """{who} wrote in the meantime. Read it, then send yours again with `seen_message_id` {newest_message_id}."""

    status = 409
    code = "newer_messages"

    def __init__(self, *, who: str | SomebodyElse, newest_message_id: int) -> None:
        super().__init__(who=who, newest_message_id=newest_message_id)


class MentionUnknown(Problem):
    """One of those whom the note mentions is no active member of the staff, or no team."""

    status = 422
    code = "mention_unknown"


class MentionOutOfSight(Problem):
    """{names} may not see this ticket, so a note on it cannot mention them."""

    status = 422
    code = "mention_out_of_sight"

    def __init__(self, *, names: str) -> None:
        super().__init__(names=names)


class FollowerUnknown(Problem):
    """There is no such active member of the staff."""

    status = 422
    code = "follower_unknown"


class FollowerOutOfSight(Problem):
    """{name} may not see this ticket, so they cannot follow it."""

    status = 422
    code = "follower_out_of_sight"

    def __init__(self, *, name: str) -> None:
        super().__init__(name=name)


class TooManyFollowers(Problem):
    """{limit} people follow this ticket already."""

    status = 409
    code = "too_many_followers"

    def __init__(self, *, limit: int) -> None:
        super().__init__(limit=limit)


class ParticipantNotFound(Problem):
    """This person is no participant of the ticket."""

    status = 404
    code = "participant_not_found"


class TooManyStars(Problem):
    """You starred {limit} tickets already, which is the most; take the star from some first."""

    status = 409
    code = "too_many_stars"

    def __init__(self, *, limit: int) -> None:
        super().__init__(limit=limit)


class TransitionForbidden(Problem):
    """A ticket that is {current_name} cannot become {wanted_name}; it can become: {allowed_text}."""

    status = 409
    code = "transition_forbidden"

    def __init__(
        self, *, current: str, wanted: str, allowed: list[str], names: Mapping[str, str] | None = None
    ) -> None:
        # Scripts read keys; people read names.
        named = names or {}
        super().__init__(
            current=current,
            wanted=wanted,
            allowed=allowed,
            current_name=named.get(current, current),
            wanted_name=named.get(wanted, wanted),
            allowed_text=[named.get(key, key) for key in allowed] or NoStatus(),
        )


class ResolutionRequired(Problem):
    """Say why it is resolved; the reasons are: {allowed_text}."""

    status = 422
    code = "resolution_required"

    def __init__(self, *, allowed: Mapping[str, str]) -> None:
        super().__init__(allowed=list(allowed), allowed_text=list(allowed.values()))


class ItemsRequired(Problem):
    """Do first what the checklists of the ticket require: {names}."""

    status = 422
    code = "checklist_items_required"

    def __init__(self, *, names: list[str]) -> None:
        super().__init__(names=names)


class ResolutionUnknown(Problem):
    """There is no reason {wanted} in use; the reasons are: {allowed_text}."""

    status = 422
    code = "resolution_unknown"

    def __init__(self, *, wanted: str, allowed: Mapping[str, str]) -> None:
        names = list(allowed.values())
        super().__init__(wanted=wanted, allowed=list(allowed), allowed_text=names or NoStatus())


class NotEnded(Problem):
    """Only a resolved or closed ticket has a reason for resolving; set such a status with it."""

    status = 422
    code = "not_ended"


class StatusUnknown(Problem):
    """There is no status {wanted}."""

    status = 422
    code = "status_unknown"


class SnoozeOfEnded(Problem):
    """A ticket that is resolved or closed is not snoozed: reopen it first."""

    status = 422
    code = "snooze_of_ended"


class MessageNotFound(Problem):
    """This ticket has no such reply, or its mail is none that could still be changed."""

    status = 404
    code = "message_not_found"


class TagRetired(Problem):
    """The tag {name} is not used any more. Choose another, or bring it back in Settings, Tags."""

    status = 422
    code = "tag_retired"


class TicketBusy(Problem):
    """Somebody else changed this ticket the whole time."""

    status = 409
    code = "ticket_busy"


class AssigneeUnknown(Problem):
    """The assignee is not an active member of the staff who sees this team."""

    status = 422
    code = "assignee_unknown"


class TeamUnknown(Problem):
    """There is no such team, or you may not see it."""

    status = 422
    code = "team_unknown"


class RequesterUnknown(Problem):
    """There is no such requester."""

    status = 422
    code = "requester_unknown"


class MailboxUnknown(Problem):
    """There is no such mailbox, or you may not see the team it serves."""

    status = 422
    code = "mailbox_unknown"


class LinkNotFound(Problem):
    """There is no such link, or you may not see it."""

    status = 404
    code = "link_not_found"


class NotANote(Problem):
    """Only notes can be changed once they are written; a reply can while its mail waits."""

    status = 409
    code = "not_a_note"


class NoteNotYours(Problem):
    """This note is another person's; write a note of your own."""

    status = 403
    code = "note_not_yours"


class RequesterIsStaff(Problem):
    """{address} is a colleague's. Tickets are opened for people outside of the staff."""

    status = 422
    code = "requester_is_staff"

    def __init__(self, *, address: str) -> None:
        super().__init__(address=address)
