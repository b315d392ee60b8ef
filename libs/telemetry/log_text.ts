import { styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];

const LEVEL_STYLES: Readonly<Record<string, Style>> = {
  info: "green",
  warn: "yellow",
  error: "red",
  fatal: ["bold", "red"],
};

/** Texts that need no quotes. */
const WORD = /^[\w@%+:,./*-]+$/;

/** What JSON alone has escaped: a line's other deceptive characters are escaped in its texts, too. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these must not reach a terminal.
const CONTROLS = /[\u0000-\u001f]/g;

/** Options for {@linkcode logText}. */
export interface LogTextOptions {
  /** @default {false} */
  colour?: boolean;
}

/** What a person reads in place of a log's line of JSON: time of day, level, process, message, fields. Errors follow, indented. */
export function logText(line: string, { colour = false }: LogTextOptions = {}): string {
  const { level, time, pid: _, hostname: _host, name, msg = "", err, ...fields } = JSON.parse(line);
  const paint = (style: Style, text: string) =>
    colour ? styleText(style, text, { validateStream: false }) : text;
  const parts = [
    `${paint("dim", timeOfDay(time))} ${paint(LEVEL_STYLES[level] ?? "dim", level.padEnd(5))} ${name}`,
    oneLine(msg),
  ];
  const rest = fieldsText(isError(err) ? fields : { ...fields, err });
  if (rest !== "") parts.push(paint("dim", rest));
  const lines = [parts.join("  "), ...(isError(err) ? errorLines(err) : [])];
  return `${lines.join("\n")}\n`;
}

/** In the zone of this machine. */
function timeOfDay(iso: string): string {
  return `${new Date(iso).toTimeString().slice(0, 8)}${iso.slice(19, 23)}`;
}

function fieldsText(fields: Readonly<Record<string, unknown>>): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${oneLine(name)}=${valueText(value)}`)
    .join(" ");
}

function valueText(value: unknown): string {
  return typeof value === "string" && WORD.test(value) ? value : JSON.stringify(value);
}

/** An error as a log has it. */
interface LoggedError {
  type: string;
  message: string;
  stack: string;
  cause?: unknown;
}

function isError(value: unknown): value is LoggedError {
  return typeof (value as LoggedError | null | undefined)?.stack === "string";
}

/** Indented, so that no text of an error can pass for a line of its own. */
function errorLines({ type: _, message: _message, stack, cause, ...rest }: LoggedError): string[] {
  const own = fieldsText(isError(cause) ? rest : { ...rest, cause });
  const lines = [...stack.split("\n").map(oneLine), ...(own === "" ? [] : [own])];
  if (isError(cause)) lines.push("caused by", ...errorLines(cause));
  return lines.map((line) => `    ${line}`);
}

function oneLine(text: string): string {
  return text.replace(CONTROLS, (character) => JSON.stringify(character).slice(1, -1));
}
