"""Ships questions that residents often ask; administrators may change them."""

from django.db import migrations

SHIPPED = [
    "办酒席最多几桌",
    "礼金最多多少",
    "彩礼最多多少",
    "丧事办几天",
    "烟酒什么标准",
    "放牧要注意什么",
    "砍树要办手续吗",
    "养狗要拴绳吗",
    "垃圾丢哪里",
    "建房先办什么手续",
    "邻里吵架找谁调解",
    "什么时候不能用火",
]


def ship(apps, schema_editor):
    question = apps.get_model("search", "CommonQuestion")
    database = schema_editor.connection.alias
    if not question.objects.using(database).exists():
        question.objects.using(database).bulk_create(
            question(text=text, order=10 * number) for number, text in enumerate(SHIPPED, 1)
        )


class Migration(migrations.Migration):
    dependencies = [("search", "0004_misses_and_questions")]

    operations = [migrations.RunPython(ship, migrations.RunPython.noop, elidable=False)]
