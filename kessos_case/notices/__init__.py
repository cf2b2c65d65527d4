"""What a person who works with the program is told: in the app, by mail or by message. Counts and places, never a name."""
