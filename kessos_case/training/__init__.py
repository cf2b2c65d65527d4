"""Training: courses, batches, who takes part, attendance and results."""
