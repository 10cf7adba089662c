-- For tests: `clock.move()` moves the database's clock too, through a setting of the transaction.
create or replace function atum.moment() returns timestamptz language sql stable parallel safe
return statement_timestamp() + case when current_setting('atum.clock_offset', true) <> '' then current_setting('atum.clock_offset', true)::interval else interval '0' end;
