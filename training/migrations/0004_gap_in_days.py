from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('training', '0003_allowed_columns'),
    ]

    operations = [
        migrations.AddField(
            model_name='recipe',
            name='gap',
            field=models.PositiveIntegerField(default=0, help_text='Days between the newest data and the days that count.', verbose_name='gap in days'),
        ),
    ]
