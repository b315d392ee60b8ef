import type { VerifySecret } from "@hookgate/signature";
import { alsoTime, type Trial } from "./diagnose_trial.ts";

interface Spelling {
  /** Changes the secret; null if that is not possible. */
  of: (secret: string) => string | null;
  advice: string;
}

const SPELLINGS: readonly Spelling[] = [
  { of: (secret) => secret.trim(), advice: "without the white space around it" },
  {
    of: (secret) => /^\s*(["'`])(.*)\1\s*$/s.exec(secret)?.[2] ?? null,
    advice: "without the quotation marks around it",
  },
  {
    of: (secret) => /^\s*(?:export\s+)?[A-Za-z_]\w*=(.+)$/s.exec(secret)?.[1]?.trim() ?? null,
    advice: "without the name of the variable before it",
  },
  { of: (secret) => secret.trim().replace(/^whsec_/, ""), advice: "without its whsec_" },
  { of: (secret) => `whsec_${secret.trim()}`, advice: "with whsec_ before it" },
  {
    of: (secret) => decoded(secret.replace(/^whsec_/, ""), "base64"),
    advice: "decoded from base64",
  },
  { of: (secret) => decoded(secret, "hex"), advice: "decoded from hexadecimal digits" },
  { of: (secret) => Buffer.from(secret).toString("base64"), advice: "encoded in base64" },
  {
    of: (secret) => `whsec_${Buffer.from(secret).toString("base64")}`,
    advice: "encoded in base64 after whsec_: the sender takes its text as the key",
  },
  { of: (secret) => Buffer.from(secret).toString("hex"), advice: "as hexadecimal digits" },
  { of: (secret) => secret.toLowerCase(), advice: "in lower case" },
  { of: (secret) => secret.toUpperCase(), advice: "in upper case" },
  { of: unescapeUrl, advice: "with its percent signs decoded" },
  { of: (secret) => secret.replaceAll("\\n", "\n"), advice: "with \\n as line breaks" },
  { of: (secret) => `${secret}\n`, advice: "with a line break at its end, as the sender has it" },
  { of: (secret) => `${secret}\r\n`, advice: "with CR and LF at its end, as the sender has it" },
];

/** Which other spelling of the secret makes the signature right. */
export function spellingDiagnoses(trial: Trial): string[] {
  for (const { of, advice } of SPELLINGS) {
    const secrets = trial.secrets.flatMap(({ id, value }): VerifySecret[] => {
      const spelled = of(value);
      return spelled === null || spelled === "" || spelled === value
        ? []
        : [{ id, value: spelled }];
    });
    const match = trial.match({ secrets });
    if (match !== null) {
      return [
        `The signature is right with secret "${match.secretId}" ${advice}.${alsoTime(match)}`,
      ];
    }
  }
  return [];
}

/** The decoded text of a secret; null if it is not text. */
function decoded(secret: string, encoding: "base64" | "hex"): string | null {
  const form = encoding === "hex" ? /^(?:[0-9a-f]{2})+$/i : /^[A-Za-z0-9+/]+={0,2}$/;
  if (!form.test(secret.trim())) return null;
  const text = Buffer.from(secret.trim(), encoding).toString();
  return text.includes("\ufffd") ? null : text;
}

function unescapeUrl(secret: string): string | null {
  try {
    return decodeURIComponent(secret);
  } catch {
    // Not a percent-encoded text.
    return null;
  }
}

/** Header names that are shown: anyone can choose them. */
const SHOWN = /^[A-Za-z0-9_-]{3,80}$/;
/** Most names that are compared. */
const NAMES_MAX = 200;
/** Most letters that may differ. */
const DISTANCE_MAX = 2;

/** The sent name that is similar to the wanted one; null if there is none. */
export function similarName(wanted: string, sent: readonly string[]): string | null {
  const core = coreOf(wanted);
  let best: { name: string; distance: number } | null = null;
  for (const name of sent.slice(0, NAMES_MAX)) {
    if (!SHOWN.test(name) || name.toLowerCase() === wanted) continue;
    const distance = distanceOf(core, coreOf(name));
    if (distance > DISTANCE_MAX || distance * 4 > core.length) continue;
    if (best === null || distance < best.distance) best = { name, distance };
  }
  return best?.name ?? null;
}

/** The name without the prefixes that proxies and frameworks add, and without separators. */
function coreOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/^(?:http[-_])?(?:x[-_])?/, "")
    .replace(/[-_]/g, "");
}

/** The Levenshtein distance; names have at most 80 letters. */
function distanceOf(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > DISTANCE_MAX) return DISTANCE_MAX + 1;
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const same = one[i - 1] === other[j - 1] ? 0 : 1;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
