"""What may be asked of the pages of the record."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from qa.web.schemas.base import Query, read_digits


class RecordQuery(Query):
    """Which page of the record."""

    page: Annotated[int, BeforeValidator(read_digits), Field(ge=1, le=2**31 - 1)] = 1
