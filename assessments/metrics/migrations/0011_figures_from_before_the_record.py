"""One source without an import for every store-day that is there already: known, but not from which file."""

from django.db import migrations

SOURCE = """
INSERT INTO metrics_importsource (upload_id, sheet, metrics, headings, written_at)
SELECT NULL, '', '{}', '{}', now() WHERE EXISTS (SELECT 1 FROM metrics_storeday)
"""
DAYS = """
INSERT INTO metrics_sourcedays (source_id, store_id, days)
SELECT s.id, o.store_id, array_agg(o.day ORDER BY o.day)
  FROM metrics_storeday o CROSS JOIN metrics_importsource s
 WHERE s.upload_id IS NULL GROUP BY s.id, o.store_id
"""


class Migration(migrations.Migration):
    dependencies = [("metrics", "0010_history_of_figures")]

    operations = [
        migrations.RunSQL(SOURCE, migrations.RunSQL.noop),
        migrations.RunSQL(DAYS, migrations.RunSQL.noop),
    ]
