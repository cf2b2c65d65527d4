"""Places, categories, programmes, service types and money lines: what is the same for everybody, loaded from files."""
