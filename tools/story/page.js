"use strict";
// Plays the page's stories: draws a moment from its state alone, and walks through the moments.

const get = (id) => document.getElementById(id);
const safe = (text) => String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const wanted = new URLSearchParams(location.search).get("lang") || navigator.language;
const lang = wanted.startsWith("ja") ? "ja" : "en";
const t = Object.fromEntries(Object.entries(DATA.labels).map(([name, said]) => [name, said[lang]]));
const fill = (text, ...facts) => facts.reduce((said, fact) => said.replace("{}", fact), text);
const still = matchMedia("(prefers-reduced-motion: reduce)");
const memory = { // what was answered; a file:// page may have no storage
    key: "one-request-predictions",
    read() { try { return JSON.parse(localStorage.getItem(this.key)) || {}; } catch { return {}; } },
    write(all) { try { localStorage.setItem(this.key, JSON.stringify(all)); } catch { /* none */ } },
};
let story = null, now = 0, asking = null, goal = 0, guess = null, timer = null;
let answers = memory.read();

// --- traces and sources

function trace(side, event) {
    const lines = story.trace[side].filter((line) => line[0] <= event).map(([begin, text, end, rest]) => {
        const done = end !== null && end <= event, waits = !done && (rest || !/ = |^\W/.test(text));
        const look = `${event === begin || event === end ? "now" : ""} ${waits ? "open" : ""}`;
        return tag("div", look, safe(text + (done ? rest : "")));
    });
    const pane = get(`${side}-trace`);
    pane.previousElementSibling.textContent = `${t[side]}, ${t.trace}`;
    pane.innerHTML = lines.join("");
    pane.scrollTop = 1e6;
}

function source(side, line) {
    const known = story.sources[side], pane = get(`${side}-source`);
    pane.previousElementSibling.textContent = `${t[side]}: ${known[0] || t.noSource}`;
    pane.innerHTML = DATA.files[known[1]][lang === "ja" ? 1 : 0].trimEnd().split("\n").map((text, i) =>
        tag("div", i + 1 === line ? "now" : "", safe(text))).join("");
    const marked = pane.querySelector(".now");
    pane.scrollTop = marked ? marked.offsetTop - pane.offsetTop - pane.clientHeight / 2 : 0;
}

function panes() {
    if (!get("panes").open) return;
    const { who, event } = story.moments[now], things = story.states[now];
    for (const side of ["client", "server"]) {
        trace(side, event);
        const process = things[sideOf(who) === side && who in things ? who : side];
        source(side, process && process.line);
    }
}

// --- the sentence, or the question that comes before it

function say() {
    const { free } = story.moments[now], asked = story.questions.find((q) => q.at === now);
    const tried = asked && answers[asked.id] !== undefined;
    if (asking) {
        const button = (text, i) => tag("button", i === guess ? "tried" : "", `${i + 1}. ${safe(text[lang])}`,
            ` type="button" data-answer="${i}"`);
        get("say").innerHTML = `<h2 tabindex="-1">${t.ask}</h2><p>${safe(asking.ask[lang])}</p>` +
            asking.answers.map(button).join("") + `<button type="button" data-answer="-1">${t.skip}</button>` +
            (guess === null ? "" : tag("p", "wrong", t.wrong));
        return;
    }
    get("say").innerHTML = `<p>${safe(story.say[now])}</p>` +
        (tried ? tag("p", "right", `${answers[asked.id] === asked.right ? t.right : ""} ` +
            safe(asked.because[lang])) : "") + (free ? tag("p", "small", t.free) : "");
}

function answer(number) {
    if (!asking || number >= asking.answers.length) return;
    guess = number;
    if (number >= 0 && number !== asking.right) { say(); return; }
    answers[asking.id] = number;
    memory.write(answers);
    const { at } = asking;
    go(at);
    get("next").focus();
    if (timer) play(true);
}

// --- moving

const title = (each) => (each.id.startsWith("step") ? each.id.replace(/^step(\d+)-/, "$1 ") : t[each.id]);
const short = (each) => (each.id.startsWith("step") ? each.id.split("-")[0] : each.id);
const after = () => DATA.stories[DATA.stories.indexOf(story) + 1];

function show() {
    const last = now === story.moments.length - 1;
    for (const link of get("steps").querySelectorAll("a"))
        if (link.dataset.story === story.id) link.setAttribute("aria-current", "page");
        else link.removeAttribute("aria-current");
    get("line").max = story.moments.length;
    get("line").value = now + 1;
    get("next").setAttribute("aria-disabled", Boolean(asking) || last && !after());
    get("next").textContent = `${t.next} ›`;
    get("count").textContent = `${now + 1} / ${story.moments.length}`;
    const lesson = lang === "ja" ? ".ja.md" : ".md";
    get("links").innerHTML = story.links.map(([name, at]) =>
        `<a href="${safe(name ? at : at + lesson)}">${name || t.lesson}</a>`).join(" ");
    draw();
    say();
    panes();
    if (asking && document.activeElement === get("next")) get("say").querySelector("h2").focus();
    history.replaceState(null, "", `#${short(story)}/${now + 1}`);
}

function go(target, asks = true) {
    target = Math.max(0, Math.min(story.moments.length - 1, target));
    const open = (q) => q.at <= target && q.at > 0 && answers[q.id] === undefined;
    asking = asks && story.questions.find(open) || null;
    guess = null;
    now = asking ? asking.at - 1 : target;
    show();
}

function next() {
    if (get("next").getAttribute("aria-disabled") === "true") return;
    if (now < story.moments.length - 1) { go(now + 1); return; }
    story = after();
    go(0);
}

function back() { pause(); go(now - 1, false); }
function pause() { clearTimeout(timer); timer = null; get("play").textContent = "▶"; }
// Each moment stays for as long as it takes to read its sentence.
function play(goes) {
    if (timer && goes !== true) { pause(); return; }
    if (now === story.moments.length - 1) { if (goes === true) { pause(); return; } go(0); }
    const length = story.say[now].length * (lang === "ja" ? 130 : 55);
    timer = setTimeout(() => { if (!asking) go(now + 1); if (!asking) play(true); }, 1200 + length);
    get("play").textContent = "❚❚";
}

// What the address says: a story and a moment, or nothing, which is the entrance.
function open() {
    const [id, number] = decodeURIComponent(location.hash.slice(1)).split("/");
    const step = /^(?:step)?0?(\d)(?:-|$)/.exec(id);
    const found = DATA.stories.find((each) => each.id === id || step && short(each) === `step0${step[1]}`);
    pause();
    get("player").hidden = !found;
    for (const part of document.querySelectorAll(".entrance")) part.hidden = found || part.lang !== lang;
    if (!found) return;
    story = found;
    go((parseInt(number, 10) || 1) - 1, false);
}

function size() {
    document.documentElement.className = innerWidth >= 1100 ? "wide" : "narrow";
    if (story && !get("player").hidden) draw();
}

function begin() {
    document.documentElement.lang = lang;
    document.title = t.title;
    for (const node of document.querySelectorAll("[data-t]")) node.textContent = t[node.dataset.t];
    for (const node of document.querySelectorAll("[data-label]")) node.ariaLabel = t[node.dataset.label];
    for (const link of get("languages").children) link.setAttribute("aria-current", link.lang === lang);
    const link = (each) => `<a href="#${short(each)}/1" data-story="${each.id}">${safe(title(each))}</a>`;
    const steps = DATA.stories.filter((each) => each.id === "mine" || each.id.startsWith("step"));
    const others = DATA.stories.filter((each) => !steps.includes(each));
    get("steps").innerHTML = steps.map(link).join("") +
        `<details><summary>${t["what-if"]}</summary><div>${others.map(link).join("")}</div></details>`;
    DATA.stories.forEach(unfold);
    for (const part of document.querySelectorAll(".text, .no-script")) part.remove();
    size();
    open();
}

const inPlayer = (act) => () => { if (!get("player").hidden) act(); };
const KEYS = {
    ArrowRight: next, PageDown: next, ArrowLeft: back, PageUp: back, " ": play, Home: () => go(0),
    End: () => go(1e6), t: () => { get("panes").open = !get("panes").open; },
};
function key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || get("player").hidden) return;
    const focused = event.target.tagName, digit = parseInt(event.key, 10);
    const act = digit && asking ? () => answer(digit - 1)
        : digit ? () => { location.hash = `#step0${digit}/1`; } : KEYS[event.key];
    if (!act || event.key === " " && /BUTTON|SUMMARY|A/.test(focused)) return;
    event.preventDefault();
    act();
}

get("next").onclick = next;
get("back").onclick = back;
get("play").onclick = play;
get("line").oninput = (event) => { pause(); go(event.target.value - 1); };
get("say").onclick = ({ target }) => target.dataset.answer && answer(+target.dataset.answer);
get("forget").onclick = () => { memory.write(answers = {}); go(now); };
get("panes").ontoggle = inPlayer(panes);
get("steps").onclick = ({ target }) => {
    if (target.tagName === "A") get("steps").querySelector("details").open = false;
};
for (const link of get("languages").children)
    link.onclick = (event) => { event.preventDefault(); location.search = `?lang=${link.lang}`; };
addEventListener("hashchange", open);
addEventListener("keydown", key);
addEventListener("resize", size);
addEventListener("beforeprint", inPlayer(() => {
    document.documentElement.className = "wide";
    get("so-far").innerHTML = story.say.map((text, i) =>
        `<li class="${i === now ? "now" : ""}">${safe(text)}</li>`).join("");
    draw();
}));
addEventListener("afterprint", size);
begin();
