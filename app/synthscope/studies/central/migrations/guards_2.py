"""What guards the tables of version 2: only what is noted as erased may be deleted, and none of it comes again.

Whoever owns the tables can note an erasing, by `erase_rater` alone or by hand; nobody else can. Nothing that a session
may set opens the way: the trigger looks at what is noted in the table `erased`.
"""

from __future__ import annotations

ERASE_RATER = """
CREATE FUNCTION synthscope.erase_rater(of_study text, of_slot text, who text, why text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = synthscope, pg_temp AS $$
DECLARE
    gone text; count bigint;
BEGIN
    LOCK TABLE event, session IN SHARE ROW EXCLUSIVE MODE;  -- what is on its way comes first, or is refused after
    IF NOT EXISTS (SELECT FROM slot WHERE (slot.study, slot.id) = (of_study, of_slot)) THEN
        RAISE EXCEPTION USING ERRCODE = 'SY001',
            MESSAGE = format('The server has no rater %s in study %s; check both names.', of_slot, of_study);
    END IF;
    IF EXISTS (SELECT FROM erased WHERE (erased.study, erased.slot) = (of_study, of_slot)) THEN
        RETURN 0;
    END IF;
    SELECT coalesce(json_object_agg(one.session, json_build_object('events', one.events, 'head', one.head)), '{}')
    INTO gone FROM (
        SELECT event.session, count(*) AS events, (array_agg(event.hash ORDER BY event.seq DESC))[1] AS head
        FROM event WHERE (event.study, event.slot) = (of_study, of_slot) GROUP BY event.session
    ) AS one;
    INSERT INTO erased VALUES (of_study, of_slot, gone, who, why, clock_timestamp());
    DELETE FROM event WHERE (event.study, event.slot) = (of_study, of_slot);
    GET DIAGNOSTICS count = ROW_COUNT;
    DELETE FROM session WHERE (session.study, session.slot) = (of_study, of_slot);
    DELETE FROM lease WHERE (lease.study, lease.slot) = (of_study, of_slot);
    RETURN count;
END $$
"""

REFUSE_DELETION = """
CREATE FUNCTION synthscope.refuse_deletion() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = synthscope, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM erased WHERE (erased.study, erased.slot) = (OLD.study, OLD.slot)) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'SY001', MESSAGE = format(
        'Rows of %s are never changed nor deleted, but where a rater is erased; write a new event instead.',
        TG_TABLE_NAME);
END $$
"""

REFUSE_ERASED = """
CREATE FUNCTION synthscope.refuse_erased() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = synthscope, pg_temp AS $$
DECLARE
    place slot; past erased;
BEGIN
    SELECT * INTO place FROM slot WHERE login = session_user;
    SELECT * INTO past FROM erased WHERE (erased.study, erased.slot) = (place.study, place.id);
    IF past.slot IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'SY002', MESSAGE = format(
            'The answers of %s were erased at the server on %s, and no more are taken; ask the coordinator of the '
            'study.', past.slot, to_char(past.at, 'YYYY-MM-DD'));
    END IF;
    RETURN NEW;
END $$
"""

_REFUSED = "FOR EACH STATEMENT EXECUTE FUNCTION synthscope.refuse_change()"
_EACH = "FOR EACH ROW EXECUTE FUNCTION"
_FUNCTIONS = ("erase_rater", "refuse_deletion", "refuse_erased")

GUARDS: tuple[str, ...] = (
    ERASE_RATER,
    REFUSE_DELETION,
    REFUSE_ERASED,
    *(
        statement
        for table in ("session", "event")
        for statement in (
            f"DROP TRIGGER append_only ON synthscope.{table}",
            f"CREATE TRIGGER append_only BEFORE UPDATE OR TRUNCATE ON synthscope.{table} {_REFUSED}",
            f"CREATE TRIGGER only_erased BEFORE DELETE ON synthscope.{table} {_EACH} synthscope.refuse_deletion()",
        )
    ),
    f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON synthscope.erased {_REFUSED}",
    *(
        f"CREATE TRIGGER closed BEFORE INSERT ON synthscope.{table} {_EACH} synthscope.refuse_erased()"
        for table in ("event", "lease")  # by its name it comes before `take`
    ),
    *(f"REVOKE ALL ON FUNCTION synthscope.{name} FROM PUBLIC" for name in _FUNCTIONS),
    "GRANT SELECT ON synthscope.erased TO synthscope_designer",
    "ALTER TABLE synthscope.erased ENABLE ROW LEVEL SECURITY",
    "CREATE POLICY staff ON synthscope.erased TO synthscope_designer USING (true)",
)
