"""Every function that runs with the gate's rights, by the login roles that may call it.

Whoever adds a SECURITY DEFINER function adds it here and says with it who may call it; a test
compares this page with the catalogue. Trigger functions that nobody may call are not listed.
"""

from __future__ import annotations

CALLERS: dict[frozenset[str], set[str]] = {
    frozenset(): {
        "add_default_values", "check_parent_session", "end_session_trees", "end_sessions_at_activation", "enter_as",
        "follow_conversation", "follow_counter", "follow_field_rank", "follow_merged_requester", "follow_message", "follow_owner_field", "follow_ticket_field", "hold_sessions_of", "keep_field_keys", "keep_field_ranks", "keep_tags",
        "note_rewritten", "note_timers", "redact_beside", "redact_ledger", "rewrite_summary", "rewrite_trace",
        "checklists_follow_merge", "stars_follow_merge", "time_follows_merge",
        "may_manage_access_of", "open_previous_doors", "renew_seal_key", "require_access_of", "require_no_loop", "seal",
        "set_link_key", "start_session", "wait_for_ending",
    },
    frozenset({"sign_in"}): {"sign_in", "sign_in_salt"},
    frozenset({"staff"}): {"forget_push_endpoint", "redact_message", "redact_note", "redactable_note"},
    frozenset({"contact"}): {"is_logo", "open_link_session"},
    frozenset({"contact", "staff"}): {"enter", "enter_and_open"},
    frozenset({"contact", "worker"}): {"portal_link", "portal_workspace"},
    frozenset({"contact", "staff", "worker"}): {
        "authenticate", "end_session", "enqueue_job", "enqueue_workspace_job", "enter", "finish_change", "open_change",
        "answer_reopens", "has_required_items", "is_absent", "stand_in_for", "replayed_tickets", "sealed", "worker_health",
    },
    frozenset({"staff", "worker"}): {
        "attachments_named", "contacts_holding", "people_holding",
        "changes_about", "contacts_like", "move_to_living_contact", "move_to_living_organization", "organizations_like",
        "changes_with", "finish_if_written", "tag_counts", "tags_in_use", "end_access_before_undo", "end_sessions", "end_tokens_with", "existing_tickets_of", "find_messages", "find_people", "find_tagged", "finish_and_reopen", "hold_own_session", "lacks_texts", "later_changes", "mail_law", "move_ticket", "moved_powers", "next_ticket_number", "password_hash_of", "people_named", "permissions_lost", "revoke_portal_links", "search_messages", "search_messages_of", "sessions_of", "set_password", "settle_parked_change", "standing_rows_of", "undo_change", "undo_obstacles", "undone_among", "wrote_since",
    },
    frozenset({"worker"}): {
        "act_for", "all_workspaces", "analyze_ledger", "begin_text_removal", "changes_after", "close_job_session", "close_previous_doors", "copy_without_texts", "due_outbox", "enqueue_job", "enter_caused_and_open", "enter_system", "enter_system_and_open", "fetched_mailboxes", "inboxes_told", "finish_text_removal", "keep_ledger_parts", "lost_outbox", "mailbox_of", "mails_to_erase", "open_job_session", "open_session", "parts_of_ledger",
        "prune_fetching", "prune_idempotency_keys", "prune_sessions", "revoke_links_of_old_address",
        "revoke_links_of_old_requester", "sender_rate", "settled_before", "sign_in_candidate",
        "tail_changes", "tail_now", "take_lane", "unnamed_files", "waiting_mails",
    },
}  # fmt: skip

# Run with their caller's rights, and would make a context, a policy or a seal for whoever may call them.
CALLABLE_BY_NOBODY = {
        "bounded_values", "inserted_as_json", "inserted_text", "ledger_table", "long_texts", "make_ledger_part", "padded", "row_as_json", "rows_in_the_way", "secure_table", "take_change", "text_digest", "unbounded_texts", "without_texts",
}  # fmt: skip
