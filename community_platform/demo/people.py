"""Who lives in the demo school."""

from dataclasses import dataclass

PASSWORD = "demo-school"  # noqa: S105 - printed by `make run`; these accounts exist only where the command ran


@dataclass(frozen=True, slots=True)
class Person:
    username: str
    display_name: str
    role: str = "student"
    timezone: str = "UTC"
    language: str = ""

    @property
    def email(self) -> str:
        return f"{self.username}@example.com"


NAMED = (
    Person("anna", "Anna Ozola", timezone="Europe/Riga"),
    Person("boris", "Борис Климов", timezone="Asia/Novosibirsk", language="ru"),
    Person("chen", "Chen Yi-Ting", timezone="Asia/Taipei"),
    Person("irina", "Irina Sokolova", "instructor", "Europe/Berlin"),
    Person("daniel", "Daniel Weber", "instructor", "Europe/Zurich"),
    Person("maxim", "Maxim Orlov", "moderator", "Europe/Amsterdam"),
    Person("admin", "Lumen Team", "admin"),
)
STAFF = frozenset(person.username for person in NAMED if person.role != "student")
# They write in the forum, but nobody can sign in as them.
CAST = (
    Person("mei", "Mei Lin Tan", timezone="Asia/Singapore"),
    Person("lukas", "Lukas Gruber", timezone="Europe/Vienna", language="en"),
    Person("nina", "Нина Хасанова", timezone="Europe/Moscow", language="ru"),
    Person("omar", "Omar Haddad", timezone="Africa/Tunis"),
    Person("grace", "Grace Mwangi", timezone="Africa/Nairobi"),
    Person("yuki", "Yuki Tanaka", timezone="Asia/Tokyo"),
    Person("sofia", "Sofia Marino", timezone="Europe/Rome"),
    Person("pavel", "Павел Громов", timezone="Asia/Yekaterinburg", language="ru"),
    Person("elena", "Елена Вашкевич", timezone="Europe/Minsk", language="ru"),
)
GIVEN = (
    "Aisha Amara Andrei Astrid Beatriz Bruno Camila Clara David Diego Dina Elif Emma Erik Farid Fatima Felix Freya "
    "Gabriel Hana Hugo Ines Ivan Jana Joana Jonas Julia Kai Karim Kofi Laila Lea Leo Lin Lucia Malik Marco Maria Marta "
    "Mateo Milan Mina Nadia Nils Noor Olga Oscar Paula Petra Priya Rafael Ravi Rosa Samir Sara Sven Tariq Tessa Tomas "
    "Vera Viktor Wen Yara Zoe"
).split()
FAMILY = (
    "Abe Adeyemi Almeida Andersson Bauer Becker Bianchi Castro Cohen Costa Dahl Demir Diallo Dubois Eriksen Fischer "
    "Garcia Gupta Hansen Horvat Ibrahim Ito Ivanova Jansen Kaya Keller Khan Kim Kovacs Kumar Larsen Laurent Lehtonen "
    "Lopez Mensah Meyer Moreau Nair Nakamura Novak Okafor Olsen Park Pereira Petrov Popescu Rahman Rossi Santos Sato "
    "Schmidt Silva Singh Suzuki Svensson Torres Varga Virtanen Wang Weber Yilmaz Zhang"
).split()
ZONES = (
    "Europe/Berlin", "Europe/Madrid", "Europe/Warsaw", "Europe/Moscow", "Asia/Kolkata", "Asia/Tokyo", "Asia/Almaty",
    "America/New_York", "America/Sao_Paulo", "America/Los_Angeles", "Africa/Lagos", "Australia/Sydney", "UTC",
)  # fmt: skip


def neighbour(n: int) -> Person:
    """Return the n-th of the many: the same name for the same number, in every school."""
    given, family = GIVEN[n % len(GIVEN)], FAMILY[(n * 7 + n // len(GIVEN)) % len(FAMILY)]
    return Person(f"{given.lower()}{n}", f"{given} {family}", timezone=ZONES[n % len(ZONES)])
