"""Edits of YAML text: only what changes is touched, and comments, quoting and line ends survive.

An edit is made in the text, at the places that the parser's tree gives; nothing is ever
written out from data. What comes of it is parsed again, and must be the old data with just
that change: otherwise there is an :class:`EditError`, and no new text.
"""

from citewell.edit.growing import append as append
from citewell.edit.operating import Applied as Applied
from citewell.edit.operating import apply as apply
from citewell.edit.operating import apply_each as apply_each
from citewell.edit.setting import replace as replace
from citewell.edit.splicing import document_of as document_of
from citewell.writing import EditError as EditError
