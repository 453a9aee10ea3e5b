"""A centre's records: nameless but for one table, exported whole, certified only where enough was seen."""

import csv
import html
import json
import uuid
from dataclasses import replace

import pytest

from sim.errors import InputError, UnknownNameError
from watchfloor.training.certificate import MIN_TARGETS, certify, load_key, write_certificate
from watchfloor.training.classes import Classes, PassMarks
from watchfloor.training.exercise import make_exercise
from watchfloor.training.export import write_csv, write_own, write_xapi
from watchfloor.training.progress_chart import draw_progress
from watchfloor.training.records import Records
from watchfloor.training.simulated import PRESETS, play_simulated
from watchfloor.verify import verify_file


@pytest.fixture(scope="module")
def results(market):
    made = []
    for seed in range(3):
        exercise = make_exercise("market_patrol", scenario=market, seed=seed, minutes=12, n_targets=12, n_freezes=0,
                                 pass_d_prime=1.0)
        made.append(play_simulated(exercise, PRESETS["trained"], seed=seed, scenario=market, trainee_id="ab12"))
    return made


@pytest.fixture
def records(tmp_path, results):
    kept = Records(tmp_path / "sessions.db")
    trainee = kept.enrol("Айгерім", consents=True)
    for number, result in enumerate(results):
        kept.add(replace(result, trainee_id=trainee), finished_at=f"2026-03-0{number + 1}T10:00:00Z")
    yield kept
    kept.close()


def test_enrolling_again_keeps_the_id_and_changes_consent(records):
    first = records.find("Айгерім")
    assert records.enrol("Айгерім", consents=False) == first
    assert records.consenting() == frozenset()


def test_keeping_a_result_twice_keeps_one(records, results):
    before = len(records.responses())
    records.add(replace(results[0], trainee_id=records.find("Айгерім")), finished_at="2026-03-09T10:00:00Z")
    assert len(records.responses()) == before == sum(len(result.watched.trials) for result in results)


def test_a_session_soon_after_another_goes_on_with_its_watching(records, results):
    trainee = records.enrol("Marat")
    finished = ("10:00", "10:20", "10:40", "11:30", "11:50")
    said = (None, None, None, None, 3600.0)
    for number, (at, before_s) in enumerate(zip(finished, said, strict=True)):
        records.add(replace(results[0], session_id=f"m{number}", trainee_id=trainee, before_s=before_s),
                    finished_at=f"2026-03-01T{at}:00+00:00")
    lasts_s = results[0].duration_s
    assert [row.before_s for row in records.sessions(trainee)] == [0.0, lasts_s, 2.0 * lasts_s, 0.0, 3600.0]


def test_progress_pools_the_sessions(records, results):
    progress = records.progress(records.find("Айгерім"))
    assert len(progress.sessions) == 3
    assert progress.detection.n_hits == sum(result.detection.n_hits for result in results)
    assert progress.detection.d_prime.half_width < min(result.detection.d_prime.half_width for result in results)


def test_ones_own_data_are_every_row_that_is_kept_and_nobody_elses(records, results, tmp_path):
    trainee, other = records.find("Айгерім"), records.enrol("Marat")
    records.add(replace(results[0], trainee_id=other), finished_at="2026-03-09T10:00:00Z")
    classes = Classes(records)
    classes.make("autumn", PassMarks(d_prime=1.0))
    classes.add("autumn", trainee)
    done = write_own(records, tmp_path / "own.json", trainee_id=trainee)
    own = json.loads((tmp_path / "own.json").read_text(encoding="utf-8"))
    assert own.pop("schema") == "watchfloor.trainee/1"
    assert own["names"] == [{"trainee_id": trainee, "called": "Айгерім"}]
    assert own["members"] == [{"called": "autumn", "trainee_id": trainee}]
    assert (own["trainees"][0]["consents"], len(own["sessions"])) == (True, 3)
    assert len(own["responses"]) == len(records.responses(trainee))
    assert own["judgements"]
    assert own["procedure"]
    assert {row["trainee_id"] for rows in own.values() for row in rows} == {trainee}
    assert done.n_rows == sum(len(rows) for rows in own.values())
    with pytest.raises(InputError, match="--trainee"):
        write_own(records, tmp_path / "all.json")


def test_a_forgotten_name_is_nowhere_in_the_file_and_the_sessions_stay(records, tmp_path):
    trainee, file = records.find("Айгерім"), tmp_path / "sessions.db"
    assert "Айгерім".encode() in file.read_bytes()
    records.forget("Айгерім")
    assert len(records.sessions(trainee)) == 3
    assert records.names() == {}
    assert "Айгерім".encode() not in file.read_bytes(), "the row is overwritten, not only unlinked"
    with pytest.raises(InputError, match="trainee = Айгерім"):
        records.find("Айгерім")


def test_statements_hold_random_ids_and_the_scores(records, tmp_path):
    trainee = records.find("Айгерім")
    done = write_xapi(records, tmp_path / "statements.jsonl", trainee_id=trainee)
    text = (tmp_path / "statements.jsonl").read_text()
    assert "Айгерім" not in text
    statements = [json.loads(line) for line in text.splitlines()]
    assert len(statements) == done.n_rows == 3 + len(records.responses())
    for statement in statements:
        assert statement["actor"]["account"]["name"] == trainee
        assert statement["verb"]["id"].startswith("http://adlnet.gov/expapi/verbs/")
        uuid.UUID(statement["context"]["registration"])
    passed = [one["result"]["success"] for one in statements[:3]]
    assert passed == [row.has_passed for row in records.sessions()]


def test_the_table_holds_every_response(records, tmp_path):
    write_csv(records, tmp_path / "responses.csv")
    with (tmp_path / "responses.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(records.responses())
    assert sum(row["confirm_s"] != "" for row in rows) == sum(row.n_hits for row in records.sessions())


def test_a_certificate_holds_only_as_it_was_signed(records, tmp_path):
    progress = records.progress(records.find("Айгерім"))
    assert progress.detection.n_targets >= MIN_TARGETS
    path = tmp_path / "certificate.json"
    page = write_certificate(certify(progress, name="Айгерім", date="2026-03-04", key=load_key(tmp_path / "key.pem")),
                             path)
    assert "Айгерім: d′" in verify_file(path)
    assert "EXERCISE" in page.read_text()
    assert (tmp_path / "key.pem").stat().st_mode & 0o077 == 0, "nobody else may read the key"
    document = json.loads(path.read_text())
    document["certificate"]["d_prime"][0] += 1.0
    path.write_text(json.dumps(document))
    with pytest.raises(InputError, match="it was altered"):
        verify_file(path)


@pytest.mark.parametrize(("language", "words"), [
    ("en", ("EXERCISE", "March 4, 2026", ".")), ("ru", ("УЧЕНИЕ", "4 марта 2026", ",")),
    ("kk", ("ЖАТТЫҒУ", "4 наурыз", ","))])
def test_the_page_to_print_is_in_the_language_asked_for_and_states_what_is_signed(records, tmp_path, language, words):
    certificate = certify(records.progress(records.find("Айгерім")), name="<Айгерім>", date="2026-03-04",
                          key=load_key(tmp_path / "key.pem"))
    text = write_certificate(certificate, tmp_path / "c.json", language=language).read_text(encoding="utf-8")
    assert all(word in text for word in words[:2])
    assert "&lt;Айгерім&gt;" in text
    assert certificate.signature in html.unescape(text)
    for number in certificate.statement["d_prime"]:
        assert f"{number:g}".replace(".", words[2]) in text


def test_another_key_makes_another_signature(records, tmp_path):
    progress = records.progress(records.find("Айгерім"))
    keys = [load_key(tmp_path / name) for name in ("one.pem", "two.pem", "one.pem")]
    signed = [certify(progress, name="A", date="2026-03-04", key=key) for key in keys]
    assert signed[0].public_key == signed[2].public_key != signed[1].public_key


def test_too_few_targets_earn_no_certificate(tmp_path, results):
    kept = Records(tmp_path / "few.db")
    kept.add(results[0], finished_at="2026-03-01T10:00:00Z")
    with pytest.raises(InputError, match="expected at least 30; practise more"):
        certify(kept.progress("ab12"), name="A", date="2026-03-04", key=load_key(tmp_path / "key.pem"))
    kept.close()


@pytest.mark.parametrize(("text", "words"), [
    ("{", "expected a JSON file that names its schema"), ("[]", "no schema"),
    ('{"schema": "watchfloor.certificate/2"}', "did you mean watchfloor.certificate/1"),
    ('{"schema": "watchfloor.certificate/1"}', "expected a certificate of schema")])
def test_what_is_no_certificate_is_told(tmp_path, text, words):
    path = tmp_path / "file.json"
    path.write_text(text)
    with pytest.raises((InputError, UnknownNameError), match=words):
        verify_file(path)


def test_a_database_that_cannot_be_opened_is_told(tmp_path):
    with pytest.raises(InputError, match="expected a file that can be written"):
        Records(tmp_path / "no" / "such" / "folder.db")


def test_the_chart_shows_every_session(records, tmp_path):
    trainee = records.find("Айгерім")
    draw_progress(records.progress(trainee), title="Айгерім", out=tmp_path / "progress.svg")
    assert (tmp_path / "progress.svg").read_text().count("<use") >= 6, "a mark for each session in both charts"
    with pytest.raises(InputError, match=r"expected a file that ends in \.png"):
        draw_progress(records.progress(trainee), title="A", out=tmp_path / "progress.txt")
    with pytest.raises(InputError, match="none of this trainee"):
        draw_progress(records.progress("nobody"), title="A", out=tmp_path / "progress.svg")
