"""Nights: what happens once a day for everybody, in steps and chunks that can be stopped and taken up again anywhere."""
