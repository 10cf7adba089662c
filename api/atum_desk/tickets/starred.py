"""Which tickets `t` the reader starred, in SQL: their ids are looked up once, for a person has few."""

STARS_OF_READER = "select x.ticket_id from ticket_stars x where x.person_id = (select ctx_person())"
STARRED_BY_READER = f"t.id = any((select array({STARS_OF_READER}))::bigint[])"
