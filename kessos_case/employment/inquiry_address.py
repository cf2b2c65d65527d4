"""Where the link of a question leads: to a host whose name tells nothing of who asks, where the office has set one."""

from kessos_case.core.settings import settings


def address_of(token: str, host_url: str) -> str:
    """The address that the caseworker hands to the employer."""
    return f"{(settings().questions_address or host_url).rstrip('/')}/questions/{token}"
