"""The mail in a browser, as a mail program shows it: narrow and wide, light and dark."""

import base64
import re
from email import message_from_bytes
from email.policy import default

import letterhead
import pytest

from report_helpers.delivery import message

HISTORY = {"history": {"series": {"speed_to_lead median": {"value": [4.0, 6.0, 5.0, 23.0]}}}}
CONTRAST = """() => {
  const rgb = css => css.match(/[0-9.]+/g).map(Number);
  const bright = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = node => {
    for (; node; node = node.parentElement) {
      const found = rgb(getComputedStyle(node).backgroundColor);
      if (found.length == 3 || found[3] > 0) return found;
    }
    return [255, 255, 255];
  };
  const worst = [];
  for (const node of document.querySelectorAll("td, th, p, h1, h2, span, a")) {
    if (![...node.childNodes].some(n => n.nodeType == 3 && n.data.trim())) continue;
    const a = bright(rgb(getComputedStyle(node).color)), b = bright(ground(node));
    worst.push([(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), node.textContent.trim()]);
  }
  return worst.sort((x, y) => x[0] - y[0])[0];
}"""


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """Return a file with a mail's HTML, its pictures in place."""
    long = {**letterhead.ITEM, "text": "https://example.com/" + "x" * 250}
    owed = letterhead.owed
    owes = {"marketing": owed([long]), "sales": owed([letterhead.LATE, long])}
    said = letterhead.summary(owes=owes, meeting=letterhead.MEETING)
    issue = letterhead.issue(facts=HISTORY, said=said, number=2)
    company = letterhead.company(link="https://reports.b.example", replies="r@b.example")
    folder = tmp_path_factory.mktemp("mail")
    (folder / "weekly.html").touch()
    letter = message.compose(issue, folder, letterhead.SALES, company)
    mail = message_from_bytes(letter.content, policy=default)
    html = mail.get_body(("html",)).get_content()
    for part in mail.walk():
        if part.get_content_maintype() == "image":
            coded = base64.b64encode(part.get_content()).decode()
            html = html.replace(f"cid:{part['Content-ID'][1:-1]}", f"data:image/png;base64,{coded}")
    assert not re.search("cid:", html)
    file = folder / "mail.html"
    file.write_text(html, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def browser(chromium):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.mark.browser
@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 700])
def test_it_fits_can_be_read_and_asks_nothing(browser, page, width, mode):
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=mode)
    view, asked = context.new_page(), []
    view.on("request", lambda request: asked.append(request.url))
    view.goto(page.as_uri())
    assert [url for url in asked if not url.startswith("data:")] == [page.as_uri()]
    assert view.evaluate("document.documentElement.scrollWidth") == width
    contrast, text = view.evaluate(CONTRAST)
    assert contrast >= 4.5, text
    ground = view.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (max(map(int, re.findall(r"\d+", ground)[:3])) < 60) == (mode == "dark")
    assert view.evaluate("[...document.images].every(i => i.naturalWidth > 0 && i.alt)")
    assert view.evaluate("document.querySelector('.hidden').offsetHeight") == 0
    context.close()
