"""The reader of Markdown: CommonMark with tables, footnotes and a head of ``key: value`` lines.

It becomes HTML, which may stand in Markdown anyway, and is read as such.
"""

import re
from collections.abc import Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

from citewell.exchange import html, html_tree, page_date, reference_list
from citewell.exchange.page import ImportFailure, Note, Page, text_of

if TYPE_CHECKING:
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

_LINE = "data-citewell-line"
_DEEPEST = 40
_LONGEST = 1_000_000  # characters
_MOST_LINES = 20_000
_MOST_CELLS = 20_000
_LONGEST_PARAGRAPH = 20_000  # characters
_MOST_SIGNS = 1_000
_MOST_WORK = 40_000_000
"""The sum over all paragraphs of their signs' square, which is what to part them can take."""
_SIGNS = re.compile(r"[\[\]*_`<!&^~\\]")
_HEAD = re.compile(r"---[ \t]*\n(.*?\n)??(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_PAIR = re.compile(r"(?P<key>[A-Za-z][\w-]*)[ \t]*:[ \t]*(?P<value>.*?)[ \t]*")
_REVIEWED = frozenset({"reviewed", "lastreviewed", "reviewdate", "medicallyreviewed"})
_CHANGED = frozenset({"date", "updated", "lastmod", "modified", "lastupdated", "lastmodified"})
_KEYS = re.compile(
    r"\[[^\[\]\n]{0,200}?@[\w:.#$%&+?<>~/-]{1,100}[^\[\]\n]{0,200}\]|\[\^[^\]\s]{1,100}\]"
)
_ATTRIBUTES = re.compile(r"(?<=\S)[ \t]{1,9}\{[#.:-][^{}\n]{0,300}\}$")  # pandoc's, of a heading
_LINKED_WORDS = re.compile(r"(?<!\])\[(?!\d{1,3}\])([^\[\]\n]{1,300})\]\[(\d{1,3})\]")


class _Footnote(NamedTuple):
    """A footnote's *number*, the *line* on which it begins, and what it says."""

    number: int
    name: str
    line: int
    tokens: Sequence["Token"]


def read(raw: bytes) -> Page:
    """Read a page of Markdown; an ImportFailure if it is none, or is empty."""
    text = text_of(raw)
    if not text.strip():
        raise ImportFailure("there is nothing in it.")
    if len(text) > _LONGEST:
        raise ImportFailure(f"it has more than {_LONGEST:,} characters: import it in parts.")
    if text.count("\n") - text.count("\n\n") > _MOST_LINES:
        raise ImportFailure(f"it has more than {_MOST_LINES:,} lines: import it in parts.")
    if text.count("|") > _MOST_CELLS:
        raise ImportFailure(f"its tables have more than {_MOST_CELLS:,} cells: import it in parts.")
    head = _HEAD.match(text)
    pairs = _pairs(head[1] or "") if head else {}
    if head:
        text = "\n" * head[0].count("\n") + text[head.end() :]
    made = _as_html(text)
    is_dated = any(key in _REVIEWED and page_date.parse(pairs[key][0]) for key in pairs)
    root = html_tree.parse_text(made, line_attribute=_LINE).root
    page = html.page_of(root, is_dated=is_dated)
    return _with_head(page, pairs, [*_unknown(text)])


def _pairs(head: str) -> dict[str, tuple[str, int]]:
    """The keys of *head* without ``-`` and ``_``, with value and line."""
    pairs: dict[str, tuple[str, int]] = {}
    for line, text in enumerate(head.split("\n"), 2):
        if match := _PAIR.fullmatch(text):
            value = match["value"].strip("\"' ")
            pairs.setdefault(re.sub("[-_]", "", match["key"].lower()), (value, line))
    return pairs


def _with_head(page: Page, pairs: dict[str, tuple[str, int]], notes: list[Note]) -> Page:
    """*page* with what its head says of it."""
    title, language, reviewed = page.title, page.language, page.reviewed
    is_review = False
    unused = []
    for key, (value, line) in pairs.items():
        day = page_date.parse(value)
        if key == "title" and value:
            title = value
        elif key in ("lang", "language") and value:
            language = value
        elif key in _REVIEWED and day:
            reviewed, is_review = day.day, True
        elif key in _CHANGED and day and not reviewed:
            reviewed = day.day
            message = f"{day.day} is taken from '{key}', which does not say that it is a review's"
            notes.append(Note(line, message))
        elif value:
            unused.append((key, line))
    if is_review:
        notes = [note for note in notes if "does not say that it is a review's" not in note.message]
    if unused:
        message = f"left out of its head: {', '.join(key for key, _ in unused)}"
        notes.append(Note(unused[0][1], message))
    return Page(
        page.blocks, page.entries, title, language, reviewed, (*page.notes, *notes), page.aside
    )


def _unknown(text: str) -> Iterator[Note]:
    """Citations of works and footnotes that are not in the file."""
    defined = set(re.findall(r"^ {0,3}\[\^([^\]\s]{1,100})\]:", text, re.MULTILINE))
    line = at = 0
    for match in _KEYS.finditer(text):
        if match[0][1] == "^" and match[0][2:-1] in defined:
            continue
        line += text.count("\n", at, match.start())
        at = match.start()
        what = "footnote" if match[0][1] == "^" else "reference"
        yield Note(line + 1, f"'{match[0]}' is left in the text: its {what} is not in the file")


def _as_html(text: str) -> str:
    """*text* as HTML whose tags say on which line they stand."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.footnote import footnote_plugin
    from mdit_py_plugins.subscript import sub_plugin
    from mdit_py_plugins.superscript import superscript_plugin

    options = {"maxNesting": _DEEPEST, "html": True}
    parser = MarkdownIt("commonmark", options).enable(["table", "strikethrough"])
    parser.use(footnote_plugin, move_to_end=False)
    parser.use(superscript_plugin).use(sub_plugin)
    parser.core.ruler.before("inline", "citewell_paragraphs", _paragraphs)
    env: dict[str, Any] = {}
    tokens = parser.parse(text, env)
    for token in tokens:
        if token.level >= _DEEPEST - 1:
            line = token.map[0] + 1 if token.map else 1
            raise ImportFailure(f"line {line}: it is nested more than {_DEEPEST} deep.")
        if token.map and token.nesting == 1:
            token.attrSet(_LINE, str(token.map[0] + 1))
        elif token.map and token.type == "html_block":
            token.content = f'<wbr {_LINE}="{token.map[0] + 1}">{token.content}'
    kept, footnotes = _footnotes(tokens, env.get("footnotes", {}))
    numbers = {note.name: note.number for note in footnotes}
    parser.add_render_rule("footnote_ref", _rendered_mark(numbers))
    listed = [
        _item(note, parser.renderer.render(note.tokens, parser.options, env)) for note in footnotes
    ]
    listed += _definitions(env)
    if listed:
        kept = _without_last_title(kept)
    made = str(parser.renderer.render(kept, parser.options, env))
    return made + (f"<h1>References</h1><ol>{''.join(listed)}</ol>" if listed else "")


def _paragraphs(state: "StateCore") -> None:
    """Refuse paragraphs that would take too long; make sources of links that have numbers."""
    has_list = "footnotes" in state.env
    work = 0
    for index, token in enumerate(state.tokens):
        if token.type != "inline":
            continue
        count = len(_SIGNS.findall(token.content))
        work += count * count
        line = token.map[0] + 1 if token.map else 1
        if work > _MOST_WORK:
            raise ImportFailure(f"line {line}: up to here it has too many signs: part the file.")
        if len(token.content) > _LONGEST_PARAGRAPH or count > _MOST_SIGNS:
            raise ImportFailure(f"line {line}: this paragraph is too long to be one. Part it.")
        is_heading = state.tokens[index - 1].type == "heading_open"
        if is_heading:
            token.content = _ATTRIBUTES.sub("", token.content)
        is_last = index + 2 == len(state.tokens)
        is_title = is_heading and reference_list.is_heading(token.content.strip())
        has_list = has_list or (is_title and not is_last)
    if has_list:
        return
    links = state.env.get("references", {})
    numbers = {label for label in links if re.fullmatch(r"[1-9]\d{0,2}", label)}
    state.env["sources"] = {int(label): links.pop(label) for label in numbers}
    if numbers:
        for token in state.tokens:
            if token.type == "inline":
                token.content = _LINKED_WORDS.sub(r"\1 [\2]", token.content)


def _footnotes(
    tokens: Sequence["Token"], data: dict[str, Any]
) -> tuple[list["Token"], list[_Footnote]]:
    """*tokens* without footnotes, and these by number.

    That is the label, if all labels are numbers, or else the order of first citation.
    """
    kept: list[Token] = []
    found: dict[str, tuple[int, list[Token]]] = {}
    inside: list[str] = []
    for token in tokens:
        if token.type == "footnote_reference_open":
            inside.append(token.meta["label"])
            line = token.map[0] + 1 if token.map else 1
            found.setdefault(inside[-1], (line, []))
        elif token.type == "footnote_reference_close":
            inside.pop()
        elif inside:
            found[inside[-1]][1].append(token)
        else:
            kept.append(token)
    lines = {
        child.meta["id"]: token.map[0] + 1
        for token in tokens
        if token.map
        for child in token.children or ()
        if child.type == "footnote_ref"
    }
    cited: list[str] = []
    for identity, note in data.get("list", {}).items():
        label = note.get("label") or f"\n{identity}"
        cited.append(label)
        if "tokens" in note:
            found[label] = (lines.get(identity, 1), [_inline(note["tokens"])])
    order = [label for label in cited if label in found]
    order += [label for label in found if label not in set(order)]
    if order and all(re.fullmatch(r"[1-9]\d{0,5}", label, re.ASCII) for label in order):
        numbers = {label: int(label) for label in order}
    else:
        numbers = {label: position for position, label in enumerate(order, 1)}
    notes = [_Footnote(numbers[label], label, *found[label]) for label in order]
    return kept, sorted(notes)


def _inline(children: list["Token"]) -> "Token":
    from markdown_it.token import Token

    return Token("inline", "", 0, children=children)


def _rendered_mark(numbers: dict[str, int]) -> Any:
    def rendered(
        _self: object, tokens: Sequence["Token"], index: int, _options: object, _env: object
    ) -> str:
        meta = tokens[index].meta
        number = numbers[meta.get("label") or f"\n{meta['id']}"]
        return f'<a href="#citewell-{number}">{number}</a>'

    return rendered


def _item(note: _Footnote, made: str) -> str:
    at = f'{_LINE}="{note.line}"'
    return f'<li value="{note.number}" id="citewell-{note.number}" {at}>{made}</li>'


def _definitions(env: dict[str, Any]) -> Iterator[str]:
    """Sources that are given as the targets of links: ``[3]: https://… "Title"``."""
    for number, link in sorted(env.get("sources", {}).items()):
        href, title = escape(link["href"]), escape(link.get("title") or "")
        line = link["map"][0] + 1 if link.get("map") else 1
        words = f"{title.rstrip('.')}. {href}" if title else href
        yield f'<li value="{number}" id="citewell-{number}" {_LINE}="{line}">{words}</li>'


def _without_last_title(tokens: list["Token"]) -> list["Token"]:
    """*tokens* without a title of references at their end, below which nothing is left."""
    is_heading = len(tokens) > 2 and tokens[-1].type == "heading_close"
    if is_heading and reference_list.is_heading(tokens[-2].content.strip()):
        return tokens[:-3]
    return tokens
