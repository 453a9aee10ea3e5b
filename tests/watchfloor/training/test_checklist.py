"""The procedure over a case's deeds."""

from watchfloor.training.checklist import Case, Deed, Step, check_procedure

STEPS = (Step(item="zoomed", deed="zoom", after="shown", before="confirm"),
         Step(item="sent", deed="dispatch", after="confirm", within_s=60.0))


def test_a_step_counts_only_between_its_bounds():
    cases = [Case(deeds=deeds) for deeds in (
        [Deed(name="shown", t_s=0.0), Deed(name="zoom", t_s=2.0), Deed(name="confirm", t_s=5.0),
         Deed(name="dispatch", t_s=60.0)],
        [Deed(name="shown", t_s=0.0), Deed(name="confirm", t_s=5.0), Deed(name="zoom", t_s=6.0),
         Deed(name="dispatch", t_s=66.0)],
        [Deed(name="shown", t_s=0.0)],
    )]
    zoomed, sent = check_procedure(cases, STEPS)
    assert (zoomed.n_done, zoomed.n_cases) == (1, 3)
    assert (sent.n_done, sent.n_cases) == (1, 2), "a case that was never confirmed need not be sent"
    assert not zoomed.is_done


def test_nothing_to_check_is_not_done():
    assert not any(one.is_done for one in check_procedure([], STEPS))


def test_a_case_is_held_only_to_what_is_expected_of_it():
    deeds = [Deed(name="shown", t_s=0.0), Deed(name="confirm", t_s=5.0)]
    zoomed, sent = check_procedure([Case(deeds=deeds, expects=("sent",)), Case(deeds=deeds)], STEPS)
    assert (zoomed.n_done, zoomed.n_cases) == (0, 1)
    assert (sent.n_done, sent.n_cases) == (0, 2)
