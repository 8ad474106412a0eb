"""Imports remember what their outcome rests on, so that the same file again need not be read."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("metrics", "0003_violations")]

    operations = [
        migrations.AddField(
            model_name="import",
            name="fingerprint",
            field=models.CharField(blank=True, default="", editable=False, max_length=64),
            preserve_default=False,
        ),
    ]
