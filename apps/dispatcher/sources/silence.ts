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

/**
 * How much the mean of all hours counts for in each hour, as an hour seen four times says little by itself: as a week, but as no more
 * than so many events, so that a night in which a busy source never sends stays one.
 */
const PRIOR = { weeksMax: 1, eventsMax: 0.3 };

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

/** Reads the habit of the whole hours of a window, those in which we were down left out; null if they say too little. */
export function habitOf(
  hours: readonly HourCount[],
  { from, to, down }: { from: number; to: number; down: readonly Down[] },
): Habit | null {
  const counts = new Map(hours.map(({ at, count }) => [at, count]));
  const sums = new Array<number>(WEEK_HOURS).fill(0);
  const seen = new Array<number>(WEEK_HOURS).fill(0);
  const used: { hour: number; count: number }[] = [];
  for (let at = from; at < to; at += HOUR_MS) {
    if (down.some((one) => one.from < at + HOUR_MS && one.to > at)) continue;
    const hour = hourOfWeek(at);
    const count = counts.get(at) ?? 0;
    sums[hour] = (sums[hour] ?? 0) + count;
    seen[hour] = (seen[hour] ?? 0) + 1;
    used.push({ hour, count });
  }
  if (used.length < HISTORY_HOURS_MIN) return null;
  const mean = sums.reduce((sum, one) => sum + one, 0) / used.length;
  const eventsPerMonth = mean * MONTH_HOURS;
  if (eventsPerMonth < EVENTS_PER_MONTH_MIN) return null;
  const priorWeeks = Math.min(PRIOR.weeksMax, PRIOR.eventsMax / mean);
  const weekly = sums.map((sum, hour) => {
    return (sum + priorWeeks * mean) / ((seen[hour] ?? 0) + priorWeeks);
  });
  const spread = used.reduce((sum, { hour, count }) => {
    const rate = weekly[hour] ?? mean;
    return sum + (count - rate) ** 2 / rate;
  }, 0);
  const dispersion = Math.max(1, spread / used.length - DISPERSION_NOISE);
  return { weekly, dispersion, eventsPerMonth };
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

/**
 * How many events must be missing before a silence is told. That nothing comes by chance where m are expected has the probability
 * e^-m, and a busy source has that chance more often: so more for it, which costs it only minutes.
 */
function missingMin({ eventsPerMonth, dispersion }: Habit): number {
  return dispersion * (6.9 + 1.8 * Math.log(Math.max(1, eventsPerMonth / 120)));
}

/** How many events are missing since the last one, if so many that this is no chance; otherwise null. Pure. */
export function silenceOf(
  habit: Habit,
  { lastAt, now, down }: { lastAt: number; now: number; down: readonly Down[] },
): { since: number; expected: number } | null {
  const expected = expectedIn(habit, { from: lastAt, to: now, down });
  return expected < missingMin(habit) ? null : { since: lastAt, expected };
}

function hourOfWeek(at: number): number {
  const hours = Math.floor((at - FIRST_MONDAY) / HOUR_MS);
  return ((hours % WEEK_HOURS) + WEEK_HOURS) % WEEK_HOURS;
}
