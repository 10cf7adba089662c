-- What a parked change ended with is a sentence with a code, beside its English text.
set local search_path = atum, public;
alter table parked_changes add column error_notice jsonb;
