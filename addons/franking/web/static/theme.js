// Before the page is painted: the colours that the visitor chose, if any; and the browser's time zone, told once.
"use strict";
{
  const chosen = localStorage.getItem("theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const told = document.cookie.split("; ").find((pair) => pair.startsWith("zone="));
  if (zone && told !== `zone=${encodeURIComponent(zone)}`) {
    document.cookie = `zone=${encodeURIComponent(zone)}; path=/; max-age=31536000; samesite=lax`;
  }
}
