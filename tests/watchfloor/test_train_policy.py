"""Training a policy from the command line: it goes on, is held against the optimum, and is taken by a run."""

import json
from dataclasses import replace

import pytest

from agents.env_dispatch import DispatchEnv
from agents.network_policy import NetworkChoice, NetworkPolicy, UnitNetwork
from agents.policies import CoverageChoice, policy_names
from agents.policy_choice import find_policy
from agents.policy_file import SavedPolicy, load_policy, save_policy
from agents.small_city import find_small_city, table_of
from scenarios import load_scenario
from sim.errors import InputError, ModelError, UnknownNameError
from sim.theory.dispatch_optimum import evaluate_dispatch
from watchfloor.job import RunOptions
from watchfloor.run import run_scenario
from watchfloor.show import Show
from watchfloor.train_policy import TrainOptions, train_policy

QUIET = Show(quiet=True)


@pytest.fixture(name="trained", scope="module")
def _trained(tmp_path_factory, busy_centre):
    """A policy trained for a moment on a district centre."""
    options = TrainOptions(scenario=str(busy_centre), hours=12.0, generations=1, held_out=2,
                           out=tmp_path_factory.mktemp("trained"))
    return train_policy(options, show=QUIET)


def test_training_on_a_small_city_is_held_against_the_optimum_and_goes_on(tmp_path):
    options = TrainOptions(scenario="seven_units_6_40", generations=3, out=tmp_path)
    first = train_policy(options, show=QUIET)
    lines = (tmp_path / "generations.jsonl").read_text().splitlines()
    again = train_policy(options, show=QUIET)
    assert again.weights == first.weights
    assert (tmp_path / "generations.jsonl").read_text().splitlines() == lines
    (tmp_path / "generations.jsonl").write_text("\n".join([*lines[:2], lines[2][:40]]) + "\n")
    assert train_policy(options, show=QUIET).weights == first.weights
    assert first.share_of_gain is not None
    assert 0.5 < first.share_of_gain <= 1.0
    late = {name: one.late_share.mean for name, one in first.compared.items()}
    assert late["optimum"] <= late["learned"] < late["nearest"]


def test_a_spent_budget_ends_after_a_generation(tmp_path):
    options = TrainOptions(scenario="seven_units_6_40", budget_s=1e-9, out=tmp_path)
    assert train_policy(options, show=QUIET).n_generations == 1
    assert train_policy(options, show=QUIET).n_generations == 2


def test_a_run_takes_the_trained_policy_and_says_so(trained, busy_centre, tmp_path):
    result = run_scenario(RunOptions(scenario=str(busy_centre), policy=str(trained.file), hours=6.0, replications=2,
                                     out=tmp_path), show=QUIET)
    assert result.comparison.arms == ("inspectors", "with_policy")
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert manifest["policy"] == str(trained.file)
    assert "with the policy" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_the_comparison_has_every_baseline_with_its_interval(trained, busy_centre):
    saved = load_policy(trained.file)
    assert set(saved.evaluation) == {*policy_names(), "learned", "bound"}
    assert saved.evaluation["bound"]["mean"] == min(row["mean"] for row in saved.evaluation.values())
    assert all(set(row) == {"mean", "half_width", "less_nearest", "less_nearest_half_width"}
               for row in saved.evaluation.values())
    assert saved.choice.weights == trained.weights
    assert saved.scenario_digest == load_scenario(busy_centre, overrides={"time.duration_h": 12.0}).digest


def test_a_policy_of_another_city_is_refused_by_name(trained, tmp_path):
    with pytest.raises(InputError, match=r"= .*busy_centre.toml, a city of .* junctions; expected the city of"):
        run_scenario(RunOptions(scenario="kostanay", policy=str(trained.file), hours=0.1, replications=1,
                                out=tmp_path), show=QUIET)


def test_a_scenario_in_which_nobody_is_sent_cannot_be_trained_on(tmp_path):
    with pytest.raises(ModelError, match="no call needed a unit"):
        train_policy(TrainOptions(scenario="district_centre", hours=1.0, out=tmp_path), show=QUIET)


@pytest.mark.parametrize(("content", "message"), [
    ("{", "not JSON"), ("[]", "expected watchfloor.policy/1"),
    ('{"schema": "watchfloor.policy/1", "kind": "coverage"}', "incomplete or wrong"),
])
def test_a_file_that_is_no_policy_is_told(tmp_path, content, message):
    path = tmp_path / "policy.json"
    path.write_text(content)
    with pytest.raises(InputError, match=message):
        load_policy(path)
    with pytest.raises(InputError, match="check the path"):
        load_policy(tmp_path / "nowhere.json")


def test_a_saved_policy_reads_back(tmp_path):
    saved = SavedPolicy(choice=CoverageChoice(weights=(1.0, 0.5), posts=True), scenario="x", scenario_digest="d",
                        city_digest="c", n_junctions=3, n_generations=2, seed=1,
                        evaluation={"nearest": {"mean": 0.1, "half_width": None}})
    save_policy(saved, tmp_path / "p.json")
    assert load_policy(tmp_path / "p.json") == saved
    broken = json.loads((tmp_path / "p.json").read_text())
    broken["choice"]["weights"] = [-1.0]
    (tmp_path / "p.json").write_text(json.dumps(broken))
    with pytest.raises(InputError, match=r"weights = \(-1.0,\)"):
        load_policy(tmp_path / "p.json")


def test_a_trained_policy_is_found_by_its_name(tmp_path, monkeypatch, busy_centre):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    options = TrainOptions(scenario=str(busy_centre), hours=6.0, generations=1, held_out=2, out=tmp_path, name="mine")
    trained = train_policy(options, show=QUIET)
    choice = find_policy("mine", lambda: load_scenario(busy_centre), where="--policy")
    assert choice == load_policy(trained.file).choice
    with pytest.raises(UnknownNameError, match="did you mean mine"):
        find_policy("mina", lambda: load_scenario(busy_centre), where="--policy")
    with pytest.raises(InputError, match="--name = nearest"):
        train_policy(TrainOptions(scenario="seven_units_6_40", name="nearest"), show=QUIET)


def test_a_saved_network_reads_back(tmp_path):
    network = UnitNetwork(embed=((0.1, -1.0 / 3.0),) * 10, embed_bias=(0.5, 1e-9), join=((2.0,),) * 4,
                          join_bias=(0.25,), score=(-3.0,))
    saved = SavedPolicy(choice=NetworkChoice(network=network, late_after_s=300.0), scenario="x", scenario_digest="d",
                        city_digest="c", n_junctions=3, n_generations=2, seed=1, evaluation={})
    save_policy(saved, tmp_path / "p.json")
    assert load_policy(tmp_path / "p.json") == saved
    broken = json.loads((tmp_path / "p.json").read_text())
    broken["choice"]["network"]["join"].pop()
    (tmp_path / "p.json").write_text(json.dumps(broken))
    with pytest.raises(InputError, match=r"network of shapes \(10, 2\), \(3, 1\), \(1,\)"):
        load_policy(tmp_path / "p.json")


def test_an_algorithm_that_cannot_be_used_is_told_before_any_training(tmp_path, monkeypatch):
    with pytest.raises(UnknownNameError, match="did you mean maskable_ppo"):
        train_policy(TrainOptions(scenario="seven_units_6_40", algo="maskable-ppo"), show=QUIET)
    monkeypatch.setattr("watchfloor.train_network.PACKAGES", ("no_such_package",))
    with pytest.raises(InputError, match=r"no no_such_package; expected its packages; pip install 'watchfloor\[rl\]'"):
        train_policy(TrainOptions(scenario="seven_units_6_40", algo="maskable_ppo", out=tmp_path), show=QUIET)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.long
def test_a_network_is_trained_goes_on_and_plays_as_its_file_says(tmp_path):
    pytest.importorskip("sb3_contrib", reason="sb3-contrib is not on this machine")
    options = TrainOptions(scenario="seven_units_6_40", algo="maskable_ppo", budget_s=60.0, out=tmp_path)
    first = train_policy(options, show=QUIET)
    again = train_policy(replace(options, budget_s=1e-9), show=QUIET)
    assert again.n_generations == first.n_generations + 1 > 2
    assert again.share_of_gain > 0.0
    city = find_small_city("seven_units_6_40")
    play = DispatchEnv(city.name).play
    policy = NetworkPolicy(load_policy(again.file).choice.network, xy=play.xy, target_s=play.target_s, n_units=7)
    late = evaluate_dispatch(city.model(), table_of(city, policy)).mean_cost
    assert late == pytest.approx(again.compared["learned"].late_share.mean)
