import { randomUUID } from "node:crypto";
import type { Readable } from "node:stream";
import type { Sample } from "@hookgate/providers";
import { CliError, readInput } from "../cli.ts";

/**
 * The JSON text that `--data` names: itself, `@file`, or `@-` for standard input.
 *
 * @throws {CliError} if it cannot be read, or is not JSON in UTF-8.
 */
export async function readData(argument: string, stdin: Readable): Promise<string> {
  if (!argument.startsWith("@")) return checkJson(argument, "--data");
  const path = argument.slice(1);
  const bytes = await readInput(path, stdin);
  const name = path === "-" ? "standard input" : path;
  try {
    return checkJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes), name);
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(`Cannot send ${name}: it is not UTF-8`, { cause: error, exitCode: 2 });
  }
}

function checkJson(text: string, name: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch (error) {
    const reason = (error as Error).message;
    throw new CliError(`Cannot send ${name}: it is not JSON (${reason})`, {
      cause: error,
      exitCode: 2,
    });
  }
}

/**
 * The sample with other data. The text is inserted unchanged, so that 1e400 and duplicate keys arrive as written.
 *
 * @throws {CliError} if the provider's events have no member `data`.
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

/**
 * The sample with other data: in place of its member `data`, or where it has none, over those of its members that the data
 * names.
 *
 * @throws {CliError} if the provider's events are not JSON objects.
 */
export function sampleWithMembers(sample: Sample, data: unknown): Sample {
  const event = parse(sample.body);
  if (typeof event !== "object" || event === null || Array.isArray(event)) {
    throw new CliError("Cannot send data: the provider's events are no JSON objects");
  }
  const members = "data" in event ? { data } : data;
  return { ...sample, body: JSON.stringify({ ...event, ...(members as object) }) };
}

/** Not every provider sends JSON; null for anything else. */
function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
