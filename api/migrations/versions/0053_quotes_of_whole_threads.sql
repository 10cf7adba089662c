-- One reply may quote all that was said in public; a mailbox still chooses up to five.
set local search_path = atum, public;

alter table outbox drop constraint outbox_quoted_messages_check;
alter table outbox add constraint outbox_quoted_messages_check check (quoted_messages between 0 and 50) not valid;
