import { randomUUID } from "node:crypto";
import type { Sample } from "@hookgate/providers";
import { CliError } from "../cli_error.ts";

/**
 * The sample with other data: the text goes in letter by letter, so that 1e400 and duplicate keys arrive as written.
 *
 * @throws {CliError} where the provider's events have no member `data`.
 */
export function sampleWithData(sample: Sample, data: string): Sample {
  const event = parse(sample.body);
  if (typeof event !== "object" || event === null || !("data" in event)) {
    throw new CliError("Cannot send --data: the provider's events have no member of that name");
  }
  const place = randomUUID();
  const body = JSON.stringify({ ...event, data: place });
  return { ...sample, body: body.replace(JSON.stringify(place), () => data) };
}

/** Not every provider sends JSON: forms have no member of any name. */
function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
