"""What the people of the demo school tell about themselves."""

from collections.abc import Iterator

from community_platform.core.markdown import render_short
from community_platform.demo.people import NAMED
from profiles.models import Profile, User

WRITTEN = {
    "anna": (
        "Riga", "Data analyst by day. Learning **Python** properly this time, one streak day after another. "
        "Ask me about pandas, tea and bicycles.", "annaozola", (4, 17),
    ),
    "boris": (
        "Новосибирск", "Инженер, учу машинное обучение по вечерам. Люблю разбирать чужие решения и объяснять свои.",
        "bklimov", (11, 23),
    ),
    "chen": ("Taipei", "Statistics student. I collect *beautiful proofs*.", "chenyt", None),
    "irina": (
        "Berlin", "I teach Python and data analysis here. Fifteen years in industry, seven in front of students. "
        "Questions are welcome below every lesson: I read them all.", "irina-teaches", None,
    ),
    "daniel": ("Zürich", "Statistician and lecturer. Uncertainty is my profession.", "dweber", None),
    "maxim": ("Amsterdam", "I keep this forum a friendly place. Write to me when it is not.", "", None),
    "mei": ("Singapore", "Front-end developer who wants to know what happens behind the API.", "meilin", None),
    "nina": ("Москва", "Преподаю математику в школе, сама учусь программировать.", "", None),
    "omar": ("Tunis", "Biologist. R refugee.", "", None),
    "pavel": ("Екатеринбург", "Тестировщик. Ломаю, чтобы не ломалось.", "pgromov", None),
}  # fmt: skip
LINES = (
    "Learning a little every day.",
    "Career changer, year one.",
    "Here for the statistics course and the good company.",
    "I answer what I can and ask what I cannot.",
    "",
    "",
)
OPEN_EACH, PRIVATE_EACH = 2, 23  # every second of the many shows activity, every 23rd hides the profile


def made(users: list[User]) -> Iterator[Profile]:
    """Yield the profile of each of `users`: written for those with a name, short for the many."""
    for n, user in enumerate(users):
        if user.username in WRITTEN:
            place, bio, github, birthday = WRITTEN[user.username]
            month, day = birthday or (None, None)
            yield Profile(
                user=user, location=place, bio=bio, bio_html=render_short(bio), birth_month=month, birth_day=day,
                github_url=f"https://github.com/{github}" if github else "",
                website=f"https://{user.username}.example.com" if user.username in {"anna", "irina"} else "",
            )  # fmt: skip
        else:
            bio = LINES[n % len(LINES)]
            city = user.timezone.partition("/")[2].replace("_", " ")
            html = f"<p>{bio}</p>" if bio else ""
            yield Profile(user=user, location=city if n % 3 else "", bio=bio, bio_html=html)


def choose_switches(user: User, n: int) -> None:
    """Decide what the n-th person shows: those with a name show all, the many differ."""
    named = n < len(NAMED)
    user.show_activity = named or n % OPEN_EACH == 0
    user.is_profile_public = named or n % PRIVATE_EACH != 0
