"""What a list of people would do: judged row by row, then landed. Nothing is kept in between."""

import datetime
import re
import secrets
from dataclasses import dataclass, field

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from editorial.appointments import appoint, begins, ends, is_within_reach
from editorial.models import Mandate
from editorial.roles import ROLES
from villages.names import pinyin

from .bodies import Bodies
from .roster import MAX_CELL, RosterRow, read_day

NEW, KNOWN, HELD, WRONG = "new", "known", "held", "wrong"
"""A new account is made; an account gets the role; they hold it already; the row cannot be used."""
NEW_ACCOUNT_WORDS = {"新", "新账号"}
NAME_MAX = 30


@dataclass
class Weighed:
    """A row with what it means. `faults` are sentences for the person who wrote the list."""

    row: RosterRow
    outcome: str = WRONG
    body: Page | None = None
    role: str = ""
    since: datetime.date | None = None
    until: datetime.date | None = None
    user: object = None
    faults: list[str] = field(default_factory=list)

    @property
    def role_name(self):
        return ROLES[self.role].name if self.role else ""


def weigh(rows: list[RosterRow], bodies: Bodies, by) -> list[Weighed]:
    """Each row judged against the places of this screen and what people hold there today.

    The number of queries does not depend on the number of rows.
    """
    held = list(bodies.mandates())
    accounts = _Accounts(rows, held, by)
    seen: dict[tuple, int] = {}
    weighed = []
    for row in rows:
        one = Weighed(row)
        _place_and_role(one, bodies, by)
        _days(one)
        _person(one)
        if not one.faults:
            accounts.settle(one)
        if not one.faults:
            key = (one.body.pk, one.role, one.user.pk if one.user else row.person)
            if key in seen:
                one.faults.append(_("和第%d行重复。") % seen[key])
            seen.setdefault(key, row.line)
        if not one.faults:
            one.outcome = _outcome(one, held)
        weighed.append(one)
    return weighed


@transaction.atomic
def land(rows: list[RosterRow], top: Page, by, why="") -> tuple[list[Mandate], list[Weighed]]:
    """Weigh the rows again and appoint whoever stands in one without a fault.

    Rows with a fault are passed over; the others land together or, on an error, not at all. Of two
    lists for one place at the same moment the second finds what the first did.
    """
    Page.objects.select_for_update().get(pk=top.pk)
    weighed, made = weigh(rows, Bodies(top), by), []
    new: dict[str, object] = {}
    for one in weighed:
        if one.outcome not in (NEW, KNOWN):
            continue
        user = one.user
        if user is None:
            # One person with several roles at one body is one account.
            key = f"{one.body.pk} {one.row.person}"
            user = new[key] = new.get(key) or make_account(one.row.person)
        made.append(
            appoint(user, one.role, one.body, by=by, since=one.since, until=one.until, why=why)
        )
    return made, weighed


def make_account(person: str):
    """An account without a password, its user name in pinyin with three digits behind it."""
    User = get_user_model()
    word = re.sub(r"[^a-z]", "", pinyin(person).lower())[:20] or "user"
    digits, taken = 3, True
    while taken:
        username = f"{word}{secrets.randbelow(9 * 10 ** (digits - 1)) + 10 ** (digits - 1)}"
        taken = User.objects.filter(username=username).exists()
        digits += taken
    user = User(username=username, first_name=person)
    user.set_unusable_password()
    user.save()
    return user


def _place_and_role(one: Weighed, bodies: Bodies, by) -> None:
    found = bodies.named(one.row.body) if one.row.body else []
    if not found:
        one.faults.append(
            _("这里没有“%(name)s”。请写%(top)s的单位名称或区划代码。")
            % {"name": one.row.body, "top": bodies.top.title}
        )
        return
    allowed = {page.pk: bodies.roles_for(by, page) for page in found}
    if len(found) > 1 and one.row.role:
        # A county and its township may share a word; the role tells them apart.
        fitting = [p for p in found if any(one.row.role == r.name for r in bodies.roles_at(p))]
        found = fitting or found
    if len(found) > 1:
        codes = "、".join(filter(None, (bodies.codes.get(page.pk) for page in found)))
        one.faults.append(
            _("有几个“%(name)s”，请改写区划代码：%(codes)s。")
            % {
                "name": one.row.body,
                "codes": codes,
            }
        )
        return
    one.body = found[0]
    roles = {str(role.name): role.key for role in allowed[one.body.pk]}
    if not roles:
        one.faults.append(_("%(body)s的人员不由您任免。") % {"body": one.body.title})
    elif not one.row.role:
        one.role = next(iter(roles.values()))
    elif one.row.role in roles:
        one.role = roles[one.row.role]
    else:
        one.faults.append(
            _("%(body)s没有“%(role)s”，可以写：%(roles)s。")
            % {"body": one.body.title, "role": one.row.role, "roles": "、".join(roles)}
        )


def _days(one: Weighed) -> None:
    today = timezone.localdate()
    for name, words in (("since", _("任期开始")), ("until", _("任期结束"))):
        written = {"column": words, "text": getattr(one.row, name)}
        try:
            day = read_day(getattr(one.row, name))
        except ValueError:
            one.faults.append(_("%(column)s“%(text)s”不是日期，请写成 2027-04-01。") % written)
            continue
        if day is None or is_within_reach(day):
            setattr(one, name, day)
        else:
            one.faults.append(
                _("%(column)s“%(text)s”离现在太远。没有定下来的日子请空着。") % written
            )
    if one.until and one.until < today:
        one.faults.append(_("任期结束的日子已经过去了。"))
    elif one.until and one.since and one.until < one.since:
        one.faults.append(_("任期结束早于开始。"))


def _person(one: Weighed) -> None:
    name = one.row.person
    if not name:
        one.faults.append(_("没有写姓名。"))
    elif len(name) > NAME_MAX or len(one.row.account) > MAX_CELL:
        one.faults.append(_("姓名或账号太长。"))
    elif not all(char.isprintable() for char in name) or any(char.isdigit() for char in name):
        one.faults.append(_("姓名里有数字或看不见的字符。"))


def _outcome(one: Weighed, held: list[Mandate]) -> str:
    if one.user is None:
        return NEW
    starts_at, ends_at = begins(one.since) or timezone.now(), ends(one.until)
    for mandate in held:
        same = mandate.user_id == one.user.pk and mandate.role == one.role
        lasts = mandate.ends_at is None or (ends_at is not None and mandate.ends_at >= ends_at)
        if same and mandate.body_id == one.body.pk and mandate.starts_at <= starts_at and lasts:
            return HELD
    return KNOWN


class _Accounts:
    """Finds whose account a row means, among those who serve or served at these bodies."""

    def __init__(self, rows, held, by):
        self._by_body: dict[tuple, dict] = {}
        self._by_name: dict[str, dict] = {}
        self._by_account: dict[str, object] = {}
        for mandate in held:
            if mandate.user is None:
                continue
            self._by_body.setdefault((mandate.body_id, mandate.person), {})[mandate.user_id] = (
                mandate
            )
            self._by_name.setdefault(mandate.person, {})[mandate.user_id] = mandate
            self._by_account[mandate.user.get_username()] = mandate.user
        if by.is_superuser:
            asked = {row.account for row in rows if row.account}
            found = get_user_model().objects.filter(username__in=asked)
            self._by_account |= {user.get_username(): user for user in found}

    def _names_of(self, user) -> set[str]:
        """The names under which the owner of an account is known; none for one without a name."""
        names = {name for name, rows in self._by_name.items() if user.pk in rows}
        return (names | {user.get_full_name()}) - {"", user.get_username()}

    def settle(self, one: Weighed) -> None:
        """Name the account of a row that is otherwise right, or say why it is not clear."""
        account, person = one.row.account, one.row.person
        if account in NEW_ACCOUNT_WORDS:
            return
        if account:
            one.user = self._by_account.get(account)
            if one.user is None:
                one.faults.append(
                    _("这里没有人用账号“%s”。新来的人请把账号空着，系统会起一个。") % account
                )
            elif (names := self._names_of(one.user)) and person not in names:
                one.faults.append(
                    _("账号 %(account)s 是%(names)s的，不是%(person)s的。")
                    % {"account": account, "names": "、".join(sorted(names)), "person": person}
                )
        else:
            here = self._by_body.get((one.body.pk, person), {})
            named = here or self._by_name.get(person, {})
            if len(here) == 1:
                one.user = next(iter(here.values())).user
            elif named:
                told = "；".join(
                    _("%(body)s %(role)s，账号 %(account)s")
                    % {
                        "body": mandate.body.title,
                        "role": mandate.get_role_display(),
                        "account": mandate.user.get_username(),
                    }
                    for mandate in named.values()
                )
                one.faults.append(
                    _("已有同名的人（%s）。是同一人请在“账号”栏写那个账号，不是请写“新”。") % told
                )
        if one.user is not None and not one.user.is_active:
            one.faults.append(_("账号 %s 已停用，请找系统管理员。") % one.user.get_username())
