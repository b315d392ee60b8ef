import { measure, subjectOf } from "../../timing/measure.ts";
import { T_MAX } from "../../timing/welch.ts";
import { type Attack, newOutcome, note } from "../attack.ts";

/** Samples of each class in a second, roughly. */
const SAMPLES_PER_SECOND = 5_000;

/** Whether the time of a refusal tells how much of a MAC was right. */
export const timing: Attack = {
  id: "S7",
  name: "timing of a right prefix against a random MAC",
  async run(target) {
    const outcome = newOutcome();
    const samples = Math.min(100_000, Math.ceil((target.ms / 1_000) * SAMPLES_PER_SECOND));
    const { t } = measure(subjectOf("generic"), { samples });
    outcome.used = 2 * samples;
    outcome.answers[`t = ${t.toFixed(2)}`] = 1;
    if (Math.abs(t) >= T_MAX) note(outcome, `times differ: t = ${t.toFixed(2)}`);
    return outcome;
  },
};
