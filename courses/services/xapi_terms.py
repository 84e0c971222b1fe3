"""Words of xAPI 1.0.3, its video profile and ADL's vocabulary, as far as they are understood or said here."""

import uuid as uuids
from typing import Final

NAMESPACE: Final = uuids.UUID("0c9f4f4e-52f0-4a1c-9d3f-0e2f9b6d1a77")
VERSION: Final = "1.0.3"

_ADL: Final = "http://adlnet.gov/expapi/verbs/"
REGISTERED: Final = f"{_ADL}registered"
EXPERIENCED: Final = f"{_ADL}experienced"
INITIALIZED: Final = f"{_ADL}initialized"
LAUNCHED: Final = f"{_ADL}launched"
ATTEMPTED: Final = f"{_ADL}attempted"
ANSWERED: Final = f"{_ADL}answered"
COMPLETED: Final = f"{_ADL}completed"
PASSED: Final = f"{_ADL}passed"
FAILED: Final = f"{_ADL}failed"
SCORED: Final = f"{_ADL}scored"
TERMINATED: Final = f"{_ADL}terminated"
EXITED: Final = f"{_ADL}exited"
VOIDED: Final = f"{_ADL}voided"
_VIDEO: Final = "https://w3id.org/xapi/video/verbs/"
PLAYED: Final = f"{_VIDEO}played"
PAUSED: Final = f"{_VIDEO}paused"
SEEKED: Final = f"{_VIDEO}seeked"

OF_VIDEOS: Final = frozenset({PLAYED, PAUSED, SEEKED, TERMINATED})
OF_RESULTS: Final = frozenset({PASSED, FAILED, SCORED})
OPENED: Final = frozenset({EXPERIENCED, INITIALIZED, LAUNCHED, ATTEMPTED, ANSWERED, EXITED})
UNDERSTOOD: Final = OF_VIDEOS | OF_RESULTS | OPENED | {REGISTERED, COMPLETED}

_EXTENSION: Final = "https://w3id.org/xapi/video/extensions/"
SEGMENTS: Final = f"{_EXTENSION}played-segments"  # "0[.]12[,]15[.]30.5"
SESSION: Final = f"{_EXTENSION}session-id"
SPEED: Final = f"{_EXTENSION}speed"
TIME_FROM: Final = f"{_EXTENSION}time-from"
TIME: Final = f"{_EXTENSION}time"
LENGTH: Final = f"{_EXTENSION}length"
BETWEEN, TO = "[,]", "[.]"

COURSE: Final = "http://adlnet.gov/expapi/activities/course"
LESSON: Final = "http://adlnet.gov/expapi/activities/lesson"
ASSESSMENT: Final = "http://adlnet.gov/expapi/activities/assessment"
VIDEO: Final = "https://w3id.org/xapi/video/activity-type/video"
