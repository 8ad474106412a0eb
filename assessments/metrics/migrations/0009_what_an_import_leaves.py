"""Rejected rows, conflicts, progress and remembered kinds; rows that are kept count."""

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

class Migration(migrations.Migration):

    dependencies = [
        ('metrics', '0008_expected_files'),
        ('stores', '0002_aliases'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Conflict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='date')),
                ('metric', models.CharField(max_length=60, verbose_name='metric')),
                ('stored', models.BigIntegerField(verbose_name='stored value')),
                ('found', models.BigIntegerField(null=True, verbose_name='value of the file')),
            ],
            options={
                'verbose_name': 'conflict',
                'verbose_name_plural': 'conflicts',
            },
        ),
        migrations.CreateModel(
            name='ImportProgress',
            fields=[
                ('upload_id', models.UUIDField(primary_key=True, serialize=False)),
                ('phase', models.CharField(choices=[('reading', 'reading'), ('checking', 'checking'), ('storing', 'storing')], max_length=8)),
                ('rows_done', models.PositiveIntegerField(null=True)),
                ('rows_total', models.PositiveIntegerField(null=True)),
                ('phase_began_at', models.DateTimeField()),
                ('noted_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='RejectedRows',
            fields=[
                ('upload', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='rejected_rows', serialize=False, to='metrics.import')),
                ('sheets', models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name='RememberedKind',
            fields=[
                ('fingerprint', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=40, verbose_name='kind')),
                ('headings', models.TextField(verbose_name='headings')),
                ('chosen_at', models.DateTimeField(verbose_name='chosen at')),
            ],
            options={
                'verbose_name': 'remembered kind of file',
                'verbose_name_plural': 'remembered kinds of files',
            },
        ),
        migrations.RemoveConstraint(
            model_name='import',
            name='import_counts_add_up',
        ),
        migrations.AddField(
            model_name='import',
            name='conflicts',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='conflicts'),
        ),
        migrations.AddField(
            model_name='import',
            name='kept',
            field=models.PositiveIntegerField(default=0, verbose_name='kept as stored'),
        ),
        migrations.AddField(
            model_name='import',
            name='on_conflict',
            field=models.CharField(choices=[('replace', 'the file replaces it'), ('keep', 'what is stored stays; only gaps are filled')], default='replace', max_length=7, verbose_name='where the file differs from what is stored'),
        ),
        migrations.AddField(
            model_name='import',
            name='unknown_stores',
            field=models.JSONField(default=list, verbose_name='unknown stores'),
        ),
        migrations.AddConstraint(
            model_name='import',
            constraint=models.CheckConstraint(condition=models.Q(('rows_in', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('created'), '+', models.F('changed')), '+', models.F('unchanged')), '+', models.F('kept')), '+', models.F('rejected')))), name='import_counts_add_up'),
        ),
        migrations.AddField(
            model_name='conflict',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='stores.store', verbose_name='store'),
        ),
        migrations.AddField(
            model_name='conflict',
            name='upload',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='conflict_rows', to='metrics.import'),
        ),
        migrations.AddField(
            model_name='rememberedkind',
            name='chosen_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='chosen by'),
        ),
    ]
