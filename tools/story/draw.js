// The drawing of a moment, from its state alone. The page's other script has story, now, t and get.

const tag = (name, look, inside, more = "") =>
  `<${name} class="${look}" ${more}>${inside}</${name}>`;
const looks = (...names) => names.filter(Boolean).join(" ");
const entries = (things, has) => Object.entries(things).filter(([, thing]) => has in thing);
const sideOf = (name) => name.split(/[.-]/)[0];
const address = ([host, port]) => `${host.includes(":") ? `[${host}]` : host}:${port}`;

// Every moment's things: processes, which have fds, and sockets, which have a state.
function unfold(each) {
  let things = {};
  const said = document.querySelectorAll(`.text[lang=${lang}] [data-story="${each.id}"] li`);
  each.say = [...said].map((item) => item.textContent);
  each.states = each.moments.map(({ changes }) => {
    things = { ...things };
    for (const [name, fields] of Object.entries(changes)) {
      if (fields) things[name] = { ...things[name], ...fields };
      else delete things[name];
    }
    return things;
  });
  const names = each.states.flatMap((all) => entries(all, "fds").map(([who]) => who));
  each.processes = [...new Set(names)];
  places(each);
}

// Where each socket's box is, whatever the moment: its row in a wide window, or its order.
function places(each) {
  const all = each.states.flatMap((things) => entries(things, "state"));
  const own = [...new Set(all.filter(([, sock]) => !sock.within).map(([id]) => id))];
  const listens = new Set(all.filter(([, sock]) => sock.backlog).map(([id]) => id));
  const asks = own.filter((id) => /^C\d+$/.test(id)), serves = own.filter((id) => id[0] === "S");
  const refused = each.moments.some((moment) => moment.refused);
  const ends = asks.map((id) => `${id}+`).filter((id) => refused || own.includes(id));
  const first = ends.length ? serves.length : 0, spots = each.spots = {};
  const count = Math.max(serves.length, first + asks.length, 1);
  const wide = [...Array(count)].map((_, i) => (listens.has(serves[i]) ? "12.4rem" : "7.4rem"));
  const pairs = asks.flatMap((id) => (ends.includes(`${id}+`) ? [id, `${id}+`] : [id]));
  const order = [...pairs, ...serves];
  for (const [i, id] of order.entries()) {
    const row = id[0] === "S" ? serves.indexOf(id) : first + asks.indexOf(id.replace("+", ""));
    spots[id] = { look: `--row:${row + 2};--order:${i + 2}`, tall: listens.has(id) && "tall" };
  }
  const narrow = order.map((id) => (listens.has(id) ? "11.6rem" : "8.3rem"));
  each.look = `--wide:${wide.join(" ")};--narrow:auto ${narrow.join(" ")} auto;` +
    `--end:${count + 2};--last:${order.length + 2}`;
}

function status(process) {
  const call = tag("code", "", safe(process.waits));
  if (process.end !== null) return tag("span", "status", t.ended);
  if (process.woken) return tag("span", "status woken", fill(t.woken, call));
  if (process.waits) return tag("span", "status sleeps", fill(t.waits, call));
  return tag("span", "status", t.runs);
}

function nameOf(who, process) {
  if (who === sideOf(who)) return t[who];
  const others = story.processes.filter((name) => sideOf(name) === sideOf(who));
  const kind = who.startsWith("client") ? "client" : process.thread ? "thread" : "child";
  return `${t[kind]} ${others.indexOf(who) + (kind === "client")}`;
}

function program(who, process, moment) {
  const child = who.startsWith("server."), changes = moment.changes[who] || {};
  const started = child || story.moments.slice(0, now + 1).some((each) => each.who === who);
  const prompt = started && !child ? `$ ${story.commands[sideOf(who)]}\n` : "";
  const lines = `${prompt}${process.printed}`.trimEnd().split("\n").slice(-2);
  const ignores = process.ignores.length && process.end === null;
  const ignored = ignores ? fill(t.ignores, process.ignores.join(" ")) : "";
  const state = started ? status(process) : tag("span", "status", t.notYet);
  const told = tag("b", "", nameOf(who, process)) + state +
    tag("span", "small", process.thread ? t.shares : ignored);
  const terminal = looks("terminal", process.printed && "printed" in changes && "new");
  return tag("div", looks("process", sideOf(who), moment.who === who && "acts"),
    tag("div", "", told) + tag("pre", terminal, safe(lines.join("\n"))), `data-box="${who}"`);
}

// Every process of the story has its box from the beginning; of very many, those that live.
function programs(side, things, moment) {
  let all = story.processes.filter((who) => sideOf(who) === side);
  const lives = (who) => things[who] && things[who].end === null;
  if (all.length > 6) all = all.filter(lives).slice(-6);
  return tag("div", `programs ${side}`, all.map((who) => (who in things
    ? program(who, things[who], moment) : '<div class="process later"></div>')).join(""));
}

function queue(id, sock, things) {
  const card = (name, look) => {
    const { peer, state } = things[name], more = state === "ESTABLISHED" ? "" : ` ${state}`;
    return tag("div", `place ${look}`, safe(address(peer)) + more, `data-box="${name}"`);
  };
  const half = Object.keys(things).find((name) =>
    things[name].within === id && things[name].state === "SYN-RECV");
  const held = [0, 1].map((i) => sock.queue[i]);
  return [
    half ? card(half, "half") : tag("div", "place none", ""),
    tag("div", "small", fill(t.queue, sock.backlog)),
    ...held.map((name) => (name ? card(name, "held") : tag("div", "place", ""))),
    sock.queue.length > 2 ? tag("div", "small", fill(t.more, sock.queue.length - 2)) : "",
  ].join("");
}

function socket(id, sock, things, held, changed = {}) {
  const listens = sock.state === "LISTEN";
  const row = (field, text, after = "") =>
    tag("div", field, tag("span", field in changed && "new", text, `data-f="${field}"`) + after);
  const data = sock.data ? `“${safe(sock.data)}”` : sock.bytes ? fill(t.bytes, sock.bytes) : "";
  const inbox = [data, sock.eof && t.end].filter(Boolean).map((text) => tag("i", "", text));
  const kind = listens ? t.listening : !held ? t.noFd : sock.peer ? "" : t.own;
  const rows = [
    row("state", sock.state, ` ${tag("span", "small", kind)}`),
    row("local", safe(sock.local ? address(sock.local) : t.noAddress)),
    sock.peer ? row("peer", fill(t.to, safe(address(sock.peer))))
      : row("options", sock.options.join(" ")),
    inbox.length && row(sock.bytes ? "bytes" : "eof", fill(t.received, inbox.join(" "))),
    listens && queue(id, sock, things),
  ];
  const { look, tall } = story.spots[id];
  const fresh = ("side" in changed || "within" in changed) && "fresh";
  return tag("div", looks("sock", sock.side, !held && "loose", fresh, tall),
    rows.filter(Boolean).join(""), `data-box="${id}" style="${look}"`);
}

function kernel(moment) {
  const label = (side) => {
    const who = `${side}-kernel`;
    return tag("span", looks("side", side, moment.who === who && "acts"), t[who]);
  };
  return tag("div", "kernel", label("client") + label("server"));
}

// Who holds what. Threads share their process's descriptors.
function holders(things) {
  const all = entries(things, "fds").filter(([, process]) => !process.thread);
  return all.flatMap(([who, { fds }]) => Object.entries(fds).filter(([, id]) => id in things)
    .map(([number, id]) => ({ who, number, id })));
}

function draw() {
  const moment = story.moments[now], things = story.states[now], held = holders(things);
  const drawing = get("drawing"), queued = [...drawing.querySelectorAll(".place[data-box]")];
  const before = queued.map((node) => [node.dataset.box, node.getBoundingClientRect()]);
  const boxes = entries(things, "state").filter(([, sock]) => !sock.within).map(([id, sock]) =>
    socket(id, sock, things, held.some((each) => each.id === id), moment.changes[id]));
  const refused = moment.wire.find((packet) => packet.from === null);
  if (refused) boxes.push(tag("div", "note", fill(t.nobody, moment.refused),
    `data-box="${refused.to}+" style="${story.spots[`${refused.to}+`].look}"`));
  drawing.style.cssText = story.look;
  drawing.innerHTML = programs("client", things, moment) + kernel(moment) + boxes.join("") +
    programs("server", things, moment) + tag("svg", "", "", 'preserveAspectRatio="none"');
  overlay(drawing, moment, things, held);
  for (const [id, old] of before) slide(drawing.querySelector(`.sock[data-box="${id}"]`), old);
}

// What accept takes out of the queue moves from its place there to a place of its own.
function slide(node, old) {
  if (!node || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const { left, top } = node.getBoundingClientRect();
  const from = { transform: `translate(${old.left - left}px, ${old.top - top}px)`, opacity: 0.4 };
  node.animate([from, { transform: "none" }], { duration: 900, easing: "ease-in-out" });
}

// Descriptors, connections and what is on its way lie over the boxes. All is in rem, so that a
// printed page, whose rem is another, shows them at the same places.
function overlay(drawing, moment, things, held) {
  const wide = document.documentElement.className.startsWith("wide"), lines = [];
  const unit = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const origin = drawing.getBoundingClientRect();
  const box = (id) => {
    const node = drawing.querySelector(`[data-box="${id}"]`);
    if (!node) return null;
    const { left, top, width, height } = node.getBoundingClientRect();
    const x = (left - origin.left) / unit, y = (top - origin.top) / unit;
    const right = x + width / unit, bottom = y + height / unit;
    return { x, y, right, bottom, midX: (x + right) / 2, midY: (y + bottom) / 2 };
  };
  const line = (x1, y1, x2, y2, look) =>
    lines.push(tag("path", look, "", `d="M${x1} ${y1}L${x2} ${y2}"`));
  const put = (x, y, look, inside, more = "") => drawing.insertAdjacentHTML("beforeend",
    tag("span", look, inside, `style="left:${x}rem;top:${y}rem" ${more}`));
  for (const { who, number, id, y } of coins(held, box, wide)) {
    const side = sideOf(who), home = box(who), target = box(id);
    const name = nameOf(who, things[who]), to = wide && side === "server" ? target.right : target.x;
    const x = !wide ? 1.6 : side === "client" ? home.right : home.x;
    const before = now && (story.states[now - 1][who] || { fds: {} }).fds[number];
    const look = looks(side, who !== side && "other", before !== id && "fresh");
    line(x, y, to, wide ? target.midY : y, look);
    put(x, y, `fd ${look}`, number + (who === side ? "" : tag("small", "", name)),
      `data-fd="${who} ${number} ${id}" role="img" ` +
      `aria-label="${name}: ${number}, ${things[id].state}"`);
  }
  for (const id of Object.keys(story.spots)) {
    if (/^C\d+$/.test(id)) connection(id, moment, things, { box, line, put, wide });
  }
  const svg = drawing.querySelector("svg");
  svg.setAttribute("viewBox", `0 0 ${origin.width / unit} ${origin.height / unit}`);
  svg.innerHTML = lines.join("");
}

// How high each descriptor is: as its socket, in its process's box, apart from the others there.
function coins(held, box, wide) {
  const apart = wide ? 2.2 : 2.6, frame = wide ? "who" : "id";
  const all = held.filter(({ who }) => box(who)).map((each) => ({ ...each, y: box(each.id).midY }));
  return [...new Set(all.map((each) => each[frame]))].flatMap((name) => {
    const group = all.filter((each) => each[frame] === name).sort((a, b) => a.y - b.y);
    let least = box(name).y + 1.2, most = box(name).bottom - 1.2;
    for (const each of group) least = (each.y = Math.max(each.y, least)) + apart;
    for (const each of group.reverse()) most = (each.y = Math.min(each.y, most)) - apart;
    return group;
  });
}

// A connection's line, and the packet on it. Where there is one end only, it leads into the empty.
function connection(id, moment, things, { box, line, put, wide }) {
  const mine = box(id), other = box(`${id}+`), from = mine || other, ends = [id, `${id}+`];
  const packet = moment.wire.find((each) => ends.includes(each.from) || ends.includes(each.to));
  if (!from || !packet && !(mine && other)) return;
  const x1 = !wide ? from.midX : mine ? mine.right : other.x - 12;
  const y1 = wide ? from.midY : mine ? mine.bottom : other.y - 3;
  const x2 = !wide ? x1 : other ? other.x : x1 + 12;
  const y2 = wide ? (other || from).midY : other ? other.y : y1 + 3;
  const open = ends.every((name) => things[name] && things[name].state === "ESTABLISHED");
  line(x1, y1, x2, y2, looks("wire", !open && "half"));
  if (!packet) return;
  const forth = packet.from === id, [there, back] = wide ? "→←" : "↓↑";
  const text = packet.what === "DATA" ? `“${safe(packet.data)}”` : packet.what;
  put((x1 + x2) / 2, (y1 + y2) / 2,
    looks("packet", packet.done && "ack", packet.lost && "lost", forth ? "forth" : "back"),
    (forth ? `${text} ${there}` : `${back} ${text}`) + tag("small", "", packet.lost ? t.lost : ""));
}
