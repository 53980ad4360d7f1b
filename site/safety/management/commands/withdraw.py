"""Takes a published page down everywhere at once, or applies the list of withdrawals again."""

import json
from urllib.parse import urlsplit

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from safety import redactions
from safety.models import Erasure
from safety.withdrawal import addresses, erasing, ledger, sweeping, withdrawing


class Command(BaseCommand):
    help = (
        "Withdraw the page at URL (a path or full address, former ones too): it answers 410, and "
        "its texts, files and copies are erased. --again, after a restore: what the list outside "
        "the database names is withdrawn and covered again, files that came back are deleted."
    )

    def add_arguments(self, parser):
        parser.add_argument("url", nargs="?", metavar="URL")
        parser.add_argument("--reason", default="", metavar="TEXT")
        parser.add_argument("--again", action="store_true", help="after a restore")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, url, reason, again, as_json, **options):
        with translation.override("zh-hans"):
            answer = self._again() if again else self._withdraw(url, reason)
        answer["pending"] = Erasure.due().count()
        if as_json:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        else:
            self._tell(answer)
        self._refuse_half(answer)

    def _withdraw(self, url, reason) -> dict:
        if not url:
            raise CommandError("请写明页面的网址，或者用 --again。")
        page = addresses.page_at(url)
        if page is None:
            known = addresses.is_withdrawn(urlsplit(url).path)
            raise CommandError(
                f"这一页以前已经撤下：{url}" if known else f"没有这个网址的页面：{url}"
            )
        own = page.get_url()
        try:
            row = withdrawing.withdraw(page, reason=reason)
        except withdrawing.WithdrawalRefused as error:
            raise CommandError(" ".join(error.messages)) from error
        return {"withdrawal": row.name, "url": own, "cleared": row.cleared}

    def _again(self) -> dict:
        if not ledger.file().exists():
            raise CommandError(
                f"没有找到 {ledger.file()}：没有这份名单，不知道要重新撤下、遮盖什么。"
                "请先从它自己的备份里放回来；从来没有撤下、遮盖过的网站没有名单，不用这一步。"
            )
        rows, covered = ledger.reapply(), redactions.reapply()
        erasing.step()
        return {
            "applied_again": [row.name for row in rows],
            "covered_again": [str(row) for row in covered],
            "files": sweeping.sweep(is_stopped=True),
            "unreadable_lines": ledger.unreadable(),
            "left": [line["id"] for line in (*ledger.missing().values(), *redactions.missing())],
        }

    def _tell(self, answer):
        if "cleared" in answer:
            parts = "，".join(f"{kind} {number}" for kind, number in answer["cleared"].items())
            self.stdout.write(f"已撤下（{answer['withdrawal']}）。清除：{parts}")
        else:
            self.stdout.write(
                f"重新撤下 {len(answer['applied_again'])} 页，重新遮盖 "
                f"{len(answer['covered_again'])} 次，删掉没有用处的文件 {answer['files']} 个。"
            )
        if answer["pending"]:
            self.stdout.write("还有文件或索引正被使用，由 manage.py work 接着清除。")

    def _refuse_half(self, answer):
        """Whoever restores must not open the site as if all were done."""
        lines, left = answer.get("unreadable_lines"), answer.get("left")
        if lines:
            numbers = "、".join(map(str, lines))
            raise CommandError(
                f"{ledger.file()} 里有 {len(lines)} 行读不了（第 {numbers} 行），其余的已经办了。"
                "请和它的备份对照补上；确是断电留下的半行，就删掉，再运行一次。"
            )
        if left:
            raise CommandError(
                f"{ledger.file()} 里有 {len(left)} 行没能办，其余的已经办了，原因在日志里："
                + "、".join(left)
            )
