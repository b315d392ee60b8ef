import type { Command } from "commander";
import { type Cli, tell, write } from "../cli.ts";
import { formatTime } from "./format.ts";
import { showJson, showText } from "./show_text.ts";

/** Values of {@linkcode addJson}. */
export interface JsonOption {
  json?: true;
}

/** What a command has done: a sentence for people, and a form that programs can rely on. */
export interface Answer {
  text: string;
  value: object;
}

/** Adds `--json` to a command whose answer is one object. */
export function addJson(command: Command): Command {
  return command.option("--json", "as one line of JSON");
}

/** Writes the one or the other. */
export function writeAnswer(
  { text, value }: Answer,
  { json }: JsonOption,
  { stdout }: Pick<Cli, "stdout">,
): Promise<void> {
  return write(stdout, `${json ? showJson(value) : showText(text)}\n`);
}

/** Options for {@linkcode writeList}. */
export interface WriteListOptions<Row> {
  cli: Cli;
  json: true | undefined;
  /** A row as `--json` prints it, one per line. */
  value: (row: Row) => unknown;
  /** All rows for people. */
  table: (rows: readonly Row[], cli: Cli) => string;
  /** What is said if there are none. */
  none: string;
  /** What is said below the table. @default {nothing} */
  below?: string;
}

/** Writes a list: with `--json` its rows as they come, else a table of all. */
export async function writeList<Row>(
  pages: AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>,
  { cli, json, value, table, none, below = "" }: WriteListOptions<Row>,
): Promise<void> {
  const rows: Row[] = [];
  for await (const page of pages) {
    if (json) await write(cli.stdout, page.map((row) => `${showJson(value(row))}\n`).join(""));
    else rows.push(...page);
  }
  if (json) return;
  if (rows.length === 0) return tell(cli, `${none}\n`);
  await write(cli.stdout, table(rows, cli));
  if (below !== "") await tell(cli, `\n${below}\n`);
}

/** A time of a message, in milliseconds since 1970. */
const TIME_FIELD = /^(?:at|from|to)Ms$|(?:At|From|To)Ms$/;

/** A message of the dispatcher as `--json` prints it: with times in words, and without gRPC's notes on which fields are set. */
export function messageValue(message: unknown): unknown {
  return mapFields(message, (name, value) => {
    const isTime = typeof value === "number" && TIME_FIELD.test(name);
    return isTime ? [name.slice(0, -2), formatTime(value)] : [name, messageValue(value)];
  });
}

/** A message with its times in milliseconds, and without those notes. */
export function plainMessage<T>(message: T): T {
  return mapFields(message, (name, value) => [name, plainMessage(value)]) as T;
}

function mapFields(
  message: unknown,
  map: (name: string, value: unknown) => [string, unknown],
): unknown {
  if (Array.isArray(message)) return message.map((item) => map("", item)[1]);
  if (typeof message !== "object" || message === null) return message;
  const fields = Object.entries(message).filter(([name]) => !name.startsWith("_"));
  return Object.fromEntries(fields.map(([name, value]) => map(name, value)));
}
