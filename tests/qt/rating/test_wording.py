"""What is said again before an answer is confirmed."""

import pytest

from synthscope.qt.rating.wording import answer_of
from synthscope.records.study import Question
from synthscope.services.rating.answers import TIE


@pytest.mark.parametrize(
    ("question", "value", "said"),
    [
        (Question("q", "scale", "How good?", ("bad", "fair", "good")), 3, "good"),
        (Question("q", "confidence", "Real?"), 5, "5"),
        (Question("q", "choice", "Which?"), 1, "picture 2"),
        (Question("q", "choice", "Which?", tie=True), TIE, "no difference"),
        (Question("q", "count", "How many?"), 12, "12"),
        (Question("q", "marks", "Where?"), ({},), "1 mark"),
        (Question("q", "trace", "Trace."), ((), ()), "2 lines"),
    ],
)
def test_an_answer_is_said_in_its_own_words(question: Question, value: object, said: str) -> None:
    assert answer_of(question, value) == said
