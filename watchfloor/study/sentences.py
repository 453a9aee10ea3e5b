"""What a study found, sentence by sentence, as the terminal, the workbook and the page say it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from watchfloor.phrase import Phrase
from watchfloor.study import wording
from watchfloor.study.result import StudyResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One of them."""

    name: str
    """What it is about."""
    text: str
    is_warning: bool = False


def make_sentences(result: StudyResult) -> tuple[Sentence, ...]:
    """Return the sentences, the roster that was given first and then the answer."""
    return (*_answered(result), *_beside(result), *_planned(result))


def _answered(result: StudyResult) -> Iterator[Sentence]:
    if result.evaluated is not None:
        yield Sentence(name=Phrase("given"), text=wording.evaluated_text(result))
    yield Sentence(name=Phrase("answer"), text=wording.headline(result))
    if result.stopped:
        yield Sentence(name=Phrase("ended early"), text=wording.stopped_text(result), is_warning=True)
    for item in result.answers.unreachable if result.answers else ():
        yield Sentence(name=Phrase("out of reach"), text=wording.unreachable_text(item), is_warning=True)


def _beside(result: StudyResult) -> Iterator[Sentence]:
    if result.beside:
        yield Sentence(name=Phrase("mean day"), text=wording.beside_text(result))
    if result.warm_up is not None:
        check = result.warm_up
        yield Sentence(name=Phrase("warm-up"), text=wording.warm_up_text(check),
                       is_warning=check.settled_h is not None and not check.is_enough)
    if result.precision is not None:
        yield Sentence(name=Phrase("half width"), text=wording.precision_text(result.precision))
    if result.best is not None:
        yield Sentence(name=Phrase("the best for the money"), text=wording.best_text(result))


def _planned(result: StudyResult) -> Iterator[Sentence]:
    if result.roster is not None:
        yield Sentence(name=Phrase("roster"), text=wording.roster_text(result.roster, result.currency))
        yield Sentence(name=Phrase("people"), text=Phrase(
            "With a relief factor of {likely} ({low} to {high}): {people}.", likely=round(result.relief.likely, 2),
            low=round(result.relief.low, 2), high=round(result.relief.high, 2),
            people=wording.people_text(result.roster, result.relief)))
    if result.growth is not None:
        yield Sentence(name=Phrase("growth"), text=wording.growth_text(result.growth))
    if result.rooms is not None:
        yield Sentence(name=Phrase("rooms"), text=wording.rooms_text(result.rooms, result.currency))
