"""The pictures of the handbooks: one made-up day, played in a real browser by everybody who has a part in it."""
