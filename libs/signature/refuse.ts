import type { PlainReason, Refusal } from "./verdict.ts";

/** A refusal whose reason says all. */
export function refuse(reason: PlainReason): Refusal {
  return { ok: false, reason };
}
