"""People and households: registry, identity, matching, links, timeline entries."""
