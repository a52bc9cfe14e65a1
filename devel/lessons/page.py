"""A Markdown page, taken apart: sections, blocks and where each comes from, claims, links, places and words.

README.md beside this file says what the comments on a page mean.
"""

import re

COMMENT = re.compile(r"<!-- (.*) -->")
# What is written on the lines behind its comment, up to an empty line.
GENERATED = re.compile(r"(table: .*|minutes|(?:room|home)(?: \+\d+)?)$")
# A row of the fault matrix: devel/faults/faults.bats holds it against real runs.
MATRIX_ROW = re.compile(r"\| `\w+` \d+ \|")
JAPANESE = "[ぁ-んァ-ヶー一-龠々、。]"


class Block:
    """A fenced block, or what is generated behind its comment (language None)."""

    def __init__(self, line, spec, language, folded):
        self.line, self.spec, self.language, self.folded = line, spec, language, folded
        self.kind = re.split("[: ]", spec or "")[0]
        self.lines = []

    @property
    def text(self):
        return "".join(f"{line}\n" for line in self.lines)


class Section:
    def __init__(self, level, title, line):
        self.level, self.title, self.line = level, title, line
        self.blocks = []
        self.spans = []  # (line, text): what is set in code type
        self.links = []  # (line, target)
        self.prose = []  # lines that are neither code nor table nor comment
        self.table = []  # lines of tables
        self.details = 0

    @property
    def place(self):
        """The block that says where it belongs, room or home; None where it is as before."""
        return next((block for block in self.blocks if block.kind in ("room", "home")), None)


class Page:
    def __init__(self, path, text):
        self.path, self.text = path, text  # the path is from the root
        self.language = "ja" if path.endswith(".ja.md") else "en"
        self.sections = [Section(0, "", 1)]
        self.odd = []  # (line, text): complaints about its form
        self.folds = 0  # how many <details> are open
        self.parse(text.split("\n"))

    @property
    def english(self):
        return re.sub(r"(\.ja)?\.md$", ".md", self.path)

    @property
    def twin(self):
        """The path of the same page in the other language."""
        return self.english if self.language == "ja" else re.sub(r"\.md$", ".ja.md", self.path)

    @property
    def step(self):
        """The name of a lesson's step; else None."""
        found = re.search(r"(step\d\d-\w+)/README", self.path)
        return found and found[1]

    @property
    def foreign(self):
        """Is it written, and held against real runs, by another program (devel/mistakes)?"""
        return self.path.startswith("docs/mistakes")

    def blocks(self):
        return [block for section in self.sections for block in section.blocks]

    def parse(self, lines):
        spec, block, before = None, None, ""
        for number, line in enumerate([*lines, ""], 1):
            comment = COMMENT.fullmatch(line)
            if block and block.language is None and not line.strip():  # the end of what is generated
                block = None
            elif block and line.startswith("```"):
                block, line = None, ""
            elif block:
                block.lines.append(line)
            elif line.startswith("```"):
                block, spec = self.new_block(number, spec, line[3:]), None
            elif comment and GENERATED.match(comment[1]):
                block = self.new_block(number, comment[1], None)
            elif comment:
                spec = comment[1]
            else:
                self.text_line(number, before, line)
                spec = None
            before = line
        if block is not None:
            self.odd.append((block.line, "a block that does not end"))

    def new_block(self, number, spec, language):
        block = Block(number, spec, language, self.folds > 0)
        self.sections[-1].blocks.append(block)
        return block

    def text_line(self, number, before, line):
        self.form(number, before, line)
        heading = re.match(r"(#+) (.*)", line)
        if heading:
            self.sections.append(Section(len(heading[1]), heading[2], number))
        section = self.sections[-1]
        (section.table if line.startswith("|") else section.prose).append(line)
        self.folds += line.count("<details>") - line.count("</details>")
        section.details += line.count("<details>")
        if not MATRIX_ROW.match(line):
            section.spans += [(number, span) for span in re.findall(r"`([^`]+)`", line)]
        section.links += [(number, target) for target in re.findall(r"\]\(([^)\s]+)\)", line)]

    def form(self, number, before, line):
        if line.startswith("    ") and line.strip() and not before.strip():
            self.odd.append((number, "an indented block; use a fence, and a comment before it"))
        if self.language != "ja":
            return
        plain = r"(?!```|[#|<>-]|\d+\.|\s*$)"
        if re.match(plain, before) and re.match(plain, line):
            self.odd.append((number, "a line break within a Japanese paragraph shows as a blank"))
        if re.search(rf"{JAPANESE}\(|\){JAPANESE}", re.sub(r"`[^`]*`|\]\([^)]*\)", "", line)):
            self.odd.append((number, "ASCII brackets beside Japanese; use （）"))


def anchor(title):
    """The id that GitHub gives a heading."""
    kept = re.sub(r"[^\w\- ]", "", title.replace("`", "").lower())
    return kept.replace(" ", "-")
