// The drawing of a moment. It asks for nothing but what the page's other script has: story, now, t.

// Every moment's things: processes, which have fds, and sockets, which have a state.
function unfold(each) {
    let things = {};
    each.say = [...document.querySelectorAll(`.text[lang=${lang}] [data-story="${each.id}"] li`)]
        .map((item) => item.textContent);
    each.states = each.moments.map(({ changes }) => {
        things = { ...things };
        for (const [name, fields] of Object.entries(changes)) {
            if (fields) things[name] = { ...things[name], ...fields };
            else delete things[name];
        }
        return things;
    });
    each.places = places(each);
}

const entries = (things, has) => Object.entries(things).filter(([, thing]) => has in thing);
const sideOf = (name) => name.split(/[.-]/)[0];
const address = ([host, port]) => (host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`);

// Where each socket's box is, whatever the moment: its row in a wide window, and in a narrow one.
function places({ states, moments }) {
    const all = states.flatMap((things) => entries(things, "state"));
    const own = [...new Set(all.filter(([, sock]) => !sock.within).map(([id]) => id))];
    const listens = new Set(all.filter(([, sock]) => sock.backlog).map(([id]) => id));
    const asks = own.filter((id) => /^C\d+$/.test(id)), serves = own.filter((id) => id[0] === "S");
    const refused = moments.some(({ refused }) => refused);
    const answered = asks.filter((id) => refused || own.includes(`${id}+`));
    const first = answered.length ? serves.length : 0, spots = {};
    serves.forEach((id, i) => { spots[id] = { row: i }; });
    asks.forEach((id, i) => {
        spots[id] = { row: first + i };
        if (answered.includes(id)) spots[`${id}+`] = { row: first + i };
    });
    const rows = Math.max(serves.length, first + asks.length, 1);
    const wide = [...Array(rows)].map((_, i) => (listens.has(serves[i]) ? "12.4rem" : "7.4rem"));
    const order = [...asks.flatMap((id) => [id, `${id}+`]), ...serves].filter((id) => spots[id]);
    order.forEach((id, i) => { spots[id].order = i; spots[id].listens = listens.has(id); });
    const narrow = order.map((id) => (listens.has(id) ? "11.6rem" : "8.3rem"));
    const look = `--wide:${wide.join(" ")};--narrow:auto ${narrow.join(" ")} auto;` +
        `--end:${rows + 2};--last:${order.length + 2}`;
    return { spots, look, programs: [...new Set(states.flatMap((s) => entries(s, "fds").map(([who]) => who)))] };
}

// --- the drawing

const tag = (name, look, inside, more = "") => `<${name} class="${look}"${more}>${inside}</${name}>`;

function status(process) {
    const call = process.waits && tag("code", "", safe(process.waits));
    if (process.end !== null) return tag("span", "status", t.ended);
    if (process.woken) return tag("span", "status woken", fill(t.woken, call));
    if (call) return tag("span", "status sleeps", fill(t.waits, call));
    return tag("span", "status", t.runs);
}

function processName(who, process) {
    if (who === sideOf(who)) return t[who];
    const others = story.places.programs.filter((name) => name.startsWith(`${sideOf(who)}.`));
    const kind = who.startsWith("client") ? t.client : process.thread ? t.thread : t.child;
    return `${kind} ${others.indexOf(who) + (who.startsWith("client") ? 2 : 1)}`;
}

function program(who, process, moment) {
    const started = story.states.slice(0, now + 1).some((_, i) => story.moments[i].who === who) ||
        who.startsWith("server.");
    const prompt = started && !who.startsWith("server.") ? `$ ${story.commands[sideOf(who)]}\n` : "";
    const lines = `${prompt}${process.printed}`.trimEnd().split("\n").slice(-2);
    const ignored = process.ignores.length && process.end === null
        ? tag("span", "small", fill(t.ignores, process.ignores.join(" "))) : "";
    const inside = `<div><b>${processName(who, process)}</b> ${started ? status(process) :
        tag("span", "status", t.notYet)}${process.thread ? tag("span", "small", t.shares) : ignored}</div>`;
    const fresh = moment.changes[who] && "printed" in moment.changes[who] && process.printed;
    return tag("div", `process ${sideOf(who)}${moment.who === who ? " acts" : ""}`,
        inside + tag("pre", fresh ? "terminal new" : "terminal", safe(lines.join("\n"))),
        ` data-box="${who}"`);
}

function queue(id, sock, things) {
    const half = entries(things, "state").find(([, s]) => s.within === id && s.state === "SYN-RECV");
    const card = (name, look) => tag("div", `place ${look}`, safe(address(things[name].peer)) +
        (things[name].state === "ESTABLISHED" ? "" : ` ${things[name].state}`), ` data-box="${name}"`);
    const held = sock.queue.map((name) => card(name, "held")).slice(0, 2);
    const more = sock.queue.length > 2 ? tag("div", "small", fill(t.more, sock.queue.length - 2)) : "";
    while (held.length < 2) held.push(tag("div", "place", ""));
    return `${half ? card(half[0], "half") : tag("div", "place none", "")}` +
        `<div class="small">${fill(t.queue, sock.backlog)}</div>${held.join("")}${more}`;
}

function socket(id, sock, things, held, changed) {
    const listens = sock.state === "LISTEN", rows = [];
    const row = (field, text, look = "") => rows.push(`<div class="${look}">` + tag("span",
        changed && field in changed ? "new" : "", text, ` data-f="${field}"`) + "</div>");
    const kind = listens ? t.listening : !held ? t.noFd : sock.peer ? "" : t.own;
    row("state", `${sock.state}</span> <span class="small">${kind}`, "state");
    row("local", safe(sock.local ? address(sock.local) : t.noAddress));
    if (sock.peer) row("peer", fill(t.to, safe(address(sock.peer))));
    else row("options", sock.options.join(" "));
    const data = sock.data ? `“${safe(sock.data)}”` : sock.bytes ? fill(t.bytes, sock.bytes) : "";
    const inbox = [data, sock.eof ? t.end : ""].filter(Boolean).map((text) => tag("i", "", text));
    if (inbox.length) row(sock.bytes ? "bytes" : "eof", fill(t.received, inbox.join(" ")));
    if (listens) rows.push(queue(id, sock, things));
    const { row: at, order, listens: tall } = story.places.spots[id];
    const look = `sock ${sock.side} ${held ? "" : "loose"} ${changed && ("side" in changed || "within" in changed) ? "fresh" : ""}`;
    return tag("div", `${look} ${tall ? "tall" : ""}`, rows.join(""),
        ` data-box="${id}" style="--row:${at + 2};--order:${order + 2}"`);
}

function holders(things) {
    return entries(things, "fds").filter(([, process]) => !process.thread).flatMap(
        ([who, { fds }]) => Object.entries(fds).filter(([, id]) => id in things)
            .map(([number, id]) => ({ who, number, id })));
}

// Every process of the story has its box from the beginning; of very many, those that live.
function programs(side, things, moment) {
    const all = story.places.programs.filter((who) => sideOf(who) === side);
    const few = all.length < 7 ? all : all.filter((who) => things[who] && things[who].end === null).slice(-6);
    return tag("div", `programs ${side}`, few.map((who) => (who in things
        ? program(who, things[who], moment) : '<div class="process later"></div>')).join(""));
}

function kernel(moment) {
    const label = (side) => tag("span", `side ${side} ${moment.who === `${side}-kernel` ? "acts" : ""}`,
        t[`${side}-kernel`]);
    return tag("div", "kernel", label("client") + label("server"));
}

function draw() {
    const moment = story.moments[now], things = story.states[now], held = holders(things);
    const before = Object.fromEntries([...document.querySelectorAll(".place[data-box]")].map((node) =>
        [node.dataset.box, node.getBoundingClientRect()]));
    const boxes = entries(things, "state").filter(([, sock]) => !sock.within).map(([id, sock]) =>
        socket(id, sock, things, held.some((each) => each.id === id), moment.changes[id]));
    const gone = moment.wire.find((packet) => packet.from === null);
    if (gone) {
        const { row, order } = story.places.spots[`${gone.to}+`];
        boxes.push(tag("div", "note", fill(t.nobody, moment.refused),
            ` data-box="${gone.to}+" style="--row:${row + 2};--order:${order + 2}"`));
    }
    const drawing = get("drawing");
    drawing.style.cssText = story.places.look;
    drawing.innerHTML = programs("client", things, moment) + kernel(moment) + boxes.join("") +
        programs("server", things, moment) + '<svg aria-hidden="true" preserveAspectRatio="none"></svg>';
    overlay(moment, things, held);
    for (const [id, old] of Object.entries(before)) slide(id, old);
}

// What accept takes out of the queue moves from its place there to a place of its own.
function slide(id, old) {
    const node = document.querySelector(`.sock[data-box="${id}"]`);
    if (!node || still.matches) return;
    const { left, top } = node.getBoundingClientRect();
    node.animate([{ transform: `translate(${old.left - left}px, ${old.top - top}px)`, opacity: 0.4 },
        { transform: "none" }], { duration: 900, easing: "ease-in-out" });
}

// Descriptors, their lines, the connections and what is on its way: laid over the boxes, in rem, so
// that a printed page, whose rem is another, shows them at the same places.
function overlay(moment, things, held) {
    const drawing = get("drawing"), wide = document.documentElement.className === "wide";
    const unit = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const origin = drawing.getBoundingClientRect(), lines = [];
    const box = (id) => {
        const node = drawing.querySelector(`[data-box="${id}"]`);
        if (!node) return null;
        const { left, top, width, height } = node.getBoundingClientRect();
        const x = (left - origin.left) / unit, y = (top - origin.top) / unit;
        const w = width / unit, h = height / unit;
        return { x, y, w, h, right: x + w, bottom: y + h, midX: x + w / 2, midY: y + h / 2 };
    };
    const line = (x1, y1, x2, y2, look) => lines.push(wide
        ? `<path class="${look}" d="M${x1} ${y1}C${(x1 + x2) / 2} ${y1} ${(x1 + x2) / 2} ${y2} ${x2} ${y2}"/>`
        : `<path class="${look}" d="M${x1} ${y1}L${x2} ${y2}"/>`);
    const put = (x, y, html) => drawing.insertAdjacentHTML("beforeend",
        html.replace("<span", `<span style="left:${x}rem;top:${y}rem"`));

    for (const [who, y] of coins(held.filter(({ who }) => box(who)), box, wide)) {
        const side = sideOf(who.who), target = box(who.id), home = box(who.who);
        const x = !wide ? 1.6 : side === "client" ? home.right : home.x;
        const old = now ? (story.states[now - 1][who.who] || { fds: {} }).fds[who.number] : null;
        const look = `${side} ${who.who === side ? "" : "other"} ${old === who.id ? "" : "fresh"}`;
        line(x, y, wide && side === "server" ? target.right : target.x, wide ? target.midY : y, look);
        const name = processName(who.who, things[who.who]);
        put(x, y, `<span class="fd ${look}" data-fd="${who.who} ${who.number} ${who.id}" role="img" ` +
            `aria-label="${name}: ${who.number} = ${things[who.id].state}">${who.number}` +
            `${who.who === side ? "" : tag("small", "", name)}</span>`);
    }
    for (const id of Object.keys(story.places.spots).filter((name) => /^C\d+$/.test(name))) {
        connection(id, moment, things, box, line, put, wide);
    }
    const svg = drawing.querySelector("svg");
    svg.setAttribute("viewBox", `0 0 ${origin.width / unit} ${origin.height / unit}`);
    svg.innerHTML = lines.join("");
}

// Where each descriptor is: beside its socket; in a wide window at its own process's box, too.
function coins(held, box, wide) {
    const groups = {}, apart = wide ? 2.2 : 2.6;
    for (const each of held) (groups[wide ? each.who : each.id] = groups[wide ? each.who : each.id] || []).push(each);
    return Object.values(groups).flatMap((group) => {
        const { y, bottom } = box(wide ? group[0].who : group[0].id);
        group.sort((a, b) => box(a.id).midY - box(b.id).midY);
        const spots = [];
        group.forEach((each, i) => spots.push(Math.max(box(each.id).midY, y + 1.2, i ? spots[i - 1] + apart : 0)));
        for (let i = spots.length - 1, most = bottom - 1.2; i >= 0; i--, most = spots[i + 1] - apart)
            spots[i] = Math.min(spots[i], most);
        return group.map((each, i) => [each, spots[i]]);
    });
}

function connection(id, moment, things, box, line, put, wide) {
    const from = box(id) || box(`${id}+`), to = box(`${id}+`), end = things[`${id}+`];
    const packet = moment.wire.find((p) => [p.from, p.to].some((name) => name === id || name === `${id}+`));
    if (!from || !packet && !(things[id] && end)) return;
    const { x1, y1, x2, y2 } = wire(from, to, wide, things[id]);
    const open = things[id] && end && things[id].state === "ESTABLISHED" && end.state === "ESTABLISHED";
    line(x1, y1, x2, y2, open ? "wire" : "wire half");
    if (!packet) return;
    const forth = packet.from === id, arrow = wide ? "→←" : "↓↑";
    const text = packet.what === "DATA" ? `“${safe(packet.data)}”` : packet.what;
    const said = forth ? `${text} ${arrow[0]}` : `${arrow[1]} ${text}`;
    const look = `${packet.done ? "ack" : ""} ${packet.lost ? "lost" : ""} ${forth ? "forth" : "back"}`;
    put((x1 + x2) / 2, (y1 + y2) / 2,
        `<span class="packet ${look}">${said}${packet.lost ? `<small>${t.lost}</small>` : ""}</span>`);
}

// The ends of a connection's line; where one end has gone, it leads into the empty.
function wire(from, to, wide, mine) {
    if (wide) {
        if (!mine) return { x1: from.x - 12, y1: from.midY, x2: from.x, y2: from.midY };
        const x2 = to ? to.x : from.right + 12;
        return { x1: from.right, y1: from.midY, x2, y2: to ? to.midY : from.midY };
    }
    if (!mine) return { x1: from.midX, y1: from.y - 3, x2: from.midX, y2: from.y };
    return { x1: from.midX, y1: from.bottom, x2: from.midX, y2: to && to.y > from.bottom ? to.y : from.bottom + 3 };
}
