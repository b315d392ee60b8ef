import type { BodyChange, Trial } from "./diagnose_trial.ts";

/** Longest body that is serialised again, in bytes: about a dozen times. */
const JSON_BYTES_MAX = 256 * 1024;

/** Cost of writing a byte, relative to hashing it. */
const WRITING_FACTOR = 8;

/** Whole strings, single brackets, commas and colons, and anything else between them. */
const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/gs;

/** How JSON is written: comma and colon with their spaces, and the indent of a level (null: on one line). */
interface Layout {
  comma: string;
  colon: string;
  indent: string | null;
  name: string;
}

const LAYOUTS: readonly Layout[] = [
  { comma: ",", colon: ":", indent: null, name: "without white space" },
  { comma: ", ", colon: ": ", indent: null, name: "with spaces after commas and colons" },
  { comma: ",", colon: ": ", indent: "  ", name: "indented by two spaces" },
  { comma: ",", colon: ": ", indent: "    ", name: "indented by four spaces" },
  { comma: ",", colon: ": ", indent: "\t", name: "indented by tabs" },
];

interface Escapes {
  of: (text: string) => string;
  name: string;
}

const ESCAPES: readonly Escapes[] = [
  { of: escapeAscii, name: ", other letters than ASCII as \\u escapes" },
  { of: (text) => text.replaceAll("\\/", "/").replaceAll("/", "\\/"), name: ", slashes as \\/" },
  {
    of: (text) => escapeAscii(text.replaceAll("\\/", "/").replaceAll("/", "\\/")),
    name: ", slashes as \\/ and other letters than ASCII as \\u escapes",
  },
  { of: escapeHtml, name: ", < > & as \\u escapes" },
  { of: withoutEscapes, name: ", without needless escapes" },
];

/** The same JSON as other libraries write it, likeliest first: numbers unchanged, names in order or sorted. */
export function* reserialisations({ request: { body }, spend }: Trial): Generator<BodyChange> {
  if (body.length > JSON_BYTES_MAX) return;
  const text = Buffer.from(body).toString();
  if (!isJson(text)) return;
  const what = "the JSON was parsed and serialised again in transit; it was signed";
  const sorted = sortNames(text);
  const written = new Set([text]);
  for (const [source, order] of [
    [text, ""],
    [sorted, ", names sorted"],
  ] as const) {
    if (source === null) continue;
    const tokens = source.match(TOKENS) ?? [];
    for (const { of, name } of [{ of: (same: string) => same, name: "" }, ...ESCAPES]) {
      for (const layout of LAYOUTS) {
        if (!spend(body.length * WRITING_FACTOR)) return;
        const one = of(write(tokens, layout));
        if (written.has(one) || one.length > 4 * JSON_BYTES_MAX) continue;
        written.add(one);
        yield [Buffer.from(one), `${what} ${layout.name}${name}${order}`];
        if (layout.indent !== null) {
          yield [
            Buffer.from(`${one}\n`),
            `${what} ${layout.name}${name}${order}, a line break last`,
          ];
        }
      }
    }
  }
}

function isJson(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null;
  } catch {
    // Not JSON.
    return false;
  }
}

/** Null if it cannot be written, such as JSON that is nested too deep. */
function sortNames(text: string): string | null {
  try {
    return JSON.stringify(JSON.parse(text), (_, value: unknown) => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
      return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
    });
  } catch {
    return null;
  }
}

function write(tokens: readonly string[], { comma, colon, indent }: Layout): string {
  let depth = 0;
  let written = "";
  let before = "";
  const line = () => (indent === null ? "" : `\n${indent.repeat(Math.min(depth, DEPTH_MAX))}`);
  for (const token of tokens) {
    const closes = token === "}" || token === "]";
    const opened = before === "{" || before === "[";
    if (closes) depth -= 1;
    // An empty object or array stays on its line.
    if (closes ? !opened : opened) written += line();
    if (token === ",") written += indent === null ? comma : `${comma}${line()}`;
    else written += token === ":" ? colon : token;
    if (token === "{" || token === "[") depth += 1;
    before = token;
  }
  return written;
}

/** Most levels that are indented: a hostile body would grow with the square of its depth. */
const DEPTH_MAX = 32;

function escapeAscii(text: string): string {
  return text.replace(/[\u0080-\uffff]/g, unicodeEscape);
}

function escapeHtml(text: string): string {
  return text.replace(/[<>&\u2028\u2029]/g, unicodeEscape);
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** Decodes the escapes that JSON does not require. */
function withoutEscapes(text: string): string {
  return text.replace(/\\(?:\/|u([0-9a-f]{4})|.)/gi, (escaped, digits: string | undefined) => {
    if (escaped === "\\/") return "/";
    if (digits === undefined) return escaped;
    const character = String.fromCharCode(Number.parseInt(digits, 16));
    return character < " " || character === '"' || character === "\\" ? escaped : character;
  });
}
