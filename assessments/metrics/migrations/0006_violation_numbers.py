"""A violation keeps the marketplace's number."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("metrics", "0005_import_notices")]

    operations = [
        migrations.AddField(
            model_name="violation",
            name="external_number",
            field=models.CharField(blank=True, default="", max_length=64, verbose_name="violation number"),
        ),
        migrations.AddConstraint(
            model_name="violation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("external_number", ""), _negated=True),
                fields=("store", "external_number"),
                name="violation_once_by_number",
            ),
        ),
    ]
