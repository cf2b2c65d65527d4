"""Names that only a library calls."""

_ = (
    "describe_exception",
    "post_fork",
    "child_exit",
)
