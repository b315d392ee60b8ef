import { type ConfiguredSource, nearestName, renamedType } from "@hookgate/config";
import { WEBHOOK_EVENT_TYPES } from "@hookgate/types";
import type { StoredSubscription } from "../store/contract/subscriptions.ts";

/** What is known now. */
export interface KnownNames {
  sources: () => readonly ConfiguredSource[];
  /** The followed set of subscriptions. */
  subscriptions: () => readonly StoredSubscription[];
}

/** Names in an operator's filter. */
export interface NamedFilter {
  source?: string | undefined;
  type?: string | undefined;
  subscription?: string | undefined;
}

/**
 * Sentences about names that are not known now, each with the nearest one that is. They are no errors, because the store may
 * still have what the names stand for. Providers have types of their own, so a type is named only if it is nearly a known one.
 */
export function nameNotes(
  { source, type, subscription }: NamedFilter,
  known: KnownNames,
): string[] {
  const stored = known.subscriptions().map(({ definition }) => definition);
  const types = [...WEBHOOK_EVENT_TYPES, ...stored.flatMap(({ events }) => events)];
  return [
    noteOn(
      "source",
      source,
      known.sources().map(({ name }) => name),
    ),
    noteOn(
      "subscription",
      subscription,
      stored.map(({ name }) => name),
    ),
    typeNote({ source, type }, { ...known, types }),
  ].filter((note) => note !== null);
}

function typeNote(
  { source, type }: NamedFilter,
  { sources, types }: Pick<KnownNames, "sources"> & { types: readonly string[] },
): string | null {
  if (!type) return null;
  const asked = sources().filter(({ name }) => !source || name === source);
  const renamed = renamedType(type, asked);
  if (renamed !== null) {
    return `events that ${renamed.source} calls ${JSON.stringify(type)} have the type ${renamed.type} here`;
  }
  if (type.includes("*")) {
    return `a type is looked for exactly, and ${JSON.stringify(type)} is a pattern`;
  }
  const exact = types.filter((one) => !one.includes("*"));
  const note = noteOn("type", type, exact);
  return note?.includes(DID_YOU_MEAN) ? note : null;
}

/** The same about what a change can be of: a subscription, a source, or a handler's file. */
export function subjectNotes(subject: string, known: KnownNames): string[] {
  const stored = known.subscriptions().map(({ definition }) => definition);
  const files = stored.flatMap(({ target }) => (target.kind === "handler" ? [target.path] : []));
  const sources = known.sources().map(({ name }) => name);
  const names = [...stored.map(({ name }) => name), ...sources, ...files];
  const note = noteOn("subscription, source or handler's file", subject, names);
  return note === null ? [] : [note];
}

const DID_YOU_MEAN = "did you mean";

function noteOn(what: string, name: string | undefined, known: readonly string[]): string | null {
  if (!name || known.includes(name)) return null;
  const nearest = nearestName(name, known);
  const hint = nearest === null ? "" : `: ${DID_YOU_MEAN} ${nearest}?`;
  return `no ${what} is called ${JSON.stringify(name)} now${hint}`;
}
