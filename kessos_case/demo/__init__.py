"""A made-up East Java for whoever wants to see the program at work: people who live, work, fall ill, get aid and leave it.

Nothing here knows the scorecard of dependency or the criteria of graduation: lives are drawn from hazards (process.py),
records follow from lives as an office would write them down, and what the program makes of them is its own doing.
"""
