/** Log levels, from most to least verbose. */
export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

/** A log level. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** How log lines look: JSON for a program, text for a person. */
export const LOG_FORMATS = ["json", "text", "colour"] as const;

/** How log lines look. */
export type LogFormat = (typeof LOG_FORMATS)[number];

/** What a log writes, and how. */
export interface LogSettings {
  level: LogLevel;
  format: LogFormat;
}

/** The format unless `LOG_FORMAT` says one. */
export function logFormatOf(
  env: Readonly<Record<string, string | undefined>>,
  { isTerminal }: { isTerminal: boolean },
): LogFormat {
  if (!isTerminal) return "json";
  return wantsColour(env) ? "colour" : "text";
}

/** Whether a terminal is wanted in colour: neither NO_COLOR (no-color.org) nor TERM says otherwise. */
export function wantsColour(env: Readonly<Record<string, string | undefined>>): boolean {
  return !env["NO_COLOR"] && env["TERM"] !== "dumb";
}
