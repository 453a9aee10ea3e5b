"""A live session: the city on the wall clock, real feeds and badges, and people who confirm and send."""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path

from hw.access_log import AccessLog
from hw.badge import BadgeSource, load_key
from hw.badge.joins import BadgeShare
from hw.clock import WallClock
from hw.notice import FeedNotice, NoticeKind
from scenarios import load_told
from scenarios.projection import Projection
from sim.errors import UnknownNameError
from sim.input_records import FeedReport, InputKind, SourceState, Verdict
from sim.records import Alert
from watchfloor.console.past import Provenance
from watchfloor.console.session import CityLayers, Mode, Picture, Seat, Text, city_layers
from watchfloor.live.board import Board
from watchfloor.live.courier import Courier
from watchfloor.live.desk import Desk, Json
from watchfloor.live.engine import LiveEngine
from watchfloor.live.evidence import provenance_of
from watchfloor.live.feed_worker import AlertSeen, FeedPicture, FeedTask
from watchfloor.live.feed_workers import FeedStatus, FeedWorkers
from watchfloor.live.journal import FILE, Journal
from watchfloor.live.messages import Messages, told_of
from watchfloor.live.notes import FILE as NOTES_FILE
from watchfloor.live.notes import Notes
from watchfloor.live.opening import check_options, make_record, open_world
from watchfloor.live.options import LiveOptions
from watchfloor.live.past_pictures import PastPicture, PastPictures
from watchfloor.live.prompt import prompt_threads
from watchfloor.live.record import EVENTS, RECORD, SessionRecord, load_city_day
from watchfloor.live.result import LiveResult, result_of
from watchfloor.live.resume import as_it_was, take_up
from watchfloor.live.seat_view import state_of
from watchfloor.live.stages import Spread, Stage, Stages, spread_of
from watchfloor.live.stand_in import StandIn, check_stand_in
from watchfloor.live.turning import Turning
from watchfloor.live.wall import Wall
from watchfloor.phrase import Phrase
from watchfloor.results import events_table, open_folder, write_json, write_table

CENTRE = Projection(lon_deg=63.6246, lat_deg=53.2144)
"""Where a city without a place of its own lies on the globe: Kostanay."""
SEAT_ID = "operator"
"""The one person's place."""


class LiveSession:
    """Runs from its making until closed.

    Args:
        options: what is asked.

    Raises:
        InputError: if a camera, unit or kind is not the scenario's, or a stand-in is asked for beside what is real.
    """

    mode: Mode = "live"
    seats: tuple[Seat, ...] = (Seat(seat_id=SEAT_ID, role="trainee", name="operator"),)
    """One, whose person sits in the place of the inspector on duty."""

    def __init__(self, options: LiveOptions) -> None:
        check_stand_in(options)
        options = as_it_was(options) if options.is_resumed else options
        self.options = options
        self.is_exercise = options.is_exercise
        duration_h = (options.start_s + options.duration_s) / 3600.0
        self.scenario = load_city_day(options.scenario, duration_h)
        self.title: Text = load_told(options.scenario).titles
        self.kinds = tuple(kind.name for kind in self.scenario.kinds)
        check_options(options, self.scenario)
        self._resumed = take_up(options, self.scenario) if options.is_resumed else None
        self._world = self._resumed.world if self._resumed else open_world(options, self.scenario)
        self._record = self._resumed.record if self._resumed else make_record(
            options, self.scenario, self._world, duration_h)
        open_folder(options.folder)
        self._write_record(self._record)
        self.messages = Messages()
        self.stages = Stages()
        self._seen: dict[int, tuple[AlertSeen, int]] = {}
        self._feed_states: dict[int, SourceState] = {}
        self._result: LiveResult | None = None
        self._stack = ExitStack()
        try:
            self._open()
        except BaseException:
            self._stack.close()
            raise

    def _open(self) -> None:
        options, resumed = self.options, self._resumed
        from_s = resumed.now_s if resumed else options.start_s
        journal = Journal(options.folder / FILE)
        self._stack.callback(journal.close)
        self.notes = Notes(options.folder / NOTES_FILE)
        self._stack.callback(self.notes.close)
        self.courier = Courier(options, session_id=options.folder.name, journal=journal, stages=self.stages,
                               say=self.say, key=load_key())
        self.board = Board(self._world, projection=CENTRE, real_cameras=options.real_cameras)
        for came in resumed.inputs if resumed else ():
            if isinstance(came.payload, Verdict):
                self.board.note_verdict(came.payload, seq=came.seq)
        sent_before = self.board.read(time.monotonic_ns())
        self.board.prepare(from_s)
        self._stack.enter_context(prompt_threads())
        self.clock = WallClock(start_s=from_s, n_inputs=resumed.n_inputs if resumed else 0)
        self.engine = LiveEngine(self._world, clock=self.clock, journal=journal, board=self.board,
                                 on_sent=self.courier.take_sent, end_s=options.start_s + options.duration_s)
        self._stack.callback(self.engine.stop)
        self._stack.callback(self.courier.close)  # before the engine: what a badge reports then it says again later
        self.courier.start(self.engine, sent_before=sent_before)
        self.engine.start()
        for feed in options.feeds:
            self._put_state(feed.camera_id, SourceState.CONNECTING)
        turning = self._turning = Turning({feed.camera_id: feed.address for feed in options.feeds}, say=self.say)
        self._stack.callback(turning.close)
        self.past = PastPictures([feed.camera_id for feed in options.feeds], keep_s=options.past_s)
        self.workers = self._stack.enter_context(FeedWorkers(
            [FeedTask(camera_id=feed.camera_id, address=feed.address, detector=options.detector,
                      options=options.detector_options, is_masked=feed.is_masked, keeps_past=options.past_s > 0.0)
             for feed in options.feeds],
            on_alert=self._take_alert, on_state=self._take_state, on_notice=self._take_notice, on_past=self._take_past))
        self.badge_videos = {badge.unit_id: BadgeSource(badge.video, camera_id=badge.unit_id)
                             for badge in options.badges if badge.video is not None}
        access_log = AccessLog(options.folder)
        self.shares = {unit_id: BadgeShare(source, unit_id=unit_id, log=access_log)
                       for unit_id, source in self.badge_videos.items()}
        for unit_id, source in self.badge_videos.items():
            self._stack.callback(source.close)
            self._stack.callback(self.shares[unit_id].close)
        self.wall = Wall(self.scenario.city.cameras.n_cameras, options.feeds, self.workers, videos=self.badge_videos,
                         shares=self.shares, turning=turning, clock=self.clock)
        self.desk = Desk(self.engine, options, wall=self.wall, turning=turning, notes=self.notes, past=self.past,
                         n_sightings=resumed.n_sightings if resumed else 0)
        if options.stand_in_s is not None:
            self._stack.callback(StandIn(self.desk, self.engine, delay_s=options.stand_in_s).close)

    def __enter__(self) -> LiveSession:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def banner(self) -> str:
        """EXERCISE, or nothing; shown wherever the session is."""
        return "EXERCISE" if self.is_exercise else ""

    @property
    def is_over(self) -> bool:
        """Whether the engine has ended, at the session's end or by a fault."""
        return not self.engine.is_running

    def say(self, text: str) -> None:
        """Tell the people one line."""
        self.messages.add(self.clock.now_s, text)

    def inbox(self) -> Spread:
        """Return how long inputs waited for the engine."""
        return spread_of(tuple(self.clock.inbox_delays_s))

    def state(self, seat_id: str) -> Json:
        """Return what the person may know now; see the console's session for its keys."""
        self._check_seat(seat_id)
        self._note_stages()
        for unit_id, source in self.badge_videos.items():
            if source.position is not None:
                self.board.place_badge(unit_id, source.position)
        return state_of(self)

    def city(self) -> CityLayers:
        """Return what the map draws."""
        return self.wall.with_badges(city_layers(self.scenario.city), self.board.places())

    def picture(self, camera_id: int, size_wh: tuple[int, int]) -> Picture:
        """Return what a real camera or a badge shows; of a simulated one, a grey picture that says so."""
        return self.wall.picture(camera_id, size_wh)

    def keep_sound(self, sound: bytes, media_type: str) -> str:
        """Keep words that were spoken and return the name by which ``radio`` names them."""
        return self.desk.sounds.keep(sound, media_type)

    def sound(self, name: str) -> Path | None:
        """Return the file of words that were spoken; None if there is none of that name."""
        return self.desk.sounds.find(name)

    def picture_at(self, camera_id: int, t_s: float, size_wh: tuple[int, int]) -> Picture:  # noqa: ARG002 # as kept
        """Return what a real feed showed at an instant, masked and of the size in which it is kept."""
        kept = self.past.at(camera_id, t_s)
        return Picture(bgr=None, jpeg=kept.jpeg, sequence=kept.sequence, t_s=kept.t_s, wall_s=kept.wall_s,
                       state="masked")

    def past_span_s(self, seat_id: str) -> tuple[float, float] | None:
        """Return from and to which instant there are pictures of any real feed."""
        self._check_seat(seat_id)
        return self.past.span_s()

    def provenance(self) -> Provenance:
        """Return what a piece of the session so far is a piece of; see provenance_of."""
        return provenance_of(self)

    def evidence_folder(self) -> Path | None:
        """Return a folder beside the session's record."""
        return self.options.folder / "evidence"

    def act(self, seat_id: str, action: Json) -> Json:
        """Do what a person asks for; it is on the disk before this returns."""
        self._check_seat(seat_id)
        return self.desk.act(action)

    def share_of(self, unit_id: int) -> BadgeShare:
        """Return what lets others see a badge's live picture.

        Raises:
            UnknownNameError: if the unit's badge sends none.
        """
        if unit_id not in self.shares:
            raise UnknownNameError("badge with live video", got=str(unit_id), known=map(str, self.shares))
        return self.shares[unit_id]

    def debrief(self, seat_id: str) -> Json:
        """Return nothing: in live use the truth is not known."""
        self._check_seat(seat_id)
        return {}

    def close(self) -> None:
        """End the session: feeds, badges, engine; write its record with the log's digest."""
        self._note_stages()
        feeds = self.workers.status() if hasattr(self, "workers") else ()
        self._stack.close()
        if self._result is None:
            self._result = self._finish(feeds)

    def result(self) -> LiveResult:
        """Return what the session came to, once it is closed."""
        assert self._result is not None, "a session has its result once it is closed"
        return self._result

    def _check_seat(self, seat_id: str) -> None:
        if seat_id != SEAT_ID:
            raise UnknownNameError("seat", got=seat_id, known=[SEAT_ID])

    def _finish(self, feeds: tuple[FeedStatus, ...]) -> LiveResult:
        log = self._world.log()
        digest, n_inputs = log.digest(), self._world.state.n_inputs
        self._write_record(self._record.model_copy(
            update={"end_s": self.engine.reached_s, "n_inputs": n_inputs, "digest": digest}))
        write_table(events_table([log]), self.options.folder / EVENTS)
        return result_of(self, feeds, n_inputs=n_inputs, digest=digest)

    def _take_alert(self, seen: AlertSeen) -> None:
        alert = seen.alert
        kind = self.options.kinds.get(alert.kind, alert.kind)
        put_ns = time.monotonic_ns()
        came = self.engine.put(InputKind.ALERT, Alert(
            alert_id=alert.alert_id, camera_id=alert.camera_id, kind=kind, detect_s=self.clock.now_s,
            score=alert.score, level=alert.level, detector=alert.detector, box_xyxy=alert.box_xyxy))
        self._seen[came.seq] = seen, put_ns

    def _take_state(self, camera_id: int, state: SourceState) -> None:
        was_live = self._feed_states.get(camera_id) is SourceState.LIVE
        self._put_state(camera_id, state)
        if was_live or state is SourceState.LIVE:
            self.say(Phrase("camera {camera}: no picture", camera=camera_id) if was_live
                     else Phrase("camera {camera}: live", camera=camera_id))

    def _put_state(self, camera_id: int, state: SourceState) -> None:
        self._feed_states[camera_id] = state
        self.engine.put(InputKind.FEED, FeedReport(camera_id=camera_id, is_seen=state is SourceState.LIVE,
                                                   state=state))

    def _take_past(self, picture: FeedPicture) -> None:
        t_s = self.clock.now_s - (time.time() - picture.wall_s)
        self.past.add(picture.camera_id, PastPicture(t_s=t_s, wall_s=picture.wall_s, sequence=picture.sequence,
                                                     jpeg=picture.jpeg))

    def _take_notice(self, notice: FeedNotice) -> None:
        if notice.kind is NoticeKind.TAMPER and self._turning.was_turned(notice.camera_id):
            return
        if notice.kind is not NoticeKind.STATE:  # what the picture's coming and going means is told above
            self.say(told_of(notice))

    def _note_stages(self) -> None:
        """Tie what workers told of alerts to the alerts' numbers in the log."""
        with self.board.lock:
            for seq in [seq for seq in tuple(self._seen) if seq in self.board.alert_of_input]:
                alert_id = self.board.alert_of_input[seq]
                if alert_id not in self.board.alerts:
                    continue
                row = self.board.alerts[alert_id]
                seen, put_ns = self._seen.pop(seq)
                self.stages.begin(alert_id, seen.stamps, put_ns=put_ns, alert_ns=row.shown_ns)
            for row in self.board.alerts.values():
                if row.confirmed_ns is not None:
                    self.stages.note(row.alert_id, Stage.CONFIRM, row.confirmed_ns)

    def _write_record(self, record: SessionRecord) -> None:
        write_json(record.model_dump(mode="json"), self.options.folder / RECORD)
