import { type Command, InvalidArgumentError } from "commander";
import type { Cli } from "../cli.ts";

/** Values of {@linkcode addFilterOptions}. */
export interface FilterOptions {
  source?: string;
  type?: string;
  subscription?: string;
}

/** Values of {@linkcode addTimeOptions}, in milliseconds since 1970. */
export interface TimeOptions {
  from?: number;
  to?: number;
}

/** Adds options that select events, or deliveries. */
export function addFilterOptions(command: Command): Command {
  return command
    .option("--source <source>", "from this source", parseName)
    .option("--type <type>", "of exactly this type", parseName)
    .option("--subscription <subscription>", "with a delivery for this subscription", parseName);
}

/** Adds options that select by time: of receipt, or of what `happened` says. */
export function addTimeOptions(command: Command, cli: Cli, happened = "received"): Command {
  const parse = parseTimeOf(cli);
  return addFrom(command, cli, happened).option("--to <time>", `${happened} before`, parse);
}

/** The same, and `--to` a URL instead of a time: where to post what was selected. */
export function addTimeOrUrlOptions(command: Command, cli: Cli): Command {
  const parse = parseTimeOf(cli, "a URL such as http://localhost:3000, ");
  const what = "received before; or a URL: post the events there instead, once, and change nothing";
  return addFrom(command, cli).option("--to <time|url>", what, (text: string) =>
    /^https?:/.test(text) ? parseUrl(text) : parse(text),
  );
}

/** Adds where to begin. */
export function addFrom(command: Command, cli: Cli, happened = "received"): Command {
  const what = `${happened} at or after: 2026-01-02T03:04:05Z, or an age: 2h`;
  return command.option("--from <time>", what, parseTimeOf(cli));
}

/** Adds from when an event will do that is waited for. */
export function addSince(command: Command, cli: Cli): Command {
  const what = "one received at or after will do, a minute ago if unset: a time, or an age: 5m";
  return command.option("--since <time>", what, parseTimeOf(cli));
}

/** `otherwise` names what it may be as well. */
function parseTimeOf(cli: Cli, otherwise = ""): (text: string) => number {
  return (text) => {
    const at = parsePastTime(text, cli.now());
    if (at !== null) return at;
    throw new InvalidArgumentError(
      `It must be ${otherwise}a time such as 2026-01-02T03:04:05Z, a day such as 2026-01-02, or an age such as 2h.`,
    );
  };
}

/** Reads a URL to post to. */
export function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  throw new InvalidArgumentError("It must begin with http:// or https://.");
}

/** An empty name would select everything: a script's variable that is not set must not do that. */
export function parseName(text: string): string {
  if (text !== "") return text;
  throw new InvalidArgumentError("It must not be empty.");
}

/** Rows without --limit. */
export const LIMIT_DEFAULT = 50;

/** A table is kept in memory until its widths are known. */
const LIMIT_MAX = 100_000;

/** Reads --limit. */
export const parseLimit = parseWholeNumber(LIMIT_MAX);

/** Makes a parser for an option that is a whole number from 1 to `max`. */
export function parseWholeNumber(max: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (Number.isInteger(number) && number >= 1 && number <= max) return number;
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${max}.`);
  };
}

/** A day, or a time with its offset from UTC: without one it would depend on the machine. */
const ISO = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2}))?$/;

/**
 * Reads `2026-01-02T03:04:05Z`, `2026-01-02` (in UTC), or an age such as `2h`, as milliseconds since 1970; null for anything
 * else.
 */
export function parsePastTime(text: string, now: number): number | null {
  const age = parseDuration(text);
  if (age !== null) return Math.max(0, now - age);
  const [, day] = ISO.exec(text) ?? [];
  const at = Date.parse(text);
  if (day === undefined || Number.isNaN(at) || at < 0 || !isDay(day)) return null;
  return at;
}

/** `Date.parse` reads the 30th of February as the 2nd of March. */
function isDay(day: string): boolean {
  return new Date(Date.parse(day)).toISOString().startsWith(day);
}

const UNITS_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads `500ms`, `90s`, `5m`, `1h` or `7d` as milliseconds; null for anything else. */
export function parseDuration(text: string): number | null {
  const [, digits, unit] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text) ?? [];
  if (digits === undefined || unit === undefined) return null;
  return Number(digits) * UNITS_MS[unit as keyof typeof UNITS_MS];
}
