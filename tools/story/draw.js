"use strict";
// The drawing of a moment, from its state alone. Everything in it has its place in the story's
// form, in rem: from left to right in a wide window and on paper, else from above to below.

const tag = (name, look, inside, more = "") =>
  `<${name} class="${look}" ${more}>${inside}</${name}>`;
const looks = (...names) => names.filter(Boolean).join(" ");
const entries = (things, has) => Object.entries(things).filter(([, thing]) => has in thing);
const isRefusal = (packet) => packet.from === null;
const sideOf = (name) => name.split(/[.-]/)[0];
const address = ([host, port]) => `${host.includes(":") ? `[${host}]` : host}:${port}`;
const WIDTH = 78, EDGE = 13.5, LEFT = 15.5, RIGHT = 34; // its program's and sockets' edges
const isWide = () => document.documentElement.className.startsWith("wide");
const form = () => story.forms[isWide()];

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
  each.forms = { true: places(each, true), false: places(each, false) };
}

// Where each box is, whatever the moment: {name: {y, h}}.
function places(each, wide) {
  const all = each.states.flatMap(Object.entries), found = {};
  const names = (fits) => [...new Set(all.filter(fits).map(([name]) => name))];
  const listen = names(([, { state }]) => state === "LISTEN");
  const asks = names(([id]) => /^C\d+$/.test(id)), serves = names(([id]) => /^S/.test(id));
  const sides = ["client", "server"].map((side) =>
    names(([who]) => sideOf(who) === side).slice(-6));
  const top = wide ? 0 : sides[0].length * 3.8, start = top + (wide ? 2.6 : 1);
  const taken = names(([id, { within }]) => id.endsWith("+") && !within);
  const apart = taken.length || each.moments.some(({ wire }) => wire.some(isRefusal));
  let y = start, bottom = 0;
  const pairs = asks.flatMap((id) => [id, `${id}+`]);
  for (const id of wide ? [...serves, ...asks] : [...pairs, ...serves]) {
    const tall = listen.includes(id), h = tall ? 11.6 : wide ? 6.8 : 5.9;
    if (wide && !apart && id === asks[0]) y = start; // beside the listening socket
    found[id] = { y, h };
    if (wide) found[`${id}+`] = found[id];
    y += h + (tall || wide ? 0.6 : 2.4);
    bottom = Math.max(bottom, y);
  }
  found.kernel = { y: top, h: bottom - top };
  for (const [i, side] of sides.entries()) {
    const step = wide ? (bottom + 0.4) / side.length : 3.8, from = wide || !i ? 0 : bottom + 0.4;
    for (const [n, who] of side.entries()) found[who] = { y: from + n * step, h: step - 0.4 };
  }
  found.drawing = { y: 0, h: wide ? bottom : bottom + sides[1].length * 3.8 };
  return found;
}

const spot = ({ y, h }) => `style="top:${y}rem;height:${h}rem"`;
const middle = ({ y, h }) => y + h / 2;

function status(process) {
  const call = tag("code", "", safe(process.waits));
  if (process.end !== null) return tag("span", "status", t.ended);
  if (process.woken) return tag("span", "status woken", fill(t.woken, call));
  if (process.waits) return tag("span", "status sleeps", fill(t.waits, call));
  return tag("span", "status", t.runs);
}

function nameOf(who, process) {
  if (who === sideOf(who)) return t[who];
  const number = Number(who.replace(/\D/g, ""));
  return who.startsWith("client") ? `${t.client} ${number + 1}`
    : `${t[process.thread ? "thread" : "child"]} ${number}`;
}

function program([who, process], moment) {
  const child = who.startsWith("server."), changed = moment.changes[who] || {};
  const started = child || process.started;
  const prompt = started && !child ? `$ ${story.commands[sideOf(who)]}\n` : "";
  const lines = `${prompt}${process.printed}`.trimEnd().split("\n").slice(-2);
  const ignores = process.ignores.length ? fill(t.ignores, process.ignores.join(" ")) : "";
  const told = tag("b", "", nameOf(who, process)) +
    (started ? status(process) : tag("span", "status", t.notYet)) +
    tag("span", "small", process.thread ? t.shares : ignores);
  const terminal = looks("terminal", process.printed && "printed" in changed && "new");
  return tag("div", looks("process", sideOf(who), moment.who === who && "acts"),
    tag("div", "", told) + tag("pre", terminal, safe(lines.join("\n"))),
    `data-box="${who}" ${spot(form()[who])}`);
}

function queue(id, sock, things) {
  const card = (name, look) => {
    if (!name) return tag("div", `place ${look}`, "");
    const { peer, state } = things[name], more = state === "ESTABLISHED" ? "" : ` ${state}`;
    return tag("div", `place ${look}`, safe(address(peer)) + more, `data-box="${name}"`);
  };
  const half = Object.keys(things).find((name) =>
    things[name].within === id && things[name].state === "SYN-RECV");
  const [first, second] = sock.queue;
  return card(half, half ? "half" : "none") + tag("div", "small", fill(t.queue, sock.backlog)) +
    card(first, first && "held") + card(second, second && "held");
}

function socket([id, sock], things, held, changed = {}) {
  const listens = sock.state === "LISTEN";
  const row = (field, text, after = "") =>
    tag("div", field, tag("span", field in changed && "new", text, `data-f="${field}"`) + after);
  const data = sock.data ? `“${safe(sock.data)}”` : sock.bytes ? fill(t.bytes, sock.bytes) : "";
  const inbox = [data, sock.eof && t.end].filter(Boolean).map((text) => tag("i", "", text));
  const kind = listens ? t.listening : !held ? t.noFd : sock.peer ? "" : t.own;
  const fresh = ("side" in changed || "within" in changed) && "fresh";
  return tag("div", looks("sock", sock.side, !held && "loose", fresh),
    row("state", sock.state, ` ${tag("span", "small", kind)}`) +
    row("local", safe(sock.local ? address(sock.local) : t.noAddress)) +
    (sock.peer ? row("peer", fill(t.to, safe(address(sock.peer))))
      : row("options", sock.options.join(" "))) +
    (inbox.length ? row(sock.bytes ? "bytes" : "eof", fill(t.received, inbox.join(" "))) : "") +
    (listens ? queue(id, sock, things) : ""), `data-box="${id}" ${spot(form()[id])}`);
}

function kernel(moment) {
  const names = ["client", "server"].map((side) =>
    tag("span", looks("side", side, moment.who === `${side}-kernel` && "acts"),
      t[`${side}-kernel`]));
  return tag("div", "kernel", names.join(""), spot(form().kernel));
}

// Who holds what: {who, number, id}. Threads share their process's descriptors.
function holders(things) {
  const all = entries(things, "fds").filter(([who, { thread }]) => who in form() && !thread);
  return all.flatMap(([who, { fds }]) => Object.entries(fds).filter(([, id]) => id in things)
    .map(([number, id]) => ({ who, number, id })));
}

const line = (x1, y1, x2, y2, look) => tag("line", look, "",
  `x1="${x1}rem" y1="${y1}rem" x2="${x2}rem" y2="${y2}rem"`);
const put = (x, y, look, inside, more = "") =>
  tag("span", look, inside, `style="left:${x}rem;top:${y}rem" ${more}`);

// A descriptor, as high as its socket; or in its process's box, where a side has several of these.
// Returns a line and a circle; so does connection.
function descriptor({ who, number, id }, held, things) {
  const here = form(), side = sideOf(who), name = nameOf(who, things[who]), wide = isWide();
  const several = wide && Object.keys(here).filter((each) => sideOf(each) === side).length > 1;
  const group = held.filter((each) => (several ? each.who === who : each.id === id));
  const at = group.findIndex((each) => each.who === who && each.number === number);
  const box = here[several ? who : id], y = box.y + box.h * (at + 1) / (group.length + 1);
  const before = now && (story.states[now - 1][who] || { fds: {} }).fds[number];
  const look = looks(side, before !== id && "fresh");
  const mirrored = (x) => (side === "client" ? x : WIDTH - x);
  const [x, to] = wide ? [mirrored(EDGE), mirrored(LEFT)] : [1.6, 3];
  return [line(x, y, to, wide ? middle(here[id]) : y, look),
    put(x, y, `fd ${look}`, number + (who === side ? "" : tag("small", "", name)),
      `data-fd="${who} ${number} ${id}" role="img" ` +
      `aria-label="${name}: ${number}, ${things[id].state}"`)];
}

// A connection's line, and the packet on it. At the server it ends at the connection's socket, or
// at its place in the listening socket.
function connection(id, moment, things) {
  const here = form(), wide = isWide(), ends = [id, `${id}+`], other = things[ends[1]];
  const packet = moment.wire.find((each) => ends.includes(each.from) || ends.includes(each.to));
  if (!packet && !(things[id] && other)) return ["", ""];
  const inside = other && other.within, end = here[inside || ends[1]];
  const place = inside && [5.4, 8.5, 10.3][1 + things[inside].queue.indexOf(ends[1])];
  const [y1, y2] = wide ? [middle(here[id]), inside ? end.y + place : middle(end)]
    : [here[id].y + here[id].h, end.y];
  const [x1, x2] = wide ? [RIGHT, WIDTH - RIGHT] : [12, 12];
  const open = ends.every((name) => things[name] && things[name].state === "ESTABLISHED");
  const wire = line(x1, y1, x2, y2, looks("wire", !open && "half"));
  if (!packet) return [wire, ""];
  const forth = packet.from === id, [there, back] = wide ? "→←" : "↓↑";
  const text = packet.what === "DATA" ? `“${safe(packet.data)}”` : packet.what;
  return [wire, put(wide ? WIDTH / 2 : x1, (y1 + y2) / 2,
    looks("packet", packet.done && "ack", forth ? "forth" : "back"),
    (forth ? `${text} ${there}` : `${back} ${text}`) + (packet.lost ? ` ${t.lost}` : ""))];
}

function draw() {
  const moment = story.moments[now], things = story.states[now], here = form();
  const held = holders(things), processes = entries(things, "fds").filter(([who]) => who in here);
  const boxes = entries(things, "state").filter(([, sock]) => !sock.within).map((each) =>
    socket(each, things, held.some(({ id }) => id === each[0]), moment.changes[each[0]]));
  const refused = moment.wire.filter(isRefusal).map(({ to }) =>
    tag("div", "note", fill(t.nobody, things[to].peer[1]), spot(here[`${to}+`])));
  const asks = Object.keys(here).filter((id) => /^C\d+$/.test(id));
  const over = [...held.map((each) => descriptor(each, held, things)),
    ...asks.map((id) => connection(id, moment, things))];
  get("drawing").style.height = `${here.drawing.h}rem`;
  get("drawing").innerHTML = kernel(moment) + [...boxes, ...refused].join("") +
    processes.map((each) => program(each, moment)).join("") +
    tag("svg", "", over.map(([wire]) => wire).join("")) + over.map(([, sign]) => sign).join("");
}
