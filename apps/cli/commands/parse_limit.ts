import { parseWholeNumber } from "./parse_whole_number.ts";

/** Rows where nothing else is asked for. */
export const LIMIT_DEFAULT = 50;

/** A table is held in memory until its widths are known. */
const LIMIT_MAX = 100_000;

/** Reads how many rows are wanted at most. */
export const parseLimit = parseWholeNumber(LIMIT_MAX);
