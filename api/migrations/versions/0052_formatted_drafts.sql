-- What is written with formatting stands in a draft as HTML beside its text.
set local search_path = atum, public;

alter table draft_texts add column html text check (length(html) <= 1000000);

-- An earlier release saves the text alone; HTML that says something else must not outlive it.
create function forget_old_html() returns trigger language plpgsql set search_path = atum, pg_temp as $$
begin
  new.html := null;
  return new;
end $$;
create trigger forget_old_html before update of text on draft_texts for each row
  when (new.text is distinct from old.text and new.html is not distinct from old.html)
  execute function forget_old_html();
