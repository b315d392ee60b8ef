import type { ConfiguredSource } from "@hookgate/config";
import { CliError, EXIT } from "../cli.ts";

/**
 * The source of this name; without a name the only one there is.
 *
 * @throws {CliError} that lists the sources, if there is none of this name or several to choose from.
 */
export function chooseSource(
  sources: readonly ConfiguredSource[],
  { name, what }: { name: string | undefined; what: string },
): ConfiguredSource {
  const names = sources.map((source) => source.name).join(", ");
  if (name === undefined) {
    if (sources.length === 1 && sources[0] !== undefined) return sources[0];
    const how = sources.length === 0 ? "the configuration has none" : `choose one of ${names}`;
    throw new CliError(`Cannot ${what} without --source: ${how}`, { exitCode: EXIT.misused });
  }
  const found = sources.find((source) => source.name === name);
  if (found !== undefined) return found;
  throw new CliError(
    `Cannot ${what}: no source is "${name}"; the configuration has ${names || "none"}`,
    { exitCode: EXIT.misused },
  );
}
