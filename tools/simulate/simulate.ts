import fc from "fast-check";
import { runSchedule, type Sabotage } from "./run_schedule.ts";
import { SCHEDULE, type Schedule } from "./schedule.ts";

/** Options for {@linkcode simulate}. */
export interface SimulateOptions {
  schedules: number;
  seed: number;
  /** Where a failure was found before: only that one is run. */
  path?: string;
  sabotage?: Sabotage;
}

/** The shortest schedule that was found to break a promise, and how to run it again. */
export interface Failure {
  schedule: Schedule;
  problems: readonly string[];
  /** What happened, until it broke the promise. */
  lines: readonly string[];
  seed: number;
  path: string;
}

/** What {@linkcode simulate} found. */
export interface Simulated {
  schedules: number;
  /** How long they took in their own time, in milliseconds. */
  ms: number;
  failure: Failure | null;
}

/** Runs random schedules until one breaks a promise, and looks for a shorter one that does. */
export async function simulate(options: SimulateOptions): Promise<Simulated> {
  const { schedules, seed, path, sabotage } = options;
  let ms = 0;
  const property = fc.asyncProperty(SCHEDULE, async (schedule) => {
    const course = await runSchedule(schedule, { sabotage });
    ms += course.ms;
    if (course.problems.length > 0) throw new Error(course.problems.join("\n"));
  });
  const found = await fc.check(property, { numRuns: schedules, seed, ...(path && { path }) });
  const [schedule] = found.counterexample ?? [];
  if (!found.failed || !schedule) return { schedules: found.numRuns, ms, failure: null };
  const lines: string[] = [];
  const trace = (line: string) => void lines.push(line);
  const { problems } = await runSchedule(schedule, { sabotage, trace });
  const failure = { schedule, problems, lines, seed, path: found.counterexamplePath ?? "" };
  return { schedules: found.numRuns, ms, failure };
}
