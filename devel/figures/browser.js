// Put behind the page's own scripts by figures.bats, in two frames: steps through every story, and
// writes below the frames what is not as it should be, and how much it has seen.

const whole = document.documentElement, errors = [];
const all = (what) => [...document.querySelectorAll(what)];
const check = (fine, what) => fine || errors.push(`${lang} ${story.id}/${now + 1}: ${what}`);
const press = (name) => dispatchEvent(new KeyboardEvent("keydown", { key: name }));
let moments = 0, questions = 0;

// What is drawn, and what the model says: the sockets, and who holds them.
function drawn() {
  const boxes = all(".sock, .place[data-box]").map(({ dataset }) => dataset.box);
  const states = all(".sock [data-f=state]").map((node) => node.textContent);
  return [...boxes, ...states, ...all("[data-fd]").map(({ dataset }) => dataset.fd)].sort().join();
}
function promised() {
  const sockets = entries(story.states[now], "state");
  const states = sockets.filter(([, sock]) => !sock.within).map(([, sock]) => sock.state);
  const held = holders(story.states[now]).map(({ who, number, id }) => `${who} ${number} ${id}`);
  return [...sockets.map(([id]) => id), ...states, ...held].sort().join();
}

function ask(question) {
  go(question.at - 1);
  get("next").click();
  const { top } = get("next").getBoundingClientRect(), said = story.say[question.at];
  get("next").click(); // a second click answers nothing
  const told = () => document.querySelector("main").innerText;
  check(asking === question && now === question.at - 1, "no question");
  press(question.right ? "1" : "2");
  check(asking === question && !told().includes(said), "it tells the answer");
  check(top === get("next").getBoundingClientRect().top, "the controls have moved");
  press(`${question.right + 1}`);
  check(now === question.at && told().includes(question.because[lang]), "no verdict");
  questions++;
}

function look(number) {
  go(number, false);
  check(get("say").textContent.includes(story.say[number]), "no sentence");
  check(drawn() === promised(), `it shows ${drawn()}, not ${promised()}`);
  check(whole.scrollWidth <= whole.clientWidth, "it is wider than the window");
  for (const node of all(".sock, .sock > div, .process, .status, .place, #say")) {
    const high = node.matches(".sock > div, .status") ? 99 : 1;
    check(node.scrollWidth <= node.clientWidth + 1 || !node.clientWidth, `wide: ${node.innerText}`);
    check(node.scrollHeight <= node.clientHeight + high, `high: ${node.innerText}`);
  }
  moments++;
}

addEventListener("error", (event) => errors.push(event.message));
addEventListener("securitypolicyviolation", (event) => errors.push(event.violatedDirective));
location.hash = "#step04/11"; // past a question: a deep link is kept
open();
check(story.id === "step04-accept" && now === 10, "not what the link says");
for (const [name, expected] of [["PageDown", 11], ["ArrowRight", 12], ["PageUp", 11]]) {
  press(name);
  check(now === expected, `${name} leads elsewhere`);
}
for (story of DATA.stories) {
  story.questions.forEach(ask);
  for (const number of story.moments.keys()) look(number);
}
history.replaceState(null, "", "#");
open();
check(all(".entrance:not([hidden]) .start").length === 1, "no entrance");
parent.document.body.insertAdjacentHTML("beforeend", `<pre>${safe(errors.join("\n")) ||
  "nothing is wrong"} in ${moments} moments, ${questions} questions</pre>\n`);
