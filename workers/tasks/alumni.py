"""Jobs of mentors."""

from kessos_case.alumni import service
from kessos_case.core.jobs import Kind

KINDS = (Kind("alumni.let_go", "interactive", service.let_go_of_client),)
