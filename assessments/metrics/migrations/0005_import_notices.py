"""Keep what an import read and did not take for a good reason, such as days that an export may hold only a part of."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("metrics", "0004_known_files")]

    operations = [
        migrations.AddField(
            model_name="import", name="notices", field=models.JSONField(default=list, verbose_name="notices")
        ),
    ]
