// Walks through the page's stories, moment by moment, and asks before it shows. No request.

const get = (id) => document.getElementById(id);
const safe = (text) => String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const fill = (text, fact) => text.replace("{}", () => fact);
const wanted = new URLSearchParams(location.search).get("lang") || navigator.language;
const lang = wanted.startsWith("ja") ? "ja" : "en";
const t = Object.fromEntries(Object.entries(DATA.labels).map(([name, said]) => [name, said[lang]]));
const answered = new Map(); // the questions that need not be asked again: were they answered right?
let story = null, now = 0;
let asking = null; // the question that is asked

// What strace has shown of both programs.
function trace() {
  const { event } = story.moments[now];
  const lines = story.events.slice(0, event + 1).map(([who, text], number) => tag("div",
    looks(sideOf(who), number === event && "now"), tag("b", "", who) + safe(text)));
  get("trace").innerHTML = lines.join("");
  get("trace").scrollTop = get("trace").scrollHeight;
}

// --- the sentence, or the question that comes before it

function question() {
  const choices = [...asking.answers.map((text, i) => `${i + 1}. ${text[lang]}`), t.skip];
  return tag("h2", "", t.ask, 'tabindex="-1"') + tag("p", "", safe(asking.ask[lang])) +
    choices.map((text, i) => tag("button", "", safe(text), `data-answer="${i}"`)).join("") +
    tag("p", "wrong", t.wrong, "hidden");
}

function say() {
  const asked = story.questions.find((each) => each.at === now && answered.has(each));
  const yes = answered.get(asked) ? `${t.right} ` : "";
  get("say").innerHTML = asking ? question() : tag("p", "", safe(story.say[now])) +
    (asked ? tag("p", "right", yes + safe(asked.because[lang])) : "");
}

// A wrong guess tells no more than that. The last choice: the page shows it.
function answer(number) {
  if (!asking || number > asking.answers.length) return;
  if (number < asking.answers.length && number !== asking.right) {
    get("say").querySelector(".wrong").hidden = false;
    get("say").querySelectorAll("button")[number].className = "tried";
    return;
  }
  answered.set(asking, number === asking.right);
  go(asking.at);
  get("next").focus();
}

// --- moving

const isStep = (each) => each.id.startsWith("step");
const title = (each) => (isStep(each) ? each.id.replace(/^step(\d+)-/, "$1 ") : t[each.id]);
const short = (each) => (isStep(each) ? each.id.split("-")[0] : each.id);
const after = () => DATA.stories[DATA.stories.indexOf(story) + 1];

function show() {
  const count = story.moments.length, page = lang === "ja" ? ".ja.md" : ".md";
  for (const link of document.querySelectorAll("#steps a")) {
    link.ariaCurrent = link.dataset.story === story.id ? "page" : null;
  }
  get("line").max = count;
  get("line").value = now + 1;
  get("count").textContent = `${now + 1} / ${count}`;
  get("next").ariaDisabled = Boolean(asking) || now === count - 1 && !after();
  get("links").innerHTML = story.links.map(([name, at]) =>
    tag("a", "", name || t.lesson, `href="${safe(name ? at : at + page)}"`)).join(" ");
  draw();
  say();
  trace();
  if (asking && document.activeElement === get("next")) get("say").querySelector("h2").focus();
  history.replaceState(null, "", `#${short(story)}/${now + 1}`);
  for (const link of get("languages").children) link.hash = location.hash;
}

function go(target, asks = true) {
  target = Math.max(0, Math.min(story.moments.length - 1, target));
  const open = (each) => each.at > 0 && each.at <= target && !answered.has(each);
  asking = asks && story.questions.find(open) || null;
  now = asking ? asking.at - 1 : target;
  show();
}

function next() {
  if (get("next").ariaDisabled === "true") return;
  const on = now < story.moments.length - 1;
  story = on ? story : after();
  go(on ? now + 1 : 0);
}

const back = () => go(now - 1, false);

// What the address says: a story and a moment, as somebody has sent them; or nothing, the entrance.
function open() {
  const [id, number] = decodeURIComponent(location.hash.slice(1)).split("/");
  const found = DATA.stories.find((each) => each.id === id || short(each) === id);
  get("player").hidden = !found;
  for (const part of document.querySelectorAll(".entrance")) {
    part.hidden = found || part.lang !== lang;
  }
  for (const part of document.querySelectorAll(".text > *")) {
    part.hidden = !found || part.dataset.story !== found.id || part.parentNode.lang !== lang;
  }
  document.querySelector("#steps details").open = false;
  story = found || story;
  if (found) go((parseInt(number, 10) || 1) - 1, false);
}

const KEYS = { ArrowRight: next, PageDown: next, ArrowLeft: back, PageUp: back };
function key(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || get("player").hidden) return;
  const digit = parseInt(event.key, 10), act = KEYS[event.key];
  if (digit) answer(digit - 1);
  if (!act) return;
  event.preventDefault();
  act();
}

// On paper the drawing is the wide one.
function size(paper) {
  document.documentElement.className = paper || innerWidth >= 1100 ? "wide" : "narrow";
  if (!get("player").hidden) draw();
}

function begin() {
  document.documentElement.lang = lang;
  document.title = t.title;
  for (const node of document.querySelectorAll("[data-t], [data-label]")) {
    if (node.dataset.t) node.textContent = t[node.dataset.t];
    if (node.dataset.label) node.ariaLabel = t[node.dataset.label];
  }
  for (const link of get("languages").children) link.ariaCurrent = link.lang === lang;
  const link = (each) =>
    tag("a", "", safe(title(each)), `href="#${short(each)}/1" data-story="${each.id}"`);
  const steps = DATA.stories.filter((each) => each.id === "mine" || isStep(each));
  const others = DATA.stories.filter((each) => !steps.includes(each)).map(link).join("");
  get("steps").innerHTML = steps.map(link).join("") +
    `<details><summary>${t["what-if"]}</summary><div>${others}</div></details>`;
  DATA.stories.forEach(unfold);
  size();
  open();
}

get("next").onclick = next;
get("back").onclick = back;
get("line").oninput = ({ target }) => go(target.value - 1);
get("say").onclick = ({ target }) => target.dataset.answer && answer(+target.dataset.answer);
get("panes").ontoggle = trace;
addEventListener("hashchange", open);
addEventListener("keydown", key);
addEventListener("resize", () => size());
addEventListener("beforeprint", () => size(true));
addEventListener("afterprint", () => size());
begin();
