"use strict";
// Put behind the page's own scripts by browser.bats, in frames of several widths: steps through
// every story, and writes below the frames what is not as it should be, and how much it has seen.

const whole = document.documentElement, width = whole.clientWidth, errors = [];
const check = (fine, what) =>
  fine || errors.push(`${lang} ${width} ${story.id}/${now + 1}: ${what}`);
let count = 0, asked = 0;
const all = (selector) => [...document.querySelectorAll(selector)];

// What is drawn, and what the model says: the sockets, and who holds them.
function drawn() {
  const sockets = all(".sock, .place[data-box]").map((box) => box.dataset.box);
  const states = all(".sock").map((box) => box.querySelector("[data-f=state]").textContent);
  return [...sockets, ...states, ...all("[data-fd]").map((node) => node.dataset.fd)].sort().join();
}
function promised() {
  const sockets = entries(story.states[now], "state");
  const states = sockets.filter(([, sock]) => !sock.within).map(([, sock]) => sock.state);
  const held = holders(story.states[now]).map(({ who, number, id }) => `${who} ${number} ${id}`);
  return [...sockets.map(([id]) => id), ...states, ...held].sort().join();
}

function fits() {
  check(whole.scrollWidth <= width, "it is wider than the window");
}

function moments() {
  const places = {};
  for (const [i, said] of story.say.entries()) {
    go(i, false);
    check(now === i && get("say").textContent.includes(said), "no sentence");
    check(drawn() === promised(), `it shows ${drawn()}, not ${promised()}`);
    fits();
    for (const node of all(".sock, .sock div, .process, .status, .place, #say")) {
      const { clientWidth: wide, clientHeight: high, textContent } = node;
      check(!wide || node.scrollWidth <= wide + 1, `too wide: ${textContent}`);
      check(node.matches(".sock div, .status") || node.scrollHeight <= high + 1,
        `too high: ${textContent}`);
    }
    for (const node of all(".sock, .process[data-box], #drawing, #next")) {
      const { offsetLeft, offsetTop, offsetHeight, id } = node, box = id || node.dataset.box;
      const place = `${offsetLeft} ${offsetTop} ${offsetHeight}`;
      check((places[box] = places[box] || place) === place, `${box} has moved`);
    }
    count++;
  }
}

function questions() {
  for (const question of story.questions) {
    delete answers[question.id];
    go(question.at - 1);
    get("next").click();
    get("next").click(); // A second click answers nothing; moments() sees that next stands still.
    const told = document.querySelector("main").textContent, because = safe(question.because[lang]);
    check(asking === question && now === question.at - 1, "no question");
    check(!told.includes(story.say[question.at]) && !told.includes(because), "it tells the answer");
    check(document.activeElement !== document.body || !document.hasFocus(), "the focus is lost");
    press(question.right ? "1" : "2");
    check(asking === question && !get("say").innerHTML.includes(because), "it tells too much");
    press(`${question.right + 1}`);
    check(now === question.at && get("say").innerHTML.includes(because), "no verdict");
    asked++;
  }
}

const press = (key) => dispatchEvent(new KeyboardEvent("keydown", { key, cancelable: true }));
function moves() {
  for (const [act, expected] of [
    [() => press("Home"), 0], [() => press("PageDown"), 1], [() => press("ArrowRight"), 2],
    [() => press("PageUp"), 1], [() => get("back").click(), 0], [() => get("next").click(), 1],
    [() => { get("line").value = 3; get("line").oninput({ target: get("line") }); }, 2],
    [() => { history.replaceState(null, "", "#step04/11"); open(); }, 10], // past a question
  ]) {
    act();
    check(now === expected && location.hash === `#${short(story)}/${now + 1}`, `not ${expected}`);
  }
  history.replaceState(null, "", "#");
  open();
  const start = all(".entrance:not([hidden]) .start");
  check(start.length === 1 && start[0].closest("section").lang === lang, "no entrance");
  fits();
}

addEventListener("error", (event) => errors.push(event.message));
addEventListener("securitypolicyviolation", (event) => errors.push(event.violatedDirective));
for (const part of all("#player, .entrance")) part.hidden = part.id !== "player";
for (story of DATA.stories) {
  questions();
  moments();
}
story = DATA.stories[3];
moves();
const result = safe(errors.join("\n")) || "nothing is wrong";
parent.document.body.insertAdjacentHTML("beforeend",
  `<pre class="seen">${result} in ${count} moments, ${asked} questions</pre>\n`);
