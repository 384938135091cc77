// What only some messages of the chat need: the return code as a card with its picture, a file to keep. Loaded with the
// first of them.

const bare = (text) => text.replace(/[\u2068\u2069]/g, "").trim();

export function decorate(article, event, word) {
  const bubble = article.querySelector(".bubble");
  if (event.code) card(bubble, event, word);
  if (event.file) offer(bubble, event.file);
}

// A file to keep, under the words that announce it.
function offer(bubble, { name, url }) {
  if (!url.startsWith("/chat/files/")) return;
  const link = document.createElement("a");
  link.className = "button quiet";
  link.href = url;
  link.download = name;
  link.append(name);
  const tools = document.createElement("div");
  tools.className = "tools file";
  tools.append(link);
  bubble.after(tools);
}

// The three lines of a code (name, words, what it is for) move into a box of their own, beside the picture.
function card(bubble, event, word) {
  const code = [...bubble.querySelectorAll("strong")].find((node) => bare(node.textContent) === event.code)?.closest("p");
  if (!code || bubble.querySelector(".code")) return;
  const lines = document.createElement("div");
  const box = document.createElement("div");
  box.className = "code";
  const around = [code.previousElementSibling, code.nextElementSibling];
  code.replaceWith(box);
  around[0]?.classList.add("aside");
  around[1]?.classList.add("aside");
  lines.append(...[around[0], code, around[1]].filter(Boolean));
  const picture = document.createElement("img");
  picture.src = `/chat/code/${encodeURIComponent(event.id)}.svg`;
  picture.alt = word("span", "", "code_picture").textContent;
  picture.width = picture.height = 116;
  box.append(lines, picture);
  if (document.body.dataset.mail === "yes") {
    const link = word("a", "", "mail_ask");
    link.href = "/mail";
    box.append(link);
  }
}
