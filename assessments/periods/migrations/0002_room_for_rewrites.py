"""The board's rows are rewritten with every recompute: leave room for the new version on the same page."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("periods", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE periods_storestanding SET (fillfactor = 70)",
            "ALTER TABLE periods_storestanding RESET (fillfactor)",
        ),
    ]
