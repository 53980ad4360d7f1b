from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("search", "0005_shipped_questions"),
    ]

    operations = [
        migrations.AddField(
            model_name="synonym",
            name="related",
            field=models.BooleanField(
                default=False,
                help_text="勾选：意思相近但不相同，如“过世、丧事”。原词搜不到合适的条文时才用，排在后面。",
                verbose_name="只是相关",
            ),
        ),
    ]
