"""What guards the tables of version 1, as PostgreSQL is told it.

A rater is known by `session_user`: the login that the server itself authenticated. No SET ROLE, no variable and no
function can change it, so a rater cannot say to be another one.
"""

from __future__ import annotations

TAKE_EVENT = r"""
CREATE FUNCTION synthscope.take_event() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = synthscope, pg_temp AS $$
DECLARE
    place slot; known event; before event; said json;
    fault text := '';
BEGIN
    SELECT * INTO place FROM slot WHERE login = session_user;
    IF place.login IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'SY001', DETAIL = NEW.session,
            MESSAGE = format('%s has no slot in a study here; use the login of a rater.', session_user);
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.session, 0));  -- a broken connection may still be at work
    SELECT * INTO known FROM event WHERE session = NEW.session AND seq = NEW.seq;
    SELECT * INTO before FROM event WHERE session = NEW.session AND seq = NEW.seq - 1;
    IF known.seq IS NOT NULL AND (known.study, known.slot, known.hash, known.content, known.previous)
            = (place.study, place.id, NEW.hash, NEW.content, NEW.previous) THEN
        RETURN NULL;  -- it is here already
    END IF;
    said := regexp_replace(NEW.content, '\\.', '_', 'g')::json;  -- PostgreSQL reads no \u0000, which texts may hold
    IF known.seq IS NOT NULL THEN
        fault := 'another one is here already';
    ELSIF NEW.hash <> encode(sha256(convert_to(NEW.previous || NEW.content, 'UTF8')), 'hex') THEN
        fault := 'it was changed after it was written';
    ELSIF said -> 'session' #>> '{}' IS DISTINCT FROM NEW.session
            OR said -> 'seq' #>> '{}' IS DISTINCT FROM NEW.seq::text THEN
        fault := 'it says to be another one';
    ELSIF said -> 'kind' #>> '{}' IS NULL OR said -> 'clock' #>> '{}' IS NULL OR NEW.device IS NULL THEN
        fault := 'it is no event';
    ELSIF octet_length(NEW.content) > 4194304 THEN
        fault := 'it is larger than 4 MiB';
    ELSIF NEW.seq = 0 AND (NEW.previous <> repeat('0', 64) OR said -> 'kind' #>> '{}' <> 'session_open') THEN
        fault := 'it does not open a session';
    ELSIF NEW.seq = 0 AND (said -> 'payload' -> 'study' #>> '{}' IS DISTINCT FROM place.study
            OR said -> 'payload' -> 'slot' #>> '{}' IS DISTINCT FROM place.id) THEN
        fault := format('it is not of study %s, slot %s', place.study, place.id);
    ELSIF NEW.seq > 0 AND before.seq IS NULL THEN
        fault := 'the one before it is missing';
    ELSIF NEW.seq > 0 AND (before.study, before.slot) <> (place.study, place.id) THEN
        fault := 'the session is of another slot';
    ELSIF NEW.seq > 0 AND before.hash <> NEW.previous THEN
        fault := 'it does not follow the one before it';
    ELSIF NEW.seq > 0 AND (said -> 'clock' #>> '{}')::bigint < before.clock THEN
        fault := 'its clock runs backwards';
    END IF;
    IF fault <> '' THEN
        RAISE EXCEPTION USING ERRCODE = 'SY001', DETAIL = NEW.session, MESSAGE = format(
            'Session %s, event %s was refused: %s; keep both copies of the answers and ask the designer of the study.',
            NEW.session, NEW.seq, fault);
    END IF;
    NEW.study := place.study;
    NEW.slot := place.id;
    NEW.kind := said -> 'kind' #>> '{}';
    NEW.clock := (said -> 'clock' #>> '{}')::bigint;
    NEW.received := clock_timestamp();
    IF NEW.seq = 0 THEN
        INSERT INTO session VALUES (NEW.session, place.study, place.id, NEW.device, EXISTS (
            SELECT FROM lease WHERE (lease.study, lease.slot) = (place.study, place.id)
                AND lease.device = NEW.device AND lease.until > clock_timestamp()
        ), clock_timestamp());
    END IF;
    RETURN NEW;
EXCEPTION WHEN data_exception THEN
    RAISE EXCEPTION USING ERRCODE = 'SY001', DETAIL = NEW.session, MESSAGE = format(
        'Session %s, event %s was refused: it is no event (%s); keep both copies of the answers and ask the designer '
        'of the study.', NEW.session, NEW.seq, SQLERRM);
END $$
"""

REFUSE_CHANGE = """
CREATE FUNCTION synthscope.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'SY001',
        MESSAGE = format('Rows of %s are never changed nor deleted; write a new event instead.', TG_TABLE_NAME);
END $$
"""

HOLD_SLOT = """
CREATE FUNCTION synthscope.hold_slot(asking text, seconds integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = synthscope, pg_temp AS $$
DECLARE
    place slot; holder text;
BEGIN
    SELECT * INTO STRICT place FROM slot WHERE login = session_user;
    INSERT INTO lease VALUES (place.study, place.id, asking, clock_timestamp() + make_interval(secs => seconds))
    ON CONFLICT (study, slot) DO UPDATE SET device = excluded.device, until = excluded.until
        WHERE lease.device = asking OR lease.until < clock_timestamp();
    SELECT device INTO holder FROM lease WHERE (study, slot) = (place.study, place.id);
    RETURN holder = asking;
END $$
"""

ROLES = """
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['designer', 'rater', 'analyst', 'keyholder'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'synthscope_' || name) THEN
            EXECUTE format('CREATE ROLE synthscope_%s NOLOGIN', name);
        END IF;
    END LOOP;
END $$
"""

_KEPT = ("study", "slot", "session", "event")
_SEEN = (*_KEPT, "lease")
_OWN = "EXISTS (SELECT FROM synthscope.slot AS own WHERE own.login = session_user AND (own.study, own.id) = ({}))"
_OWN_ROWS = {
    "study": "EXISTS (SELECT FROM synthscope.slot AS own WHERE own.login = session_user AND own.study = study.id)",
    "slot": "login = session_user",
    "session": _OWN.format("session.study, session.slot"),
    "event": _OWN.format("event.study, event.slot"),
    "lease": _OWN.format("lease.study, lease.slot"),
}

GUARDS: tuple[str, ...] = (
    ROLES,
    TAKE_EVENT,
    REFUSE_CHANGE,
    HOLD_SLOT,
    "CREATE TRIGGER take BEFORE INSERT ON synthscope.event FOR EACH ROW EXECUTE FUNCTION synthscope.take_event()",
    *(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON synthscope.{table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION synthscope.refuse_change()"
        for table in _KEPT
    ),
    "REVOKE ALL ON FUNCTION synthscope.hold_slot, synthscope.take_event, synthscope.refuse_change FROM PUBLIC",
    "GRANT USAGE ON SCHEMA synthscope TO synthscope_designer, synthscope_rater, synthscope_analyst",
    "GRANT USAGE ON SCHEMA synthscope TO synthscope_keyholder",
    "GRANT SELECT ON ALL TABLES IN SCHEMA synthscope TO synthscope_designer",
    "GRANT INSERT ON synthscope.study, synthscope.slot TO synthscope_designer",
    "GRANT DELETE ON synthscope.lease TO synthscope_designer",
    *(f"GRANT SELECT ON synthscope.{table} TO synthscope_rater" for table in _SEEN),
    "GRANT INSERT (session, seq, content, previous, hash, device) ON synthscope.event TO synthscope_rater",
    "GRANT EXECUTE ON FUNCTION synthscope.hold_slot TO synthscope_rater",
    "GRANT SELECT ON synthscope.study, synthscope.session, synthscope.event TO synthscope_analyst",
    "GRANT SELECT ON synthscope.study TO synthscope_keyholder",
    "GRANT SELECT (session, seq, hash, study, slot) ON synthscope.event TO synthscope_keyholder",
    *(f"ALTER TABLE synthscope.{table} ENABLE ROW LEVEL SECURITY" for table in _SEEN),
    *(
        f"CREATE POLICY staff ON synthscope.{table} TO synthscope_designer, synthscope_analyst, synthscope_keyholder "
        "USING (true)"
        for table in _SEEN
    ),
    *(f"CREATE POLICY own ON synthscope.{table} TO synthscope_rater USING ({own})" for table, own in _OWN_ROWS.items()),
)
