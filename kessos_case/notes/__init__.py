"""What is written down about an episode day by day, and the papers that belong to it."""
