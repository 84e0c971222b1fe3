from analytics.models.cohort import Cohort, FunnelDay, Grain
from analytics.models.course import CourseAnalyticsDaily, RevenueDay
from analytics.models.export import ExportFormat, ExportState, FigureExport
from analytics.models.latency import LatencyBucket
from analytics.models.lesson import LessonDay, QuestionDay, VideoBin
from analytics.models.pipeline import CourseState, DirtyDay, Pipeline
from analytics.models.platform import PlatformDay
from analytics.models.student import StudentEngagement, UserCourseDay
from analytics.models.survey import NpsResponse

__all__ = [
    "Cohort",
    "CourseAnalyticsDaily",
    "CourseState",
    "DirtyDay",
    "ExportFormat",
    "ExportState",
    "FigureExport",
    "FunnelDay",
    "Grain",
    "LatencyBucket",
    "LessonDay",
    "NpsResponse",
    "Pipeline",
    "PlatformDay",
    "QuestionDay",
    "RevenueDay",
    "StudentEngagement",
    "UserCourseDay",
    "VideoBin",
]
