"""What may be sent to hide words, and to erase them."""

from typing import Annotated

from pydantic import Field

from qa.domain.redaction import ON_REQUEST, Basis, What
from qa.web.schemas.base import AuthorKey, Body, Text


class RedactionBody(Body):
    """Words to hide, and why. Spans are code points of the words as they are shown."""

    what: Annotated[str, Field(json_schema_extra={"enum": [str(what) for what in What]})]
    seq: Annotated[
        int | None, Field(ge=1, le=2**31 - 1, description="Which explanation or answer, from 1.")
    ] = None
    spans: list[Annotated[list[int], Field(min_length=2, max_length=2)]] = Field(
        [], max_length=1_000, description="From and to of each part; none for all of the words."
    )
    basis: Annotated[str, Field(json_schema_extra={"enum": [str(basis) for basis in Basis]})]
    explanation: Text
    text_version: Annotated[
        int, Field(ge=1, le=2**31 - 1, description="The version of the text that you have seen.")
    ]
    seen: Annotated[
        int,
        Field(ge=0, le=2**31 - 1, description="How many acts that hid something you have seen."),
    ]


class EraseBody(Body):
    """Proof of authorship, and what to erase. A dry run says where the words are and stops."""

    author_key: AuthorKey
    what: list[Annotated[str, Field(json_schema_extra={"enum": ["name", "text"]})]]
    dry_run: bool = True


class EraseOnRequestBody(Body):
    """What to erase, and on what basis. A dry run says where the words are and stops."""

    what: list[Annotated[str, Field(json_schema_extra={"enum": ["name", "text"]})]]
    basis: Annotated[str, Field(json_schema_extra={"enum": [str(basis) for basis in ON_REQUEST]})]
    dry_run: bool = True
