"""Every picture of every handbook, in the order in which the day brings them."""

from tests.pictures.field import MORNING
from tests.pictures.unit import UNIT

PICTURES = (*MORNING, *UNIT)
