import { StartError } from "@hookgate/types";

/** Most problems listed in one message; the rest are counted. */
const PROBLEMS_SHOWN_MAX = 50;

/** Longest text of one problem in the message, in characters. */
const PROBLEM_CHARS_MAX = 4_000;

/** The environment or the configuration file is not valid; lists every problem with its key. */
export class ConfigError extends StartError {
  override name = "ConfigError";
  /** One sentence each, starting with the key or the variable. */
  readonly problems: string[];

  constructor(what: string, problems: readonly string[]) {
    const shown = problems.slice(0, PROBLEMS_SHOWN_MAX).map(toItem);
    const hidden = problems.length - shown.length;
    if (hidden > 0) shown.push(`  and ${hidden} more`);
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super(`${what}: ${count}\n${shown.join("\n")}`);
    this.problems = [...problems];
  }
}

function toItem(problem: string): string {
  const cut = problem.length > PROBLEM_CHARS_MAX;
  const text = cut ? `${problem.slice(0, PROBLEM_CHARS_MAX)}…` : problem;
  return `  ${text.replaceAll("\n", "\n    ")}`;
}
