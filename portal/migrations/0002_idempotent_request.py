import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('partners', '0001_initial'),
        ('portal', '0001_cache_table'),
    ]

    operations = [
        migrations.CreateModel(
            name='IdempotentRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value', models.CharField(max_length=200)),
                ('digest', models.CharField(max_length=64)),
                ('made', models.CharField(max_length=20)),
                ('made_id', models.PositiveBigIntegerField()),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('api_key', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='partners.apikey')),
            ],
            options={
                'indexes': [models.Index(fields=['api_key', 'at'], name='idempotent_request_age')],
                'constraints': [models.UniqueConstraint(fields=('api_key', 'value'), name='one_request_per_idempotency_key')],
            },
        ),
    ]
