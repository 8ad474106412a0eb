"""A fee year keeps what the marketplace really paid back, beside the estimates."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("fees", "0003_violations_move_out")]

    operations = [
        migrations.AddField(
            model_name="feeagreement",
            name="refunded_fen",
            field=models.BigIntegerField(
                blank=True,
                help_text="What the marketplace really paid back; no estimate rests on it.",
                null=True,
                verbose_name="refunded (分)",
            ),
        ),
        migrations.AddField(
            model_name="feeagreement",
            name="refunded_on",
            field=models.DateField(blank=True, null=True, verbose_name="refunded on"),
        ),
        migrations.AddConstraint(
            model_name="feeagreement",
            constraint=models.CheckConstraint(
                condition=models.Q(("refunded_fen__isnull", True), ("refunded_fen__gte", 0), _connector="OR"),
                name="fee_refunded_not_negative",
            ),
        ),
    ]
