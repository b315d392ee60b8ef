import { setTimeout as delay } from "node:timers/promises";
import type { DeletionStep, Subscriptions } from "../store/contract/subscriptions.ts";

/** Between two looks at attempts that still run, in milliseconds. */
const RUNNING_LOOK_MS = 100;

/** Options for {@linkcode deleteInSteps}. */
export interface DeleteInStepsOptions {
  store: Pick<Subscriptions, "stepDeletion">;
  /** How long to take steps, in milliseconds. At least one is taken. */
  ms: number;
  /** Whether to wait, within that time, for attempts that still run. @default {false} */
  waits?: boolean;
  /** Measures durations, in milliseconds. @default {performance.now} */
  clock?: () => number;
  /** @default {setTimeout} */
  pause?: (ms: number) => Promise<unknown>;
}

/** Takes steps of a deletion until the name is gone or the time is up. Returns the sum of the steps. */
export async function deleteInSteps(
  name: string,
  options: DeleteInStepsOptions,
): Promise<DeletionStep> {
  const { store, ms, waits = false, clock = () => performance.now(), pause = delay } = options;
  const endAt = clock() + ms;
  for (let cancelled = 0; ; ) {
    const step = await store.stepDeletion(name);
    cancelled += step.cancelled;
    const isStuck = step.cancelled === 0 && !waits;
    if (step.deleted || isStuck || clock() >= endAt) return { ...step, cancelled };
    if (step.cancelled === 0) await pause(RUNNING_LOOK_MS);
  }
}
