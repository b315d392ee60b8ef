/** How the bad endpoint of `sink.ts` can behave. */
export const BAD_MODES = ["fine", "500", "hang", "drip", "reset", "huge", "redirect"] as const;

/** One of {@linkcode BAD_MODES}. */
export type BadMode = (typeof BAD_MODES)[number];
