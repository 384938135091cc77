// The desk's pages while they are open: what is new, drafts, keys, notices of the browser. Fragments are fetched by
// htmx; this script says when, and keeps focus, place and typed words through every exchange. It knows no case.

const root = document.documentElement;
const body = document.body;
root.classList.add("scripted");

const element = (id) => document.getElementById(id);
const here = body.dataset.case ?? null;
const SAVE_AFTER = 1000;
const FORM = "application/x-www-form-urlencoded";
const TOKEN = JSON.parse(body.getAttribute("hx-headers"));
const KEPT = `lotse-draft:${body.dataset.me}:`; // drafts on this device, by case

// ---- what is new

let stamp = element("queue")?.dataset.stamp ?? null; // of the queue that is shown
let caseStamp = null; // of the case, once something was told of it
let rings = null; // what has rung already
let urgent = new Set();

function listen() {
  const query = here ? `?case=${here}` : element("calendar") ? "?calendar" : "";
  const stream = new EventSource(`/desk/events${query}`);
  stream.onopen = () => {
    body.dataset.listening = "yes";
    flash("");
    sendDraft();
  };
  stream.onerror = () => {
    delete body.dataset.listening;
    flash(body.dataset.offline, true);
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
  };
  stream.addEventListener("desk", (event) => take(JSON.parse(event.data)));
  stream.addEventListener("end", () => {
    stream.close();
    signIn(null);
  });
  addEventListener("pagehide", () => stream.close());
}

function take(news) {
  count(news.count, news.failed);
  if (element("queue") && news.queue !== stamp) htmx.trigger(body, "queue-changed");
  stamp = news.queue;
  if (news.calendar && news.calendar !== element("calendar")?.dataset.stamp) htmx.trigger(body, "calendar-changed");
  if (here && news.case !== caseStamp) {
    caseStamp = news.case;
    if (news.case !== element("case")?.dataset.stamp) htmx.trigger(body, "case-changed");
  }
  const fresh = rings === null ? [] : news.rings.filter((each) => !rings.has(each));
  const alarm = rings !== null && news.urgent.some((each) => !urgent.has(each));
  rings = new Set(news.rings);
  urgent = new Set(news.urgent);
  if ((fresh.length && news.notify) || (alarm && news.alarm)) ring(alarm);
}

function count(n, failed) {
  const badge = element("badge");
  if (badge) {
    badge.hidden = !n;
    badge.classList.toggle("failed", failed);
    badge.firstChild.textContent = n;
  }
  document.title = n ? `${failed ? "✕ " : ""}(${n}) ${body.dataset.title}` : body.dataset.title;
}

// ---- exchanging without losing anything

let anchor = null; // the row in focus, and where it stands on the screen

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "queue") return;
  const active = document.activeElement?.closest?.("#queue a");
  const row = active ?? document.querySelector("#queue a[aria-current]");
  const open = [...document.querySelectorAll("#queue details[open]")].map((each) => each.id);
  const queue = element("queue");
  anchor = { id: row?.id, top: row?.getBoundingClientRect().top, focused: Boolean(active), scroll: queue.scrollTop, page: scrollY, open, above: above(row), alarms: rowsOf("#group-urgent"), told: Boolean(queue.querySelector(".new-above")) };
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (!anchor || !element("queue") || event.detail.target.id !== "queue") return;
  const queue = element("queue");
  for (const id of anchor.open) element(id)?.setAttribute("open", "");
  queue.scrollTop = anchor.scroll;
  const row = anchor.id ? element(anchor.id) : null;
  if (row) hold(row, queue);
  anchor = null;
});

const above = (row) => {
  const rows = [...document.querySelectorAll("#queue li a")];
  return new Set(rows.slice(0, Math.max(rows.indexOf(row), 0)).map((each) => each.id));
};
const rowsOf = (part) => new Set([...document.querySelectorAll(`${part} a`)].map((row) => row.id));

// New rows never move the one in focus: what cannot be scrolled away is made room for.
function hold(row, queue) {
  const moved = () => row.getBoundingClientRect().top - anchor.top;
  if (anchor.focused) row.focus({ preventScroll: true });
  const scroller = getComputedStyle(queue).overflowY === "auto" ? queue : document.scrollingElement;
  scroller.scrollTop += moved();
  if (!anchor.focused) return;
  if (moved() > 1) {
    queue.style.paddingBlockEnd = `${scroller.clientHeight}px`;
    scroller.scrollTop += moved();
  } else if (moved() < -1) {
    queue.style.paddingBlockStart = `${-moved()}px`;
  }
  announce(queue);
}

function announce(queue) {
  if (queue.querySelector(".new-above")) return;
  const row = anchor.id ? element(anchor.id) : null;
  if (!anchor.told && [...above(row)].every((each) => anchor.above.has(each))) return;
  const fresh = [...rowsOf("#group-urgent")].some((each) => !anchor.alarms.has(each));
  const button = document.createElement("button");
  button.type = "button";
  button.className = `button new-above${fresh ? " urgent" : ""}`;
  button.textContent = body.dataset.newAbove;
  button.addEventListener("click", () => {
    queue.scrollTop = 0;
    scrollTo(0, 0);
    button.remove();
    queue.querySelector("a")?.focus();
  });
  queue.prepend(button);
}

let late = false; // a part was in use when it changed

document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const now = event.detail.target;
  const part = event.detail.fragment.firstElementChild ?? event.detail.fragment;
  if (now.id === "reply" && !sent && now.dataset.mode === part.dataset.mode) return void (event.detail.shouldSwap = false);
  if (now.id !== "notice" && now.id !== "reply" && inUse(now)) {
    late = true;
    return void (event.detail.shouldSwap = false);
  }
  if (now.id === "notice" && !part.children.length && !acted) return void (event.detail.shouldSwap = false);
  if (now.id === "talk") {
    const open = [...now.querySelectorAll("details[open]")].map((each) => each.id);
    const top = now.scrollTop;
    const focused = document.activeElement === now;
    queueMicrotask(() => requestAnimationFrame(() => {
      const talk = element("talk");
      for (const id of open) element(id)?.setAttribute("open", "");
      talk.scrollTop = top;
      toEnd();
      if (focused) talk.focus({ preventScroll: true });
    }));
  }
});

const inUse = (part) => [...part.querySelectorAll("details.act[open], details.inline[open]")].length > 0
  || (part.contains(document.activeElement) && document.activeElement.matches("input, textarea, select"));

document.addEventListener("toggle", (event) => {
  if (!late || event.target.open || !event.target.matches?.("details")) return;
  late = false;
  htmx.trigger(body, "case-changed");
}, true);

let acted = false; // the exchange follows something that was done here
let sent = false;

document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.detail.elt.closest("form");
  acted = event.detail.requestConfig.verb === "post" && form !== null && event.detail.elt === form;
  if (acted) for (const open of form.querySelectorAll("details[open]")) open.open = false;
});

document.addEventListener("htmx:beforeOnLoad", (event) => {
  const form = event.detail.elt;
  if (!form.matches("form") || event.detail.xhr.status >= 300) return;
  for (const part of form.id === "note-form" ? [element("note")] : [form.closest("details")]) part?.removeAttribute("open");
  if (form.matches("#note-form, .panel")) form.reset();
  if (form.id === "note-form") form.elements.key.value = crypto.getRandomValues(new Uint32Array(4)).join("-"); // the next note is another one
  if (form.id === "reply-form") {
    sent = true;
    forget();
  }
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (!event.detail.elt.matches?.("form")) return;
  if (sent) {
    sent = false;
    dress();
    element("answer")?.focus();
  }
  acted = false;
});

// ---- what went wrong on the way

document.addEventListener("htmx:sendError", (event) => {
  if (event.detail.elt.matches("form")) flash(`${body.dataset.notDone} ${body.dataset.offline}`, true);
});
document.addEventListener("htmx:responseError", (event) => {
  const to = event.detail.xhr.getResponseHeader("X-Sign-In");
  if (event.detail.xhr.status === 401) return signIn(to);
  if (event.detail.elt.matches("form")) flash(body.dataset.notDone, true);
});

function flash(text, bad = false) {
  element("flash").textContent = text;
  element("flash").classList.toggle("bad", bad);
}

function signIn(to) {
  flash(`${body.dataset.signIn} `, true);
  const link = document.createElement("a");
  link.href = to && to.startsWith("/desk/") ? to : "/desk/sign-in";
  link.target = "_blank";
  link.rel = "noopener";
  link.className = "button";
  link.textContent = body.dataset.signIn;
  element("flash").replaceChildren(link);
}

// ---- drafts: on the server after a second, on this device at once

let saving = 0;
let saved = null;

function dress() {
  const field = element("answer");
  if (!field) return;
  saved = field.value;
  const kept = read();
  if (kept !== null && kept !== field.value && !field.dataset.fresh) {
    field.value = kept;
    state(body.dataset.draftLocal);
    sendDraft();
  }
  if (field.value.trim()) htmx.trigger(field, "load-check");
}

const read = () => { try { return localStorage.getItem(KEPT + here); } catch { return null; } };
const keep = (text) => { try { localStorage.setItem(KEPT + here, text); } catch { /* private mode: the server has it */ } };
const forget = () => { clearTimeout(saving); try { localStorage.removeItem(KEPT + here); } catch { /* as above */ } };
const state = (text) => { const line = element("draft-state"); if (line) line.textContent = text; };

document.addEventListener("input", (event) => {
  if (event.target.id !== "answer") return;
  keep(event.target.value);
  clearTimeout(saving);
  saving = setTimeout(sendDraft, SAVE_AFTER);
});

async function sendDraft() {
  const field = element("answer");
  if (!field || field.value === saved) return;
  const text = field.value;
  try {
    const answer = await fetch(field.dataset.draft, {
      method: "POST",
      headers: { ...TOKEN, "HX-Request": "true" },
      body: new URLSearchParams({ text }),
    });
    if (answer.status === 401) return signIn(answer.headers.get("X-Sign-In"));
    if (!answer.ok) throw new Error(String(answer.status));
    saved = text;
    state(body.dataset.draftSaved.replace("{time}", await answer.text()));
    if (field.value === text) try { localStorage.removeItem(KEPT + here); } catch { /* as above */ }
  } catch {
    state(body.dataset.draftLocal);
    clearTimeout(saving);
    saving = setTimeout(sendDraft, 5000);
  }
}
addEventListener("online", () => sendDraft());

// ---- ready answers

document.addEventListener("click", (event) => {
  const take = event.target.closest?.("button.take");
  const field = element("answer");
  if (take && field) {
    event.preventDefault();
    const before = field.value.trim();
    field.value = before ? `${before}\n\n${take.dataset.text}` : take.dataset.text;
    element("ready").open = false;
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const toggle = event.target.closest?.("#acts-toggle");
  if (toggle) {
    const open = element("acts").classList.toggle("open");
    toggle.setAttribute("aria-expanded", String(open));
  }
  for (const open of document.querySelectorAll("details.act[open]")) if (!open.contains(event.target)) open.open = false;
});

document.addEventListener("input", (event) => {
  if (event.target.id !== "ready-find") return;
  const words = event.target.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  for (const item of document.querySelectorAll(".ready-list li")) {
    const text = item.textContent.toLocaleLowerCase();
    item.classList.toggle("gone", !words.every((word) => text.includes(word)));
  }
});

// ---- keys, off while typing

const press = (name) => {
  const target = document.querySelector(`[data-key="${name}"]`);
  if (!target) return false;
  if (target.matches("summary")) {
    const details = target.parentElement;
    element("acts")?.classList.add("open");
    details.open = true;
    details.querySelector(".panel input:not([type=hidden], [hidden] *), .panel select, .panel textarea, .panel button")?.focus();
  } else target.click();
  return true;
};

function step(by) {
  const rows = [...document.querySelectorAll("#queue a")].filter((row) => row.offsetParent);
  if (!rows.length) return;
  const at = rows.findIndex((row) => row === document.activeElement);
  const from = at >= 0 ? at : rows.findIndex((row) => row.hasAttribute("aria-current"));
  rows[Math.min(Math.max(from < 0 ? 0 : from + by, 0), rows.length - 1)].focus();
}

// From the queue: take the case and open it; its page says so where somebody was faster.
async function claim(row) {
  if (!row) return;
  try {
    await fetch(`${row.pathname}/claim`, { method: "POST", headers: { ...TOKEN, "HX-Request": "true", "Content-Type": FORM } });
    location.assign(row.href);
  } catch {
    flash(body.dataset.offline, true);
  }
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  n: () => press("n") || claim(document.activeElement.closest("#queue a")),
  a: () => element("answer")?.focus(),
  t: () => press("t"),
  f: () => press("f"),
  u: () => press("u"),
  z: () => press("z"),
  "/": () => (element("find")?.offsetParent ? element("find").focus() : location.assign("/desk/search")),
  "?": () => element("keys").showModal(),
};

addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented) return;
  const typing = event.target.matches?.("input, textarea, select, [contenteditable]");
  if (event.key === "Enter" && event.ctrlKey && event.target.id === "answer") {
    event.preventDefault();
    return void document.querySelector("#reply button.send")?.click();
  }
  if (event.key === "Escape") return escape(event, typing);
  if (typing || body.dataset.keys !== "on" || event.ctrlKey || event.metaKey || event.altKey || element("keys").open) return;
  const act = KEYS[event.key.toLowerCase()];
  if (act) {
    event.preventDefault();
    act();
  }
});

function escape(event, typing) {
  if (element("keys").open) return;
  const open = event.target.closest?.("details.act[open], details.inline[open]") ?? document.querySelector("details.act[open]");
  if (open) {
    event.preventDefault();
    open.open = false;
    return void open.querySelector("summary").focus();
  }
  if (typing) return void event.target.blur();
  if (body.dataset.keys !== "on") return;
  const row = document.querySelector("#queue a[aria-current]") ?? document.querySelector("#queue a");
  if (row?.offsetParent) row.focus();
  else if (here) location.assign(`/desk#row-${here}`);
}

// ---- notices of the browser: opt-in, neutral; the service says when (own hours only)

function ring(alarm) {
  if (alarm && body.dataset.sound === "on") beep();
  if (body.dataset.notify !== "on" || document.hasFocus() || !("Notification" in window)) return;
  if (Notification.permission === "granted") new Notification(body.dataset.notification, { tag: "lotse", lang: root.lang });
}

function beep() {
  try {
    const sound = new AudioContext();
    for (const [at, pitch] of [[0, 660], [0.25, 880]]) {
      const tone = sound.createOscillator();
      const volume = sound.createGain();
      tone.frequency.value = pitch;
      volume.gain.value = 0.15;
      tone.connect(volume).connect(sound.destination);
      tone.start(sound.currentTime + at);
      tone.stop(sound.currentTime + at + 0.2);
    }
    body.dataset.sounded = String(Number(body.dataset.sounded ?? 0) + 1);
  } catch {
    /* no sound on this machine */
  }
}

const wish = element("notify");
wish?.addEventListener("change", async () => {
  if (!wish.checked || !("Notification" in window)) return;
  if ((await Notification.requestPermission()) !== "granted") {
    wish.checked = false;
    flash(body.dataset.notifyDenied, true);
  }
});

// ---- at the start

const place = sessionStorage.getItem("lotse-queue");
if (place && element("queue")) element("queue").scrollTop = Number(place);
addEventListener("pagehide", () => element("queue") && sessionStorage.setItem("lotse-queue", String(element("queue").scrollTop)));
addEventListener("pageshow", (event) => event.persisted && location.reload());

for (const box of document.querySelectorAll(".find-ready")) box.hidden = false;
let atEnd = true; // of the conversation: it stays there while the reply box grows
const toEnd = () => { const talk = element("talk"); if (talk && atEnd) talk.scrollTop = talk.scrollHeight; };
toEnd();
document.addEventListener("scroll", (event) => {
  const talk = event.target;
  if (talk.id === "talk") atEnd = talk.scrollHeight - talk.scrollTop - talk.clientHeight < 40;
}, true);
if (element("case")) new ResizeObserver(toEnd).observe(element("reply"));
addEventListener("DOMContentLoaded", () => { // htmx, which stands before this script, is ready then
  dress();
  listen();
});
