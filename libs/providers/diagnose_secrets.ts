import type { VerifySecret } from "@hookgate/signature";
import type { Secret, Source } from "@hookgate/types";
import { alsoTime, describeSeconds } from "./diagnose_time.ts";
import { isVerifying, type Match, type Trial } from "./diagnose_trial.ts";

/** Secrets of other sources that are tried. */
const SECRETS_MAX = 500;

/** Which other secret made the signature: one that is out of use, another source's, or the same spelled otherwise. */
export function secretDiagnoses(trial: Trial, sources: readonly Source[]): string[] {
  const old = ownOldSecret(trial);
  if (old !== null) return [old];
  const others = otherSources(trial, sources);
  if (others.length > 0) return others;
  const spelled = spelledOtherwise(trial);
  return spelled === null ? [] : [spelled];
}

function ownOldSecret(trial: Trial): string | null {
  const { source, request } = trial;
  const { receivedAt } = request;
  const old = source.secrets.filter((secret) => !isVerifying(secret, receivedAt));
  const match = trial.match({ secrets: old });
  const secret = old.find(({ id }) => id === match?.secretId);
  if (match === null || secret === undefined) return null;
  const state = describeState(secret, receivedAt);
  return `It was signed with secret "${secret.id}" of this source, which ${state}: the sender still uses it.${alsoTime(match)}`;
}

function describeState({ state, until }: Secret, receivedAt: number): string {
  if (state === "revoked" || until === null) return "is revoked";
  const ago = describeSeconds(Math.ceil((receivedAt - until) / 1_000));
  return `retired on ${showTime(until)}, ${ago} before`;
}

function showTime(at: number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? "a time that is none" : date.toISOString();
}

function otherSources(trial: Trial, sources: readonly Source[]): string[] {
  const others = sources.filter(({ name }) => name !== trial.source.name);
  // The same provider first: that is where secrets are mixed up.
  const same = others.filter(({ provider }) => provider === trial.source.provider);
  const ordered = [...same, ...others.filter((source) => !same.includes(source))];
  const found: string[] = [];
  let left = SECRETS_MAX;
  for (const other of ordered) {
    if (left <= 0) break;
    const secrets = other.secrets.slice(0, left);
    left -= secrets.length;
    const match = trial.match({ secrets });
    if (match !== null) found.push(describeOther(trial, other, match));
  }
  return found;
}

function describeOther({ source, provider }: Trial, other: Source, match: Match): string {
  const made = `It was signed with secret "${match.secretId}" of source "${other.name}"`;
  const why =
    other.provider === source.provider
      ? `another one of ${provider.name}: two endpoints, or test and live mode, are mixed up`
      : "the secrets of the two are mixed up";
  return `${made}, ${why}.${alsoTime(match)}`;
}

interface Spelling {
  /** What is done to the secret; null where that changes nothing or cannot be done. */
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

function spelledOtherwise(trial: Trial): string | null {
  for (const { of, advice } of SPELLINGS) {
    const secrets = trial.secrets.flatMap(({ id, value }): VerifySecret[] => {
      const spelled = of(value);
      return spelled === null || spelled === "" || spelled === value
        ? []
        : [{ id, value: spelled }];
    });
    const match = trial.match({ secrets });
    if (match !== null) {
      return `The signature is right with secret "${match.secretId}" ${advice}.${alsoTime(match)}`;
    }
  }
  return null;
}

/** What a secret's text stands for, where that is text again. */
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
    // It only looks as if it had escapes.
    return null;
  }
}
