import { readLines } from "../read_lines.ts";

/** What a handler wrote: it began a delivery, or ended it. */
export interface RunLine {
  kind: "begin" | "done" | "failed";
  deliveryId: string;
  /** With `begin`. */
  eventId?: string;
  /** With `begin`: of the body that the handler got, in hex. */
  sha256?: string;
  at: number;
}

/** Reads what handlers wrote. A line that a kill cut short is left out: such a run has not ended. */
export function readRuns(path: string): RunLine[] {
  const runs: RunLine[] = [];
  for (const line of readLines(path)) {
    try {
      runs.push(JSON.parse(line) as RunLine);
    } catch {
      // Cut short.
    }
  }
  return runs;
}

/** The lines of each delivery, in their order. */
export function groupRuns(runs: readonly RunLine[]): Map<string, RunLine[]> {
  return Map.groupBy(runs, ({ deliveryId }) => deliveryId);
}
