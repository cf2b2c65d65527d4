"""Episodes of service: cases and their stages, assessments, plans, conferences."""
