const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A span of time as a sentence says it: `1.5 ms`, `12 ms`, `3.2 s`, `5 min`, `7 d`. */
export function formatSpan(ms: number): string {
  if (ms < 10) return `${round(ms)} ms`;
  if (ms < SECOND_MS) return `${Math.floor(ms)} ms`;
  if (ms < MINUTE_MS) return `${round(ms / SECOND_MS)} s`;
  if (ms < HOUR_MS) return `${round(ms / MINUTE_MS)} min`;
  if (ms < DAY_MS) return `${round(ms / HOUR_MS)} h`;
  return `${round(ms / DAY_MS)} d`;
}

/** How long ago, as a narrow column shows it: `12s`, `5m`, `3h`, `40d`. A clock that runs ahead gives `0s`. */
export function formatAge(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.max(0, Math.floor(ms / SECOND_MS))}s`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)}m`;
  if (ms < DAY_MS) return `${Math.floor(ms / HOUR_MS)}h`;
  return `${Math.floor(ms / DAY_MS)}d`;
}

/** Down to a tenth, and no digit where it is nought. */
function round(value: number): number {
  return Math.floor(value * 10) / 10;
}
