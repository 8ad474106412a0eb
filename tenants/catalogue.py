"""What a schema holds, spelled by PostgreSQL line by line and free of its own name, so that two can be compared."""

from collections import Counter

from django.db import connection

# Spelled with the schema alone on the search path: names within it stand bare. `kinds` counts every object that belongs
# to the schema, of whatever kind, so that nothing is passed over because nobody thought of describing it.
LINES = """
WITH ns AS (SELECT oid, nspowner, nspacl FROM pg_namespace WHERE nspname = %(schema)s
), rel AS (SELECT c.* FROM pg_class c JOIN ns ON c.relnamespace = ns.oid
), tab AS (SELECT * FROM rel WHERE relkind IN ('r', 'p')
), lines (kind, line) AS (
    SELECT 'schema', concat_ws(' ', nspowner::regrole, nspacl, obj_description(oid, 'pg_namespace')) FROM ns
    UNION ALL
    SELECT 'kinds', concat_ws(' ', classid::regclass, count(*)) FROM pg_depend JOIN ns ON refobjid = ns.oid
     WHERE refclassid = 'pg_namespace'::regclass GROUP BY classid
    UNION ALL
    SELECT 'relation', concat_ws(' ', relname, relkind, relpersistence, relowner::regrole, relam, reloptions, relacl,
               relreplident, relrowsecurity, relforcerowsecurity, relhassubclass, relispartition,
               obj_description(oid, 'pg_class')) FROM rel
    UNION ALL
    SELECT 'column', concat_ws(' ', tab.relname, a.attname, rank() OVER (PARTITION BY tab.oid ORDER BY a.attnum),
               format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated, a.attstorage,
               a.attcompression, nullif(a.attstattarget, -1), a.attcollation, a.attoptions, a.attacl,
               pg_get_expr(d.adbin, d.adrelid), col_description(tab.oid, a.attnum))
      FROM tab JOIN pg_attribute a ON a.attrelid = tab.oid AND a.attnum > 0 AND NOT a.attisdropped
      LEFT JOIN pg_attrdef d ON d.adrelid = tab.oid AND d.adnum = a.attnum
    UNION ALL
    SELECT 'constraint', concat_ws(' ', tab.relname, k.conname, pg_get_constraintdef(k.oid), k.convalidated,
               obj_description(k.oid, 'pg_constraint'))
      FROM tab JOIN pg_constraint k ON k.conrelid = tab.oid
    UNION ALL
    SELECT 'index', concat_ws(' ', pg_get_indexdef(i.indexrelid, 0, true), i.indisunique, i.indisprimary, i.indisvalid,
               i.indisclustered, i.indisreplident)
      FROM tab JOIN pg_index i ON i.indrelid = tab.oid
    UNION ALL
    SELECT 'sequence', concat_ws(' ', rel.relname, seqtypid::regtype, seqstart, seqincrement, seqmin, seqmax, seqcache,
               seqcycle, pg_sequence_last_value(seqrelid),
               (SELECT concat_ws(' ', a.attrelid::regclass, a.attname, d.deptype)
                  FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                 WHERE d.classid = 'pg_class'::regclass AND d.objid = seqrelid AND d.deptype IN ('a', 'i')))
      FROM rel JOIN pg_sequence ON seqrelid = rel.oid
    UNION ALL
    SELECT 'trigger', concat_ws(' ', pg_get_triggerdef(g.oid, true), g.tgenabled, obj_description(g.oid, 'pg_trigger'))
      FROM tab JOIN pg_trigger g ON g.tgrelid = tab.oid AND NOT g.tgisinternal
    UNION ALL
    SELECT 'rule', pg_get_ruledef(w.oid, true) FROM rel JOIN pg_rewrite w ON w.ev_class = rel.oid
    UNION ALL
    SELECT 'policy', concat_ws(' ', p.tablename, p.policyname, p.permissive, p.roles, p.cmd, p.qual, '/', p.with_check)
      FROM pg_policies p WHERE p.schemaname = %(schema)s
    UNION ALL
    SELECT 'function', concat_ws(' ', p.oid::regprocedure, pg_get_function_result(p.oid), p.prolang, p.provolatile,
               p.prosecdef, p.proisstrict, p.proleakproof, p.proparallel, p.procost, p.prorows, p.proconfig, p.prosrc,
               pg_get_function_sqlbody(p.oid), p.proowner::regrole, p.proacl, obj_description(p.oid, 'pg_proc'))
      FROM pg_proc p JOIN ns ON p.pronamespace = ns.oid
    UNION ALL
    SELECT 'type', concat_ws(' ', t.typname, t.typtype, t.typowner::regrole, t.typacl, t.typdefault, t.typnotnull)
      FROM pg_type t JOIN ns ON t.typnamespace = ns.oid WHERE t.typrelid = 0 AND t.typelem = 0
    UNION ALL
    SELECT 'statistics', pg_get_statisticsobjdef(s.oid) FROM pg_statistic_ext s JOIN ns ON s.stxnamespace = ns.oid
    UNION ALL
    SELECT 'defaults', concat_ws(' ', d.defaclrole::regrole, d.defaclobjtype, d.defaclacl)
      FROM pg_default_acl d JOIN ns ON d.defaclnamespace = ns.oid
)
SELECT kind, line FROM lines
"""
# What stands for the agency's role, which has the name of its schema.
OURS = "(this agency)"


def describe_schema(*, schema: str) -> Counter[str]:
    """Every object with all that can be said of it; a line is "kind: words". Needs no right on what it describes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('search_path', quote_ident(%s), true)", [schema])
        cursor.execute(LINES, {"schema": schema})
        return Counter(f"{kind}: {line}".replace(schema, OURS) for kind, line in cursor.fetchall())


def list_differences(first: Counter[str], second: Counter[str]) -> list[str]:
    """Lines that only one of the two has: "- …" the first, "+ …" the second."""
    return [f"- {line}" for line in sorted(first - second)] + [f"+ {line}" for line in sorted(second - first)]
