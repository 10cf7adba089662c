-- Organizations have what their new contacts begin with, and are imported as contacts are.
set local search_path = atum, public;

alter table organizations
  add column locale text,
  add column time_zone text,
  add column vip boolean not null default false,
  add constraint organizations_locale check (locale ~ '^[a-z]{2}(-[A-Z]{2})?$') not valid,
  add constraint organizations_time_zone check (length(time_zone) between 1 and 64) not valid;
-- The ledger's triggers name each column.
select ledger_table('organizations', '{version}');

alter table contact_imports
  add column entity text not null default 'contact',
  add constraint contact_imports_entity check (entity in ('contact', 'organization')) not valid;
alter table contact_import_rows add column organization_id bigint;
