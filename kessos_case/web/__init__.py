"""Flask glue that features share. Features fill its hooks; it knows none of them."""
