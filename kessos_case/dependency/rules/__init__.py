"""Rules of dependency. Values in, values out. Source: spec dependency.md, config/policies/dependency.toml."""

from kessos_case.dependency.rules.words import (
    Band,
    Decision,
    DismissReason,
    ExemptionGround,
    ExemptionSource,
    FlagCause,
    FlagKind,
    FlagState,
    Ground,
    Opinion,
    Status,
)

__all__ = [
    "Band",
    "Decision",
    "DismissReason",
    "ExemptionGround",
    "ExemptionSource",
    "FlagCause",
    "FlagKind",
    "FlagState",
    "Ground",
    "Opinion",
    "Status",
]
