"""Tasks: what somebody must do by when. Each is made once for its kind, subject and period, however often a night runs."""
