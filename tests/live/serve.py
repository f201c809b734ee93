"""Serves what the environment describes: ``python -m tests.live.serve``."""

from gevent import monkey

monkey.patch_all()

# ruff: noqa: E402 - nothing else may be imported before the standard library is patched
from qa.config import load_config
from qa.garbage import all_kept

with all_kept():
    from qa.app import serve

serve(load_config(), lambda: None)
