"""What may be sent to ask, and by an author or a supporter afterwards."""

from typing import Annotated

from pydantic import Field

from qa.web.schemas.base import HEX_32_BYTES, AuthorKey, Body, Text

CLIENT_KEY = r"^[A-Za-z0-9_-]{22,64}$"


class QuestionBody(Body):
    """A question to submit."""

    text: Text
    anonymous: bool
    name: Text | None = None
    language: Annotated[str | None, Field(description="A BCP 47 tag such as `de`.")] = None
    client_key: Annotated[
        str,
        Field(
            pattern=CLIENT_KEY,
            description="Random, made once per question: a retry with the same key is answered with"
            " the same docket number.",
        ),
    ]
    author_tag: Annotated[
        str, Field(pattern=HEX_32_BYTES, description="SHA-256 of the author key, in hex.")
    ]


class SimilarBody(Body):
    """A text to compare with the questions that are public already."""

    text: Text


class WithdrawBody(Body):
    """Proof of authorship."""

    author_key: AuthorKey


class AppealBody(Body):
    """An appeal: with the author key as the author, without it as a supporter."""

    seq: Annotated[int, Field(ge=1, le=2**31 - 1, description="The decision that is appealed.")]
    author_key: Annotated[
        str | None, Field(pattern=HEX_32_BYTES, description="What only the author has.")
    ] = None


class ReviseBody(Body):
    """Proof of authorship, and the new words."""

    author_key: AuthorKey
    text: Text
