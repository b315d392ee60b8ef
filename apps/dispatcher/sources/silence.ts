/** Hours of a week, from Monday midnight UTC. */
const WEEK_HOURS = 168;
const HOUR_MS = 3_600_000;
const MONTH_HOURS = 30 * 24;

/** Monday, 5 January 1970, midnight UTC. */
const FIRST_MONDAY = 4 * 86_400_000;

/** With less history there is no habit, in hours. */
const HISTORY_HOURS_MIN = 2 * WEEK_HOURS;

/** With fewer events a month a silence means nothing. */
const EVENTS_PER_MONTH_MIN = 60;

/** Days of a week from Monday that are a weekend. */
const WEEKEND_FROM_HOUR = 5 * 24;

/**
 * Habits that a source may have, from the plainest: which hours of a week are alike. A plain one is known from many hours, so that a
 * source that seldom sends is known well; one that is too plain is wrong. So the plainest counts whose fit is no worse than chance
 * explains (Akaike's criterion: each rate that is read from the counts fits them better by a nat).
 */
const PATTERNS: readonly ((hour: number) => number)[] = [
  () => 0,
  (hour) => hour % 24,
  (hour) => (hour % 24) + (hour >= WEEKEND_FROM_HOUR ? 24 : 0),
  (hour) => hour,
];

/** How much the mean of all hours counts for in each of a pattern's hours, in events at most, so that an empty night is not never. */
const PRIOR_EVENTS = 0.3;

/** How far the measured dispersion of a source without bursts is above 1 by chance. */
const DISPERSION_NOISE = 0.3;

/** A time in which we were down, in milliseconds since 1970. */
export interface Down {
  from: number;
  to: number;
}

/** How often events come by habit. */
export interface Habit {
  /** Events an hour, by hour of the week. */
  weekly: readonly number[];
  /** How much more counts differ than those of independent events: 1, or more if they come in bursts. */
  dispersion: number;
  eventsPerMonth: number;
}

/** What came in an hour, which begins at `at`. Hours without events are left out. */
export interface HourCount {
  at: number;
  count: number;
}

/** The whole hours of a window in which we were not down. */
export function hoursUp({
  from,
  to,
  down,
}: {
  from: number;
  to: number;
  down: readonly Down[];
}): number[] {
  const up: number[] = [];
  for (let at = from; at < to; at += HOUR_MS) {
    if (!down.some((one) => one.from < at + HOUR_MS && one.to > at)) up.push(at);
  }
  return up;
}

/** Sums over hours that are alike. */
interface Sums {
  hours: number;
  events: number;
  squares: number;
}

/**
 * Reads the habit from the hours in which we were up; null if they say too little. It looks at each of them once, because there may be
 * a thousand habits to read.
 */
export function habitOf(hours: readonly HourCount[], up: readonly number[]): Habit | null {
  if (up.length < HISTORY_HOURS_MIN) return null;
  const counts = new Map(hours.map(({ at, count }) => [at, count]));
  const week = Array.from({ length: WEEK_HOURS }, noSums);
  const all = noSums();
  for (const at of up) {
    const count = counts.get(at) ?? 0;
    const sums = { hours: 1, events: count, squares: count ** 2 };
    add(week[hourOfWeek(at)] ?? all, sums);
    add(all, sums);
  }
  const mean = all.events / all.hours;
  const eventsPerMonth = mean * MONTH_HOURS;
  if (eventsPerMonth < EVENTS_PER_MONTH_MIN) return null;
  const weekly = bestFit(week, mean);
  const spread = week.reduce((sum, { hours, events, squares }, hour) => {
    const rate = weekly[hour] ?? mean;
    return sum + (squares - 2 * rate * events + hours * rate ** 2) / rate;
  }, 0);
  const dispersion = Math.max(1, spread / all.hours - DISPERSION_NOISE);
  return { weekly, dispersion, eventsPerMonth };
}

/** The rate of each hour of the week, by the pattern that fits best. */
function bestFit(week: readonly Sums[], mean: number): number[] {
  const priorHours = Math.min(1, PRIOR_EVENTS / mean);
  const rateOf = ({ hours, events }: Sums) => (events + priorHours * mean) / (hours + priorHours);
  let best = { weekly: [] as number[], score: Number.NEGATIVE_INFINITY };
  for (const patternOf of PATTERNS) {
    const sums = new Map<number, Sums>();
    for (const [hour, counted] of week.entries()) {
      const alike = sums.get(patternOf(hour)) ?? noSums();
      add(alike, counted);
      sums.set(patternOf(hour), alike);
    }
    const known = [...sums.values()].filter(({ hours }) => hours > 0);
    const fit = known.reduce((sum, alike) => {
      const rate = rateOf(alike);
      return sum + alike.events * Math.log(rate) - alike.hours * rate;
    }, 0);
    const score = fit - known.length;
    if (score <= best.score) continue;
    const weekly = Array.from(week, (_, hour) => rateOf(sums.get(patternOf(hour)) ?? noSums()));
    best = { weekly, score };
  }
  return best.weekly;
}

function noSums(): Sums {
  return { hours: 0, events: 0, squares: 0 };
}

function add(sums: Sums, { hours, events, squares }: Sums): void {
  sums.hours += hours;
  sums.events += events;
  sums.squares += squares;
}

/** How many events come by habit in a time, those in which we were down left out. */
export function expectedIn(
  { weekly }: Pick<Habit, "weekly">,
  { from, to, down }: { from: number; to: number; down: readonly Down[] },
): number {
  let expected = 0;
  for (let at = from; at < to; ) {
    const end = Math.min(to, Math.floor(at / HOUR_MS) * HOUR_MS + HOUR_MS);
    const lost = down.reduce((sum, one) => {
      return sum + Math.max(0, Math.min(end, one.to) - Math.max(at, one.from));
    }, 0);
    expected += ((weekly[hourOfWeek(at)] ?? 0) * Math.max(0, end - at - lost)) / HOUR_MS;
    at = end;
  }
  return expected;
}

/** Sources that share the false alarm of a month; with more of them each one has to miss more. */
const SHARED_BY = 20;

/**
 * How many events must be missing before a silence is told. That nothing comes by chance where m are expected has the probability
 * e^-m, and a busy source has that chance more often, and so have many: so more for them, which costs a busy one only minutes.
 */
function missingMin({ eventsPerMonth, dispersion }: Habit, watched: number): number {
  const often = 2.1 * Math.log(Math.max(1, eventsPerMonth / 120));
  return dispersion * (6.7 + often + Math.log(Math.max(1, watched / SHARED_BY)));
}

/** Types count as so many sources: however many there are, all of them may be wrong a quarter as often as twenty sources. */
export function watchedTypes(types: number): number {
  return 4 * Math.max(SHARED_BY, types);
}

/** Options for {@linkcode silenceOf}. */
export interface SilenceOptions {
  /** When the last event came, in milliseconds since 1970. */
  lastAt: number;
  now: number;
  down: readonly Down[];
  /** How many habits are watched: the more there are, the more often one of them is silent by chance. @default {20} */
  watched?: number;
}

/** How many events are missing since the last one, if so many that this is no chance; otherwise null. Pure. */
export function silenceOf(
  habit: Habit,
  { lastAt, now, down, watched = SHARED_BY }: SilenceOptions,
): { since: number; expected: number } | null {
  const expected = expectedIn(habit, { from: lastAt, to: now, down });
  return expected < missingMin(habit, watched) ? null : { since: lastAt, expected };
}

function hourOfWeek(at: number): number {
  const hours = Math.floor((at - FIRST_MONDAY) / HOUR_MS);
  return ((hours % WEEK_HOURS) + WEEK_HOURS) % WEEK_HOURS;
}
