"""The ways to a thing: which request each is, and which one asks for a thing that is not there.

A door is a function of the world and a thing that gives a `Way`, or None where the thing has no
such door. Its name is what the table calls it; its views are what the coverage test looks for.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from .asking import type_name

MISSING = 987654321
MISSING_UUID = uuid.UUID(int=MISSING)


@dataclass
class Way:
    """A request for a thing, and the same request for nothing.

    `own` are the numbers and words that only the thing's address has, `other` those of the
    absent one. `word`: the answer is a list, and the thing is in it if this word is; nothing is
    then the same list after the thing was deleted. `effect` () gives what a post should change.
    `hidden`: a word of the draft, which an answer may not hold whoever asks.
    """

    address: str
    absent: str = ""
    method: str = "get"
    data: dict | None = None
    absent_data: dict | None = None
    own: tuple = ()
    other: tuple = (MISSING, MISSING_UUID)
    word: str = ""
    hidden: str = ""
    effect: Callable | None = None


DOORS, VIEWS = {}, {}


def door(name, *views):
    """Register a door under the table's name for it, and the views it drives."""

    def register(function):
        DOORS[name] = function
        VIEWS[name] = set(views)
        return function

    return register


def number_door(name, view, method="get", *, number, argument="pk", query="", **more):
    """A view that takes a number in its address: `number` (thing) gives it.

    `data` and `effect` are functions of (world, thing); all else in `more` are further arguments
    of the address, as such or as functions of (world, thing). A None among them: no such door.
    """
    form, effect = more.pop("data", None), more.pop("effect", None)

    @door(name, view)
    def way(world, thing):
        given = {key: v(world, thing) if callable(v) else v for key, v in more.items()}
        data = form(world, thing) if form else None
        if None in given.values() or (form and data is None):
            return None
        own = number(thing)
        missing = MISSING_UUID if isinstance(own, uuid.UUID) else MISSING
        absent_data = data and {
            key: missing if str(value) == str(own) else value for key, value in data.items()
        }
        return Way(
            reverse(view, kwargs={argument: own, **given}) + query.format(pk=own),
            reverse(view, kwargs={argument: missing, **given}) + query.format(pk=missing),
            method=method,
            data=data,
            absent_data=absent_data,
            own=(own,),
            effect=effect and (lambda: effect(world, thing)),
        )


def query_door(name, view, query, method="get", *, number, data=None, effect=None, **given):
    """A view that takes the number in its query: `?id={pk}`."""

    @door(name, view)
    def way(world, thing):
        kwargs = {key: v(world, thing) if callable(v) else v for key, v in given.items()}
        address, own = reverse(view, kwargs=kwargs), number(thing)
        return Way(
            address + query.format(pk=own),
            address + query.format(pk=MISSING),
            method=method,
            data=data and data(world, thing),
            own=(own,),
            effect=effect and (lambda: effect(world, thing)),
        )


def list_door(name, view, query="", *, sign=lambda thing: thing.word, **arguments):
    """A view that lists things; `query` is formatted with what is known of the thing.

    `{ask}` is a part of its name that finds it, without being the name, which `sign` looks for.
    """

    @door(name, view)
    def way(world, thing):
        known = {"ask": thing.word[2:]}
        if page := getattr(thing, "page", None):
            known |= {"pk": page.pk, "parent": page.get_parent().pk}
            known["type"] = ".".join(type_name(page))
        values = {key: value(world, thing) for key, value in arguments.items()}
        return [Way(reverse(view, kwargs=values) + query.format(**known), word=sign(thing))]
