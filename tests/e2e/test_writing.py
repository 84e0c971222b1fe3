"""Writing you cannot lose, in a browser: drafts on two devices, two edits at once, pictures, completion, keys."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.steps import post_with, reply, start_topic

pytestmark = pytest.mark.e2e
Visitor = Callable[..., Page]
BOX = "#reply textarea"
NOTE = "#reply [data-draft-note]"
PASTE = """async ([selector]) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 40, height: 20 });
  canvas.getContext("2d").fillRect(0, 0, 20, 20);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  const data = new DataTransfer();
  data.items.add(new File([blob], "shot.png", { type: "image/png" }));
  const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  document.querySelector(selector).dispatchEvent(event);
}"""


def assert_axe_clean(page: Page) -> None:
    serious = [v for v in Axe().run(page).response["violations"] if v["impact"] in {"serious", "critical"}]
    assert [(v["id"], [node["target"] for node in v["nodes"]]) for v in serious] == []


def test_a_draft_follows_its_writer_to_another_device(visit: Visitor) -> None:
    page = visit("anna")
    path = start_topic(page, "Does a draft travel?")
    page.locator(BOX).fill("Begun at home.")
    expect(page.locator(NOTE)).to_have_text("Draft saved")
    other = visit("anna")
    other.goto(path)
    expect(other.locator(BOX)).to_have_value("Begun at home.")
    expect(other.locator(NOTE)).to_have_text("Draft restored")
    other.goto("/forum/drafts/")
    expect(other.locator(".draft", has_text="Begun at home.")).to_have_count(1)
    assert_axe_clean(other)
    page.locator("#reply button[type=submit].btn--primary").click()
    expect(post_with(page, "Begun at home.")).to_have_count(1)
    other.goto(path)
    expect(other.locator(BOX)).to_have_value("")


def test_an_older_page_is_told_of_the_newer_text_and_neither_is_lost(visit: Visitor) -> None:
    first, second = visit("anna"), visit("anna")
    path = start_topic(first, "Which of two texts wins?")
    second.goto(path)
    first.locator(BOX).fill("Words of the first page.")
    expect(first.locator(NOTE)).to_have_text("Draft saved")
    second.locator(BOX).fill("Words of the second page.")
    expect(second.locator(NOTE)).to_contain_text("A newer text was saved")
    expect(second.locator(BOX)).to_have_value("Words of the second page.")
    assert_axe_clean(second)
    second.get_by_role("button", name="Show it").click()
    expect(second.locator(BOX)).to_have_value("Words of the first page.")
    second.locator(BOX).press("Control+z")
    expect(second.locator(BOX)).to_have_value("Words of the second page.")
    second.errors.clear()  # type: ignore[attr-defined]  # the browser logs the 409 that this test asked for


def test_what_was_typed_without_a_network_is_there_after_a_reload(visit: Visitor) -> None:
    page = visit("anna")
    path = start_topic(page, "What happens in a tunnel?")
    page.context.set_offline(True)
    page.locator(BOX).fill("Written in a tunnel.")
    expect(page.locator(NOTE)).to_have_text("Kept in this browser")
    page.context.set_offline(False)
    page.goto(path)
    expect(page.locator(BOX)).to_have_value("Written in a tunnel.")
    expect(page.locator(NOTE)).to_have_text("Draft saved")
    page.errors.clear()  # type: ignore[attr-defined]  # the browser logs the requests that failed offline


def test_two_browsers_edit_at_once_and_both_edits_are_joined(visit: Visitor) -> None:
    writer, moderator = visit("chen"), visit("maxim")
    path = start_topic(visit("anna"), "How do two edits meet?")
    reply(writer, path, "First line\n\nSecond line")
    edit = post_with(writer, "Second line").get_by_role("link", name="Edit").get_attribute("href") or ""
    for page in (writer, moderator):
        page.goto(edit)
    moderator.locator("textarea[name=content]").fill("First line, mended\n\nSecond line")
    moderator.get_by_role("button", name="Save", exact=True).click()
    moderator.wait_for_url(re.compile(r"/forum/topic/"))
    writer.locator("textarea[name=content]").fill("First line\n\nSecond line, longer")
    writer.get_by_role("button", name="Save", exact=True).click()
    expect(writer.get_by_role("heading", level=1)).to_contain_text("Somebody changed this")
    expect(writer.locator("textarea[name=content]")).to_have_value("First line, mended\n\nSecond line, longer")
    assert_axe_clean(writer)
    writer.get_by_role("button", name="Save the joined text").click()
    expect(post_with(writer, "First line, mended")).to_contain_text("Second line, longer")
    post_with(writer, "mended").get_by_role("link", name="edited").click()
    expect(writer.locator(".version").first).to_contain_text("The text of now")
    expect(writer.locator(".version ins").first).to_be_visible()
    assert_axe_clean(writer)
    writer.errors.clear()  # type: ignore[attr-defined]  # the browser logs the 409 that this test asked for


def test_a_pasted_picture_is_uploaded_described_and_shown(visit: Visitor) -> None:
    page = visit("anna")
    start_topic(page, "Can I show a picture?")
    box = page.locator(BOX)
    box.fill("Look at this:")
    page.evaluate(PASTE, [BOX])
    expect(box).to_have_value(re.compile(r"!\[what it shows\]\(/forum/picture/[0-9a-f-]{36}/\)"))
    page.keyboard.type("half a square")
    expect(box).to_have_value(re.compile(r"^Look at this:\n\n!\[half a square\]\("))
    page.locator("#reply button[type=submit].btn--primary").click()
    picture = page.locator("article.post img[alt='half a square']")
    expect(picture).to_be_visible()
    assert picture.evaluate("async (image) => { await image.decode(); return image.naturalWidth; }") == 40


def test_names_and_tags_are_completed_by_keyboard(visit: Visitor) -> None:
    page = visit("anna")
    path = start_topic(page, "Who can complete this?")
    reply(visit("boris"), path, "I am here.")
    page.goto(path)
    box = page.locator(BOX)
    box.press_sequentially("Thanks @")
    option = page.locator("#reply [role=option]").first
    expect(option).to_contain_text("boris")
    expect(box).to_have_attribute("aria-activedescendant", option.get_attribute("id") or "")
    assert_axe_clean(page)
    box.press("Enter")
    expect(box).to_have_value("Thanks @boris ")
    box.press_sequentially("see #pyth")
    expect(page.locator("#reply [role=option]").first).to_contain_text("#python")
    box.press("ArrowDown")
    box.press("ArrowUp")
    box.press("Tab")
    expect(box).to_have_value("Thanks @boris see #python ")
    box.press_sequentially("and @bor")
    expect(page.locator("#reply [role=listbox]")).to_be_visible()
    box.press("Escape")
    expect(page.locator("#reply [role=listbox]")).to_be_hidden()
    page.goto("/forum/new/")
    tags = page.locator("input[name=tags]")
    tags.press_sequentially("pyth")
    expect(page.locator("[role=option]").first).to_contain_text("#python")
    tags.press("Enter")
    expect(tags).to_have_value("python, ")
    page.goto("about:blank")


def test_selected_words_are_quoted_with_their_source(visit: Visitor) -> None:
    page = visit("anna")
    path = start_topic(page, "What did you say exactly?", "One two three four.")
    page.goto(path)
    page.locator("#post-1 .prose p").first.select_text()
    page.locator(".quote-button").click()
    quotation = r"^> \[@anna\]\(/forum/post/\d+/\):\n>\n> One two three four\.\n\n$"
    expect(page.locator(BOX)).to_have_value(re.compile(quotation))


def test_single_keys_walk_reply_and_can_be_switched_off(visit: Visitor) -> None:
    page = visit("anna")
    path = start_topic(page, "Which keys are there?")
    reply(visit("boris"), path, "Many.")
    page.goto(path)
    page.keyboard.press("j")
    expect(page.locator("#post-1")).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator("#post-2")).to_be_focused()
    page.keyboard.press("l")
    expect(page.locator("#post-2 .btn--like")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("k")
    page.keyboard.press("r")
    page.wait_for_url(re.compile(r"reply_to=\d+#reply"))
    page.locator(BOX).press_sequentially("jk?")
    expect(page.locator(BOX)).to_have_value("jk?")
    page.locator(BOX).fill("")
    page.locator(BOX).blur()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Keyboard shortcuts")
    assert_axe_clean(page)
    dialog.get_by_role("checkbox").uncheck()
    dialog.get_by_role("button", name="Close").click()
    page.keyboard.press("j")
    expect(page.locator(".post:focus")).to_have_count(0)
    page.keyboard.press("/")
    expect(page.locator("#site-search")).not_to_be_focused()
    page.reload()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_g_and_a_letter_go_places(visit: Visitor) -> None:
    page = visit("anna")
    page.goto("/forum/")
    page.keyboard.press("j")
    expect(page.locator(".topic:focus")).to_have_count(1)
    page.keyboard.press("o")
    page.wait_for_url(re.compile(r"/forum/topic/\d+/"))
    page.keyboard.press("g")
    page.keyboard.press("n")
    page.wait_for_url("**/notifications/")


@pytest.mark.parametrize("path", ["/forum/tags/", "/forum/tag/python/", "/forum/pictures/", "/forum/new/"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_serious_and_nothing_sticks_out(visit: Visitor, path: str, width: int) -> None:
    page = visit("anna", width=width, reduced_motion="reduce")
    page.goto(path)
    assert_axe_clean(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
