from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("search", "0003_outbox_noted_at"),
    ]

    operations = [
        migrations.CreateModel(
            name="CommonQuestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(help_text="像居民那样问，如：办酒席最多几桌", max_length=30, unique=True, verbose_name="问题")),
                ("order", models.PositiveSmallIntegerField(default=100, help_text="数字小的排在前面。", verbose_name="顺序")),
            ],
            options={
                "verbose_name": "常见问题",
                "verbose_name_plural": "常见问题",
                "ordering": ["order", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Miss",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.CharField(editable=False, max_length=40, unique=True, verbose_name="搜的词")),
                ("count", models.PositiveIntegerField(default=1, editable=False, verbose_name="次数")),
                ("last_day", models.DateField(editable=False, verbose_name="最近一天")),
            ],
            options={
                "verbose_name": "没有搜到的词",
                "verbose_name_plural": "没有搜到的词",
                "ordering": ["-count", "words"],
                "indexes": [models.Index(fields=["count", "last_day"], name="search_miss_least")],
            },
        ),
    ]
