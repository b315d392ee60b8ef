import { hash } from "node:crypto";
import { NOTICE_KINDS, type NoticeKind } from "@hookgate/types";
import { placeOf, type Told } from "./decide_notices.ts";
import { endSentence } from "./matters.ts";
import { plainText } from "./plain_text.ts";

/** Lines of a message; of more only the number is told. */
const LINES_MAX = 20;

const TITLE_CHARS_MAX = 180;
const TEXT_CHARS_MAX = 500;

/** Digits in the id of a message. */
const ID_DIGITS = 32;

/** What comes first. */
const ORDER: readonly NoticeKind[] = ["disk", "pause", "breaker", "dead", ...NOTICE_KINDS];

/** One thing that a message tells. */
export interface Line {
  kind: NoticeKind | "test";
  subject: string;
  state: "began" | "over";
  text: string;
  /** Empty if there is nothing to do. */
  next: string;
  /** A page of the console; null without one. */
  link: string | null;
  /** In milliseconds since 1970. */
  since: number;
  /** When it was over; null while it is not. */
  until: number | null;
}

/** What is sent to one recipient at once. */
export interface Message {
  /** `ntf_` and 32 hexadecimal digits: the same for the same content, so that a try that is repeated can be told from another. */
  id: string;
  /** One line. */
  title: string;
  lines: readonly Line[];
  /** Further things, which only `npx hookgate notify` shows. */
  more: number;
  /** In milliseconds since 1970. */
  at: number;
}

/** Options for {@linkcode messageOf}. */
export interface MessageOptions {
  /** Name of the recipient. */
  recipient: string;
  consoleUrl: string | null;
  /** What this installation is called, such as `production`; null if it has no name. */
  environment: string | null;
  now: number;
}

/** The message that tells these things. Pure. */
export function messageOf(told: readonly Told[], options: MessageOptions): Message {
  const { recipient, consoleUrl, environment, now } = options;
  const sorted = told.toSorted((one, other) => rankOf(one) - rankOf(other));
  const lines = sorted.slice(0, LINES_MAX).map((one) => lineOf(one, consoleUrl));
  const parts = sorted.map(({ notice, what }) => `${placeOf(notice)} ${what}`);
  return {
    id: idOf([recipient, ...parts]),
    title: titleOf(lines, { count: told.length, environment }),
    lines,
    more: told.length - lines.length,
    at: now,
  };
}

/** A message that only shows that messages arrive. */
export function testMessage({ recipient, consoleUrl, environment, now }: MessageOptions): Message {
  const line: Line = {
    kind: "test",
    subject: recipient,
    state: "began",
    text: "This is a test: messages of Hookgate arrive here. Nothing is wrong.",
    next: "",
    link: consoleUrl === null ? null : `${consoleUrl}/`,
    since: now,
    until: null,
  };
  const title = titleOf([line], { count: 1, environment });
  return { id: idOf([recipient, "test", `${now}`]), title, lines: [line], more: 0, at: now };
}

/** A message as plain text, for mail and for what shows no more than that. */
export function messageText({ lines, more }: Message): string {
  const parts = lines.map(({ state, text, since, until, next, link }) => {
    const when = [
      `since ${timeText(since)}`,
      ...(until === null ? [] : [`over ${timeText(until)}`]),
    ];
    const rest = [
      when.join(", "),
      ...(next === "" ? [] : [`next: ${next}`]),
      ...(link ? [link] : []),
    ];
    return [`${state === "over" ? "Over: " : ""}${text}`, ...rest.map((one) => `  ${one}`)].join(
      "\n",
    );
  });
  return [...parts, ...moreText(more)].join("\n\n");
}

/** What is said of things that did not fit. */
export function moreText(more: number): string[] {
  return more === 0 ? [] : [`And ${more} more: npx hookgate notify shows all.`];
}

/** A time as people compare it. */
export function timeText(at: number): string {
  return new Date(at).toISOString().replace(/\.\d{3}Z$/, "Z");
}

function lineOf({ notice, what }: Told, consoleUrl: string | null): Line {
  const { kind, subject, text, advice, path, beganAt, endedAt } = notice;
  const isOver = what !== "began";
  return {
    kind,
    subject,
    state: isOver ? "over" : "began",
    text: plainText(what === "over" ? endSentence(notice) : text, TEXT_CHARS_MAX),
    next: isOver && kind !== "dead" ? "" : advice,
    link: consoleUrl === null ? null : `${consoleUrl}${path}`,
    since: beganAt,
    until: endedAt,
  };
}

function titleOf(
  lines: readonly Line[],
  { count, environment }: { count: number; environment: string | null },
): string {
  const [first] = lines;
  const more = count > 1 ? ` (and ${count - 1} more)` : "";
  const who = environment === null ? "Hookgate" : `Hookgate ${environment}`;
  const state = first?.state === "over" ? "over: " : "";
  const start = plainText(`${who}: ${state}${first?.text ?? ""}`, TITLE_CHARS_MAX);
  return `${start}${more}`;
}

/** What began before what is over. */
function rankOf({ notice, what }: Told): number {
  return ORDER.indexOf(notice.kind) + (what === "began" ? 0 : ORDER.length);
}

function idOf(parts: readonly string[]): string {
  return `ntf_${hash("sha256", JSON.stringify(parts)).slice(0, ID_DIGITS)}`;
}
