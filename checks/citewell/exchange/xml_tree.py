"""XML as a tree. Nothing is fetched, and nothing that a file declares is expanded."""

from html.entities import html5
from xml.parsers.expat import ExpatError, ParserCreate, errors

from citewell.exchange.page import ImportFailure
from citewell.exchange.tree import Builder, Node

_LONGEST = 20_000_000  # bytes


def parse(raw: bytes) -> Node:
    """The root of the XML in *raw*; an ImportFailure if it is none, or declares entities.

    A DOCTYPE may name the DTD of the format. That is not read; of what it would declare, the
    named characters that HTML has too (``&nbsp;``) are known.
    """
    if len(raw) > _LONGEST:
        raise ImportFailure(f"it has more than {_LONGEST // 1_000_000} MB: no article has so much.")
    reading = _Reading()
    try:
        reading.parser.Parse(raw, True)
    except ExpatError as error:
        raise ImportFailure(_said(error)) from None
    except (LookupError, ValueError):
        raise ImportFailure("its encoding is none that can be read: save it as UTF-8.") from None
    return next(reading.builder.root.nodes())


def _said(error: ExpatError) -> str:
    message = errors.messages[error.code]
    if message == errors.XML_ERROR_UNDEFINED_ENTITY:
        message = "a named character that nothing declares: write the character itself"
    return f"line {error.lineno} is not XML: {message}."


class _Reading:
    """Builds the tree as the parser finds tags."""

    def __init__(self) -> None:
        self.builder = Builder()
        self.parser = ParserCreate()
        self._said: list[str] = []
        self._line = 1
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._say
        self.parser.SkippedEntityHandler = self._skipped

    def _doctype(
        self, _name: str, _system: str | None, _public: str | None, declares: bool
    ) -> None:
        if declares:
            raise ImportFailure(
                f"line {self.parser.CurrentLineNumber}: its DOCTYPE has declarations of its own "
                "between [ and ], which may hide anything: take them out."
            )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._flush()
        self.builder.start(Node(name, self.parser.CurrentLineNumber, attributes))

    def _end(self, _name: str) -> None:
        self._flush()
        self.builder.end()

    def _say(self, text: str) -> None:
        if not self._said:
            self._line = self.parser.CurrentLineNumber
        self._said.append(text)

    def _skipped(self, name: str, is_parameter: bool) -> None:
        if is_parameter:
            return
        if (text := html5.get(f"{name};")) is None:
            raise ImportFailure(
                f"line {self.parser.CurrentLineNumber}: nobody knows the character "
                f"'&{name[:40]};': write the character itself."
            )
        self._say(text)

    def _flush(self) -> None:
        if self._said:
            self.builder.say("".join(self._said), self._line)
            self._said = []
