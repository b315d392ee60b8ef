import { isDeepStrictEqual } from "node:util";
import type { ConfiguredSource } from "@hookgate/config";
import { enrolledSecretId } from "@hookgate/types";
import type { Bookkeeping } from "../store/contract/bookkeeping.ts";
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

/** A store whose enrolments are noted, whoever opens, uses or revokes them; everything else is as it was. */
export function noteEnrolments<Store extends Pick<Bookkeeping, Enrolling>>(
  store: Store,
  changes: Pick<ChangeLog, "note">,
): Store {
  const note = (subject: string, text: string) => changes.note({ kind: "secret", subject, text });
  const noting: Pick<Bookkeeping, Enrolling> = {
    async openEnrolment(options) {
      await store.openEnrolment(options);
      note(options.source, `enrolment opened until ${new Date(options.until).toISOString()}`);
    },
    async enrol(delivered) {
      const kept = await store.enrol(delivered);
      const { source, secret, address } = delivered;
      if (kept) note(source, `${enrolledSecretId(secret)} enrolled, delivered by ${address}`);
      return kept;
    },
    async revokeEnrolment(source) {
      const secrets = await store.revokeEnrolment(source);
      const what =
        secrets === 1 ? "1 delivered secret verifies" : `${secrets} delivered secrets verify`;
      if (secrets > 0) note(source, `enrolment revoked: ${what} nothing`);
      return secrets;
    },
  };
  return { ...store, ...noting };
}

type Enrolling = "openEnrolment" | "enrol" | "revokeEnrolment";

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
