import { type Command, InvalidArgumentError } from "commander";
import type { Cli } from "../cli.ts";
import { parsePastTime } from "./parse_past_time.ts";

/** What {@linkcode addFilterOptions} reads. */
export interface FilterOptions {
  source?: string;
  type?: string;
  subscription?: string;
}

/** What {@linkcode addTimeOptions} reads, in milliseconds since 1970. */
export interface TimeOptions {
  from?: number;
  to?: number;
}

/** Adds options that say which events, or deliveries, are meant. */
export function addFilterOptions(command: Command): Command {
  return command
    .option("--source <source>", "from this source", parseName)
    .option("--type <type>", "of exactly this type", parseName)
    .option("--subscription <subscription>", "with a delivery for this subscription", parseName);
}

/** Adds options that say when they were received. */
export function addTimeOptions(command: Command, cli: Cli): Command {
  const parse = (text: string) => {
    const at = parsePastTime(text, cli.now());
    if (at !== null) return at;
    throw new InvalidArgumentError(
      "It must be a time such as 2026-01-02T03:04:05Z, a day such as 2026-01-02, or an age such as 2h.",
    );
  };
  return command
    .option("--from <time>", "received at or after: 2026-01-02T03:04:05Z, or an age: 2h", parse)
    .option("--to <time>", "received before", parse);
}

/** An empty name would not restrict: a script whose variable is not set would mean everything. */
function parseName(text: string): string {
  if (text !== "") return text;
  throw new InvalidArgumentError("It must not be empty.");
}
