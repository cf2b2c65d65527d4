"""What every feature stands on. Knows no feature, no Flask request and no word of the field."""
