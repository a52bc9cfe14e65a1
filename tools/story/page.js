"use strict";
// Draws a moment of a story from its state alone, and walks through the moments. No library, no request.

const get = (id) => document.getElementById(id);
const escape = (text) => String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const keep = {  // what was answered; a file:// page may have no storage
    read: () => { try { return JSON.parse(localStorage.getItem("predictions")) || {}; } catch { return {}; } },
    write: (answers) => { try { localStorage.setItem("predictions", JSON.stringify(answers)); } catch { /* none */ } },
};
let lang = (new URLSearchParams(location.search).get("lang") || navigator.language).startsWith("ja") ? "ja" : "en";
let t = {}; // the labels in that language
let story = DATA.stories[0], now = 0, asking = null, goal = 0, answers = keep.read(), timer = null;

// --- the drawing: every box has one place in a story, whatever the moment

const tag = (look, inside, more = "", name = "span") => `<${name} class="${look}"${more}>${inside}</${name}>`;
const div = (look, inside, place, box) =>
    tag(look, inside, `${box ? ` data-box="${box}"` : ""} style="--w:${place.w};--n:${place.n}"`, "div");
const isClients = (id) => /^C\d+$/.test(id);

// Row / column of every socket (by id), wire (id~), program and the kernel: w in a wide window, n in a narrow one.
function places() {
    const all = [...new Set(story.moments.flatMap((m) => Object.keys(m.state.sockets)))];
    const own = all.filter((id) => id[0] === "S"), calls = all.filter(isClients), place = {};
    const first = Math.max(own.length, 1) + 2, below = first + Math.max(calls.length, 1);
    const ends = 2 + 3 * Math.max(calls.length, 1) + Math.max(own.length, 1);
    own.forEach((id, i) => place[id] = { w: `${i + 2} / 4`, n: `${ends - own.length + i} / 2`, row: i + 2 });
    calls.forEach((id, i) => {
        const row = first + i;
        place[id] = { w: `${row} / 2`, n: `${2 + 3 * i} / 2`, row };
        place[id + "~"] = { w: `${row} / 3`, n: `${3 + 3 * i} / 2` };
        place[id + "+"] = { w: `${row} / 4`, n: `${4 + 3 * i} / 2`, row };
    });
    return {
        sockets: place,
        client: { w: `1 / 1 / ${below} / 2`, n: "1 / 1 / 2 / 3" },
        kernel: { w: `1 / 2 / ${below} / 5`, n: `2 / 2 / ${ends} / 3` },
        server: { w: `1 / 5 / ${below} / 6`, n: `${ends} / 1 / ${ends + 1} / 3` },
    };
}

function status(process) {
    const call = tag("", process.waits, "", "code");
    if (process.end !== null) return tag("status", t.ended);
    if (process.woken) return tag("status woken", t.woken.replace("{call}", call));
    return process.waits ? tag("status sleeps", t.waits.replace("{call}", call)) : tag("status", t.runs);
}

function program(side, moment, place) {
    const started = story.trace[side].length && story.trace[side][0][0] <= moment.event;
    const all = Object.entries(moment.state.processes).filter(([who]) => who.startsWith(side)).map(([who, process]) => {
        const other = `${process.thread ? t.thread : t.child} ${who.slice(7)}`;
        const name = tag("", who === side ? t[side] : other, "", "b");
        if (!started) return `${name} ${tag("status", t.notYet)}`;
        const terminals = Object.keys(process.fds).filter((n) => process.fds[n] === "terminal").join(" ");
        const kept = terminals && `<br> ${tag("small", `<code>${terminals}</code> ${t.terminal}`)}`;
        const ignored = process.ignores.length ? `<br> ${tag("small extra", t.ignores + process.ignores)}` : "";
        return `${name} ${status(process)}${kept}${ignored}`;
    });
    const acts = moment.who.split(".")[0] === side ? " acts" : "";
    return div(`area ${side}${acts}`, all.join("<br>"), place, side);
}

function socket(sock, before, held, place) {
    const changed = (field) => before && JSON.stringify(before[field]) !== JSON.stringify(sock[field]);
    const mark = (field, text) => changed(field) ? tag("new", text) : text;
    const listens = sock.state === "LISTEN", rows = [];
    const row = (look, inside, field = "") =>
        rows.push(`<div>${tag(look, inside, field && ` data-f="${field}"`)}</div>`);
    rows.push(`<div>${tag("state", mark("state", sock.state), ' data-f="state"')} ` +
        `${tag("small", listens ? t.listening : sock.peer ? "" : t.own)}</div>`);
    row("code", mark("local", escape(sock.local || t.noAddress)), "local");
    if (sock.peer) row("code", `${t.to} ${tag("", mark("peer", escape(sock.peer)), ' data-f="peer"')}`);
    else if (sock.options.length) row("code", mark("options", sock.options.join(" ")));
    const waiting = sock.queue.map(() => `<b>${t.connection}</b>`).join("");
    if (listens) row("track", `${t.queue} ${mark("queue", `${waiting}${sock.queue.length} ${t.of} ${sock.backlog}`)}`);
    const data = sock.bytes ? mark("bytes", `<b>${escape(sock.data)}</b>`) : "";
    if (sock.bytes || sock.eof) row("track", `${t.received} ${data}${sock.eof ? mark("eof", `<b>${t.end}</b>`) : ""}`);
    if (!held) row("small", t.noFd);
    const look = `sock ${isClients(sock.id) ? "client" : "server"}${held ? "" : " loose"}${before ? "" : " fresh"}`;
    return div(look, rows.join(""), place, sock.id);
}

function wire(id, state, place) {
    const mine = state.sockets[id], other = state.sockets[id + "+"];
    const packet = state.wire.find((p) => p.from === id || p.from === id + "+" || p.to === id);
    const open = mine && other && mine.state === "ESTABLISHED" && other.state === "ESTABLISHED";
    const text = packet && (packet.what === "DATA" ? `“${escape(packet.data)}”` : packet.what);
    const shown = packet ? tag(packet.from === id ? "packet" : "packet left", text) : "";
    return div(`wire ${open ? "open" : packet || mine && other ? "half" : ""}`, shown, place, id + "~");
}

function descriptors(id, holders, place) {
    const side = isClients(id) ? "client" : "server";
    const spot = { w: `${place.row} / ${side === "client" ? 1 : 5}`, n: place.n.replace("/ 2", "/ 1") };
    const all = holders.map(([who, number]) => tag("", number, ` title="${who}" data-fd="${who} ${number} ${id}"`));
    return div(`fd ${side}`, `<i></i>${all.join("")}`, spot, `fd-${id}`);
}

function draw() {
    const moment = story.moments[now], { processes, sockets } = moment.state, place = places();
    const before = now ? story.moments[now - 1].state.sockets : {};
    const side = (name) => tag(`side ${name}${moment.who === name + "-kernel" ? " acts" : ""}`, t[name + "Kernel"]);
    const out = [program("client", moment, place.client)];
    out.push(div("area kernel", side("client") + tag("whole", t.kernel) + side("server"), place.kernel));
    for (const [id, spot] of Object.entries(place.sockets)) {
        const holders = Object.entries(processes).flatMap(([who, { fds }]) =>
            Object.keys(fds).filter((number) => fds[number] === id).map((number) => [who, number]));
        if (id.endsWith("~")) out.push(wire(id.slice(0, -1), moment.state, spot));
        else if (!sockets[id]) out.push(div("slot", "", spot));
        else out.push(socket(sockets[id], before[id], holders.length, spot));
        if (holders.length) out.push(descriptors(id, holders, spot));
    }
    get("drawing").innerHTML = out.join("") + program("server", moment, place.server);
}

// --- traces and sources

function trace(side, event) {
    const lines = story.trace[side].filter((line) => line[0] <= event).map(([begin, text, end, rest]) => {
        const done = end !== null && end <= event, waits = !done && (rest || !/ = /.test(text));
        return tag(`${event === begin || event === end ? "now" : ""} ${waits ? "open" : ""}`,
            escape(text + (done ? rest : "")), "", "div");
    });
    get(`${side}-trace`).innerHTML = lines.join("");
}

function source(side, line) {
    const known = story.source[side], pane = get(`${side}-source`);
    get(`${side}-name`).textContent = `${t[side]}: ${known ? known[0] : t.noSource}`;
    pane.hidden = !known;
    if (!known) return;
    if (pane.shows !== known) {
        const lines = known[1].trimEnd().split("\n");
        pane.innerHTML = lines.map((text) => tag("", escape(text), "", "div")).join("");
        pane.shows = known;
    }
    for (const marked of pane.querySelectorAll(".now")) marked.className = "";
    if (line) pane.children[line - 1].className = "now";
}

// Brings what is new into view. First asks for every place, then scrolls: so the browser lays the page out once.
function scroll() {
    const steps = get("steps"), tops = [];
    for (const side of ["client", "server"]) {
        const pane = get(`${side}-source`), marked = pane.querySelector(".now");
        tops.push([get(`${side}-trace`), 1e6]);
        tops.push([pane, marked ? marked.offsetTop - pane.offsetTop - pane.clientHeight / 2 : 0]);
    }
    const left = steps.querySelector("[aria-current]").offsetLeft - steps.offsetLeft - 60;
    for (const [pane, top] of tops) pane.scrollTop = top;
    steps.scrollLeft = left;
}

// --- the sentence, or the question that comes before it

function question() {
    const button = (number, look, text) => tag(look, escape(text), ` data-answer="${number}"`, "button");
    return `<h2>${t.ask}</h2><p>${escape(asking.ask[lang])}</p>` +
        asking.answers.map((answer, i) => button(i, "", answer[lang])).join("") + button(-1, "skip", t.skip);
}

function verdict(asked) {
    const given = answers[asked.id], right = given === asked.right;
    return tag(right ? "right" : "wrong", `“${escape(asked.answers[given][lang])}”: ${right ? t.right : t.wrong} ` +
        escape(asked.because[lang]), "", "p");
}

function say() {
    const moment = story.moments[now], asked = story.questions.filter((q) => q.at === now && answers[q.id] >= 0);
    get("say").innerHTML = asking ? question() : `<p>${escape(moment.say[lang])}</p>${asked.map(verdict).join("")}` +
        (moment.free ? tag("small", t.free, "", "p") : "");
    const told = story.moments.slice(0, now + 1).map((m) => `<li>${escape(m.say[lang])}</li>`);
    get("so-far").innerHTML = told.join("");
}

// --- moving

const title = (s) => s.id === "mine" ? t.mine : escape(s.id.replace(/^step(\d+)-/, "$1 "));
const name = (s) => s.id.split("-")[0];

function show() {
    t = Object.fromEntries(Object.entries(DATA.labels).map(([label, said]) => [label, said[lang]]));
    document.documentElement.lang = lang;
    document.title = t.title;
    for (const node of document.querySelectorAll("[data-t]")) node.textContent = t[node.dataset.t];
    for (const node of document.querySelectorAll("[data-label]")) node.ariaLabel = t[node.dataset.label];
    for (const node of get("languages").children) node.setAttribute("aria-pressed", node.lang === lang);
    const current = (s) => s === story ? ' aria-current="page"' : "";
    get("steps").innerHTML = DATA.stories.map((s) => `<a href="#${name(s)}/1"${current(s)}>${title(s)}</a>`).join("");
    get("line").max = story.moments.length - 1;
    get("line").value = now;
    const last = now === story.moments.length - 1, after = DATA.stories[DATA.stories.indexOf(story) + 1];
    get("next").disabled = Boolean(asking) || last && !after;
    get("next").textContent = (last && after ? title(after) : t.next) + " ›";
    get("count").textContent = `${now + 1} / ${story.moments.length}`;
    draw();
    for (const side of ["client", "server"]) {
        trace(side, story.moments[now].event);
        source(side, story.moments[now].state.processes[side].line);
    }
    say();
    scroll();
    history.replaceState(null, "", `#${name(story)}/${now + 1}`);
}

function go(target) {
    target = Math.max(0, Math.min(story.moments.length - 1, target));
    asking = story.questions.find((q) => q.at <= target && answers[q.id] === undefined) || null;
    goal = target;
    now = asking ? asking.at - 1 : target;
    if (asking || now === story.moments.length - 1) pause();
    show();
}

function answer(number) {
    const { id, at } = asking;
    answers[id] = number;
    keep.write(answers);
    go(number < 0 ? goal : at);
}

function next() {
    if (get("next").disabled) return;
    if (now < story.moments.length - 1) { go(now + 1); return; }
    story = DATA.stories[DATA.stories.indexOf(story) + 1];
    go(0);
}

function back() { pause(); go(now - 1); }
function pause() { clearInterval(timer); timer = null; get("play").textContent = "▶"; }
function play() {
    if (timer) { pause(); return; }
    if (now === story.moments.length - 1) go(0);
    timer = setInterval(() => go(now + 1), 3000);
    get("play").textContent = "❚❚";
}
function open() {
    const [id, number] = location.hash.slice(1).split("/");
    story = DATA.stories.find((s) => name(s) === id.split("-")[0]) || DATA.stories[0];
    pause();
    go((parseInt(number, 10) || 1) - 1);
}

get("next").onclick = next;
get("back").onclick = back;
get("play").onclick = play;
get("line").oninput = (event) => { pause(); go(+event.target.value); };
get("say").onclick = (event) => event.target.dataset.answer && answer(+event.target.dataset.answer);
get("languages").onclick = (event) => { if (event.target.lang) { lang = event.target.lang; show(); } };
get("forget").onclick = (event) => { event.preventDefault(); keep.write(answers = {}); show(); };
addEventListener("hashchange", open);
addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const acts = { ArrowRight: next, ArrowLeft: back, Home: () => go(0), End: () => go(1e6), " ": play };
    const act = acts[event.key], there = event.target.tagName;
    if (!act || there === "PRE" || there === "BUTTON" && event.key === " ") return;
    event.preventDefault();
    act();
});

open();
