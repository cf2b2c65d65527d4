"""Letters that leave the office as PDF, each with a code by which whoever holds it can ask whether it is genuine."""
