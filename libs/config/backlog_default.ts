import type { BacklogBound } from "@hookgate/types";

/** What may wait for a subscription where nothing else is said: a million deliveries, 4 GiB of bodies, 7 days. */
export const BACKLOG_DEFAULT: Readonly<BacklogBound> = {
  deliveriesMax: 1_000_000,
  bytesMax: 4 * 1_024 ** 3,
  ageMsMax: 604_800_000,
};
