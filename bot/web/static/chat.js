// The chat page: one stream from the server, one outbox towards it.
// The server's history is the truth. What she wrote and the server has not yet echoed is only a promise: it stands in
// the outbox (kept in the browser's storage), is sent in order, and is repeated with the same id until it is accepted.
// This script knows nothing of topics, entries or languages: words come from the server, html passes an allow-list.

const page = document.documentElement;
const body = document.body;
const element = (id) => document.getElementById(id);
const log = element("log");
const field = element("text");
const limit = Number(body.dataset.limit);
let words = JSON.parse(element("words").textContent);

const DELAYS = [500, 1000, 2000, 4000, 8000, 15000, 30000]; // between two attempts, in milliseconds
const SILENCE = 40000; // the server says something every 15 s; after this the connection counts as dead
const POST_TIMEOUT = 20000;
const ESCAPE_TWICE = 1000;

const pause = (tries) => DELAYS[Math.min(tries, DELAYS.length - 1)] * (0.75 + Math.random() / 2);
const calm = matchMedia("(prefers-reduced-motion: reduce)");

// ---- storage (may be forbidden: then memory)

const memory = new Map();
const isShared = () => body.dataset.shared === "yes";
const home = () => (isShared() ? "sessionStorage" : "localStorage");

function recall(key, kind = home()) {
  try {
    return JSON.parse(window[kind].getItem(key));
  } catch {
    return memory.get(key) ?? null;
  }
}

function keep(key, value, kind = home()) {
  memory.set(key, value);
  try {
    if (value === null) window[kind].removeItem(key);
    else window[kind].setItem(key, JSON.stringify(value));
  } catch {
    // memory has it
  }
}

function forget() {
  memory.clear();
  for (const kind of ["localStorage", "sessionStorage"]) {
    try {
      window[kind].clear();
    } catch {
      // nothing was kept
    }
  }
}

// ---- words and language of the page

function dress() {
  const each = (attribute, change) => {
    for (const node of body.querySelectorAll(`[${attribute}]`)) change(node, words[node.getAttribute(attribute)]);
  };
  each("data-word", (node, text) => (node.textContent = text));
  each("data-word-label", (node, text) => node.setAttribute("aria-label", text));
  each("data-word-placeholder", (node, text) => (node.placeholder = text));
}

function speakLanguage({ lang, dir, name, words: newWords }) {
  words = newWords;
  page.lang = lang;
  page.dir = dir;
  document.title = words.title;
  element("language-name").textContent = name;
  for (const link of document.querySelectorAll("[data-page]")) link.href = `${link.dataset.page}?lang=${encodeURIComponent(lang)}`;
  dress();
  sayStatus();
}

// ---- what the status line says, most important first

const troubles = new Map(); // kind -> function that gives the sentence
const RANK = ["ended", "rejected", "fast", "offline", "connecting"];

function trouble(kind, sentence) {
  if (sentence) troubles.set(kind, sentence);
  else troubles.delete(kind);
  sayStatus();
}

function sayStatus() {
  const kind = RANK.find((name) => troubles.has(name));
  const sentence = kind ? troubles.get(kind)() : "";
  if (element("status").textContent !== sentence) element("status").textContent = sentence;
  element("restart").hidden = kind !== "ended";
}

// ---- safe html

const TAGS = new Set(["P", "UL", "OL", "LI", "A", "B", "STRONG", "BDI", "BR", "SMALL"]);
const DROPPED = new Set(["SCRIPT", "STYLE", "TEMPLATE", "IFRAME", "SVG", "NOSCRIPT"]);
const SCHEMES = /^(https:\/\/|mailto:|tel:)/i;

function safe(html) {
  const fragment = document.createDocumentFragment();
  copy(new DOMParser().parseFromString(html, "text/html").body, fragment);
  return fragment;
}

function copy(from, to) {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) {
      to.append(node.data);
    } else if (node.nodeType === Node.ELEMENT_NODE && !DROPPED.has(node.tagName.toUpperCase())) {
      if (!TAGS.has(node.tagName)) {
        copy(node, to);
        continue;
      }
      const clean = document.createElement(node.tagName);
      for (const name of ["lang", "dir"]) if (node.hasAttribute(name)) clean.setAttribute(name, node.getAttribute(name));
      const href = node.getAttribute("href");
      if (node.tagName === "A" && href && SCHEMES.test(href)) {
        clean.href = href;
        clean.rel = "noreferrer";
      }
      copy(node, clean);
      to.append(clean);
    }
  }
}

// ---- messages

const COMMANDS = { "/menu": "menu", "/human": "human", "/emergency": "emergency", "/language": "language", "/appointment": "appointment" };
const shown = new Map(); // message id -> article
let lastSeq = 0;
let ready = false; // the history has been shown

function make(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
}

function word(tag, className, key) {
  const node = make(tag, className, words[key]);
  node.dataset.word = key;
  return node;
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

const waiting = () => log.querySelector(".message.pending");

function place(article, seq) {
  // What is settled stands before what still waits to be sent.
  article.dataset.seq = seq;
  article.classList.toggle("new", ready);
  log.insertBefore(article, article.classList.contains("pending") ? null : waiting());
}

function showOwn(id, text, seq) {
  const known = shown.get(id);
  if (known) {
    known.classList.remove("pending", "failed");
    known.querySelector(".fate")?.remove();
    known.dataset.seq = seq;
    if (!COMMANDS[text]) known.querySelector(".bubble p").textContent = text;
    return;
  }
  const article = make("article", "message me");
  if (seq === Infinity) article.classList.add("pending");
  article.tabIndex = -1;
  const line = COMMANDS[text] ? word("p", "", COMMANDS[text]) : make("p", "", text);
  line.dir = "auto";
  article.append(word("p", "who", "you"), make("div", "bubble", line));
  shown.set(id, article);
  place(article, seq);
}

const bare = (node) => node.textContent.replace(/[\u200e\u200f\u2068\u2069]/g, "").trim();

function bubbleOf(event) {
  const bubble = make("div", "bubble");
  bubble.lang = event.lang;
  bubble.dir = event.dir;
  if (event.html) bubble.append(safe(event.html));
  else for (const part of event.text.split(/\n{2,}/)) bubble.append(make("p", "", part));
  for (const block of bubble.querySelectorAll("p, li")) {
    const first = block.firstElementChild;
    if (first?.tagName === "SMALL" && block.childElementCount === 1 && block.textContent === first.textContent) block.classList.add("small");
    // A short number (no country code) at the head of a line is one that helps at once: make the whole line its button.
    const link = block.querySelector("a[href^='tel:']:not([href^='tel:+'])");
    if (link && bare(block).startsWith(bare(link))) {
      bubble.classList.add("urgent");
      block.classList.add("call");
      const rest = make("span", "", ...[...block.childNodes].filter((node) => !node.contains(link)));
      const start = [...rest.childNodes].find((node) => node.nodeType === Node.TEXT_NODE && !/^[\s\u200f]*$/.test(node.data));
      if (start) start.data = start.data.replace(/^[\s:,–—-]+/u, "");
      block.replaceChildren(link, icon("phone"), rest);
    }
  }
  return bubble;
}

function choicesOf(event, bubble) {
  const group = make("div", "choices");
  const short = ({ label }) => [...label].length <= 12;
  const question = [...bubble.querySelectorAll("p:not(.small)")].pop() ?? bubble;
  question.id = `asks-${event.id}`;
  group.setAttribute("role", "group");
  group.setAttribute("aria-labelledby", question.id);
  group.lang = event.lang;
  group.dir = event.dir;
  for (let at = 0; at < event.choices.length; at += 1) {
    const pair = at + 1 < event.choices.length && short(event.choices[at]) && short(event.choices[at + 1]);
    for (const choice of event.choices.slice(at, at + (pair ? 2 : 1))) {
      const button = make("button", `choice${pair ? " pair" : ""}${choice.nav ? " way" : ""}`, make("bdi", "", choice.label));
      button.type = "button";
      button.dataset.choice = choice.id;
      if (choice.lang) button.lang = choice.lang;
      group.append(button);
    }
    if (pair) at += 1;
  }
  return group;
}

function showOther(event, seq) {
  const known = event.replaces ? shown.get(event.replaces) : undefined;
  const article = known ?? make("article");
  const human = event.from === "human";
  const bubble = bubbleOf(event);
  // A prompt that only loses its buttons is not read out again.
  article.ariaLive = known && !event.choices?.length ? "off" : null;
  article.className = `message ${human ? "human" : "program"}`;
  article.tabIndex = -1;
  const who = human && event.name
    ? make("p", "who", make("bdi", "", event.name), " · ", word("span", "", "human"))
    : word("p", "who", human ? "speaker_human" : "speaker_program");
  article.replaceChildren(who, bubble);
  article.classList.toggle("card", Boolean(event.card));
  if (event.card) article.append(printTool());
  else aloud?.offer(article);
  if (event.choices?.length) article.append(choicesOf(event, bubble));
  shown.set(event.id, article);
  // An edited prompt that stands above what she has said since comes down again: a question is asked where she reads.
  const overtaken = known && event.choices?.length && article.nextElementSibling && article.nextElementSibling !== waiting();
  if (!known || overtaken) place(article, seq);
  article.dataset.seq = seq;
  if (event.code || event.file) import(body.dataset.more).then((it) => it.decorate(article, event, word));
  return article;
}

function settleChoices() {
  // Choices are open until she has answered, or until a newer message has choices.
  const articles = [...log.children];
  const said = Math.max(0, ...articles.filter((one) => one.matches(".me:not(.failed)")).map((one) => Number(one.dataset.seq)));
  const asking = articles.filter((one) => one.querySelector(".choices"));
  const newest = Math.max(0, ...asking.map((one) => Number(one.dataset.seq)));
  for (const one of asking) {
    const seq = Number(one.dataset.seq);
    one.querySelector(".choices").hidden = seq < said || seq < newest;
  }
}

function receive(seq, event) {
  if (seq <= lastSeq) return;
  lastSeq = seq;
  if (event.from === "me") {
    showOwn(event.id, event.text, seq);
    settleChoices();
    return;
  }
  const wasAtEnd = atEnd();
  const article = showOther(event, seq);
  settleChoices();
  // A prompt that only loses its buttons is no news.
  if (ready && (!event.replaces || event.choices?.length)) arrived(article, wasAtEnd);
}

// ---- reading position

const BURST = 3000; // what arrives so soon after the first message of an answer belongs to it
let answerHead = null; // first message of the newest answer: its start is where she reads
let answeredAt = 0;
let expecting = true; // she has written and not been answered
let moved = false; // she has scrolled since
let unseen = null; // first message that is out of her sight

const atEnd = () => innerHeight + scrollY >= page.scrollHeight - 96;
const behavior = () => (calm.matches || !ready ? "auto" : "smooth");
const showStart = (article) => article.scrollIntoView({ block: "start", behavior: behavior() });

function arrived(article, wasAtEnd) {
  const burst = answerHead?.isConnected && Date.now() - answeredAt < BURST && !moved;
  if (!burst && (expecting || wasAtEnd)) {
    answerHead = article;
    answeredAt = Date.now();
    moved = false;
  } else if (!burst) {
    unseen ??= article;
    element("fresh").hidden = false;
    return;
  }
  expecting = false;
  showStart(answerHead);
}

function seen() {
  unseen = null;
  element("fresh").hidden = true;
}

function expect() {
  expecting = true;
  moved = false;
  answerHead = null;
  seen();
}

for (const kind of ["wheel", "touchmove"]) {
  addEventListener(kind, () => {
    moved = true;
    expecting = false;
  }, { passive: true });
}
addEventListener("scroll", () => {
  if (unseen && (atEnd() || unseen.getBoundingClientRect().top < innerHeight / 2)) seen();
}, { passive: true });
element("fresh").addEventListener("click", () => {
  const article = unseen;
  seen();
  showStart(article);
  article.focus({ preventScroll: true });
});

// ---- outbox

let sending = false;
let retryTimer = 0;
let tries = 0;

const outbox = () => recall("outbox") ?? [];
const setOutbox = (items) => keep("outbox", items.length ? items : null);

function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function submit(item) {
  const entry = { id: newId(), after: lastSeq, ...item };
  setOutbox([...outbox(), entry]);
  showOwn(entry.id, entry.label ?? entry.text, Infinity);
  settleChoices();
  expect();
  shown.get(entry.id).scrollIntoView({ block: "nearest", behavior: behavior() });
  trouble("rejected", null);
  flush();
  return entry.id;
}

function fail(item, sentence) {
  const article = shown.get(item.id);
  article?.classList.replace("pending", "failed");
  article?.querySelector(".fate")?.remove();
  article?.append(word("p", "fate", "not_sent"));
  if (article) article.dataset.seq = 0;
  settleChoices();
  if (item.text && !COMMANDS[item.text] && !field.value) {
    field.value = item.text;
    grow();
  }
  trouble("rejected", sentence);
}

function markWaiting(item) {
  const article = shown.get(item.id);
  if (article && !article.querySelector(".fate")) article.append(word("p", "fate", "kept"));
}

async function post(path, payload) {
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), POST_TIMEOUT);
  try {
    return await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(payload ?? {}),
      keepalive: true, // also when she closes the page
      signal: control.signal,
    });
  } finally {
    clearTimeout(timer);
  }
}

function later(milliseconds) {
  clearTimeout(retryTimer);
  retryTimer = setTimeout(flush, milliseconds);
}

async function flush() {
  if (sending || troubles.has("ended")) return;
  sending = true;
  clearTimeout(retryTimer);
  while (outbox().length && (await deliver(outbox()[0])));
  sending = false;
}

async function deliver(item) {
  // Returns whether the next one may go.
  const { id, text, choice } = item;
  const response = await post("/chat/messages", { id, text, choice }).catch(() => null);
  const status = response?.status ?? 0;
  if (status === 401) {
    end();
    return false;
  }
  if (status === 429) {
    const seconds = Math.min(Math.max(Number(response.headers.get("Retry-After")) || 5, 1), 3600);
    markWaiting(item);
    trouble("fast", () => words.too_fast.replace("{seconds}", seconds));
    later(seconds * 1000);
    return false;
  }
  if (status === 0 || status >= 500 || status === 408) {
    markWaiting(item);
    trouble("offline", () => words.offline);
    later(pause(tries));
    tries += 1;
    return false;
  }
  tries = 0;
  trouble("offline", null);
  trouble("fast", null);
  setOutbox(outbox().filter((other) => other.id !== item.id));
  if (status === 413) fail(item, () => words.too_long);
  else if (status >= 400) fail(item, () => words.refused);
  else {
    const article = shown.get(item.id);
    article?.querySelector(".fate")?.remove();
    if (article?.classList.contains("pending")) {
      article.classList.remove("pending"); // accepted; its echo may come later, or never for a press on an old button
      article.dataset.seq = item.after + 0.5;
      settleChoices();
    }
    if (!streaming) connect();
  }
  return true;
}

function end() {
  trouble("ended", () => words.ended);
  stream?.abort();
}

// ---- stream

let stream = null; // AbortController of the connection in use
let streaming = false;
let reconnects = 0;
let reconnectTimer = 0;
let heard = 0;

async function connect() {
  clearTimeout(reconnectTimer);
  stream?.abort();
  if (troubles.has("ended")) return;
  const control = new AbortController();
  stream = control;
  heard = Date.now();
  try {
    const response = await fetch(`/chat/events?lang=${encodeURIComponent(page.lang)}`, {
      headers: { Accept: "text/event-stream", "Last-Event-ID": String(lastSeq) },
      cache: "no-store",
      signal: control.signal,
    });
    if (response.status === 401) {
      end();
      return;
    }
    if (!response.ok) throw new Error(String(response.status));
    streaming = true;
    trouble("connecting", null);
    await read(response.body.getReader(), control);
  } catch {
    // the connection broke: below it is made anew
  }
  if (stream !== control) return; // another one has taken over
  streaming = false;
  const wait = pause(reconnects);
  reconnects += 1;
  if (reconnects > 1) trouble("connecting", () => words.connecting);
  reconnectTimer = setTimeout(connect, wait);
}

async function read(reader, control) {
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done || control.signal.aborted) return;
    heard = Date.now();
    reconnects = 0;
    const records = (rest + decoder.decode(value, { stream: true })).split("\n\n");
    rest = records.pop();
    for (const record of records) take(record);
  }
}

function take(record) {
  const fields = { event: "message" };
  for (const line of record.split("\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) fields[line.slice(0, colon)] = line.slice(colon + 1).trimStart();
  }
  if (!fields.data) return; // a heartbeat
  const payload = JSON.parse(fields.data);
  if (fields.event === "page") speakLanguage(payload);
  else if (fields.event === "ready") historyShown();
  else if (fields.event === "message") receive(Number(fields.id), payload);
}

function historyShown() {
  if (ready) {
    flush();
    return;
  }
  for (const item of outbox()) {
    if (shown.has(item.id)) setOutbox(outbox().filter((other) => other.id !== item.id));
    else showOwn(item.id, item.label ?? item.text, Infinity);
  }
  settleChoices();
  element("device").hidden = false;
  // Where she stopped: her last words at the top, the answer under them.
  const last = [...log.querySelectorAll(".me")].pop() ?? log.firstElementChild;
  if (last) showStart(last);
  expecting = waiting() !== null;
  ready = true;
  log.removeAttribute("aria-busy");
  flush();
}

setInterval(() => {
  if (streaming && Date.now() - heard > SILENCE) connect();
}, 5000);

function hurry() {
  tries = 0;
  reconnects = 0;
  if (!streaming || Date.now() - heard > SILENCE / 2) connect();
  flush();
}
addEventListener("online", hurry);
addEventListener("offline", () => outbox().length && trouble("offline", () => words.offline));
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && hurry());
addEventListener("pageshow", (event) => event.persisted && location.reload());

// ---- what only some messages need: scripts of their own

let aloud = null; // reads messages to her, where the device has a voice
if (window.speechSynthesis) import(body.dataset.speech).then((it) => (aloud = it.begin({ log, make, word, icon, words: () => words })));

function printTool() {
  const button = make("button", "button quiet", icon("card"), word("span", "", "print"));
  button.type = "button";
  button.dataset.print = "";
  return make("div", "tools", button);
}

// ---- writing and choosing

function grow() {
  field.rows = 1;
  while (field.rows < 5 && field.scrollHeight > field.clientHeight) field.rows += 1;
}

function sendText() {
  const text = field.value.trim();
  if (!text) return;
  if ([...text].length > limit) {
    trouble("rejected", () => words.too_long);
    return;
  }
  field.value = "";
  keep("draft", null, "sessionStorage");
  grow();
  submit({ text });
}

element("compose").addEventListener("submit", (event) => {
  event.preventDefault();
  sendText();
  if (matchMedia("(pointer: fine)").matches) field.focus();
});
field.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    sendText();
  }
});
field.addEventListener("input", () => {
  keep("draft", field.value || null, "sessionStorage");
  grow();
});
log.addEventListener("click", (event) => {
  const choice = event.target.closest("[data-choice]");
  if (choice) {
    const id = submit({ choice: choice.dataset.choice, label: choice.textContent });
    shown.get(id).focus({ preventScroll: true }); // the button is gone: go on from here
  } else if (event.target.closest("[data-aloud]")) {
    aloud.read(event.target.closest(".message"));
  } else if (event.target.closest("[data-print]")) {
    const card = event.target.closest(".message");
    card.classList.add("printed");
    window.print(); // returns when the dialogue is closed
    card.classList.remove("printed");
  }
});
for (const button of document.querySelectorAll("[data-command]")) {
  button.addEventListener("click", () => submit({ text: button.dataset.command }));
}
element("language").addEventListener("click", () => submit({ text: "/language" }));
element("restart").addEventListener("click", () => {
  setOutbox(outbox().filter((item) => !item.choice)); // an old button means nothing in a new conversation
  location.replace("/");
});

// ---- leaving, and a device that others use too

function leave(event) {
  event?.preventDefault();
  page.hidden = true;
  window.speechSynthesis?.cancel();
  stream?.abort();
  forget();
  keep("left", true, "localStorage"); // if the request below is lost, the next visit repeats it before it shows anything
  post("/chat/leave").catch(() => {});
  location.replace(element("leave").href);
}

// Another tab has left: so does this one.
addEventListener("storage", (event) => event.key === "left" && event.newValue && leave());

let escaped = -Infinity;
addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing || event.repeat) return;
  if (event.timeStamp - escaped < ESCAPE_TWICE) leave();
  escaped = event.timeStamp;
}, true);
element("leave").addEventListener("click", leave);

element("shared").addEventListener("change", async ({ target }) => {
  const wanted = target.checked;
  const response = await post("/chat/device", { shared: wanted }).catch(() => null);
  if (!response?.ok) {
    target.checked = !wanted;
    trouble("connecting", () => words.connecting);
    return;
  }
  const items = outbox();
  setOutbox([]);
  body.dataset.shared = wanted ? "yes" : "no";
  setOutbox(items);
});

async function begin() {
  element("no-script")?.remove();
  const closed = isShared() && !recall("open", "sessionStorage"); // the tab in which this conversation was open is gone
  if (closed || recall("left", "localStorage")) {
    const response = await post("/chat/leave").catch(() => null);
    if (response?.ok) {
      forget();
      location.reload();
      return;
    }
    trouble("connecting", () => words.connecting);
    setTimeout(begin, pause(tries));
    tries += 1;
    return;
  }
  trouble("connecting", null);
  keep("open", true, "sessionStorage");
  field.value = recall("draft", "sessionStorage") ?? "";
  grow();
  connect();
}

begin();
