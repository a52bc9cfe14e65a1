"use strict";
// Draws a moment of a story from its state alone, and walks through the moments. No library, no request.

const TEXT = {
    en: {
        title: "One request, and what the kernel holds", drawing: "What the kernel holds", next: "Next", back: "Back",
        play: "Play, pause", line: "Time line", keys: "Keys: ← → one moment, space plays, Home and End. The address names the moment.",
        clientTrace: "Client, as strace shows it", serverTrace: "Server, as strace shows it", client: "client", server: "server",
        clientKernel: "kernel, client’s side", serverKernel: "kernel, server’s side", terminal: "the terminal",
        runs: "runs", notYet: "not started", waits: (call) => `waits in ${call}`, woken: (call) => `${call} can return`, ended: "has ended", child: "child",
        listening: "listening socket", own: "socket", connection: "connection", noAddress: "no address", queue: "accept queue",
        of: "of", empty: "empty", buffer: "received", end: "END", noFd: "held by no program", to: "to", ignores: "ignores ",
        free: "At the same time: this could as well have come before the other side’s lines above.", ask: "What happens next?",
        skip: "just show me", right: "Yes.", wrong: "Not so.", noSource: "its source is not known", mine: "your server", bytes: "bytes",
    },
    ja: {
        title: "1 つの接続とカーネルの中身", drawing: "カーネルが持っているもの", next: "次へ", back: "戻る",
        play: "再生と一時停止", line: "時間軸", keys: "キー操作: ← → で 1 コマずつ、スペースで再生、Home と End で最初と最後。URL がコマを指します。",
        clientTrace: "クライアントの strace", serverTrace: "サーバーの strace", client: "クライアント", server: "サーバー",
        clientKernel: "カーネル（クライアント側）", serverKernel: "カーネル（サーバー側）", terminal: "端末",
        runs: "実行中", notYet: "まだ起動していない", waits: (call) => `${call} で待っている`, woken: (call) => `${call} から戻れる`, ended: "終了した", child: "子プロセス",
        listening: "リスニングソケット", own: "ソケット", connection: "接続", noAddress: "アドレスなし", queue: "キュー",
        of: "/", empty: "空", buffer: "受信済み", end: "終わり", noFd: "ディスクリプターなし", to: "→", ignores: "無視: ",
        free: "同時に進むこと: 相手側の上の行より先だったかもしれません。", ask: "次に何が起きる?",
        skip: "答えを見る", right: "そのとおり。", wrong: "そうではありません。", noSource: "ソースコードは不明", mine: "自分のサーバー", bytes: "バイト",
    },
};
const get = (id) => document.getElementById(id);
const escape = (text) => String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const query = new URLSearchParams(location.search);
const keep = {  // what was answered; a file:// page may have no storage
    read: () => { try { return JSON.parse(localStorage.getItem("predictions")) || {}; } catch { return {}; } },
    write: (answers) => { try { localStorage.setItem("predictions", JSON.stringify(answers)); } catch { /* none */ } },
};
let lang = query.get("lang") || (navigator.language.startsWith("ja") ? "ja" : "en");
if (!TEXT[lang]) lang = "en";
let story = DATA.stories[0], now = 0, asking = null, goal = 0, answers = keep.read(), timer = null;

// --- the drawing: every box has one place in a story, whatever the moment

function places() {
    const all = new Set(story.moments.flatMap((m) => Object.keys(m.state.sockets)));
    const own = [...all].filter((id) => id[0] === "S"), calls = [...all].filter((id) => /^C\d+$/.test(id));
    const ends = Math.max(own.length, 1) + Math.max(calls.length, 1) + 2, place = {};
    const last = 2 + 3 * Math.max(calls.length, 1) + Math.max(own.length, 1);
    own.forEach((id, i) => place[id] = { w: `${i + 2} / 4`, n: `${last - own.length + i} / 2`, f: i + 2 });
    calls.forEach((id, i) => {
        const row = Math.max(own.length, 1) + i + 2;
        place[id] = { w: `${row} / 2`, n: `${2 + 3 * i} / 2`, f: row };
        place[id + "~"] = { w: `${row} / 3`, n: `${3 + 3 * i} / 2` };
        place[id + "+"] = { w: `${row} / 4`, n: `${4 + 3 * i} / 2`, f: row };
    });
    return { place, areas: { client: [`1 / 1 / ${ends} / 2`, "1 / 1 / 2 / 3"], kernel: [`1 / 2 / ${ends} / 5`, `2 / 2 / ${last} / 3`],
        server: [`1 / 5 / ${ends} / 6`, `${last} / 1 / ${last + 1} / 3`] } };
}

function status(process, t) {
    if (process.end !== null) return `<span class="status">${t.ended}</span>`;
    if (process.woken) return `<span class="status woken">${t.woken(`<code>${process.waits}</code>`)}</span>`;
    if (process.waits) return `<span class="status sleeps">${t.waits(`<code>${process.waits}</code>`)}</span>`;
    return `<span class="status">${process.line === null && process.idle ? t.notYet : t.runs}</span>`;
}

function program(side, moment, t, area) {
    const names = Object.keys(moment.state.processes).filter((who) => who.startsWith(side));
    const started = story.trace[side].length && story.trace[side][0][0] <= moment.event;
    const text = names.map((who) => {
        const process = { ...moment.state.processes[who], idle: !started };
        const name = who === side ? t[side] : `${t.child} ${who.slice(7)}`;
        if (!started) return `<b>${name}</b> <span class="status">${t.notYet}</span>`;
        const terminals = Object.keys(process.fds).filter((n) => process.fds[n] === "terminal");
        return `<b>${name}</b> ${status(process, t)}` + (terminals.length ? `<br> <span class="small"><code>${terminals.join(" ")}</code> ${t.terminal}</span>` : "") +
            (process.ignores.length ? `<br> <span class="small extra">${t.ignores}${process.ignores.join(" ")}</span>` : "");
    });
    return `<div class="area ${side}${moment.who.split(".")[0] === side ? " acts" : ""}" data-box="${side}" style="--w:${area[0]};--n:${area[1]}">${text.join("<br>")}</div>`;
}

function socket(sock, before, holders, place, t) {
    const was = before || {}, fresh = (field, text) => before && JSON.stringify(was[field]) !== JSON.stringify(sock[field]) ? `<span class="new">${text}</span>` : text;
    const side = /^C\d+$/.test(sock.id) ? "client" : "server", listens = sock.state === "LISTEN";
    const name = listens ? t.listening : sock.peer ? "" : t.own, rows = [];
    rows.push(`<code data-f="local">${fresh("local", escape(sock.local || t.noAddress))}</code>`);
    if (sock.peer) rows.push(`<code>${t.to} <span data-f="peer">${fresh("peer", escape(sock.peer))}</span></code>`);
    if (sock.options.length && !sock.peer) rows.push(`<code>${fresh("options", sock.options.join(" "))}</code>`);
    if (listens) rows.push(`<span class="track">${t.queue} ${fresh("queue", sock.queue.map(() => `<b>${t.connection}</b>`).join("") + `${sock.queue.length} ${t.of} ${sock.backlog}`)}</span>`);
    if (sock.bytes || sock.eof) rows.push(`<span class="track">${t.buffer} ${fresh("bytes", sock.bytes ? `<b>${escape(sock.data)}</b>` : "")}${sock.eof ? fresh("eof", `<b>${t.end}</b>`) : ""}</span>`);
    if (!holders.length) rows.push(`<span class="small">${t.noFd}</span>`);
    return `<div class="sock ${side}${holders.length ? "" : " loose"}${before ? "" : " fresh"}" data-box="${sock.id}" style="--w:${place.w};--n:${place.n}">` +
        `<div><span class="state" data-f="state">${fresh("state", sock.state)}</span> <span class="small">${name}</span></div>` +
        rows.map((row) => `<div>${row}</div>`).join("") + `</div>`;
}

function wire(id, state, place) {
    const mine = state.sockets[id], other = state.sockets[id + "+"];
    const packet = state.wire.find((p) => p.from === id || p.from === id + "+" || p.to === id);
    const line = mine && other ? (mine.state === "ESTABLISHED" && other.state === "ESTABLISHED" ? "open" : "half") : packet ? "half" : "";
    const text = packet && (packet.what === "DATA" ? `“${escape(packet.data)}”` : packet.what);
    const shown = packet ? `<span class="packet ${packet.from === id ? "" : "left"}">${text}</span>` : "";
    return `<div class="wire ${line}" data-box="${id}~" style="--w:${place.w};--n:${place.n}">${shown}</div>`;
}

function draw() {
    const t = TEXT[lang], moment = story.moments[now], state = moment.state, before = now ? story.moments[now - 1].state : { sockets: {} };
    const { place, areas } = places(), out = [];
    const [kernelW, kernelN] = areas.kernel, acts = (side) => moment.who === `${side}-kernel` ? " acts" : "";
    out.push(program("client", moment, t, areas.client));
    out.push(`<div class="area kernel" style="--w:${kernelW};--n:${kernelN}"><span class="side client${acts("client")}">${t.clientKernel}</span><span class="side server${acts("server")}">${t.serverKernel}</span></div>`);
    for (const id of Object.keys(place)) {
        if (id.endsWith("~")) { out.push(wire(id.slice(0, -1), state, place[id])); continue; }
        const sock = state.sockets[id], holders = [];
        for (const [who, process] of Object.entries(state.processes)) for (const [number, target] of Object.entries(process.fds)) if (target === id) holders.push([who, number]);
        if (!sock) {
            out.push(`<div class="slot" style="--w:${place[id].w};--n:${place[id].n}"></div>`);
            continue;
        }
        out.push(socket(sock, before.sockets[id], holders, place[id], t));
        const side = /^C\d+$/.test(id) ? "client" : "server", column = side === "client" ? 1 : 5;
        if (holders.length) out.push(`<div class="fd ${side}" data-box="fd-${id}" style="--w:${place[id].f} / ${column};--n:${place[id].n.replace("/ 2", "/ 1")}"><i></i>${holders.map(([who, number]) => `<span title="${who}" data-fd="${who} ${number} ${id}">${number}</span>`).join("")}</div>`);
    }
    out.push(program("server", moment, t, areas.server));
    get("drawing").innerHTML = out.join("");
}

// --- traces and sources

function panes() {
    const t = TEXT[lang], moment = story.moments[now];
    for (const side of ["client", "server"]) {
        const lines = story.trace[side].filter((line) => line[0] <= moment.event).map(([begin, text, end, rest]) => {
            const done = end !== null && end <= moment.event, current = moment.event === begin || moment.event === end;
            const waits = !done && (rest || !/ = /.test(text) && end === null);
            return `<div class="${current ? "now" : ""} ${waits ? "open" : ""}">${escape(text + (done ? rest : ""))}</div>`;
        });
        get(`${side}-trace`).innerHTML = lines.join("");
        get(`${side}-trace`).scrollTop = 1e6;
        const source = story.source[side], pre = get(`${side}-source`), line = moment.state.processes[side].line;
        get(`${side}-name`).textContent = source ? `${t[side]}: ${source[0]}` : `${t[side]}: ${t.noSource}`;
        pre.hidden = !source;
        if (!source) continue;
        pre.innerHTML = source[1].trimEnd().split("\n").map((text, i) => `<div class="${i + 1 === line ? "now" : ""}">${escape(text)}</div>`).join("");
        const marked = pre.querySelector(".now");
        if (marked) pre.scrollTop = marked.offsetTop - pre.offsetTop - pre.clientHeight / 2;
    }
}

// --- the sentence, or the question that comes before it

function say() {
    const t = TEXT[lang], moment = story.moments[now];
    if (asking) {
        get("say").innerHTML = `<h2>${t.ask}</h2><p>${escape(asking.ask[lang])}</p>` +
            asking.answers.map((answer, i) => `<button data-answer="${i}">${escape(answer[lang])}</button>`).join("") + `<button class="skip" data-answer="-1">${t.skip}</button>`;
    } else {
        const asked = story.questions.find((q) => q.at === now && answers[q.id] >= 0);
        const verdict = asked ? `<p class="${answers[asked.id] === asked.right ? "right" : "wrong"}">“${escape(asked.answers[answers[asked.id]][lang])}”: ${answers[asked.id] === asked.right ? t.right : t.wrong} ${escape(asked.because[lang])}</p>` : "";
        get("say").innerHTML = `<p>${escape(moment.say[lang])}</p>${verdict}${moment.free ? `<p class="small">${t.free}</p>` : ""}`;
    }
    get("so-far").innerHTML = story.moments.slice(0, now + 1).map((m) => `<li>${escape(m.say[lang])}</li>`).join("");
}

// --- moving

const title = (s) => s.id === "mine" ? TEXT[lang].mine : escape(s.id.replace(/^step(\d+)-/, "$1 "));
const name = (s) => s.id.split("-")[0];

function show() {
    document.documentElement.lang = lang;
    document.title = TEXT[lang].title;
    for (const node of document.querySelectorAll("[data-t]")) node.textContent = TEXT[lang][node.dataset.t];
    for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", TEXT[lang][node.dataset.label]);
    for (const node of get("languages").children) node.setAttribute("aria-pressed", node.lang === lang);
    get("steps").innerHTML = DATA.stories.map((s) => `<a href="#${name(s)}/0" ${s === story ? 'aria-current="page"' : ""}>${title(s)}</a>`).join("");
    get("line").max = story.moments.length - 1;
    get("line").value = now;
    const last = now === story.moments.length - 1, after = DATA.stories[DATA.stories.indexOf(story) + 1];
    get("next").disabled = Boolean(asking) || last && !after;
    get("next").textContent = (last && after ? title(after) : TEXT[lang].next) + " ›";
    get("count").textContent = `${now + 1} / ${story.moments.length}`;
    draw();
    panes();
    say();
    history.replaceState(null, "", `#${name(story)}/${now}`);
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
    go(parseInt(number, 10) || 0);
}

get("next").onclick = next;
get("back").onclick = () => { pause(); go(now - 1); };
get("play").onclick = play;
get("line").oninput = (event) => { pause(); go(+event.target.value); };
get("say").onclick = (event) => event.target.dataset.answer && answer(+event.target.dataset.answer);
get("languages").onclick = (event) => { if (event.target.lang) { lang = event.target.lang; show(); } };
addEventListener("hashchange", open);
addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const act = { ArrowRight: next, ArrowLeft: () => { pause(); go(now - 1); }, Home: () => go(0), End: () => go(1e6), " ": play }[event.key];
    if (!act || event.key === " " && event.target.tagName === "BUTTON" || event.target.tagName === "PRE") return;
    event.preventDefault();
    act();
});

// --- page.html?selftest: steps through everything, and writes down what it found (tests/page.bats)

function drawn() {
    const sockets = {}, field = (box, name) => (box.querySelector(`[data-f=${name}]`) || { textContent: "" }).textContent;
    for (const box of document.querySelectorAll(".sock")) sockets[box.dataset.box] = [field(box, "state"), field(box, "local"), field(box, "peer")];
    return { sockets, fds: [...document.querySelectorAll("[data-fd]")].map((node) => node.dataset.fd).sort() };
}

function selftest() {
    const found = { errors: [], moments: 0, last: {}, questions: 0 };
    const check = (fine, what) => fine || found.errors.push(`${lang} ${story.id}/${now}: ${what}`);
    addEventListener("error", (event) => found.errors.push(event.message));
    addEventListener("securitypolicyviolation", (event) => found.errors.push(event.violatedDirective));
    keep.write = () => {};
    for (lang of ["en", "ja"]) for (story of DATA.stories) {
        const places = {};
        answers = {};
        for (const question of story.questions) {
            go(1e6);
            check(asking === question && now === question.at - 1 && get("say").querySelectorAll("button").length > 2, "no question");
            check(!document.querySelector("main").textContent.includes(story.moments[question.at].say[lang]), "the answer is on the page");
            answer(question.right);
            check(now === question.at && get("say").querySelector(".right"), "no verdict");
            found.questions++;
        }
        for (let i = 0; i < story.moments.length; i++, found.moments++) {
            go(i);
            check(now === i && get("say").innerText.includes(story.moments[i].say[lang]), "no sentence");
            check(document.documentElement.scrollWidth <= innerWidth, "wider than the window");
            for (const node of document.querySelectorAll("[data-box]")) {
                const { x, y } = node.getBoundingClientRect(), place = `${x} ${y + scrollY}`;
                check((places[node.dataset.box] = places[node.dataset.box] || place) === place, `${node.dataset.box} has moved`);
            }
        }
        found.last[story.id] = drawn();
    }
    document.body.innerHTML = `<pre id="selftest">${escape(JSON.stringify(found))}</pre>`;
}

open();
if (query.has("selftest")) selftest();
