"""A query that many requests ask, written as a queryset, put into SQL once and then asked with other values.

Of the half millisecond and more that a queryset costs, nearly all is for the SQL, which is the same each time.
docs/adr/0021-pages-in-parts.md says more.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.db.models.query import get_related_populators

Row = TypeVar("Row")
Value = int | str | Sequence[int] | Sequence[str] | None
# What stands for a value while its queryset is put into SQL: within an integer column's range, and no value otherwise.
_FIRST_NUMBER = 1_987_654_321
_TEXT = "prepared:"
# Of one query; sequences of many lengths may have been asked with.
MOST_STATEMENTS = 200


@dataclass(frozen=True, slots=True)
class _Place:
    """Where among the values a parameter's stands."""

    number: int


@dataclass(frozen=True, slots=True)
class _Statement(Generic[Row]):
    """``converters`` are (column, function, expression); ``columns`` how many belong to a row, where there are more."""

    sql: str
    parameters: tuple[Any, ...]
    converters: tuple[tuple[int, Any, Any], ...]
    columns: int | None
    made: Callable[[Sequence[Any]], Row]


class Prepared(Generic[Row]):
    """``Prepared(lambda person, topics: Topic.objects.filter(...))``, then ``rows(person_id, topic_ids)``: a list of
    the models, or of ``row(*columns)`` where the queryset ends in ``values_list``.

    A value is a number, a text or a sequence of either. The queryset must pass it on to the database as it is, may
    choose only by a value's being None and by how long a sequence is, and may not depend on anything else: not on the
    clock, nor on the language.
    """

    def __init__(self, queryset: Callable[..., QuerySet[Any, Any]], row: Callable[..., Row] | None = None) -> None:
        self._queryset = queryset
        self._row = row
        self._statements: dict[tuple[Any, ...], _Statement[Row] | None] = {}

    def rows(self, *values: Value) -> list[Row]:
        shape = (connection.vendor, *map(_shape_of, values))
        try:
            statement = self._statements[shape]
        except KeyError:
            if len(self._statements) >= MOST_STATEMENTS:
                self._statements.clear()
            statement = self._statements[shape] = self._prepare(values)
        if statement is None:
            return []
        flat = _flat(values)
        parameters = [flat[each.number] if type(each) is _Place else each for each in statement.parameters]
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, parameters)
            found: list[Any] = cursor.fetchall()
        if statement.columns is not None:
            found = [row[: statement.columns] for row in found]
        if statement.converters:
            found = [list(row) for row in found]
            for column, convert, expression in statement.converters:
                for row in found:
                    row[column] = convert(row[column], expression, connection)
        return [statement.made(row) for row in found]

    def first(self, *values: Value) -> Row | None:
        rows = self.rows(*values)
        return rows[0] if rows else None

    def _prepare(self, values: Sequence[Value]) -> _Statement[Row] | None:
        """None where the database need not be asked, since nothing can be found."""
        places: dict[Any, _Place] = {}

        def stand_in(value: int | str) -> int | str:
            number = len(places)
            made = _FIRST_NUMBER + number if isinstance(value, int) else f"{_TEXT}{number}"
            places[made] = _Place(number)
            return made

        queryset = self._queryset(
            *(
                value if value is None else stand_in(value) if isinstance(value, int | str) else [*map(stand_in, value)]
                for value in values
            )
        )
        compiler = queryset.query.get_compiler(connection=connection)
        try:
            sql, parameters = compiler.as_sql()
        except EmptyResultSet:
            return None
        if lost := set(places) - set(parameters):
            raise ValueError(f"{len(lost)} values do not reach the database as they are: {sql}")
        converters = compiler.get_converters([expression for expression, *_ in compiler.select[: compiler.col_count]])
        return _Statement(
            sql,
            tuple(places.get(parameter, parameter) for parameter in parameters),
            tuple(
                (column, each, expression) for column, (several, expression) in converters.items() for each in several
            ),
            compiler.col_count if compiler.has_extra_select else None,
            _model_made_of(compiler) if self._row is None else _row_made_of(self._row),
        )


def _row_made_of(row: Callable[..., Row]) -> Callable[[Sequence[Any]], Row]:
    return lambda columns: row(*columns)


def _model_made_of(compiler: Any) -> Callable[[Sequence[Any]], Any]:
    """As Django's ModelIterable makes a model and those that were selected along."""
    select, described = compiler.select, compiler.klass_info
    model, fields = described["model"], described["select_fields"]
    first, end = fields[0], fields[-1] + 1
    names = [column[0].target.attname for column in select[first:end]]
    related = cast(Any, get_related_populators)(described, select, connection.alias)  # the stubs are of another version

    def made(columns: Sequence[Any]) -> Any:
        found = model.from_db(connection.alias, names, columns[first:end])
        for one in related:
            one.populate(columns, found)
        return found

    return made


def _shape_of(value: Value) -> object:
    if value is None or isinstance(value, int | str):
        return type(value)
    return (len(value), *{type(each) for each in value})


def _flat(values: Sequence[Value]) -> list[int | str]:
    flat: list[int | str] = []
    for value in values:
        if isinstance(value, int | str):
            flat.append(value)
        elif value is not None:
            flat.extend(value)
    return flat
