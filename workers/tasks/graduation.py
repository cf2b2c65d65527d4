"""Jobs of graduation."""

from kessos_case.core.jobs import Kind
from kessos_case.graduation import service

KINDS = (Kind("graduation.reconsider", "interactive", service.reconsider_client),)
