"""A page's form as a browser would send it."""

import re
from html import unescape

__all__ = ["sent_by"]


def sent_by(page: str, of: str = "") -> dict[str, list[str]]:
    """Field → values, as they stand in the last form that has this text in it."""
    form = [form for form in re.findall(r"<form.*?</form>", page, re.DOTALL) if of in form][-1 if of else 0]
    fields: dict[str, list[str]] = {}
    for tag, field, text in re.findall(r"(<input[^>]*>)|(<textarea[^>]*>)\n(.*?)</textarea>", form, re.DOTALL):
        name, value = re.search(r' name="([^"]*)"', tag or field), re.search(r' value="([^"]*)"', tag)
        if name and (not re.search(r'type="(checkbox|radio)"', tag) or " checked" in tag):
            told = text if field else value[1] if value else "on"
            fields.setdefault(name[1], []).append(unescape(told).replace("\n", "\r\n"))
    for name, options in re.findall(r'<select name="([^"]*)".*?>(.*?)</select>', form, re.DOTALL):
        fields[name] = re.findall(r'value="([^"]*)" selected', options)
    return fields
