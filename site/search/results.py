"""Joins what the index finds with what the database says.

The index finds and ranks; filters and orderings of the queryset are the database's own, for
copies of them in an index go stale.
"""

import json
from collections import OrderedDict

from django.db import connections
from django.db.models import Count, QuerySet
from django.db.models.expressions import RawSQL
from modelsearch.backends.base import (
    BaseSearchQueryCompiler,
    BaseSearchResults,
    FilterFieldError,
)
from modelsearch.utils import get_descendant_models

from search import query, synonyms
from search.schema import autocomplete_fields, text_fields


class SearchCompiler(BaseSearchQueryCompiler):
    """A whole-word search: a tree of terms and the fields it looks into."""

    DEFAULT_OPERATOR = "and"
    HANDLES_ORDER_BY_EXPRESSIONS = True

    def tree(self) -> query.Node:
        """The tree to evaluate."""
        return query.compile_query(self.query, synonyms.current())

    def index_fields(self) -> dict[str, float]:
        """Index fields to look into, with their boost."""
        return self._chosen(text_fields(self.queryset.model))

    def _chosen(self, fields: dict[str, float]) -> dict[str, float]:
        if self.fields is None:
            return fields
        return {name: fields[name] for name in fields if name.partition("_")[2] in self.fields}


class AutocompleteCompiler(SearchCompiler):
    """A search in which every word may be the beginning of one."""

    def tree(self) -> query.Node:
        return query.compile_autocomplete(self.query)

    def index_fields(self) -> dict[str, float]:
        return self._chosen(autocomplete_fields(self.queryset.model))


class SearchResults(BaseSearchResults):
    """Ranked objects: found by the index, filtered by the database."""

    supports_facet = True

    def __init__(self, backend, query_compiler, prefetch_related=None):
        super().__init__(backend, query_compiler, prefetch_related=prefetch_related)
        self._found = None

    def _clone(self):
        clone = super()._clone()
        clone._found = self._found
        return clone

    def _ranked(self) -> "OrderedDict[object, float]":
        """Primary keys and scores the index finds for the model, best first."""
        compiler = self.query_compiler
        models = {model._meta.label_lower for model in get_descendant_models(self.model)}
        to_python = self.model._meta.pk.to_python
        found = self.backend.find(compiler.tree(), compiler.index_fields(), models)
        return OrderedDict((to_python(pk), score) for pk, score in found)

    def _filtered(self, pks) -> QuerySet:
        queryset = self.query_compiler.queryset
        if queryset.query.is_sliced:
            kept = list(queryset.values_list("pk", flat=True))
            queryset = queryset.model._default_manager.filter(pk__in=among(queryset, kept))
        return queryset.filter(pk__in=among(queryset, pks))

    def _matching(self) -> tuple[list, dict]:
        """Primary keys of all hits in their final order, and the scores.

        Found once: a slice of results that were counted does not search again.
        """
        if self._found is None:
            self._found = self._find()
        return self._found

    def _find(self) -> tuple[list, dict]:
        scores = self._ranked()
        queryset = self.query_compiler.queryset
        if not scores or queryset.query.is_empty():
            return [], scores
        if self.query_compiler.order_by_relevance:
            if not queryset.query.where and not queryset.query.is_sliced:
                return list(scores), scores
            kept = set(self._filtered(scores).order_by().values_list("pk", flat=True))
            return [pk for pk in scores if pk in kept], scores
        filtered = self._filtered(scores)
        if not filtered.query.order_by and not filtered.query.extra_order_by:
            filtered = filtered.order_by("-pk")
        return list(dict.fromkeys(filtered.values_list("pk", flat=True))), scores

    def _do_search(self):
        ordered, scores = self._matching()
        wanted = ordered[self.start : self.stop]
        if not wanted:
            return
        queryset = self.query_compiler.queryset
        if queryset.query.is_sliced:
            queryset = queryset.model._default_manager.all()
        objects = {obj.pk: obj for obj in queryset.filter(pk__in=among(queryset, wanted))}
        for pk in wanted:
            if pk in objects:
                if self._score_field:
                    setattr(objects[pk], self._score_field, scores[pk])
                yield objects[pk]

    def _do_count(self):
        return len(self._matching()[0][self.start : self.stop])

    def facet(self, field_name):
        """Counts of a filterable field's values among all hits, most frequent first."""
        if self.query_compiler._get_filterable_field(field_name) is None:
            raise FilterFieldError(
                f'Cannot facet search results with field "{field_name}". Please add '
                f"index.FilterField('{field_name}') to {self.model.__name__}.search_fields.",
                field_name=field_name,
            )
        rows = (
            self._filtered(self._ranked())
            .order_by()
            .values(field_name)
            .annotate(count=Count("pk"))
            .order_by("-count")
        )
        return OrderedDict((row[field_name], row["count"]) for row in rows)


def among(queryset: QuerySet, pks):
    """A set of primary keys as one parameter, past the database's limit on their number."""
    pks = list(pks)
    vendor = connections[queryset.db].vendor
    field = queryset.model._meta.pk
    while field.remote_field is not None:
        field = field.target_field
    if vendor not in ("sqlite", "postgresql"):
        return pks
    database = connections[queryset.db]
    values = json.dumps([_plain(field.get_db_prep_value(pk, database)) for pk in pks])
    if vendor == "sqlite":
        return RawSQL("SELECT value FROM json_each(%s)", [values])
    column = field.rel_db_type(database)
    return RawSQL(  # noqa: S611
        f"SELECT CAST(value AS {column}) FROM jsonb_array_elements_text(%s::jsonb)",  # noqa: S608
        [values],
    )


def _plain(value):
    return value if isinstance(value, (int, str)) else str(value)
