"""Who works with the program, what they may see and do, how they sign in, and the trail of what they looked at."""
