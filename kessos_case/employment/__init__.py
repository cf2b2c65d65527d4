"""Employment: jobs, apprenticeships, businesses of one's own, their checks, and what people earn."""
