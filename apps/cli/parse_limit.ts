import { InvalidArgumentError } from "commander";

/** Rows where nothing else is asked for. */
export const LIMIT_DEFAULT = 50;

/** A table is held in memory until its widths are known. */
const LIMIT_MAX = 100_000;

/** Reads how many rows are wanted at most. */
export function parseLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= LIMIT_MAX) return limit;
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${LIMIT_MAX}.`);
}
