"""A value from outside, checked against its model; what is wrong is told in a sentence."""

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from qa.errors import BadInput

M = TypeVar("M", bound=BaseModel)

MAX_FIELD_NAME = 60


def check(model: type[M], value: object) -> M:
    """Return a value from outside as an instance of its model.

    Raises:
        BadInput: it is not one; ``field`` names the first field that is wrong.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise _bad_input(error) from None


def _bad_input(error: ValidationError) -> BadInput:
    first = error.errors(include_url=False, include_input=False)[0]
    field = ".".join(str(part) for part in first["loc"])[:MAX_FIELD_NAME]
    if not field:
        return BadInput("Send a JSON object.")
    message = _SENTENCES.get(first["type"])
    if message is None:
        message = first["msg"][0].lower() + first["msg"][1:]
    return BadInput(f'"{field}" {message}.', field=field)


_SENTENCES = {
    "missing": "is missing",
    "extra_forbidden": "is not a field that is known here",
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "dict_type": "must be an object",
    "string_pattern_mismatch": "is not of its form",
}
