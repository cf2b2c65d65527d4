"""Every picture of every handbook, in the order in which the day brings them."""

from tests.pictures.field import FIELD

PICTURES = FIELD
