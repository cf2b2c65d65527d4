"""A signature as the answer to a request: a download that no browser runs anything of."""

from flask import Response

from kessos_case.cases.service.signing import Picture


def picture_of(picture: Picture) -> Response:
    """The picture as a file."""
    answer = Response(picture.content, mimetype=picture.media)
    answer.headers["Content-Disposition"] = f'attachment; filename="{picture.filename}"'
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
