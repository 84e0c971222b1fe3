"""Task lists: `- [ ] open` and `- [x] done`, shown as boxes that cannot be ticked.

The plugin that exists looks backwards for the list of every item, which is quadratic; here the open lists are
a stack.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from community_platform.core.markdown.document import document_of

_BOX = re.compile(r"\[([ xX])\][ \t]+(?=\S)")


def find_tasks(state: StateCore) -> None:
    """Core rule between the blocks and their text: the box is cut off before the text is parsed."""
    document = document_of(state.env)
    lists: list[Token] = []
    for index, token in enumerate(state.tokens):
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            lists.append(token)
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            lists.pop()
        elif token.type == "inline" and index > 1 and state.tokens[index - 2].type == "list_item_open":
            match = _BOX.match(token.content)
            if match and state.tokens[index - 1].type == "paragraph_open" and document.afford("tasks"):
                token.content = token.content[match.end() :]
                token.meta["task"] = match[1] != " "
                state.tokens[index - 2].attrSet("class", "task")
                lists[-1].attrSet("class", "tasks")


def insert_boxes(state: StateCore) -> None:
    """Core rule after the text: put the box and its label around the parsed text."""
    for token in state.tokens:
        if token.type != "inline" or "task" not in token.meta or token.children is None:
            continue
        box = Token("task_box", "input", 0, attrs={"type": "checkbox", "disabled": ""})
        if token.meta["task"]:
            box.attrSet("checked", "")
        # The label makes the text the box's accessible name.
        opening, closing = Token("label_open", "label", 1), Token("label_close", "label", -1)
        token.children = [opening, box, *token.children, closing]


def tasks_plugin(md: MarkdownIt) -> None:
    """Install both rules."""
    md.core.ruler.after("block", "find_tasks", find_tasks)
    md.core.ruler.push("insert_boxes", insert_boxes)
