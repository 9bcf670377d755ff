"""A working subset of TED's expert query language, enough to filter and sort really.

Read: `field operator value`, `=`, `!=`, `~`, `>`, `>=`, `<`, `<=`, `field IN (a b, c)`, `NOT IN`,
`field = (from <> to)`, `AND`, `OR`, `NOT`, parentheses, quoted text, wildcards `35*`, `today()`
and `today(-30)`, `SORT BY field ASC|DESC`. Dates are `YYYYMMDD`. Anything else is a syntax error
with its place. Errors have the shape of the Search API's description (version 3).
"""

import datetime as dt
import fnmatch
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import MaterielError

Record = Mapping[str, Sequence[str]]
Test = Callable[[Record], bool]

ALIASES = {
    "PD": "publication-date",
    "PC": "classification-cpv",
    "CY": "buyer-country",
    "ND": "publication-number",
    "TI": "notice-title",
    "FT": "full-text",
}
DATE_FIELDS = {"publication-date", "dispatch-date", "deadline-receipt-tender-date-lot"}
TEXT_FIELDS = {"notice-title", "buyer-name", "winner-name", "full-text", "description-proc"}
CODE_FIELDS = {
    "classification-cpv",
    "buyer-country",
    "publication-number",
    "notice-type",
    "form-type",
    "winner-country",
    "place-of-performance",
    "contract-nature",
    "legal-basis",
    "ojs-number",
}
FIELDS = DATE_FIELDS | TEXT_FIELDS | CODE_FIELDS
_TOKEN = re.compile(
    r"\s*(?:(?P<text>\"[^\"]*\")|(?P<today>today\(\s*(?:[+-]?\d+)?\s*\))"
    r"|(?P<sign><>|>=|<=|!=|[=<>~(),])|(?P<word>[^\s\"=<>~(),!]+))",
    re.IGNORECASE,
)
_COMPARE: dict[str, Callable[[str, str], bool]] = {
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
}


class QueryError(MaterielError):
    """A query that the API refuses; `details` is the `error` object of the answer."""

    def __init__(self, message: str, details: dict[str, Any]) -> None:
        super().__init__(message)
        self.details = details


@dataclass(frozen=True, kw_only=True)
class Query:
    """A read query: which records it keeps, and by what it sorts them (field, descending)."""

    test: Test
    order: tuple[tuple[str, bool], ...]

    def run(self, records: Sequence[Record]) -> list[Record]:
        """Return the records that match, sorted; equal ones keep their order."""
        found = [record for record in records if self.test(record)]
        for name, descending in reversed(self.order):
            found.sort(key=lambda record: tuple(record.get(name, ())), reverse=descending)
        return found


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


def read_query(text: str, *, today: dt.date) -> Query:
    """Read an expert query. Raises QueryError for what the API would refuse, or this cannot do."""
    return _Reader(text, today).read()


class _Reader:
    """Recursive descent over the tokens of one query."""

    def __init__(self, text: str, today: dt.date) -> None:
        self._text, self._today = text, today
        self._tokens = self._split(text)
        self._at = 0

    def _split(self, text: str) -> list[_Token]:
        tokens, at = [], 0
        while text[at:].strip():
            match = _TOKEN.match(text, at)
            if not match or not match.lastgroup:
                raise self._syntax(at, len(text))
            start, end = match.span(match.lastgroup)
            tokens.append(_Token(match.lastgroup, match[match.lastgroup], start, end))
            at = match.end()
        return [*tokens, _Token("end", "", len(text), len(text))]

    def read(self) -> Query:
        test: Test = _everything
        if not self._is("SORT"):
            test = self._either()
        order = self._sorting() if self._is("SORT") else ()
        if self._next.kind != "end":
            raise self._unexpected()
        return Query(test=test, order=order)

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _is(self, *words: str) -> bool:
        return self._next.kind in {"word", "sign"} and self._next.text.upper() in words

    def _take(self, *words: str) -> _Token:
        token = self._next
        if words and not self._is(*words):
            raise self._unexpected()
        self._at += 1
        return token

    def _either(self) -> Test:
        tests = [self._all()]
        while self._is("OR"):
            self._take()
            tests.append(self._all())
        return lambda record: any(test(record) for test in tests)

    def _all(self) -> Test:
        tests = [self._one()]
        while self._is("AND"):
            self._take()
            tests.append(self._one())
        return lambda record: all(test(record) for test in tests)

    def _one(self) -> Test:
        if self._is("NOT"):
            self._take()
            inner = self._one()
            return lambda record: not inner(record)
        if self._is("("):
            self._take()
            inner = self._either()
            self._take(")")
            return inner
        return self._condition()

    def _condition(self) -> Test:
        name = self._field()
        if self._is("NOT"):
            self._take()
            inner = self._among(name)
            return lambda record: not inner(record)
        if self._is("IN"):
            return self._among(name)
        sign = self._take("=", "!=", "~", *_COMPARE).text
        if sign in _COMPARE:
            return self._comparison(name, sign)
        if self._is("("):
            return self._range(name)
        if sign == "~" and name in DATE_FIELDS:
            raise self._unsupported(name, "TERM")
        inner = self._equal(name, self._value(name), contains=sign == "~")
        return inner if sign != "!=" else lambda record: not inner(record)

    def _field(self) -> str:
        token = self._next
        if token.kind != "word":
            raise self._unexpected()
        self._at += 1
        name = ALIASES.get(token.text.upper(), token.text)
        if name not in FIELDS:
            raise QueryError(
                f"Unknown field: {token.text}",
                {"type": "QUERY_UNKNOWN_FIELD", "fieldName": token.text}
                | self._location(token.start, token.end),
            )
        return name

    def _value(self, name: str) -> str:
        token = self._next
        if token.kind not in {"word", "text", "today"}:
            raise self._unexpected()
        self._at += 1
        if token.kind == "today":
            days = int(re.sub(r"[^\d+-]", "", token.text) or 0)
            return (self._today + dt.timedelta(days=days)).strftime("%Y%m%d")
        value = token.text.strip('"')
        if name in DATE_FIELDS and not re.fullmatch(r"\d{8}|\d*\*", value):
            raise QueryError(
                f"Invalid format of field {name}: {value}",
                {
                    "type": "QUERY_INVALID_FIELD_FORMAT",
                    "fieldName": name,
                    "allowedPattern": "YYYYMMDD",
                }
                | self._location(token.start, token.end),
            )
        return value

    def _among(self, name: str) -> Test:
        self._take("IN")
        self._take("(")
        tests = []
        while not self._is(")"):
            tests.append(self._equal(name, self._value(name), contains=False))
            if self._is(","):
                self._take()
        if not tests:
            raise self._unexpected()
        self._take(")")
        return lambda record: any(test(record) for test in tests)

    def _range(self, name: str) -> Test:
        self._take("(")
        first = self._value(name)
        self._take("<>")
        last = self._value(name)
        self._take(")")
        return lambda record: any(first <= value <= last for value in record.get(name, ()))

    def _comparison(self, name: str, sign: str) -> Test:
        if name not in DATE_FIELDS:
            raise self._unsupported(name, "COMPARISON")
        bound, compare = self._value(name), _COMPARE[sign]
        return lambda record: any(compare(value, bound) for value in record.get(name, ()))

    def _equal(self, name: str, value: str, *, contains: bool) -> Test:
        pattern = value.casefold()
        if contains or name in TEXT_FIELDS:
            pattern = f"*{pattern}*"
        return lambda record: any(
            fnmatch.fnmatchcase(has.casefold(), pattern) for has in record.get(name, ())
        )

    def _sorting(self) -> tuple[tuple[str, bool], ...]:
        self._take("SORT")
        self._take("BY")
        order = []
        while True:
            name = self._field()
            if name == "full-text":
                raise self._unsupported(name, "SORT")
            descending = self._is("ASC", "DESC") and self._take().text.upper() == "DESC"
            order.append((name, descending))
            if not self._is(","):
                return tuple(order)
            self._take()

    def _unsupported(self, name: str, operation: str) -> QueryError:
        token = self._tokens[self._at - 1]
        return QueryError(
            f"Unsupported operation {operation} on field {name}",
            {
                "type": "QUERY_UNSUPPORTED_FIELD_OPERATION",
                "operation": operation,
                "fieldName": name,
            }
            | self._location(token.start, token.end),
        )

    def _unexpected(self) -> QueryError:
        return self._syntax(self._next.start, self._next.end)

    def _syntax(self, start: int, end: int) -> QueryError:
        place = self._location(start, end)
        where = place["location"]
        return QueryError(
            f"Syntax error at line {where['beginLine']}, column {where['beginColumn']}",
            {"type": "QUERY_SYNTAX_ERROR"} | place,
        )

    def _location(self, start: int, end: int) -> dict[str, Any]:
        begin, finish = _place(self._text, start), _place(self._text, end)
        return {
            "location": {
                "beginLine": begin[0],
                "beginColumn": begin[1],
                "endLine": finish[0],
                "endColumn": finish[1],
            }
        }


def _everything(_record: Record) -> bool:
    return True


def _place(text: str, offset: int) -> tuple[int, int]:
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
