"""The app on a real database, and a meeting in it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from qa.app import create_app
from qa.config import Config
from qa.services.context import Context
from qa.web.report_desk import REPORT_DESK
from tests.web.browser import Browser
from tests.web.meeting import Meeting, open_meeting


@pytest.fixture
def app(config: Config, ctx: Context) -> Iterator[Flask]:
    made = create_app(config, ctx)
    yield made
    made.extensions[REPORT_DESK].close()


@pytest.fixture
def secure_app(config: Config, ctx: Context) -> Flask:
    """Return the app as it is reached over https."""
    return create_app(replace(config, public_url="https://qa.example.org"), ctx)


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)


@pytest.fixture
def meeting(app: Flask, ctx: Context) -> Meeting:
    return open_meeting(app, ctx)
