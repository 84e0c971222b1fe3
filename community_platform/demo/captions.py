"""Captions of the films of video.py in two languages: they say what is seen, for the films have no sound."""

from community_platform.demo.video import LOOP_SECONDS, SECONDS

# (part of a round in seconds, words); the films repeat one round.
WORDS = {
    "en": (
        "Twelve bars rise and fall, one after another.",
        "A white dot goes round above them.",
        "Where it turns back, the bars are low.",
        "Look at two neighbours: they move almost alike.",
        "And the round begins anew.",
    ),
    "ru": (
        "Двенадцать столбиков поднимаются и опускаются один за другим.",
        "Над ними ходит по кругу белая точка.",
        "Там, где она поворачивает назад, столбики низкие.",
        "Посмотрите на соседние: они движутся почти одинаково.",
        "И круг начинается сначала.",
    ),
}


def captions(language: str) -> bytes:
    """Return WebVTT for a whole film in `language`, English where we have no other."""
    words = WORDS.get(language, WORDS["en"])
    step = LOOP_SECONDS / len(words)
    cues = ["WEBVTT"]
    for number in range(round(SECONDS / step)):
        begin, end = number * step, (number + 1) * step
        cues.append(f"{_moment(begin)} --> {_moment(end)}\n{words[number % len(words)]}")
    return ("\n\n".join(cues) + "\n").encode()


def _moment(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes):02}:{rest:06.3f}"
