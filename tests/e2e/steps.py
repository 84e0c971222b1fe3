"""What people do on the site, said once for all browser tests."""

import re
import secrets

from playwright.sync_api import Locator, Page, TimeoutError, expect

NEW_PASSWORD = "a-long-walk-in-autumn"
TOPIC = re.compile(r"/forum/topic/\d+/")


def sign_up(page: Page, name: str) -> str:
    """Make an account by the form, sign in with it, and return its user name, new in each run."""
    username = f"{name}{secrets.token_hex(3)}"
    page.goto("/accounts/signup/")
    page.fill("input[name=email]", f"{username}@example.com")
    page.fill("input[name=username]", username)
    page.fill("input[name=password1]", NEW_PASSWORD)
    page.locator("main form[method=post] button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/accounts/signup/" not in url)
    expect(page.locator("body")).to_have_attribute("data-username", username)
    return username


def start_topic(page: Page, title: str, content: str = "", *, kind: str = "question") -> str:
    """Publish a topic by the form and return its path; without `content` its text is one that nobody wrote before."""
    page.goto("/forum/new/?category=programming")
    page.fill("input[name=title]", title)
    page.select_option("select[name=kind]", kind)
    page.fill("textarea[name=content]", content or f"{title} Where do I start? {secrets.token_hex(3)}")
    page.fill("input[name=tags]", "")  # what was begun before is restored
    page.get_by_role("button", name="Publish").click()
    page.wait_for_url(TOPIC)
    found = TOPIC.search(page.url)
    assert found
    return found.group()


def reply(page: Page, path: str, content: str) -> None:
    """Answer the topic at `path` by the form under it."""
    page.goto(path)
    page.locator("#reply textarea").fill(content)
    page.locator("#reply button[type=submit]").click()
    expect(page.locator(".post .prose", has_text=content)).to_have_count(1)


def post_with(page: Page, text: str) -> Locator:
    """Return the post that says `text`."""
    return page.locator("article.post").filter(has_text=text)


def fits(page: Page, width: int) -> bool:
    """Return whether nothing sticks out sideways of a window of this width, in pixels.

    The header takes a moment to give way to a narrower window: it has a second for that.
    """
    page.set_viewport_size({"width": width, "height": 800})
    try:
        page.wait_for_function("width => document.documentElement.scrollWidth <= width", arg=width, timeout=1_000)
    except TimeoutError:
        return False
    return True
