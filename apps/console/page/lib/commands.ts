import type { ReplayFilter } from "./wire.ts";

/** Quotes a word for a POSIX shell. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** A line of `npx hookgate`: words as they are, options that are set. */
export function commandLine(
  words: readonly string[],
  options: Record<string, string | undefined> = {},
): string {
  const set = Object.entries(options).flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : [`--${name} ${quote(value)}`],
  );
  return ["npx hookgate", ...words.map(quote), ...set].join(" ");
}

/** The command that replays the same. */
export function replayCommand(
  filter: ReplayFilter,
  { reason, rate }: { reason: string; rate: number },
): string {
  const { ids = [], source, type, subscription, state, fromMs, toMs, failure } = filter;
  const time = (ms: number | undefined) =>
    ms === undefined ? undefined : new Date(ms).toISOString();
  return commandLine(["replay", ...ids], {
    source,
    type,
    subscription,
    state,
    failure,
    from: time(fromMs),
    to: time(toMs),
    reason: reason === "" ? "…" : reason,
    rate: rate === 0 ? undefined : String(rate),
  });
}
