// The preview without reloading: moves, languages and entries are addresses of plain pages; this script fetches the
// page behind an address and exchanges what differs. It also listens for changes of the content. It knows no content.

const page = document.documentElement;
page.classList.add("live", "desk-page");

const element = (id) => document.getElementById(id);
const PARTS = ["live", "speaks", "refused", "entries", "room", "side"]; // what a new page exchanges, if it differs
const RESTING = 4000;

let stamp = document.body.dataset.stamp; // of what is shown
let loading = null; // the newest request; older answers are thrown away
let moves = element("stage")?.dataset.moves;

// ---- exchanging

async function load(address, { push = false, quiet = false, focus = null } = {}) {
  loading?.abort();
  const mine = (loading = new AbortController());
  let answer, text;
  try {
    answer = await fetch(address, { signal: mine.signal, headers: { Accept: "text/html" } });
    text = await answer.text();
  } catch {
    if (mine !== loading) return;
    loading = null;
    if (!quiet) location.assign(address);
    return;
  }
  if (mine !== loading) return;
  loading = null;
  const fresh = new DOMParser().parseFromString(text, "text/html");
  if (!fresh.getElementById("preview")) {
    location.assign(address); // a refusal, or no page of ours
    return;
  }
  const shown = new URL(answer.url);
  if (push && shown.href !== location.href) history.pushState(null, "", shown);
  exchange(fresh, focus);
  await catchUp();
}

function exchange(fresh, focus) {
  const wanted = focus ?? document.activeElement?.dataset?.focus ?? null;
  const typed = [...document.querySelectorAll(".compose .text")].map((field) => [field.id, field.value, field === document.activeElement]);
  const places = [...document.querySelectorAll("[data-log]")].map((log) => [log.dataset.log, log.scrollTop]);
  document.title = fresh.title;
  page.lang = fresh.documentElement.lang;
  element("preview").className = fresh.getElementById("preview").className;
  for (const id of PARTS) {
    const now = element(id);
    const then = fresh.getElementById(id);
    if (now && then && now.outerHTML !== then.outerHTML) now.replaceWith(document.adoptNode(then));
  }
  for (const name of ["stamp", "updated", "unconnected"]) document.body.dataset[name] = fresh.body.dataset[name];
  stamp = document.body.dataset.stamp;
  const walked = element("stage")?.dataset.moves;
  if (walked === moves) {
    for (const [name, top] of places) {
      const log = document.querySelector(`[data-log="${name}"]`);
      if (log) log.scrollTop = top;
    }
    for (const [id, value, active] of typed) {
      const field = element(id);
      if (field && !field.value) field.value = value;
      if (field && active) field.focus({ preventScroll: true });
    }
  } else {
    showNewest();
  }
  moves = walked;
  filter();
  if (wanted && document.activeElement === document.body) refocus(wanted);
}

// Where a button was pressed is where the next one is expected: same phone, first answer; else the phone itself.
function refocus(wanted) {
  const side = wanted.match(/^(left|right)-\d+$/)?.[1];
  const target = side
    ? (document.querySelector(`[data-focus="${side}-1"]`) ?? document.querySelector(`[data-log="${side}"]`))
    : (document.querySelector(`[data-focus="${wanted}"]`) ?? element("room"));
  target?.focus({ preventScroll: true });
}

function showNewest() {
  for (const log of document.querySelectorAll("[data-log]")) {
    const newest = log.querySelector("[data-fresh]");
    if (newest) log.scrollTop += newest.getBoundingClientRect().top - log.getBoundingClientRect().top - 12;
  }
}

// ---- what editors do

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-go]")) return;
  event.preventDefault();
  const address = new URL(form.action);
  for (const [name, value] of new FormData(form, event.submitter)) address.searchParams.append(name, value);
  const field = form.querySelector(".text");
  const focus = event.submitter?.dataset.focus ?? field?.dataset.focus ?? document.activeElement?.dataset.focus;
  if (field) field.value = "";
  load(address, { push: true, focus });
});

document.addEventListener("change", (event) => {
  if (event.target.matches(".frame select")) event.target.form.requestSubmit();
});

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-go]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const entry = new URL(link.href).pathname !== location.pathname;
  load(link.href, { push: true, focus: link.dataset.focus ?? "" }).then(() => {
    if (!entry) return;
    element("room").focus({ preventScroll: true });
    element("room").scrollTop = 0;
    if (matchMedia("(max-width: 75rem)").matches) scrollTo(0, 0);
    showNewest();
  });
});

addEventListener("popstate", () => load(location.href));

// ---- finding an entry

const field = element("find");
field.closest(".find").hidden = false;
field.addEventListener("input", filter);

function filter() {
  const words = field.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const link of document.querySelectorAll("#entries section a")) {
    const text = link.textContent.toLocaleLowerCase();
    link.parentElement.hidden = !words.every((word) => text.includes(word));
    found += !link.parentElement.hidden;
  }
  for (const section of document.querySelectorAll("#entries section")) section.hidden = !section.querySelector("li:not([hidden])");
  const none = element("find-none");
  none.textContent = found ? "" : none.dataset.none;
}

// ---- live

let clearing = 0;

function flash(text, bad = false) {
  clearTimeout(clearing);
  element("flash").textContent = text;
  element("flash").classList.toggle("bad", bad);
  if (text && !bad) clearing = setTimeout(() => flash(""), RESTING);
}

let due = null; // the newest stamp that is not shown yet

async function catchUp() {
  if (loading || due === null) return; // what is being loaded may bring it
  const wanted = due;
  due = null;
  if (wanted === stamp) return;
  const before = stamp;
  await load(location.href, { quiet: true });
  // The end of a check alone is no news worth a sentence.
  if (stamp.replace(/-[a-z]+$/, "") !== before.replace(/-[a-z]+$/, "")) flash(document.body.dataset.updated);
}

const stream = new EventSource("/desk/content/events");
stream.onmessage = (event) => {
  due = JSON.parse(event.data).stamp;
  catchUp();
};
stream.onopen = () => {
  document.body.dataset.listening = "yes";
  flash("");
};
stream.onerror = () => flash(document.body.dataset.unconnected, true);
addEventListener("pagehide", () => stream.close());
addEventListener("pageshow", (event) => event.persisted && location.reload());

showNewest();
