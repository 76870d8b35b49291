"""The HTTP API: one description, mounted from each app's own router, and one way to say what went wrong.

Every refusal is JSON: ``{"detail": "<a sentence>"}``; one about what was sent also has ``"errors"``, a list of
``{"field": "<name, or empty>", "message": "<a sentence>"}``.
"""

import json
import logging
from functools import cached_property
from typing import Any, cast

from django.core.exceptions import (
    NON_FIELD_ERRORS,
    ObjectDoesNotExist,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    ValidationError,
)
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, RawPostDataException
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.errors import AuthenticationError
from ninja.errors import ValidationError as SchemaError
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser

import forums.api
import groups.api
import notices.api
import plans.api
import visits.api

logger = logging.getLogger(__name__)


class UnicodeJsonParser(Parser):
    """JSON whose strings a database can hold: no half surrogate pairs, no NUL. Anything else is no JSON (400)."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        body = json.loads(request.body, parse_constant=_no_number)
        _refuse_unstorable(body)
        return cast(dict[str, Any], body)


def _refuse_unstorable(body: object) -> None:
    """ValueError where a string anywhere in the body, names included, is none that a database can hold."""
    waiting = [body]
    while waiting:
        match waiting.pop():
            case str(text):
                text.encode()
                if "\0" in text:
                    raise ValueError("NUL in a string")
            case dict(fields):
                waiting.extend(fields)
                waiting.extend(fields.values())
            case list(values):
                waiting.extend(values)


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


class DescribedAPI(NinjaAPI):
    """Puts its description together once per process: that takes a good part of a second, and anybody may ask."""

    @cached_property
    def _description(self) -> OpenAPISchema:
        return super().get_openapi_schema()

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> OpenAPISchema:  # noqa: ARG002 - Ninja's signature; there is one prefix without parameters
        return self._description


api = DescribedAPI(
    title="Meta-cluster workspace",
    version="1",
    docs_url="/docs",
    openapi_url="/openapi.json",
    docs_decorator=require_safe,
    auth=groups.api.signed_in,
    parser=UnicodeJsonParser(),
)
api.add_router("", groups.api.router)
api.add_router("", notices.api.router)
api.add_router("", forums.api.router)
api.add_router("", plans.api.router)
api.add_router("", visits.api.router)


def _refusal(status: int, detail: str, errors: list[dict[str, str]] | None = None) -> HttpResponse:
    return JsonResponse({"detail": detail} if errors is None else {"detail": detail, "errors": errors}, status=status)


@api.exception_handler(AuthenticationError)
def _nobody(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    response = _refusal(401, _("Sign in, or send a valid access token."))
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(MultiPartParserError)
@api.exception_handler(RawPostDataException)  # a form was sent where JSON is expected
@api.exception_handler(SuspiciousOperation)
def _broken(_request: HttpRequest, _error: Exception) -> HttpResponse:
    return _refusal(400, _("This request cannot be read: its body is broken, or has too many parts."))


@api.exception_handler(PermissionDenied)
def _not_allowed(_request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    return _refusal(403, str(error) or _("You may not do this."))


@api.exception_handler(Http404)
@api.exception_handler(ObjectDoesNotExist)
def _not_there(_request: HttpRequest, _error: Exception) -> HttpResponse:
    return _refusal(404, _("There is nothing here, or it is not for you."))


@api.exception_handler(RequestDataTooBig)
def _too_large(_request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
    return _refusal(413, _("This is too large."))


@api.exception_handler(OperationalError)
def _not_now(_request: HttpRequest, error: OperationalError) -> HttpResponse:
    """The database is away, too busy, or has no room left."""
    logger.error("a request failed on the database: %s", error)
    return _refusal(503, _("The workspace cannot keep anything at the moment: this was not saved. Try again soon."))


@api.exception_handler(ValidationError)
def _not_valid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    by_field = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    errors = [
        {"field": "" if field == NON_FIELD_ERRORS else field, "message": message}
        for field, messages in by_field.items()
        for message in messages
    ]
    return _refusal(422, errors[0]["message"], errors)


@api.exception_handler(SchemaError)
def _wrong_shape(_request: HttpRequest, error: SchemaError) -> HttpResponse:
    errors = [{"field": str(flaw["loc"][-1]), "message": str(flaw["msg"])} for flaw in error.errors]
    return _refusal(422, f"{errors[0]['field']}: {errors[0]['message']}", errors)


def no_such_address(_request: HttpRequest, **_captured: str) -> HttpResponse:
    """The answer under /api/ where no operation is."""
    return _refusal(404, _("There is no such address in this API."))
