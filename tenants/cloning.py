"""A new agency's schema as a copy of a migrated one: PostgreSQL spells its own catalogue, one round trip runs it.

Spelled with the source on the search path and run with the target on it, no definition needs a name replaced. Indexes,
constraints and identities keep their names, which migrations to come will ask for; LIKE alone would choose new ones.
"""

from django.db import connection, transaction
from psycopg import sql

from tenants.catalogue import describe_schema, list_differences

# Earlier ones first: rows before what checks them, unique keys before what refers to them.
DEFINITIONS = """
WITH ours AS (
    SELECT c.oid, c.relname, c.relkind, c.reloptions, c.relrowsecurity
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %(source)s
), tables AS (SELECT * FROM ours WHERE relkind = 'r'
), definitions (place, name, definition) AS (
    SELECT 1, p.oid::regprocedure::text, regexp_replace(
               pg_get_functiondef(p.oid), '^(CREATE OR REPLACE (?:FUNCTION|PROCEDURE) )[^.(]+[.]', '\\1')
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
     WHERE n.nspname = %(source)s AND p.prokind IN ('f', 'p')
    UNION ALL
    SELECT 2, relname, format('CREATE TABLE %%I (LIKE %%I.%%I INCLUDING ALL EXCLUDING INDEXES EXCLUDING STATISTICS)%%s',
               relname, %(source)s, relname, ' WITH (' || array_to_string(reloptions, ', ') || ')')
      FROM tables WHERE reloptions IS NOT NULL
    UNION ALL
    SELECT 2, relname, format('CREATE TABLE %%I (LIKE %%I.%%I INCLUDING ALL EXCLUDING INDEXES EXCLUDING STATISTICS)',
               relname, %(source)s, relname)
      FROM tables WHERE reloptions IS NULL
    UNION ALL
    SELECT 3, t.relname, format('INSERT INTO %%I (%%s) OVERRIDING SYSTEM VALUE SELECT %%2$s FROM %%3$I.%%1$I',
               t.relname, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum), %(source)s)
      FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0
     WHERE NOT a.attisdropped AND a.attgenerated = '' GROUP BY t.relname
    UNION ALL
    SELECT 4, t.relname || a.attname, format(
               'SELECT setval(pg_get_serial_sequence(%%L, %%L), last_value, is_called) FROM %%s',
               quote_ident(t.relname), a.attname, format('%%I.%%I', %(source)s, s.relname))
      FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attidentity <> ''
      JOIN pg_depend d ON d.refobjid = t.oid AND d.refobjsubid = a.attnum AND d.deptype = 'i'
      JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
    UNION ALL
    SELECT 5, k.conname, format('ALTER TABLE %%I ADD CONSTRAINT %%I %%s', t.relname, k.conname,
               pg_get_constraintdef(k.oid))
      FROM tables t JOIN pg_constraint k ON k.conrelid = t.oid AND k.contype IN ('p', 'u', 'x')
    UNION ALL
    SELECT 6, i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid, 0, true)
      FROM tables t JOIN pg_index i ON i.indrelid = t.oid
     WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
    UNION ALL
    SELECT 7, k.conname, format('ALTER TABLE %%I ADD CONSTRAINT %%I %%s', t.relname, k.conname,
               pg_get_constraintdef(k.oid))
      FROM tables t JOIN pg_constraint k ON k.conrelid = t.oid AND k.contype = 'f' AND k.conparentid = 0
    UNION ALL
    SELECT 8, t.relname || g.tgname, pg_get_triggerdef(g.oid, true)
      FROM tables t JOIN pg_trigger g ON g.tgrelid = t.oid AND NOT g.tgisinternal
    UNION ALL
    SELECT 9, p.tablename || p.policyname, format('CREATE POLICY %%I ON %%I AS %%s FOR %%s TO %%s', p.policyname,
               p.tablename, p.permissive, p.cmd, array_to_string(p.roles, ', '))
               || coalesce(' USING (' || p.qual || ')', '') || coalesce(' WITH CHECK (' || p.with_check || ')', '')
      FROM pg_policies p WHERE p.schemaname = %(source)s
    UNION ALL
    SELECT 9, relname, format('ALTER TABLE %%I ENABLE ROW LEVEL SECURITY', relname) FROM tables WHERE relrowsecurity
    UNION ALL
    SELECT 10, relname, format('COMMENT ON TABLE %%I IS %%L', relname, obj_description(oid, 'pg_class'))
      FROM tables WHERE obj_description(oid, 'pg_class') IS NOT NULL
    UNION ALL
    SELECT 10, relname, format('COMMENT ON INDEX %%I IS %%L', relname, obj_description(oid, 'pg_class'))
      FROM ours WHERE relkind = 'i' AND obj_description(oid, 'pg_class') IS NOT NULL
    UNION ALL
    SELECT 10, k.conname, format('COMMENT ON CONSTRAINT %%I ON %%I IS %%L', k.conname, t.relname,
               obj_description(k.oid, 'pg_constraint'))
      FROM tables t JOIN pg_constraint k ON k.conrelid = t.oid
     WHERE obj_description(k.oid, 'pg_constraint') IS NOT NULL
)
SELECT definition FROM definitions ORDER BY place, name
"""
# Functions may speak of tables that come later; a policy that hides rows from the owner is an error, not fewer rows.
SETTINGS = ["SET LOCAL check_function_bodies = off", "SET LOCAL row_security = off"]
# An identity's sequence gets the name and width that PostgreSQL would choose today; the original's were chosen before
# its table was renamed or its column widened.
SEQUENCES = """
SELECT format('ALTER SEQUENCE %%s AS %%s MINVALUE %%s MAXVALUE %%s', new.seqrelid::regclass, old.seqtypid::regtype,
              old.seqmin, old.seqmax)
       || CASE WHEN c.relname = c2.relname THEN '' ELSE
              format('; ALTER SEQUENCE %%s RENAME TO %%I', new.seqrelid::regclass, c.relname) END
  FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = %(source)s
  JOIN pg_attribute a ON a.attrelid = t.oid AND a.attidentity <> ''
  JOIN pg_depend d ON d.refobjid = t.oid AND d.refobjsubid = a.attnum AND d.deptype = 'i'
  JOIN pg_sequence old ON old.seqrelid = d.objid
  JOIN pg_class c ON c.oid = d.objid
  JOIN pg_sequence new ON new.seqrelid = pg_get_serial_sequence(quote_ident(t.relname), a.attname)::regclass
  JOIN pg_class c2 ON c2.oid = new.seqrelid
 WHERE (c.relname, old.seqtypid, old.seqmin, old.seqmax) <> (c2.relname, new.seqtypid, new.seqmin, new.seqmax)
"""


class CloneDiffers(RuntimeError):  # noqa: N818 - named as people say it
    """The copy is not what it was copied from: the source holds something that this module cannot copy."""


@transaction.atomic
def clone_schema(*, source: str, target: str) -> None:
    """Make `target` with the tables, rules and rows of `source`; rights are the caller's to give. Needs the owner.

    All or nothing. Raises CloneDiffers, naming what differs, when the two catalogues do not end up the same.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(target)))
        _run([*SETTINGS, *_spell(DEFINITIONS, at=source, source=source)], at=target)
        if differing := _spell(SEQUENCES, at=target, source=source):
            _run(differing, at=target)
    if differences := list_differences(describe_schema(schema=source), describe_schema(schema=target)):
        raise CloneDiffers("; ".join(differences[:5]))


def _spell(statement: str, *, at: str, **names: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('search_path', quote_ident(%s), true)", [at])
        cursor.execute(statement, names)
        return [text for (text,) in cursor.fetchall()]


def _run(statements: list[str], *, at: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('search_path', quote_ident(%s), true)", [at])
        cursor.execute(";\n".join(statements))
