-- Which mail began the thread of a mail, as its references say: two answers to a mail that never came here belong together.
set local search_path = atum, public;

alter table mails add column thread_root text check (length(thread_root) <= 998);
select ledger_table('mails', '{peer,helo,released,erased_at,evidence,thread_key,thread_root,parser_version}');
create index mails_thread_root on mails (workspace_id, thread_root) where thread_root is not null;
