"""Sentences for the many: a few thousand different texts, each rendered once."""

import random
from dataclasses import dataclass

from community_platform.core import markdown

THINGS = (
    "a list comprehension", "the second exercise", "a left join", "the reflog", "the standard deviation", "a confidence interval",
    "the determinant", "an eigenvector", "the merge conflict", "a recursive function", "the contrast check", "my first class",
    "the group by", "a dictionary of lists", "the random seed", "a broken import", "the regular expression", "the time zone",
    "a nested loop", "the median", "the index", "a unit test", "the virtual environment", "the layout on a phone",
)  # fmt: skip
TITLES = (
    "How do you explain {}?", "Stuck on {}", "What finally made me understand {}", "Is there a simpler way to do {}?",
    "{}: what am I missing?", "A small victory with {}", "When do you really need {}?", "Please check my reasoning about {}",
    "Notes on {}", "Three mistakes I made with {}",
)  # fmt: skip
OPENINGS = (
    "I have been looking at {} since this morning.", "In the last lesson we met {}, and I thought I had understood it.",
    "My team asked me about {} today.", "Yesterday everything about {} was clear; today it is gone.",
    "I tried to use {} in something of my own.", "For the third time this week I run into {}.",
)  # fmt: skip
MIDDLES = (
    "The example of the lesson works; with my own numbers the result is off by one.",
    "What I expected was a short answer. What I got was forty lines.",
    "I drew it on paper first, as Irina says, and the picture looks right.",
    "It works for ten rows and becomes slow for ten thousand.",
    "I read the documentation twice, and the second time I understood less.",
    "On my colleague's machine it is fine, of course.",
)  # fmt: skip
EXTRAS = (
    "```python\nvalues = [3, 1, 2]\nresult = sorted(values)\nprint(result[len(result) // 2])\n```",
    "```sql\nSELECT course_id, COUNT(*)\nFROM enrollments\nGROUP BY course_id\nORDER BY 2 DESC;\n```",
    "| attempt | result |\n|---|---:|\n| first | 12 |\n| second | 15 |\n| third | 15 |",
    "$$\\sigma = \\sqrt{\\frac{1}{n}\\sum_{i=1}^{n}(x_i-\\bar x)^2}$$",
    "- [x] read the lesson again\n- [x] tried a smaller example\n- [ ] slept over it",
    "> Look at the smallest case that fails.\n\nThat is what I did, and it has two elements.",
    "",
    "",
)
ENDINGS = (
    "What would you look at first?", "Any hint is welcome, please not the whole solution.", "How do you do this?",
    "Thank you for reading this far.", "Is that normal?",
)  # fmt: skip
ANSWERS = (
    "Try the smallest case that still fails; here that should be two elements.",
    "I had the same with {}, and in the end it was a typo in a name.",
    "Print the value *before* the line which fails, not after it.",
    "That is explained in the third lesson, just after the picture.",
    "Draw it. I mean it: five minutes with a pencil.",
    "You are closer than you think: only the order of the two steps is wrong.",
    "What does `type(...)` say about it?",
    "It is slow because the inner loop looks at everything again. Sort once, before.",
    "For {} I keep a note with one example. I look it up every time, without shame.",
    "Both are right; the second one is easier to read in a year.",
    "Have a look at the mean of a handful of random numbers first.",
    "The documentation is correct here but hides it in the last sentence.",
)  # fmt: skip
THANKS = (
    "", "", "", " Tell us whether it helped.", " Good luck!", " It took me a week, so do not worry.", " And do take a break.",
    " (Somebody correct me if that changed.)",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text, what it becomes, and what it is about."""

    source: str
    html: str
    about: str


def bodies(dice: random.Random, count: int = 400) -> list[Phrase]:
    """Return bodies of topics."""
    found = []
    for n in range(count):
        about = THINGS[n % len(THINGS)]
        parts = [
            f"{dice.choice(OPENINGS).format(about)} {dice.choice(MIDDLES)}",
            dice.choice(EXTRAS),
            dice.choice(ENDINGS),
        ]
        found.append(_phrase("\n\n".join(part for part in parts if part), about))
    return found


def replies(dice: random.Random, count: int = 1200) -> list[Phrase]:
    """Return replies and comments."""
    found = []
    for n in range(count):
        about = THINGS[n % len(THINGS)]
        text = f"{dice.choice(ANSWERS).format(about)}{dice.choice(THANKS)}"
        if dice.random() < 0.35:
            text += f"\n\n{dice.choice(ANSWERS).format(about)}"
        if dice.random() < 0.1:
            text += f"\n\n{dice.choice(EXTRAS)}"
        found.append(_phrase(text.strip(), about))
    return found


def title(dice: random.Random, body: Phrase) -> str:
    """Return a title that fits the body."""
    words = dice.choice(TITLES).format(body.about)
    return words[0].upper() + words[1:]


def _phrase(source: str, about: str) -> Phrase:
    return Phrase(source, markdown.render(source).html, about)
