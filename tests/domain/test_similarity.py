import time

from hypothesis import given
from hypothesis import strategies as st

from qa.domain.similarity import Index, normalise

BOARD = [
    (1, "Will the Berlin office close?"),
    (2, "Are bonuses paid this year?"),
    (3, "Why was the Berlin team not told before the press?"),
    (4, "When do we get a new parental leave policy?"),
    (5, "Bekommen wir dieses Jahr einen Bonus?"),
    (6, "我們什麼時候可以在家工作？"),
    (7, "When do we get new laptops?"),
    (9, "When do we get new chairs?"),
]


def similar(text, questions, **more):
    index = Index()
    for number, question in questions:
        index.put(number, question)
    return index.similar(text, **more)


def found(text, **more):
    return [docket for docket, _ in similar(text, BOARD, **more)]


def test_a_half_typed_question_finds_the_whole_one():
    assert found("parental leave")[0] == 4
    assert found("Berlin office")[0] == 1


def test_words_may_come_in_any_order():
    assert found("the office in Berlin, will it close?")[0] == 1


def test_a_misspelt_question_is_still_found():
    assert found("When do we get new labtops")[0] == 7


def test_a_rare_word_weighs_more_than_many_common_ones():
    assert found("when do we get new chairs")[0] == 9
    assert found("do we get laptops")[0] == 7


def test_a_question_without_spaces_between_words_is_found_by_its_parts():
    assert found("在家工作")[0] == 6


def test_the_same_question_scores_a_hundred():
    assert similar("will the berlin office close", BOARD)[0] == (1, 100)


def test_what_has_nothing_in_common_is_not_suggested():
    assert found("Is the canteen vegan?") == []
    assert found("") == []
    assert found("?!") == []
    assert similar("anything", []) == []


def test_the_best_come_first_and_only_as_many_as_asked_for():
    scores = [score for _, score in similar("When do we get new laptops?", BOARD, cutoff=0)]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == 5
    assert len(similar("When do we get new laptops?", BOARD, limit=2)) == 2


def test_equal_scores_keep_the_order_of_the_docket():
    board = [(8, "Why now?"), (3, "Why now?"), (5, "Why now?")]
    assert similar("Why now?", board) == [(3, 100), (5, 100), (8, 100)]


def test_opposite_questions_look_alike_so_a_score_must_never_decide():
    (_, score), *_ = similar("Will the Berlin office open?", BOARD)
    assert score > 80


@given(st.text(max_size=80))
def test_a_normal_form_is_settled(text):
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(max_size=40), st.lists(st.text(max_size=40), max_size=8), st.integers(0, 100))
def test_scores_stay_between_the_cutoff_and_a_hundred(text, others, cutoff):
    for docket, score in similar(text, list(enumerate(others)), cutoff=cutoff):
        assert cutoff <= score <= 100
        assert 0 <= docket < len(others)


def test_words_that_were_replaced_or_left_out_are_not_found_any_more():
    index = Index()
    index.put(1, "Will the Berlin office close?")
    index.put(2, "Will the Leeds office close?")
    index.put(1, "Are bonuses paid this year?")
    assert index.similar("Will the Berlin office close?") == [(2, 81)]
    index.drop(2)
    index.drop(2)
    assert index.similar("Will the Berlin office close?") == []
    assert [n for n, _ in index.similar("bonuses this year")] == [1]


def test_the_best_of_a_long_docket_are_found_wherever_they_stand():
    index = Index()
    for n in range(1, 1_001):
        index.put(n, f"When will team {n} hear about plan {n % 97} and the budget?")
    index.put(1_001, "Whne wlil taem 77 haer abuot teh bdgt")  # not one word in common
    index.put(1_002, "Team 640 again: when, about plan 640 and the budget of it all?")
    assert index.similar("when will team 640 hear about the budget")[0][0] == 640
    assert index.similar("Whn wlil taem 77 haer abuot teh bdgt")[0][0] == 1_001


def test_twenty_thousand_questions_are_searched_while_somebody_types():
    index = Index()
    for n in range(20_000):
        index.put(n, f"When will team {n} hear about plan {n % 97} and the budget?")

    def once():
        started = time.thread_time()
        index.similar("when will team 1999 hear about the budget")
        return time.thread_time() - started

    assert min(once() for _ in range(5)) < 0.25
