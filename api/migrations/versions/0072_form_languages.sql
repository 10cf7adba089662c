-- Forms in several languages. A form that was there before has its texts in English, as no other could be named.
set local search_path = atum, public;

alter table forms
  add column language text not null default 'en',
  -- By language: name, help and templates; the texts of sections and fields stand in `sections`.
  add column translations jsonb not null default '{}',
  add constraint forms_language check (language ~ '^[a-z]{2}(-[A-Z]{2})?$') not valid,
  add constraint forms_translations check (
    jsonb_typeof(translations) = 'object' and length(translations::text) <= 500000) not valid;
-- The ledger's triggers name each column.
select ledger_table('forms', '{version}');
