"""Security headers on every answer, whatever it is."""

from urllib.parse import urlsplit

from flask import Flask, Response, request

from qa.config import Config
from qa.web.hosts import allowed_origins

_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
        "magnetometer=(), microphone=(), payment=(), usb=()"
    ),
}
_ONE_YEAR_S = 365 * 24 * 60 * 60


def content_security_policy(origin: str) -> str:
    """Return the policy for pages of an origin, such as ``https://questions.example.org``.

    ``connect-src`` names the websocket too: older Safari does not count it as ``'self'``.
    """
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "font-src 'self'",
            "worker-src 'self'",
            f"connect-src 'self' {origin.replace('http', 'ws', 1)}",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types fair-hearing",
        )
    )


def set_security_headers(app: Flask, config: Config) -> None:
    """Add the headers to every answer of the app, errors and static files included."""
    origins = allowed_origins(config)
    policies = {urlsplit(origin).netloc: content_security_policy(origin) for origin in origins}
    fallback = content_security_policy(origins[0])

    @app.after_request
    def add(answer: Response) -> Response:
        answer.headers.update(_FIXED)
        # Not request.host, which raises for a host that is refused: its answer gets headers too.
        policy = policies.get(request.environ.get("HTTP_HOST", ""), fallback)
        answer.headers["Content-Security-Policy"] = policy
        if config.secure:
            answer.headers["Strict-Transport-Security"] = f"max-age={_ONE_YEAR_S}"
        return answer
