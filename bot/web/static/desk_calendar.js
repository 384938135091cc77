// The calendar while it is open: keys, filters that take effect at once, focus that stays. Parts are fetched by htmx and
// announced by desk.js; everything works without this script.

const body = document.body;
const element = (id) => document.getElementById(id);

const printer = element("print");
if (printer) {
  printer.hidden = false;
  printer.addEventListener("click", () => print());
}

element("filters")?.addEventListener("change", (event) => event.currentTarget.requestSubmit());

// ---- keys, off while typing; T and N are pressed by desk.js

const KEYS = { ArrowLeft: "back", ArrowRight: "next", w: "w", d: "d", l: "l", p: "p" };

addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (event.target.matches?.("input, textarea, select, [contenteditable]") || body.dataset.keys !== "on" || element("keys")?.open) return;
  const region = event.target.closest?.("[role=region]");
  const scrolls = region && region.scrollWidth > region.clientWidth;
  if (event.key.startsWith("Arrow") && scrolls) return;
  const name = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  const target = name && document.querySelector(`[data-key="${name}"]`);
  if (!target) return;
  event.preventDefault();
  target.click();
});

// ---- after a mark: stay with the appointment

let marked = null;
let scrolled = 0;

document.addEventListener("htmx:beforeRequest", (event) => {
  marked = event.detail.elt.dataset?.of ?? null;
});
document.addEventListener("htmx:beforeSwap", () => {
  scrolled = document.querySelector(".week-wrap")?.scrollLeft ?? 0;
  marked ??= document.activeElement?.closest?.("[data-of]")?.dataset.of ?? null;
});
document.addEventListener("htmx:afterSwap", () => {
  const region = document.querySelector(".week-wrap");
  if (region) region.scrollLeft = scrolled;
  if (marked && !document.activeElement?.matches?.("a, button, input, select")) element(`a-${marked}`)?.focus({ preventScroll: true });
  marked = null;
});
