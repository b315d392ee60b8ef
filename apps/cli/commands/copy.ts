import { eventFromMessage } from "@hookgate/rpc";
import type { Command } from "commander";
import { type Cli, CliError, EXIT, readInput, tell } from "../cli.ts";
import { addJson, type JsonOption, writeAnswer } from "../show/answer.ts";
import { askDispatcher } from "./ask_dispatcher.ts";

interface CopyOptions extends JsonOption {
  to: string;
  body?: string;
  set?: string[];
  reason: string;
}

/** Adds `hookgate copy <event>`: an event with another body, to one subscription, for a try. */
export function addCopy(program: Command, cli: Cli): void {
  const command = program
    .command("copy")
    .description("deliver an event with another body to one subscription, marked as edited")
    .argument("<event>", "the event's id, evt_…")
    .requiredOption("--to <subscription>", "the subscription that gets it, and no other")
    .option("--body <file>", "the new body: a file, or - for standard input")
    .option("--set <pointer=json...>", "instead: change these fields, /data/amount=4200")
    .requiredOption("--reason <text>", "why, for the record");
  addJson(command).action((id: string, options: CopyOptions) => copy(id, options, cli));
}

async function copy(id: string, options: CopyOptions, cli: Cli): Promise<void> {
  const { to, body, set = [], reason } = options;
  if ((body === undefined) === (set.length === 0)) {
    throw new CliError("Cannot copy: give the new body with --body, or changes with --set", {
      exitCode: EXIT.misused,
    });
  }
  const given = body === undefined ? null : await readInput(body, cli.stdin);
  const made = await askDispatcher(cli, "copy the event", async (admin) => {
    const bytes = given ?? changed(await readBody(id, { admin, cli }), set);
    return admin.createCopy({ eventId: id, subscription: to, body: bytes, reason });
  });
  const { eventId, deliveryId } = made;
  const text = `${eventId} is a copy of ${id}, for ${to} only: ${deliveryId} is due now`;
  await writeAnswer({ text, value: { eventId, copyOf: id, to, deliveryId } }, options, cli);
  await tell(cli, `What becomes of it: npx hookgate event ${eventId}\n`);
}

async function readBody(
  id: string,
  { admin, cli }: { admin: Parameters<Parameters<typeof askDispatcher>[2]>[0]; cli: Cli },
): Promise<Uint8Array> {
  const { event } = await admin.getEvent({ id });
  if (event === null) throw new CliError(`Cannot copy ${id}: the answer is empty`);
  const { body, protection } = eventFromMessage(event);
  if (protection !== undefined) {
    await tell(
      cli,
      `Note: what is protected in ${id} is not in its copy, only what stands for it\n`,
    );
  }
  return body;
}

/** A body of JSON with some fields changed. It is written anew, so its signature is worth nothing any more. */
function changed(body: Uint8Array, set: readonly string[]): Uint8Array {
  let root: unknown;
  try {
    root = parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (error) {
    throw new CliError("Cannot change fields: the body is not JSON; give a whole one with --body", {
      cause: error,
    });
  }
  for (const one of set) setField(root, one);
  return Buffer.from(JSON.stringify(root));
}

const INDEX = /^(?:0|[1-9]\d*)$/;

function setField(root: unknown, text: string): void {
  const at = text.indexOf("=");
  if (at < 1 || !text.startsWith("/")) {
    const problem = `Cannot change ${JSON.stringify(text)}: give a JSON pointer and a value, /data/amount=4200`;
    throw new CliError(problem, { exitCode: EXIT.misused });
  }
  const pointer = text.slice(0, at);
  const steps = pointer.slice(1).split("/").map(unescapeStep);
  const last = steps.pop() ?? "";
  let place = root;
  for (const step of steps) place = ownField(place, step);
  if (!isContainer(place)) {
    throw new CliError(`Cannot change ${pointer}: the body has no such place`);
  }
  const value = readValue(text.slice(at + 1));
  // JSON has no other members of a list, and no holes in it.
  const name = Array.isArray(place) && last === "-" ? String(place.length) : last;
  if (Array.isArray(place) && !(INDEX.test(name) && Number(name) <= place.length)) {
    const problem = `it is a list of ${place.length}; its end is ${pointer.slice(0, -last.length)}-`;
    throw new CliError(`Cannot change ${pointer}: ${problem}`);
  }
  Object.defineProperty(place, name, {
    value,
    enumerable: true,
    writable: true,
    configurable: true,
  });
}

function ownField(place: unknown, step: string): unknown {
  return isContainer(place) && Object.hasOwn(place, step) ? place[step] : undefined;
}

function isContainer(place: unknown): place is Record<string, unknown> {
  return typeof place === "object" && place !== null && !isRawJson(place);
}

/** What TypeScript does not know yet (ECMAScript proposal "JSON.parse source text access"). */
const { rawJSON: rawJson, isRawJSON: isRawJson } = JSON as typeof JSON & {
  rawJSON(text: string): unknown;
  isRawJSON(value: unknown): boolean;
};

/** Reads JSON in which numbers stay as they are written: past 2^53 they would become others. */
function parse(text: string): unknown {
  return JSON.parse(text, (_name, value, context?: { source?: string }) =>
    typeof value === "number" && context?.source !== undefined ? rawJson(context.source) : value,
  );
}

function unescapeStep(step: string): string {
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}

/** JSON, or else text. */
function readValue(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return text;
  }
}
