"""`kessos score`: the rule of dependency tried on somebody's own files. No database, no server, nothing is kept.

Beside service and not in it, so that the command starts without the packages of the database and the web.
"""

from kessos_case.dependency.plain_files.scoring import Answer, Wish, score_file
from kessos_case.dependency.plain_files.values import MalformedFileError

__all__ = ["Answer", "MalformedFileError", "Wish", "score_file"]
