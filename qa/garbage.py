"""When it is in vain to look for garbage."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def all_kept() -> Iterator[None]:
    """Look for no garbage meanwhile: nearly all that is made is kept, and looking takes long.

    It took a third of making a report, and a fifth of importing what serves.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
