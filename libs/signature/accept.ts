import type { MacRecipe } from "./recipe.ts";
import { judgeTime, type Timestamp } from "./timestamp.ts";
import type { Verdict } from "./verdict.ts";

/** A secret that made one of the signatures. */
export interface Match {
  secretId: string;
  signature: string;
}

/** What is left to judge once a signature matches: its time. */
export function accept(
  recipe: Pick<MacRecipe, "scheme" | "coversBody" | "timestamp">,
  { secretId, signature }: Match,
  { timestamp, receivedAt }: { timestamp: Timestamp | null; receivedAt: number },
): Verdict {
  if (recipe.timestamp !== undefined && timestamp !== null) {
    const refusal = judgeTime(recipe.timestamp, timestamp.at, { receivedAt, secretId });
    if (refusal !== null) return refusal;
  }
  const { scheme, coversBody: intact = true } = recipe;
  return { ok: true, scheme, secretId, signedAt: timestamp?.at ?? null, signature, intact };
}
