"""Measure how long a reply takes from the POST in one browser to the pill in another.

Run `python -m benchmarks.live_reply http://127.0.0.1:8000` against the demo school; exits 1 above the target.
"""

import shutil
import statistics
import sys

from playwright.sync_api import Browser, Page, expect, sync_playwright

REPLIES = 20
TARGET_MS = 300  # of the 95th percentile
PILL = ".new-pill:not([hidden])"
# Both browsers run on this machine, so that their clocks agree.
WATCH = """() => {
  const pill = document.querySelector(".new-pill");
  window.seen = null;
  new MutationObserver(() => { if (!pill.hidden) window.seen ??= Date.now(); })
    .observe(pill, { attributes: true, childList: true, subtree: true });
}"""

STAMP = """() => {
  document.querySelector("#reply form").addEventListener("submit", () => { sessionStorage.sent = Date.now(); });
}"""


def signed_in(browser: Browser, address: str, username: str) -> Page:
    page = browser.new_context(base_url=address, locale="en").new_page()
    page.goto("/accounts/login/")
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", "demo-school")
    page.locator("main form[method=post] button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)
    return page


def one(reader: Page, writer: Page, path: str, number: int) -> float:
    """Write one reply and return the milliseconds until the reader saw that there is one."""
    with reader.expect_websocket() as socket:
        reader.goto(path)
    socket.value.wait_for_event("framereceived", predicate=lambda frame: '"ack"' in str(frame))
    reader.evaluate(WATCH)
    writer.goto(path)
    writer.locator("#reply textarea").fill(f"Reply {number} of the measurement.")
    writer.evaluate(STAMP)
    writer.locator("#reply button[type=submit]").click()
    expect(reader.locator(PILL)).to_be_visible()
    return float(reader.evaluate("window.seen")) - float(writer.evaluate("sessionStorage.sent"))


def main(address: str) -> int:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        reader, writer = signed_in(browser, address, "anna"), signed_in(browser, address, "chen")
        writer.goto("/forum/new/?category=programming")
        writer.fill("input[name=title]", "How fast is a reply?")
        writer.fill("textarea[name=content]", "Measured by benchmarks/live_reply.py.")
        writer.get_by_role("button", name="Publish").click()
        writer.wait_for_url("**/forum/topic/**")
        topic = writer.url.split("?")[0].split("#")[0].removeprefix(address)
        times = sorted(one(reader, writer, topic, number) for number in range(1, REPLIES + 1))
        browser.close()
    p95 = times[round(0.95 * (len(times) - 1))]
    p50 = statistics.median(times)
    sys.stdout.write(f"{len(times)} replies: p50 {p50:.0f} ms, p95 {p95:.0f} ms, max {times[-1]:.0f} ms\n")
    return 0 if p95 < TARGET_MS else 1


if __name__ == "__main__":
    sys.exit(main((sys.argv[1:] or ["http://127.0.0.1:8000"])[0]))
