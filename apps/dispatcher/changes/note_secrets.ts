import { isDeepStrictEqual } from "node:util";
import type { ConfiguredSource } from "@hookgate/config";
import type { ChangeLog } from "./change_log.ts";

/** Longest record of secrets' states that is kept to be compared with the next start, in characters. */
const STATES_CHARS_MAX = 64 * 1_024;

type States = Readonly<Record<string, string>>;

/** The secrets of all sources by their ids and states, never their values, as text for the next start; empty if it is too long. */
export function secretStates(sources: readonly ConfiguredSource[]): string {
  const text = JSON.stringify(statesOf(sources));
  return text.length > STATES_CHARS_MAX ? "" : text;
}

/** Notes what differs from an earlier {@linkcode secretStates}. */
export function noteSecretStates(
  changes: Pick<ChangeLog, "note">,
  { before, sources }: { before: string; sources: readonly ConfiguredSource[] },
): void {
  if (before === "") return;
  const was = readStates(before);
  const now = statesOf(sources);
  for (const name of new Set([...Object.keys(was), ...Object.keys(now)])) {
    const [old = "none", current = "none"] = [was[name], now[name]];
    if (old === current) continue;
    changes.note({ kind: "secret", subject: name, text: `secrets were ${old}, are ${current}` });
  }
}

/** Notes the secrets whose values a reload has changed under the same ids, which their states do not show. */
export function noteSecretValues(
  changes: Pick<ChangeLog, "note">,
  before: readonly ConfiguredSource[],
  after: readonly ConfiguredSource[],
): void {
  const was = new Map(before.map(({ name, secrets }) => [name, secrets]));
  for (const { name, secrets } of after) {
    const changed = secrets.filter(({ id, value }) => {
      const old = was.get(name)?.find((one) => one.id === id);
      return old !== undefined && !isDeepStrictEqual(old.value, value);
    });
    if (changed.length === 0) continue;
    const ids = changed.map(({ id }) => id).join(", ");
    changes.note({ kind: "secret", subject: name, text: `new value of ${ids}` });
  }
}

function statesOf(sources: readonly ConfiguredSource[]): States {
  return Object.fromEntries(
    sources.map(({ name, secrets }) => [
      name,
      secrets.map(({ id, state }) => `${id} ${state}`).join(", ") || "none",
    ]),
  );
}

function readStates(text: string): States {
  try {
    return JSON.parse(text) as States;
  } catch {
    return {};
  }
}
