"""What a person must do now, gathered from every room: the first page of everybody."""
