"""Security headers of every answer. Nothing inline, nothing from elsewhere, nothing kept by shared machines."""

from flask import Flask, Response, request

from kessos_case.core.settings import settings

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def register(app: Flask) -> None:
    """Set the headers on every answer of `app`."""
    app.after_request(_secure)


def _secure(answer: Response) -> Response:
    headers = answer.headers
    headers.setdefault("Content-Security-Policy", CSP)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(self), geolocation=(self), microphone=()"
    if settings().tls:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if not request.path.startswith("/static/"):
        # A shared computer's history must not show the last person.
        headers.setdefault("Cache-Control", "no-store")
    return answer
