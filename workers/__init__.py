"""Celery workers, the schedule and the relay: everything that runs outside a request."""
