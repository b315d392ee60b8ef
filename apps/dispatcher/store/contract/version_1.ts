import type { Attempt, Subscription } from "@hookgate/types";

/** Fields of a definition that version 1 did not store, and how it behaved. */
const ADDED: Pick<Subscription, "sources" | "where" | "orderBy" | "backlog"> = {
  sources: ["*"],
  where: [],
  orderBy: null,
  backlog: { deliveriesMax: 1_000_000, bytesMax: 4 * 1024 ** 3, ageMsMax: 604_800_000 },
};

/** Completes a definition that version 1 stored. It holds until the configuration is published again. */
export function completeDefinition(stored: Omit<Subscription, keyof typeof ADDED>): Subscription {
  return { ...ADDED, ...stored };
}

/** Completes an attempt as it is stored: version 1 kept no responses. */
export function completeAttempt(
  stored: Omit<Attempt, "response"> & Partial<Pick<Attempt, "response">>,
): Attempt {
  return { ...stored, response: stored.response ?? null };
}
