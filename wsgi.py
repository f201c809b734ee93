"""For WSGI servers that bring gevent themselves: ``app`` is ready to serve."""

from gevent import monkey

monkey.patch_all()

# ruff: noqa: E402 - nothing else may be imported before the standard library is patched
from qa.config import load_config
from qa.garbage import all_kept

with all_kept():
    from qa.app import create_app, start_background

app = create_app(load_config())
start_background(app)
