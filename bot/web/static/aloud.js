// Reads messages aloud, where the device has a voice for their language. Loaded only where there is speech at all.

const synthesis = window.speechSynthesis;
let page = null; // what the chat page lends us: log, make, word, icon, words()
let voices = [];
let speaking = null; // article that is being read

// Only voices on the device: others would send her words to a stranger.
const stem = (lang) => lang.toLowerCase().split(/[-_]/)[0];
const voiceFor = (lang) => voices.find((voice) => voice.localService && stem(voice.lang) === stem(lang));

function learnVoices() {
  voices = synthesis.getVoices();
  for (const article of page.log.querySelectorAll(".message:not(.me)")) offer(article);
}

export function begin(lent) {
  page = lent;
  learnVoices();
  synthesis.addEventListener?.("voiceschanged", learnVoices);
  return { offer, read };
}

function offer(article) {
  const bubble = article.querySelector(".bubble");
  if (article.querySelector(".tools") || !bubble.lang || !voiceFor(bubble.lang)) return;
  const button = page.make("button", "button quiet", page.icon("aloud"), page.word("span", "", "aloud"));
  button.type = "button";
  button.dataset.aloud = "";
  bubble.after(page.make("div", "tools", button));
}

function name(article, key) {
  const label = article.querySelector("[data-aloud] [data-word]");
  if (!label) return;
  label.dataset.word = key;
  label.textContent = page.words()[key];
}

function hush() {
  if (!speaking) return;
  name(speaking, "aloud");
  speaking = null;
  synthesis.cancel();
}

function read(article) {
  const again = article === speaking;
  hush();
  if (again) return;
  speaking = article;
  name(article, "aloud_stop");
  const bubble = article.querySelector(".bubble");
  const blocks = [...bubble.querySelectorAll("p, li")];
  // Some voices cut off long pieces: sentence by sentence then.
  const pieces = (blocks.length ? blocks : [bubble]).flatMap((block) => {
    const lang = block.closest("[lang]").lang;
    const text = block.innerText;
    const parts = text.length > 200 ? text.match(/[^.!?؟]+[.!?؟]*\s*/gu) : [text];
    return parts.map((part) => ({ text: part, lang }));
  });
  pieces.forEach(({ text, lang }, at) => {
    const utterance = new SpeechSynthesisUtterance(text);
    utterance.lang = lang;
    utterance.voice = voiceFor(lang) ?? null;
    if (at === pieces.length - 1) utterance.onend = () => speaking === article && hush();
    synthesis.speak(utterance);
  });
}
