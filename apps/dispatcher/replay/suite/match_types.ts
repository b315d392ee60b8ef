import type { MatchSet } from "../plan_step.ts";

/**
 * Matching as far as replays ask: exact types or `*`; a body that has no `wanted` in it meets no condition, and its length
 * is the order key.
 */
export const matchTypes: MatchSet = (set) => (event) => ({
  wanted: set
    .map(({ definition }) => definition)
    .filter(({ events }) => events.includes("*") || events.includes(event.type))
    .filter(({ where }) => where.length === 0 || Buffer.from(event.body).includes("wanted"))
    .map(({ name, orderBy }) => ({
      subscription: name,
      orderKey: orderBy === null ? null : `${event.body.length}`,
    })),
});
