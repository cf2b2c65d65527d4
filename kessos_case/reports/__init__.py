"""Figures over many: scorecards of partners, the strength map, unmet need. Source: spec routing.md, pages.md, api.md."""
