"""Numbers of the socket, as CONTRACT §5 promises them."""

PROTOCOL = "community.v1"
HEARTBEAT_SECONDS = 25
IDLE_SECONDS = 55  # without a client frame, two beats and a little: closed 4408
FRAME_BYTES = 16_384
FRAMES_PER_SECOND = 5
FRAME_BURST = 20
BAD_FRAMES = 3
SOCKETS_PER_USER = 8
CHANNELS_PER_FRAME = 50
CHANNELS_PER_SOCKET = 100
MISSED_EVENTS = 200  # more of one channel is a reset
TICKET_SECONDS = 30
LOG_DAYS = 30

QUEUE_FRAMES = 256  # waiting for one socket; more means that its reader is too slow
SLOW_READER_SECONDS = 15  # how long a replay waits for room in that queue
LAYER_SECONDS = 0.5  # bound of every call to the channel layer
BREAKER_SECONDS = 5.0  # pause after a failed one
GAP_SECONDS = 0.05  # how long a missing predecessor may be merely late
RECONCILE_SECONDS = 10.0  # how often local channels are compared with the log
DEGRADED_SECONDS = 2.0  # the same while the channel layer is down
SWEEP_SECONDS = 40.0  # a lost signal takes effect within 60 s (CONTRACT §5), the sweep itself included
BEAT_SECONDS = 15.0
ONLINE_SECONDS = 40
DATABASE_THREADS = 4


class Close:
    """Close codes that a browser can read; only IDLE, REPLACED, TOO_FAST and SLOW_READER may reconnect."""

    SERVER_ERROR = 1011
    BAD_FRAMES = 4400
    SESSION_ENDED = 4401
    REFUSED = 4403
    UNKNOWN_PROTOCOL = 4406
    IDLE = 4408
    REPLACED = 4409
    TOO_FAST = 4429
    SLOW_READER = 4508
