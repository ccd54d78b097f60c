"""A link is made in a browser, opened by its reader, and ended."""

from pathlib import Path

from support.browser import Visit, faults_of_looks
from support.dashboard import serving
from support.pages import full


def test_a_link_is_made_opened_and_ended(visit: Visit, folder: Path) -> None:
    with serving(full(folder / "links.db"), folder) as address:
        page = visit(f"{address}/projects/docs")
        page.get_by_role("link", name="Client link").click()
        page.get_by_label("Days").fill("0")
        page.get_by_label("For whom").fill("Jane at ClientB")
        page.get_by_role("button", name="Make the link").click()
        page.wait_for_selector("#days[aria-invalid]:focus")
        visit.expected("422")
        page.get_by_label("Days").fill("7")
        page.get_by_role("button", name="Make the link").click()
        url = page.locator(".made code").inner_text()
        assert url.startswith(f"{address}/shared/")
        assert page.get_by_role("article").get_by_text("Jane at ClientB").count() == 1
        assert faults_of_looks(page) == []

        reader = visit(url)
        reader.wait_for_selector("canvas")
        assert reader.inner_text("h1") == "The docs"
        assert faults_of_looks(reader) == []
        reader.get_by_role("link", name="Tool").click()
        reader.wait_for_url(f"{url}?period=month&by=client")
        reader.get_by_role("link", name="Week").click()
        reader.wait_for_url(f"{url}?by=client&period=week")
        reader.wait_for_selector("canvas")
        assert reader.context.cookies() == []

        page.get_by_role("button", name="Revoke").click()
        page.wait_for_selector("text=The link is revoked")
        reader.reload()
        assert reader.inner_text("h2") == "This link opens nothing"
        assert faults_of_looks(reader) == []
        visit.expected("404")
