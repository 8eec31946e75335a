"""Asking for what is known of a new study, one question after the other, in the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from kb.questions import Known, Question, Unusable, put, told

SHORT = 30
"""Up to so many choices are listed with each question; of more, only near ones are named."""


def ask_all(
    asked: Iterable[Question], known: Known, say: Callable[[str], None], read: Callable[[str], str]
) -> None:
    """Put the answers to what is not known yet into ``known``.

    ``say`` prints a line, ``read`` prints a prompt and gives the line that was typed. An empty
    answer leaves the field out.
    """
    say("Enter leaves a question open. Words are chosen by their names or numbers.")
    for question in asked:
        if told(known, question.keys):
            continue
        for line in _posed(question):
            say(line)
        while answer := read("> ").strip():
            try:
                put(known, question.keys, question.value_of(_named(question, answer)))
                break
            except Unusable as error:
                say(str(error))


def _posed(question: Question) -> Iterator[str]:
    need = "" if question.required else " (optional)"
    many = "; several with commas between them" if question.many else ""
    yield f"\n{question.name}{need}: {question.about}{many}"
    if len(question.choices) <= SHORT:
        for number, (word, label) in enumerate(question.choices.items(), 1):
            yield f"  {number:>2} {word}" + (f" = {label}" if label else "")


def _named(question: Question, answer: str) -> str:
    """The answer with the numbers of listed choices replaced by their names."""
    words = list(question.choices) if len(question.choices) <= SHORT else []
    parts = [part.strip() for part in (answer.split(",") if question.many else [answer])]
    return ",".join(
        words[int(part) - 1]
        if part not in words and part.isascii() and part.isdigit() and 0 < int(part) <= len(words)
        else part
        for part in parts
    )
