"""Ships which question to ask next, and more questions; administrators may change them."""

from django.db import migrations, models

TOPICS = {
    "办酒席最多几桌": "礼金、红事、婚事、丧事、白事、满月酒、升学宴、乔迁、红白理事会",
    "礼金最多多少": "酒席、红事、丧事、彩礼、满月酒、升学宴、乔迁",
    "彩礼最多多少": "礼金、红事、婚事、结婚、酒席",
    "丧事办几天": "白事、酒席、过世、坟、棺材、烟酒",
    "烟酒什么标准": "酒席、礼金、红事、丧事、香烟、白酒",
    "放牧要注意什么": "牛、羊、牲口、牲畜、庄稼、封山育林、砍树",
    "砍树要办手续吗": "封山育林、放牧、用火、山林、捡菌",
    "养狗要拴绳吗": "狗、牲口、卫生、垃圾",
    "垃圾丢哪里": "卫生、收费、厕所、养狗、塑料薄膜",
    "建房先办什么手续": "宅基地、道路、占道、邻里、砍树",
    "邻里吵架找谁调解": "打架、建房、地界、养狗、放牧",
    "什么时候不能用火": "火、烧秸秆、上坟、砍树、放鞭炮、封山育林",
}
FURTHER = {
    "办酒席要提前报告吗": "酒席、红事、丧事、礼金、红白理事会",
    "满月酒升学宴能办吗": "酒席、礼金、乔迁、做寿",
    "坟要埋在哪里": "丧事、白事、上坟",
    "上坟能不能烧纸放炮": "上坟、用火、丧事、放鞭炮",
    "牛羊吃了庄稼怎么赔": "放牧、牲口、牲畜、牛、羊",
    "山上捡菌有什么规定": "砍树、封山育林、捡菌、野生菌",
    "卫生费交多少": "垃圾、卫生、打扫、收费",
    "门前卫生谁打扫": "垃圾、卫生、厕所、养狗",
    "赌博怎么处理": "吸毒、打架、赌博、违反",
    "吸毒的人怎么帮": "吸毒、赌博",
    "路上能不能堆东西": "占道、道路、停车、建房、修路",
    "水费怎么收": "饮水、水源、停水、收费",
    "老人没人管怎么办": "赡养、老人、孝敬、家庭暴力",
    "不按规约办会怎样": "违反、处理、批评、酒席、彩礼、垃圾、放牧",
    "村里开会要去几个人": "开会、议事会、投票、协商",
}


def ship(apps, schema_editor):
    questions = apps.get_model("search", "CommonQuestion").objects.using(
        schema_editor.connection.alias
    )
    for text, topics in TOPICS.items():
        questions.filter(text=text, topics="").update(topics=topics)
    known = set(questions.values_list("text", flat=True))
    for number, (text, topics) in enumerate(FURTHER.items(), 1):
        if text not in known:
            questions.create(text=text, topics=topics, order=200 + 10 * number)


class Migration(migrations.Migration):
    dependencies = [("search", "0007_shipped_related_words")]

    operations = [
        migrations.AddField(
            model_name="commonquestion",
            name="topics",
            field=models.CharField(
                blank=True,
                help_text="有人查这些词时，推荐他接着问这个问题。用顿号隔开，如：酒席、红事、丧事。留空时，问题里有同样的词才推荐。",
                max_length=200,
                verbose_name="接着问",
            ),
        ),
        migrations.RunPython(ship, migrations.RunPython.noop, elidable=False),
    ]
