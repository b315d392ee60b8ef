import { DOCTOR_SOURCE, type Source } from "@hookgate/types";

/** The names that events and reports may be of: the sources of a configuration, and that of `npx hookgate doctor`. */
export function knownSources(sources: readonly Pick<Source, "name">[]): ReadonlySet<string> {
  return new Set([...sources.map(({ name }) => name), DOCTOR_SOURCE]);
}
