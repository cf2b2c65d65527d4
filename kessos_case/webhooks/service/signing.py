"""The secret of a subscription, and what it signs. As the specification "Standard Webhooks" has it, version 1.0.0."""

import base64
import hashlib
import hmac
import secrets
from uuid import UUID

from kessos_case.core.db import Session
from kessos_case.core.keys import keyring
from kessos_case.webhooks.models import WebhookSubscription
from kessos_case.webhooks.rules import BOTH_SIGN, SECRET_PREFIX


def new_secret() -> str:
    """32 random bytes as their owner gets them."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def sealed_secret(secret: str, subscription_id: UUID) -> bytes:
    """As it is stored: it opens only for this subscription."""
    return keyring().seal(secret, _place(subscription_id))


def replace_secret(session: Session, subscription: WebhookSubscription) -> str:
    """A new secret beside the present one, which goes on signing for a day. One that was older signs no more."""
    secret = new_secret()
    subscription.secret_before_sealed = subscription.secret_sealed
    subscription.secret_before_until = session.now + BOTH_SIGN
    subscription.secret_sealed = sealed_secret(secret, subscription.id)
    return secret


def signature(session: Session, subscription: WebhookSubscription, message_id: UUID, sent_at: int, body: bytes) -> str:
    """The head `webhook-signature`: one `v1,...` for each secret that holds now, the newest first."""
    signed = f"{message_id}.{sent_at}.".encode() + body
    return " ".join(_signed(sealed, subscription.id, signed) for sealed in _holding(session, subscription))


def _holding(session: Session, subscription: WebhookSubscription) -> list[bytes]:
    before, until = subscription.secret_before_sealed, subscription.secret_before_until
    return [subscription.secret_sealed] + ([before] if before and until and until > session.now else [])


def _signed(sealed: bytes, subscription_id: UUID, content: bytes) -> str:
    secret = keyring().open(sealed, _place(subscription_id)).removeprefix(SECRET_PREFIX)
    digest = hmac.digest(base64.b64decode(secret), content, hashlib.sha256)
    return f"v1,{base64.b64encode(digest).decode()}"


def _place(subscription_id: UUID) -> str:
    return f"webhook_subscriptions:secret:{subscription_id}"
