// An exercise while it is being made, and how it is told to the server.

const FIRST_S = 20, GAP_S = 25, VISIBLE_S = 30;

export class Draft {
  constructor({ name, scenario, seed = 1, minutes = 4, n_tiles = 9, n_freezes = 1, pass_d_prime = null, stem = null }) {
    Object.assign(this, { name, scenario, seed, minutes, n_tiles, n_freezes, pass_d_prime, stem });
    Object.assign(this, { targets: [], looks: [], cameras: [], kept: {}, selected: null, lastKind: null });
  }

  /** Return the draft of a kept exercise; what the page does not show is kept as it is. */
  static of(tables, stem) {
    const { name, scenario, seed, duration_s, cameras, targets, freezes_s, pass_d_prime, ...kept } = tables;
    const draft = new Draft({ name, scenario, seed, minutes: duration_s / 60, n_tiles: cameras.length,
      n_freezes: freezes_s.length, pass_d_prime, stem });
    draft.freezesKept = { duration_s, freezes_s };
    return Object.assign(draft, { targets, cameras, kept });
  }

  get duration_s() {
    return this.minutes * 60;
  }

  /** Return when the session stands still: as it was kept, or evenly spread. */
  get freezes_s() {
    const { freezesKept: kept, n_freezes: n, duration_s } = this;
    if (kept && kept.duration_s === duration_s && kept.freezes_s.length === n) return kept.freezes_s;
    return Array.from({ length: n }, (_, i) => Math.round(((i + 0.5) * duration_s) / n));
  }

  /** Add a target after the latest one, or where there is room, and return its number. */
  add(kind) {
    const ends = this.targets.map((target) => target.at_s);
    const wanted = this.targets.length ? Math.max(...ends) + GAP_S : FIRST_S;
    const at_s = Math.max(0, Math.min(wanted, this.duration_s - VISIBLE_S - 5));
    this.targets.push({ kind, at_s: Math.round(at_s), visible_s: VISIBLE_S, expects: null });
    this.lastKind = kind;
    return this.targets.length - 1;
  }

  /** Lay over a target how a camera shows it. */
  take(number, aim, level) {
    Object.assign(this.targets[number], { camera_id: aim.camera_id, distance_m: aim.distance_m, px: aim.px,
      aside_deg: aim.aside_deg, level, isNatural: aim.has_natural_size });
    delete this.looks[number];
  }

  /** Return a target's place among all in order of time, as the file holds them. */
  orderOf(number) {
    const order = this.targets.map((_, place) => place).sort((one, other) =>
      this.targets[one].at_s - this.targets[other].at_s || one - other);
    return order.indexOf(number);
  }

  /** Return the exercise as the server takes it. */
  body() {
    const targets = this.targets.map(({ kind, camera_id, at_s, visible_s, distance_m, aside_deg, expects }) => ({
      kind, camera_id, at_s, visible_s, distance_m, aside_deg: aside_deg ?? 0, expects: expects ?? null }));
    return { n_tiles: this.n_tiles, exercise: { ...this.kept, schema: "watchfloor.exercise/1", name: this.name,
      scenario: this.scenario, seed: this.seed, duration_s: this.duration_s, targets, freezes_s: this.freezes_s,
      cameras: this.cameras.length ? this.cameras : [0], pass_d_prime: this.pass_d_prime ?? null } };
  }
}
