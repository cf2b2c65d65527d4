"""kessos-case follows one person at a time from the first report to a life without aid."""
