from profiles.models.graph import Activity, ActivityType, Block, BlockKind, Follow
from profiles.models.moderation import (
    CaseState,
    Flag,
    FlagReason,
    ModerationAction,
    Penalty,
    PenaltyKind,
    ReviewCase,
    Verdict,
)
from profiles.models.profile import DataExport, ErasureRequest, FormerUsername, Profile
from profiles.models.support import SupportAct, SupportAction
from profiles.models.token import ApiToken, Scope
from profiles.models.user import Role, User

__all__ = [
    "Activity",
    "ActivityType",
    "ApiToken",
    "Block",
    "BlockKind",
    "CaseState",
    "DataExport",
    "ErasureRequest",
    "Flag",
    "FlagReason",
    "Follow",
    "FormerUsername",
    "ModerationAction",
    "Penalty",
    "PenaltyKind",
    "Profile",
    "ReviewCase",
    "Role",
    "Scope",
    "SupportAct",
    "SupportAction",
    "User",
    "Verdict",
]
