"use strict";
// Walks through the page's stories, moment by moment, and asks before it shows. No request.

const get = (id) => document.getElementById(id);
const safe = (text) => String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const fill = (text, fact) => text.replace("{}", () => fact);
const wanted = new URLSearchParams(location.search).get("lang") || navigator.language;
const lang = wanted.startsWith("ja") ? "ja" : "en";
const t = Object.fromEntries(Object.entries(DATA.labels).map(([name, said]) => [name, said[lang]]));
const answers = {}; // a question's id: the answer, till the page is left
let story = null, now = 0, playing = false, timer = null;
let asking = null, guess = null; // the question that is asked, and the answer that was not right

// --- traces and sources

function trace(side, event) {
  const lines = story.trace[side].filter(([begin]) => begin <= event);
  return lines.map(([begin, text, end, rest]) => {
    const done = end !== null && end <= event, waits = !done && (rest || !/ = |^\W/.test(text));
    const look = looks((event === begin || event === end) && "now", waits && "open");
    return tag("div", look, safe(text + (done ? rest : "")));
  });
}

function source(file, line) {
  const lines = DATA.files[file][lang === "ja" ? 1 : 0].trimEnd().split("\n");
  return lines.map((text, i) => tag("div", i + 1 === line ? "now" : "", safe(text)));
}

function panes() {
  if (!get("panes").open || get("player").hidden) return;
  const { who, event } = story.moments[now], things = story.states[now];
  for (const side of ["client", "server"]) {
    const process = things[sideOf(who) === side && who in things ? who : side];
    const [name, file] = story.sources[side];
    for (const [pane, title, lines] of [
      [get(`${side}-trace`), `${t[side]}, ${t.trace}`, trace(side, event)],
      [get(`${side}-source`), `${t[side]}: ${name || t.noSource}`,
        source(file, process && process.line)],
    ]) {
      pane.previousElementSibling.textContent = title;
      pane.innerHTML = lines.join("");
      const marked = pane.querySelector(".now:last-of-type") || pane.querySelector(".now");
      pane.scrollTop = marked ? marked.offsetTop - pane.offsetTop - pane.clientHeight / 2 : 0;
    }
  }
}

// --- the sentence, or the question that comes before it

function question() {
  const button = (number, look, text) =>
    tag("button", look, safe(text), `type="button" data-answer="${number}"`);
  const choices = asking.answers.map((text, i) =>
    button(i, i === guess ? "tried" : "", `${i + 1}. ${text[lang]}`));
  return tag("h2", "", t.ask, 'tabindex="-1"') + tag("p", "", safe(asking.ask[lang])) +
    choices.join("") + button(-1, "", t.skip) + (guess === null ? "" : tag("p", "wrong", t.wrong));
}

function say() {
  const asked = story.questions.find(({ id, at }) => at === now && id in answers);
  const yes = asked && answers[asked.id] === asked.right ? `${t.right} ` : "";
  get("say").innerHTML = asking ? question() : tag("p", "", safe(story.say[now])) +
    (asked ? tag("p", "right", yes + safe(asked.because[lang])) : "") +
    (story.moments[now].free ? tag("p", "small", t.free) : "");
}

// A wrong guess tells no more than that. -1: the page shows it.
function answer(number) {
  if (!asking || number >= asking.answers.length) return;
  if (number >= 0 && number !== asking.right) {
    guess = number;
    say();
    return;
  }
  answers[asking.id] = number;
  go(asking.at);
  get("next").focus();
}

// --- moving

const isStep = (each) => each.id.startsWith("step");
const title = (each) => (isStep(each) ? each.id.replace(/^step(\d+)-/, "$1 ") : t[each.id]);
const short = (each) => (isStep(each) ? each.id.split("-")[0] : each.id);
const after = () => DATA.stories[DATA.stories.indexOf(story) + 1];

function show() {
  const count = story.moments.length, last = now === count - 1;
  playing = playing && !last;
  clearTimeout(timer); // each moment stays for as long as it takes to read its sentence
  const length = story.say[now].length * (lang === "ja" ? 130 : 55);
  if (playing && !asking) timer = setTimeout(() => go(now + 1), 1200 + length);
  for (const link of get("steps").querySelectorAll("a")) {
    if (link.dataset.story === story.id) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  get("line").max = count;
  get("line").value = now + 1;
  get("count").textContent = `${now + 1} / ${count}`;
  get("play").textContent = playing ? "❚❚" : "▶";
  get("next").setAttribute("aria-disabled", Boolean(asking) || last && !after());
  const page = lang === "ja" ? ".ja.md" : ".md";
  get("links").innerHTML = story.links.map(([name, at]) =>
    tag("a", "", name || t.lesson, `href="${safe(name ? at : at + page)}"`)).join(" ");
  draw();
  say();
  panes();
  if (asking && document.activeElement === get("next")) get("say").querySelector("h2").focus();
  history.replaceState(null, "", `#${short(story)}/${now + 1}`);
  for (const link of get("languages").children) link.hash = location.hash;
}

function go(target, asks = true) {
  target = Math.max(0, Math.min(story.moments.length - 1, target));
  const open = ({ id, at }) => at > 0 && at <= target && !(id in answers);
  asking = asks && story.questions.find(open) || null;
  guess = null;
  now = asking ? asking.at - 1 : target;
  show();
}

function next() {
  if (get("next").getAttribute("aria-disabled") === "true") return;
  const on = now < story.moments.length - 1;
  story = on ? story : after();
  go(on ? now + 1 : 0);
}

function back() { playing = false; go(now - 1, false); }
function play() { playing = !playing; show(); }

// What the address says: a story and a moment, as somebody has sent them; or nothing, the entrance.
function open() {
  const [id, number] = decodeURIComponent(location.hash.slice(1)).split("/");
  const step = /^(?:step)?0?(\d)(?:-|$)/.exec(id);
  const found = DATA.stories.find((each) =>
    each.id === id || step && short(each) === `step0${step[1]}`);
  get("player").hidden = !found;
  for (const part of document.querySelectorAll(".entrance")) {
    part.hidden = found || part.lang !== lang;
  }
  get("steps").querySelector("details").open = playing = false;
  story = found || story;
  if (found) go((parseInt(number, 10) || 1) - 1, false);
}

const KEYS = {
  ArrowRight: next, PageDown: next, ArrowLeft: back, PageUp: back, " ": play, Home: () => go(0),
  End: () => go(1e6), t: () => { get("panes").open = !get("panes").open; },
};
function key(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || get("player").hidden) return;
  const digit = parseInt(event.key, 10), focused = event.target.tagName || "";
  const chosen = asking ? () => answer(digit - 1) : () => { location.hash = `#step0${digit}/1`; };
  const act = digit ? chosen : KEYS[event.key];
  if (!act || event.key === " " && /BUTTON|SUMMARY|^A$/.test(focused)) return;
  event.preventDefault();
  act();
}

function size() {
  document.documentElement.className = innerWidth >= 1100 ? "wide" : "narrow";
  if (!get("player").hidden) draw();
}

// On paper: the wide drawing, and all that the story says.
function print() {
  if (get("player").hidden) return;
  document.documentElement.className = "wide paper";
  get("so-far").innerHTML = story.say.map((text, i) =>
    tag("li", i === now ? "now" : "", safe(text))).join("");
  draw();
}

function begin() {
  document.documentElement.lang = lang;
  document.title = t.title;
  for (const node of document.querySelectorAll("[data-t], [data-label]")) {
    if (node.dataset.t) node.textContent = t[node.dataset.t];
    if (node.dataset.label) node.ariaLabel = t[node.dataset.label];
  }
  for (const link of get("languages").children) {
    link.setAttribute("aria-current", link.lang === lang);
  }
  const link = (each) =>
    tag("a", "", safe(title(each)), `href="#${short(each)}/1" data-story="${each.id}"`);
  const steps = DATA.stories.filter((each) => each.id === "mine" || isStep(each));
  const others = DATA.stories.filter((each) => !steps.includes(each)).map(link).join("");
  get("steps").innerHTML = steps.map(link).join("") +
    `<details><summary>${t["what-if"]}</summary><div>${others}</div></details>`;
  DATA.stories.forEach(unfold);
  for (const part of document.querySelectorAll(".text, .no-script")) part.remove();
  size();
  open();
}

get("next").onclick = next;
get("back").onclick = back;
get("play").onclick = play;
get("line").oninput = ({ target }) => { playing = false; go(target.value - 1); };
get("say").onclick = ({ target }) => target.dataset.answer && answer(+target.dataset.answer);
get("panes").ontoggle = panes;
addEventListener("hashchange", open);
addEventListener("keydown", key);
addEventListener("resize", size);
addEventListener("beforeprint", print);
addEventListener("afterprint", size);
begin();
