// What pages do beyond links and forms: stay live, keep what the visitor is at, choose colours, copy links.
"use strict";

const content = () => document.getElementById("content");

// Put a new page's content into this one's place: what is the same stays, and with it focus, scroll and charts.
htmx.defineExtension("morph", {
  isInlineSwap: (style) => style === "morph",
  handleSwap: (style, target, fragment) =>
    style === "morph" &&
    Idiomorph.morph(target, fragment.children, {
      morphStyle: "outerHTML",
      // What is being typed stays, unless it is what was just sent.
      ignoreActiveValue: live.asking,
      callbacks: {
        beforeNodeMorphed: (old) => !(old instanceof Element && old.hasAttribute("data-keep")),
        // Neither what the visitor has opened nor, when the page refreshes itself, what was typed or chosen meanwhile.
        beforeAttributeUpdated: (name, element) =>
          !(name === "open" && element instanceof HTMLDetailsElement) &&
          !(live.asking && ["value", "checked", "selected"].includes(name)),
      },
    }),
});

const settled = () => {
  drawCharts();
  document.dispatchEvent(new Event("franking:shown"));
};
document.addEventListener("htmx:afterSettle", settled);

// Ask for what the address says, and put it into place.
const showAddress = () =>
  htmx.ajax("GET", location.pathname + location.search, {
    source: content(), target: "#content", select: "#content", swap: "morph",
  });

// What the page asked of itself comes too late where the visitor has gone on meanwhile.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const asked = detail.requestConfig;
  if (asked.elt === content() && asked.path !== location.pathname + location.search) detail.shouldSwap = false;
});

// Back and forward: nothing of a page is kept in the browser, it is asked for.
document.addEventListener("htmx:historyCacheMiss", (event) => {
  event.preventDefault();
  showAddress();
});

// Live: the server tells that something was written, and the page asks for itself again; alerts come to every page.
const live = {
  source: null,
  timer: null,
  asking: false,
  again: false,
  last: 0,
  credit: 1000,

  // A form is not made anew under who fills it in.
  get page() { return content()?.hasAttribute("data-live"); },

  open() {
    if (this.source || document.hidden || !document.getElementById("alerts")) return;
    this.source = new EventSource("/live");
    this.source.addEventListener("hello", (event) => {
      this.say("on", "Live");
      this.refresh();
      showAlerts(JSON.parse(event.data).alerts);
    });
    this.source.addEventListener("changed", () => this.refresh());
    this.source.addEventListener("alerts", (event) => showAlerts(JSON.parse(event.data)));
    this.source.addEventListener("ended", (event) => this.tell(JSON.parse(event.data)));
    this.source.onerror = () => this.say("off", "Not connected");
  },

  close() {
    this.source?.close();
    this.source = null;
    this.say("off", "Paused");
  },

  say(state, word) {
    const mark = document.getElementById("live");
    if (!this.page || !mark || mark.dataset.state === state) return;
    mark.dataset.state = state;
    mark.querySelector(".word").textContent = word;
  },

  tell(ended) {
    document.dispatchEvent(new CustomEvent("franking:ended", { detail: ended }));
  },

  // Soon, as long as a page asks for no more than a thirtieth of the time: milliseconds of answers are earned and spent,
  // so that single requests show at once, and thousands do not make the dashboard a burden. No wait is longer than 5 s.
  refresh() {
    if (!this.page) return;
    if (this.asking) { this.again = true; return; }
    if (this.timer) return;
    const since = performance.now() - this.last;
    const credit = this.earned(since);
    const wait = credit > 0 ? 500 - since : Math.min(5000, -30 * credit);
    this.timer = setTimeout(() => this.ask(), Math.max(0, wait));
  },

  earned(since) { return Math.min(1000, this.credit + since / 30); },

  async ask() {
    this.timer = null;
    if (document.hidden || document.querySelector(".htmx-request")) { this.again = false; return this.soon(); }
    const begun = performance.now();
    this.credit = this.earned(begun - this.last);
    this.asking = true;
    try {
      await showAddress();
    } catch { /* the stream's own error says that the server is gone */ }
    this.last = performance.now();
    this.credit -= this.last - begun;
    this.asking = false;
    if (this.again) { this.again = false; this.refresh(); }
  },

  soon() {
    if (!document.hidden) this.timer = setTimeout(() => this.ask(), 300);
  },
};

// Alerts: those that stand are put into place when they are others than the page shows. mark: of those that stand.
const showAlerts = (mark) => {
  const held = document.getElementById("alerts");
  if (held.dataset.mark === mark) return;
  htmx.ajax("GET", "/alerts", { source: held, target: "#alerts", swap: "morph" });
};

// What is dismissed takes the focus with it, which goes on to the next one, or to the content.
let dismissing = false;
document.addEventListener("submit", (event) => { dismissing = event.target.matches(".alert"); });
document.addEventListener("htmx:afterSettle", () => {
  if (!dismissing) return;
  dismissing = false;
  if (document.activeElement === document.body) (document.querySelector(".alert button") ?? content()).focus();
});

document.addEventListener("visibilitychange", () => (document.hidden ? live.close() : live.open()));
window.addEventListener("pagehide", () => live.close());

// Colours: as the system, light, dark.
const themes = ["auto", "light", "dark"];
const showTheme = () => {
  const chosen = localStorage.getItem("theme") ?? "auto";
  document.querySelector("#theme .word").textContent = chosen[0].toUpperCase() + chosen.slice(1);
};
document.getElementById("theme")?.addEventListener("click", () => {
  const next = themes[(themes.indexOf(localStorage.getItem("theme") ?? "auto") + 1) % themes.length];
  if (next === "auto") {
    localStorage.removeItem("theme");
    delete document.documentElement.dataset.theme;
  } else {
    localStorage.setItem("theme", next);
    document.documentElement.dataset.theme = next;
  }
  showTheme();
  drawCharts(true);
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawCharts(true));

// Links that say they copy themselves do; a link that is a button answers to the space bar.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-copy]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  history.replaceState(history.state, "", link.href);
  const said = document.getElementById("said");
  try {
    await navigator.clipboard.writeText(link.href);
    said.textContent = "Link copied";
    link.textContent = "Copied";
    setTimeout(() => { link.textContent = "Link"; }, 1500);
  } catch {
    said.textContent = "The link is in the address bar";
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === " " && event.target.matches('a[role="button"]')) {
    event.preventDefault();
    event.target.click();
  }
});

showTheme();
// The header's list scrolls where it is narrow. (scrollIntoView would also move where Tab begins.)
const pages = document.querySelector(".top nav");
const current = pages?.querySelector("[aria-current]");
if (current) pages.scrollLeft = current.getBoundingClientRect().left - pages.getBoundingClientRect().left - 40;
drawCharts();
live.open();
