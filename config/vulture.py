"""Names that only a library calls or demands."""

obj = None

_ = (
    "describe_exception",
    "post_fork",
    "child_exit",
    obj,
)
