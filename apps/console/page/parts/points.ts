import type { Answer, Point } from "../lib/wire.ts";

type Series = Answer<"getMetricSeries">;

/** The times of every step of a window: what is not in a series is zero there. */
export function timesOf({ fromMs, toMs, stepMs }: Series): number[] {
  const times: number[] = [];
  for (let at = fromMs; at < toMs; at += Math.max(stepMs, 60_000)) times.push(at);
  return times;
}

/** One number of a series at each of those times. */
export function valuesOf(
  points: readonly Point[],
  times: readonly number[],
  value: (point: Point) => number,
): number[] {
  const known = new Map(points.map((point) => [point.atMs, value(point)]));
  return times.map((at) => known.get(at) ?? 0);
}
