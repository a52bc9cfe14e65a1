"use strict";
// Put behind the page's own script by tests/page.bats, in a frame: steps through everything, looks at each moment in a
// wide window and a narrow one, and at the lessons' figures above the frame; and writes what it found below.

const errors = [], counts = { moments: 0, questions: 0, texts: 0 };
const check = (fine, what) => fine || errors.push(`${lang} ${story.id}/${now}: ${what}`);

// What is drawn, and what the state of the model says: sockets, and who holds them.
function drawn() {
    const field = (box, name) => (box.querySelector(`[data-f=${name}]`) || { textContent: "" }).textContent;
    const sockets = [...document.querySelectorAll(".sock")].map((box) =>
        [box.dataset.box, ...["state", "local", "peer"].map((name) => field(box, name))].join(" "));
    return [...sockets, ...[...document.querySelectorAll("[data-fd]")].map((node) => node.dataset.fd)].sort().join();
}
function promised({ sockets, processes }) {
    const boxes = Object.values(sockets).map((s) => `${s.id} ${s.state} ${s.local || t.noAddress} ${s.peer}`);
    const held = Object.entries(processes).flatMap(([who, { fds }]) =>
        Object.keys(fds).filter((n) => fds[n] !== "terminal").map((n) => `${who} ${n} ${fds[n]}`));
    return [...boxes, ...held].sort().join();
}

// The keyboard, the time line, a link to a moment.
function moves() {
    const press = (key) => dispatchEvent(new KeyboardEvent("keydown", { key, cancelable: true }));
    const end = story.moments.length - 1;
    for (const [act, expected] of [
        [() => press("Home"), 0], [() => press("ArrowRight"), 1], [() => press("ArrowRight"), 2],
        [() => press("ArrowLeft"), 1],
        [() => press("End"), end], [() => get("back").click(), end - 1], [() => get("next").click(), end],
        [() => { get("line").value = 3; get("line").dispatchEvent(new Event("input")); }, 3],
        [() => { history.replaceState(null, "", `#${name(story)}/5`); open(); }, 4],
    ]) {
        act();
        check(now === expected && location.hash === `#${name(story)}/${now + 1}`, `at ${now}, not at ${expected}`);
    }
    press(" ");
    check(timer !== null, "space does not play");
    press(" ");
    check(timer === null, "space does not pause");
}

function questions() {
    for (const question of story.questions) delete answers[question.id];
    for (const question of story.questions) {
        go(1e6);
        check(asking === question && now === question.at - 1, "no question");
        check(get("say").querySelectorAll("button").length === question.answers.length + 1, "not the answers");
        const told = document.querySelector("main").textContent;
        check(!told.includes(story.moments[question.at].say[lang]), "the answer is on the page");
        answer(question.right);
        check(now === question.at && get("say").querySelector(".right"), "no verdict");
        counts.questions++;
    }
}

function moments(width) {
    const places = {}, panes = get("panes"), page = document.documentElement;
    const fits = () => check(page.scrollWidth <= width, `wider than ${width} pixels`);
    panes.style.display = "none"; // To lay them out takes long: that they fit is seen at the end, when they are fullest.
    for (const [i, { say, state }] of story.moments.entries()) {
        go(i);
        check(now === i && get("say").innerText.includes(say[lang]), "no sentence");
        check(drawn() === promised(state), `it shows ${drawn()}, not ${promised(state)}`);
        fits();
        for (const node of document.querySelectorAll("[data-box]")) {
            const { x, y } = node.getBoundingClientRect(), place = `${x} ${y + scrollY}`, box = node.dataset.box;
            check((places[box] = places[box] || place) === place, `${box} has moved at ${width} pixels`);
        }
        counts.moments++;
    }
    panes.style.display = "";
    fits();
}

// Does a text leave its figure, or lie on another one?
function figure(svg) {
    const whole = svg.getBoundingClientRect(), title = svg.querySelector("title").textContent;
    const texts = [...svg.querySelectorAll("text")].map((node) => [node.textContent, node.getBoundingClientRect()]);
    texts.forEach(([text, a], i) => {
        if (a.left < whole.left || a.right > whole.right || a.bottom > whole.bottom) errors.push(`${title} ${text}: outside`);
        for (const [other, b] of texts.slice(i + 1))
            if (a.left < b.right && b.left < a.right && a.top + 4 < b.bottom && b.top + 4 < a.bottom)
                errors.push(`${title} ${text} / ${other}`);
        counts.texts++;
    });
}

function selftest() {
    addEventListener("error", (event) => errors.push(event.message));
    addEventListener("securitypolicyviolation", (event) => errors.push(event.violatedDirective));
    keep.write = () => {};
    history.replaceState = () => {}; // which is expensive; moves() looks at what it does
    parent.document.querySelectorAll("svg").forEach(figure);
    for (const width of [1280, 500]) {
        frameElement.width = width;
        check(innerWidth === width, `the window is ${innerWidth} pixels wide`);
        for (lang of ["en", "ja"]) for (story of DATA.stories) {
            if (width === 1280) questions();
            moments(width);
        }
    }
    delete history.replaceState;
    moves();
    const said = escape([...errors, JSON.stringify(counts)].join("\n"));
    parent.document.body.insertAdjacentHTML("beforeend", `<pre id="selftest">${said}</pre>\n`);
}

selftest();
