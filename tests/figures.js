"use strict";
// Put behind the lessons' figures by tests/page.bats: does a text leave its figure, or lie on another one?

const figures = { texts: 0, errors: [] };
for (const svg of document.querySelectorAll("svg")) {
    const name = svg.querySelector("title").textContent, whole = svg.getBoundingClientRect();
    const boxes = [...svg.querySelectorAll("text")].map((node) => [node.textContent, node.getBoundingClientRect()]);
    figures.texts += boxes.length;
    boxes.forEach(([text, a], i) => {
        if (a.left < whole.left || a.right > whole.right || a.bottom > whole.bottom)
            figures.errors.push(`${name} ${text}: outside`);
        for (const [other, b] of boxes.slice(i + 1))
            if (a.left < b.right && b.left < a.right && a.top + 4 < b.bottom && b.top + 4 < a.bottom)
                figures.errors.push(`${name} ${text} / ${other}`);
    });
}
window.figures = figures;
