const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of a duration such as `"5m"`, `"1.5h"` or a number. @throws {RangeError} for anything else. */
export function durationMs(duration: string | number): number {
  const [, amount = "", unit = ""] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(String(duration)) ?? [];
  const ms =
    typeof duration === "number" ? duration : Number(amount) * UNITS[unit as keyof typeof UNITS];
  if (Number.isFinite(ms) && ms >= 0) return ms;
  throw new RangeError(`Cannot take ${duration} for a duration: write "500ms", "30s", "5m", "2h"`);
}
