import { createHmac } from "node:crypto";
import { type PerformanceEntry, PerformanceObserver } from "node:perf_hooks";
import { setImmediate } from "node:timers/promises";
import { FORM_FIELDS_MAX } from "@hookgate/types";

/** Length of hostile bodies, in bytes: half of what is looked into before it is verified. */
const BYTES = 512 * 1024;

/** Length of large ones: eight times that. Read in one go, the dear ones would take several times 20 ms. */
const LARGE_BYTES = 8 * BYTES;

/** Length of the largest ones, in bytes: the most that a source may take. */
const LARGEST_BYTES = 32 * 1024 * 1024;

/** What refusing half of it may cost, in milliseconds: the whole takes at most 20 ms of the event loop. */
export const COST_MS_MAX = 10;

/** Longest header and URL that a server takes. */
const HEADER_CHARS = 16_000;

/** A body made to be dear to read, and what its content type says. */
export interface HostileBody {
  name: string;
  body: Buffer;
  contentType: string;
}

const JSON_TYPE = "application/json";
const FORM_TYPE = "application/x-www-form-urlencoded";
const MULTIPART_TYPE = "multipart/form-data; boundary=b";
const PART = '--b\r\nContent-Disposition: form-data; name="';

/** A part with so much more in its disposition. */
function part(more: string): string {
  return `${PART}a"${more}\r\n\r\n1\r\n`;
}

function fill(part: string, before = "", after = ""): string {
  const times = Math.floor((BYTES - before.length - after.length) / part.length);
  return before + part.repeat(times) + after;
}

function numbered(of: (at: number) => string, separator: string): string {
  const parts: string[] = [];
  for (let at = 0, length = 0; length < BYTES - 64; at += 1) {
    const part = of(at);
    parts.push(part);
    length += part.length + separator.length;
  }
  return parts.join(separator);
}

const VALUES: Readonly<Record<string, string>> = {
  "arrays side by side": fill("[],", "[", "1]"),
  "arrays in arrays": fill("[[[[[[[[]]]]]]]],", "[", "1]"),
  "arrays nested without end": "[".repeat(BYTES / 2) + "]".repeat(BYTES / 2),
  "objects nested without end": '{"a":'.repeat(BYTES / 5),
  "objects side by side": fill('{"a":1},', "[", "1]"),
  "many names": `{${numbered((at) => `"k${at}":1`, ",")}}`,
  "one name many times": fill('"type":1,', "{", '"a":1}'),
  literals: fill("null,", "[", "1]"),
  "white space": fill(" ", "[", "]"),
  "a long number": fill("1"),
  "a long exponent": fill("1", "1e"),
  "a string of escapes": fill("\\u0000", '"', '"'),
  "a string of quotes": fill('\\"', '"', '"'),
  "a string without end": fill("\\", '"'),
};

const FORMS: Readonly<Record<string, string>> = {
  "many fields": numbered((at) => `f${at}=1`, "&"),
  "12,000 fields": Array.from({ length: 12_000 }, (_, at) => `f${at}=1`).join("&"),
  "1,900 fields of one name": Array.from({ length: 1_900 }, (_, at) => `a=${at}`).join("&"),
  "separators only": fill("a&"),
  "empty fields": fill("&"),
  "equals signs": fill("="),
  "a name of escapes": fill("%41"),
  "a value of escapes": fill("%41", "a="),
  "escapes that are none": fill("%", "a="),
};

const MULTIPARTS: Readonly<Record<string, string>> = {
  "many parts": fill(`${PART}a"\r\n\r\n1\r\n`, "", "--b--"),
  "line breaks": fill("\r\n", `${PART}a"\r\n\r\n`),
  "almost boundaries": fill("\r\n--", `${PART}a"\r\n\r\n`),
  "many parts of bare line feeds": fill(`${PART}a"\r\n\r\n1\r\n`.replaceAll("\r", ""), "", "--b--"),
  "padding without end": fill(" ", "--b"),
  "padded parts": fill(`--b${" ".repeat(250)}\r\n${PART.slice(5)}a"\r\n\r\n1\r\n`, "", "--b--"),
  "a head without end": fill("a: b\r\n", `${PART}a"\r\n`),
  "a disposition of parameters": fill(' a="b";', `${PART}a";`),
  "a disposition of spaces": fill(" ", `${PART}a";`),
  "heads of spaces in a bare value": fill(part(`; a=${" ".repeat(3_900)}"`), "", "--b--"),
  "heads of spaces after a quoted value": fill(part(`; a="b"${" ".repeat(3_900)}"`), "", "--b--"),
  "heads of escapes": fill(part(`; a="${"\\\\".repeat(1_900)}`), "", "--b--"),
};

/** Bodies to refuse, each also with what a valid body has. */
export function hostileBodies(sample: string): HostileBody[] {
  const bodies: HostileBody[] = [];
  const add = (name: string, text: string, contentType: string) =>
    bodies.push({ name, body: Buffer.from(text), contentType });
  for (const [name, value] of Object.entries(VALUES)) {
    add(name, value, JSON_TYPE);
    for (const spliced of splice(sample, value)) add(`${name} in a sample`, spliced, JSON_TYPE);
  }
  add("the sample's list, repeated", repeatList(sample), JSON_TYPE);
  for (const [name, form] of Object.entries(FORMS)) {
    add(name, form, FORM_TYPE);
    add(`${name} after a sample`, `${sample}&${form}`, FORM_TYPE);
  }
  for (const [name, parts] of Object.entries(MULTIPARTS)) add(name, parts, MULTIPART_TYPE);
  return bodies;
}

/** The sample's JSON with a value before its members or items. */
function splice(sample: string, value: string): string[] {
  if (sample.startsWith("{")) return [`{"a":${value},${sample.slice(1)}`];
  return sample.startsWith("[") ? [`[${value},${sample.slice(1)}`] : [];
}

/** The sample with the first item of each list many times. */
function repeatList(sample: string): string {
  const open = sample.indexOf("[{");
  const close = sample.lastIndexOf("}]");
  if (open === -1 || close === -1) return sample;
  const item = sample.slice(open + 1, close + 1);
  const items = fill(`${item},`, "", item);
  return sample.slice(0, open + 1) + items + sample.slice(close + 1);
}

/** Texts for a header with this value, or after the URL. */
export function hostileTexts(value: string): string[] {
  const parts = ["a", " ", ",", ";", "=", "&", "|", "v1,a ", "v1=a,", "t=1,", "a=b&", "%41", "A."];
  const long = (part: string, before = "") =>
    before + part.repeat(Math.max(0, HEADER_CHARS - before.length) / part.length);
  return [...parts.map((part) => long(part)), ...[",", " ", "&"].map((mark) => long(mark + value))];
}

/** The hostile bodies made {@linkcode LARGE_BYTES} long by repeating a part of them, one at a time. */
export function* largeHostileBodies(): Generator<HostileBody> {
  for (const { body, ...hostile } of hostileBodies("")) {
    if (body.length < BYTES / 2) continue;
    const [start, end] = [body.subarray(0, BYTES / 4), body.subarray(BYTES / 4)];
    const times = Math.ceil((LARGE_BYTES - body.length) / start.length);
    yield { ...hostile, body: Buffer.concat([start, ...Array(times).fill(start), end]) };
  }
}

/** Parts of fields that are dear to decode, to sort or to compare, by what is repeated in them. */
const LARGEST_FORMS: Readonly<
  Record<string, (fill: (part: string, bytes: number) => string) => string>
> = {
  "one field": (fill) => `a=${fill("b", LARGEST_BYTES)}`,
  "a name": (fill) => fill("b", LARGEST_BYTES),
  "one field of escapes": (fill) => `a=${fill("%41", LARGEST_BYTES)}`,
  "one field of escapes that are no text": (fill) => `a=${fill("%FF", LARGEST_BYTES)}`,
  "one field of percent signs": (fill) => `a=${fill("%", LARGEST_BYTES)}`,
  "fields of one name": (fill) => {
    const value = fill("b", LARGEST_BYTES / FORM_FIELDS_MAX);
    return fieldsOf((at) => `a=${value}${(at * 7) % FORM_FIELDS_MAX}`);
  },
  "fields of one name and value": (fill) => {
    const value = fill("b", LARGEST_BYTES / FORM_FIELDS_MAX);
    return fieldsOf(() => `a=${value}`);
  },
  "names that begin alike": (fill) => {
    const [name, value] = [fill("b", 4_000), fill("%41", LARGEST_BYTES / FORM_FIELDS_MAX - 4_000)];
    return fieldsOf((at) => `${name}${(at * 7) % FORM_FIELDS_MAX}=${value}`);
  },
  "the shortest fields": () =>
    Array(LARGEST_BYTES / 2)
      .fill("a")
      .join("&"),
};

function fieldsOf(of: (at: number) => string): string {
  return Array.from({ length: FORM_FIELDS_MAX }, (_, at) => of(at)).join("&");
}

/** Forms as large as a source may take, one at a time. */
export function* largestHostileForms(): Generator<HostileBody> {
  const fill = (part: string, bytes: number) => part.repeat((bytes - 16) / part.length);
  for (const [name, form] of Object.entries(LARGEST_FORMS)) {
    yield { name, body: Buffer.from(form(fill)), contentType: FORM_TYPE };
  }
}

/**
 * The most CPU time of this thread in one turn of its event loop while some work is done, in milliseconds: how long it kept
 * others waiting on a machine of its own. Without what the garbage collector took, which depends on the heap of the tests.
 */
export async function longestStretchMs(work: () => unknown): Promise<number> {
  const turns: { from: number; to: number; ms: number }[] = [];
  const pauses: PerformanceEntry[] = [];
  const collector = new PerformanceObserver((list) => pauses.push(...list.getEntries()));
  collector.observe({ entryTypes: ["gc"] });
  let done = false;
  const ended = Promise.resolve(setImmediate())
    .then(work)
    .finally(() => {
      done = true;
    });
  while (!done) {
    const from = performance.now();
    const ms = await cpuMs(setImmediate);
    turns.push({ from, to: performance.now(), ms });
  }
  await ended;
  // What was collected last is told a turn or two later.
  for (let turn = 0; turn < 3; turn += 1) await setImmediate();
  collector.disconnect();
  return turns.reduce((most, turn) => Math.max(most, turn.ms - pausedMs(turn, pauses)), 0);
}

function pausedMs(
  { from, to }: { from: number; to: number },
  pauses: readonly PerformanceEntry[],
): number {
  const inTurn = pauses.filter(({ startTime }) => startTime >= from && startTime < to);
  return inTurn.reduce((sum, { duration }) => sum + duration, 0);
}

/** CPU time of this thread for some work, in milliseconds: a busy machine does not change it much. */
export async function cpuMs(work: () => unknown): Promise<number> {
  const before = process.threadCpuUsage();
  await work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}

/**
 * What refusing a body may cost, in milliseconds: {@linkcode COST_MS_MAX}, or on a slow machine 20 times its HMAC, or 20 times
 * looking at each of its bytes once.
 */
export async function costMsMax(body: Uint8Array): Promise<number> {
  const hmac = await usualCpuMs(() => createHmac("sha256", "key").update(body).digest());
  const look = await usualCpuMs(() => countQuotes(body));
  return Math.max(COST_MS_MAX, 20 * hmac, 20 * look);
}

/** How long a work is repeated to time it, in milliseconds: a system may count CPU time in steps of 4 or 10. */
const REPEATED_MS = 80;

/** The mean of many tries. */
async function usualCpuMs(work: () => unknown): Promise<number> {
  // The first tries run before the code is compiled.
  for (let times = 0; times < 8; times += 1) work();
  let times = 0;
  const ms = await cpuMs(() => {
    for (const end = performance.now() + REPEATED_MS; performance.now() < end; times += 1) work();
  });
  return ms / times;
}

function countQuotes(bytes: Uint8Array): number {
  let quotes = 0;
  for (let at = 0; at < bytes.length; at += 1) if (bytes[at] === 0x22) quotes += 1;
  return quotes;
}

/** Tries at most: on a busy machine some of them run on a cold cache. */
const TRIES_MAX = 20;

/** The least CPU time of some tries: more only while it is over the limit, so that compiling and collecting do not count. */
export async function leastCpuMs(
  work: () => unknown,
  { msMax, measure = cpuMs }: { msMax: number; measure?: typeof cpuMs },
): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let times = 0; times < TRIES_MAX && least > msMax; times += 1) {
    least = Math.min(least, await measure(work));
  }
  return least;
}
