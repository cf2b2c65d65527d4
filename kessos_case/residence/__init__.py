"""The house of a UPT: its rooms and beds, who lives there and until when, who waits, and what each shift writes down."""
