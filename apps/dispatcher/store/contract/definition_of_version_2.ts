import type { Subscription } from "@hookgate/types";

/** What the definition of a subscription has since version 2 of what is stored, and what it was before that. */
const ADDED: Pick<Subscription, "sources" | "where" | "orderBy" | "backlog"> = {
  sources: ["*"],
  where: [],
  orderBy: null,
  backlog: { deliveriesMax: 1_000_000, bytesMax: 4 * 1024 ** 3, ageMsMax: 604_800_000 },
};

/** Completes a definition that version 1 has stored: as it is, until the configuration is published anew. */
export function definitionOfVersion2(stored: Omit<Subscription, keyof typeof ADDED>): Subscription {
  return { ...ADDED, ...stored };
}
