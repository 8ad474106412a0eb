"""What a period and a board row were computed from, so that the same is not computed again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("periods", "0003_marks")]

    operations = [
        migrations.AddField(
            model_name="period",
            name="inputs",
            field=models.CharField(default="", editable=False, max_length=32),
        ),
        migrations.AddField(
            model_name="storestanding",
            name="inputs",
            field=models.CharField(default="", editable=False, max_length=32),
        ),
        migrations.RunSQL(
            "ALTER TABLE periods_period SET (fillfactor = 70)",
            "ALTER TABLE periods_period RESET (fillfactor)",
        ),
    ]
