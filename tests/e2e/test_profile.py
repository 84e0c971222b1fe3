"""A person changes what others see of them."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.e2e
Visitor = Callable[..., Page]


def test_a_profile_is_updated_with_name_and_picture(visit: Visitor, tmp_path: Path) -> None:
    picture = tmp_path / "me.png"
    Image.new("RGB", (640, 400), "teal").save(picture)
    page = visit("chen", width=390)
    page.goto("/settings/")
    page.get_by_label("Display name").fill("Chen Y.-T.")
    page.locator("input[name=avatar]").set_input_files(picture)
    page.get_by_role("main").get_by_role("button", name="Save").click()
    expect(page.locator("input[name=display_name]")).to_have_value("Chen Y.-T.")
    page.goto("/profile/chen/")
    expect(page.get_by_role("heading", name="Chen Y.-T.")).to_be_visible()
    shown = page.locator("main img.avatar, main .avatar img").first
    expect(shown).to_have_attribute("src", re.compile(r"/media/avatars/.+\.webp"))
    assert shown.evaluate("image => image.complete && image.naturalWidth > 0")


def test_a_wrong_file_is_refused_by_name_and_the_rest_is_kept(visit: Visitor, tmp_path: Path) -> None:
    wrong = tmp_path / "me.svg"
    wrong.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    page = visit("anna", width=390)
    page.goto("/settings/")
    page.get_by_label("Display name").fill("Anna with a drawing")
    page.locator("input[name=avatar]").set_input_files(wrong)
    page.get_by_role("main").get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("PNG, JPEG, WebP")
    expect(page.get_by_label("Display name")).to_have_value("Anna with a drawing")
    page.errors.clear()  # type: ignore[attr-defined]  # the browser notes the refusal's status
    page.goto("/profile/anna/")
    expect(page.get_by_role("heading", name="Anna Ozola")).to_be_visible()
