"""The journey: gathers plain facts from every feature, moves the case, says what is missing. It owns no table."""
