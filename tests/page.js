"use strict";
// Put behind the page's own script by tests/page.bats, in a frame: steps through everything, looks at each moment in a
// wide window and a narrow one, and writes down below the frame what it found, and what figures.js did.

function drawn() {
    const sockets = {};
    const field = (box, name) => (box.querySelector(`[data-f=${name}]`) || { textContent: "" }).textContent;
    for (const box of document.querySelectorAll(".sock"))
        sockets[box.dataset.box] = ["state", "local", "peer"].map((name) => field(box, name));
    return { sockets, fds: [...document.querySelectorAll("[data-fd]")].map((node) => node.dataset.fd).sort() };
}

// The keyboard, the time line, a link to a moment.
function moves(check) {
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

function selftest() {
    const found = { errors: [], moments: 0, last: {}, questions: 0, figures: parent.figures }, widths = [500, 1280];
    const check = (fine, what) => fine || found.errors.push(`${lang} ${story.id}/${now}: ${what}`);
    addEventListener("error", (event) => found.errors.push(event.message));
    addEventListener("securitypolicyviolation", (event) => found.errors.push(event.violatedDirective));
    keep.write = () => {};
    for (lang of ["en", "ja"]) for (story of DATA.stories) {
        const places = {};
        answers = {};
        history.replaceState = () => {}; // which is expensive; moves() looks at what it does
        for (const question of story.questions) {
            go(1e6);
            check(asking === question && now === question.at - 1, "no question");
            check(get("say").querySelectorAll("button").length === question.answers.length + 1, "not the answers");
            const told = document.querySelector("main").textContent;
            check(!told.includes(story.moments[question.at].say[lang]), "the answer is on the page");
            answer(question.right);
            check(now === question.at && get("say").querySelector(".right"), "no verdict");
            found.questions++;
        }
        for (let i = 0; i < story.moments.length; i++, found.moments++) {
            go(i);
            widths.reverse(); // the first is as it is: the fewer layouts, the less there is to wait for
            for (const width of widths) {
                frameElement.width = width;
                check(innerWidth === width, `the window is ${innerWidth} pixels wide`);
                check(now === i && get("say").innerText.includes(story.moments[i].say[lang]), "no sentence");
                check(document.documentElement.scrollWidth <= width, `wider than ${width} pixels`);
                for (const node of document.querySelectorAll("[data-box]")) {
                    const { x, y } = node.getBoundingClientRect(), place = `${x} ${y + scrollY}`;
                    const name = `${node.dataset.box} at ${width} pixels`;
                    check((places[name] = places[name] || place) === place, `${name} has moved`);
                }
            }
        }
        found.last[story.id] = drawn();
        delete history.replaceState;
        if (lang === "en") moves(check); // the other language is shown in the same way
    }
    const said = `\n<pre id="selftest">${escape(JSON.stringify(found))}</pre>\n`;
    parent.document.body.insertAdjacentHTML("beforeend", said);
}

selftest();
