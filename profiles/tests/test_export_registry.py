"""Nothing that points at a person is forgotten when they ask for their data, or when two accounts become one."""

from community_platform.core import lifecycle, merging

HOW_EXPORT = (
    "Each foreign key to a person is given out or withheld with a reason: see `<app>/exports.py` of its app, "
    "`lifecycle.exports(table(…))` or `lifecycle.withheld({…})`."
)


def test_every_link_to_a_person_is_exported_or_withheld_with_a_reason():
    assert lifecycle.unexplained() == set(), HOW_EXPORT
    assert len(lifecycle.links()) > 80, "the introspection sees next to nothing: it is broken"
    exported = {link for subject in lifecycle.subjects() for link in subject.links}
    assert exported | set(lifecycle._withheld) >= set(lifecycle.links())
    assert all(len(reason) > 10 for reason in lifecycle._withheld.values())


def test_no_link_is_named_that_is_not_there():
    assert lifecycle.vanished() == set()
    assert lifecycle.contradicting() == set()


def test_libraries_are_asked_too():
    """Third-party tables hold the most private rows: e-mails, sessions, second factors."""
    private = {"account.EmailAddress.user", "usersessions.UserSession.user", "admin.LogEntry.user"}
    assert private <= set(lifecycle.links())
    assert "profiles.User_groups.user" in lifecycle.links(), "tables of many-to-many relations"


def test_a_forgotten_link_is_seen(monkeypatch):
    """The test above can fail."""
    monkeypatch.setattr(lifecycle, "_withheld", {})
    assert "admin.LogEntry.user" in lifecycle.unexplained()
    monkeypatch.setattr(merging, "_rules", [])
    assert merging.without_rule() == set(lifecycle.links())
