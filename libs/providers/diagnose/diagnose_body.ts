import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from "node:zlib";
import { reserialisations } from "./diagnose_json.ts";
import { alsoTime, type BodyChange, type Trial, triableOf } from "./diagnose_trial.ts";

/** Longest body that is changed as text, in bytes. */
const TEXT_BYTES_MAX = 1024 * 1024;
/** Longest body that is decompressed, and its largest result, in bytes. */
const COMPRESSED_BYTES_MAX = 1024 * 1024;
const INFLATED_BYTES_MAX = 4 * 1024 * 1024;

const SIGNING: ReadonlySet<string> = new Set(["hmac", "hash", "public_key"]);

/** What happened to the body between the signer and the edge, if undoing it makes the signature right. */
export function bodyDiagnoses(trial: Trial): string[] {
  // A body that is not signed cannot break the signature.
  if (!triableOf(trial.provider.recipe).some(({ kind }) => SIGNING.has(kind))) return [];
  for (const changes of [edges, inflated, charsets, forms, reserialisations]) {
    for (const [body, what] of changes(trial)) {
      const match = trial.match({ request: { body } });
      if (match !== null)
        return [`The signature is right for another body: ${what}.${alsoTime(match)}`];
      // Making the next candidate costs work, too.
      if (trial.isSpent()) return [];
    }
  }
  return [];
}

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

function* edges({ request: { body } }: Trial): Generator<BodyChange> {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (bytes.length === 0) return;
  if (bytes.at(-1) === 0x0a) {
    const end = bytes.at(-2) === 0x0d ? -2 : -1;
    yield [bytes.subarray(0, end), "a line break was added at its end after it was signed"];
  }
  yield [Buffer.concat([bytes, Buffer.from("\n")]), "the line break at its end was removed"];
  yield [Buffer.concat([bytes, Buffer.from("\r\n")]), "the CR and LF at its end were removed"];
  const text = bytes.toString("latin1");
  const trimmed = text.trim();
  if (trimmed.length < text.length) {
    yield [Buffer.from(trimmed, "latin1"), "white space was added around it"];
  }
  if (bytes.subarray(0, 3).equals(BOM)) {
    yield [bytes.subarray(3), "a byte order mark was added before it"];
  } else {
    yield [Buffer.concat([BOM, bytes]), "the byte order mark before it was removed"];
  }
  if (text.includes("\r\n")) {
    yield [
      Buffer.from(text.replaceAll("\r\n", "\n"), "latin1"),
      "its line breaks became CR and LF",
    ];
  }
  if (/[^\r]\n/.test(text)) {
    const crlf = text.replace(/\r?\n/g, "\r\n");
    yield [Buffer.from(crlf, "latin1"), "its line breaks were CR and LF and became LF"];
  }
  yield [Buffer.alloc(0), "an empty one was signed; was the body read before it was signed?"];
}

const CODINGS = [
  ["gzip", gunzipSync],
  ["zlib", inflateSync],
  ["deflate", inflateRawSync],
  ["brotli", brotliDecompressSync],
] as const;

function* inflated({ request: { body }, spend }: Trial): Generator<BodyChange> {
  if (body.length > COMPRESSED_BYTES_MAX || body.length === 0) return;
  for (const [name, inflate] of CODINGS) {
    const bytes = tryInflate(inflate, body);
    if (bytes === null) continue;
    if (!spend(bytes.length)) return;
    yield [bytes, `it was signed before it was compressed (${name}); send it uncompressed`];
  }
}

function tryInflate(inflate: (typeof CODINGS)[number][1], body: Uint8Array): Buffer | null {
  try {
    return inflate(body, { maxOutputLength: INFLATED_BYTES_MAX });
  } catch {
    // Not compressed in this way, or too large.
    return null;
  }
}

function* charsets({ request: { body }, spend }: Trial): Generator<BodyChange> {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (bytes.length > TEXT_BYTES_MAX || !bytes.some((byte) => byte > 0x7f)) return;
  if (!spend(bytes.length)) return;
  const text = bytes.toString("utf8");
  if (!text.includes("\ufffd") && /^[\0-\xff]*$/.test(text)) {
    yield [Buffer.from(text, "latin1"), "it was signed in Latin-1, and converted to UTF-8"];
  }
  yield [Buffer.from(bytes.toString("latin1")), "it was signed in UTF-8, and converted to Latin-1"];
  for (const form of ["NFC", "NFD"] as const) {
    const normal = text.normalize(form);
    if (normal !== text) yield [Buffer.from(normal), `its letters were not composed as ${form}`];
  }
}

const FORM = /^application\/x-www-form-urlencoded\s*(?:;|$)/i;

function* forms({ request: { headers, body }, spend }: Trial): Generator<BodyChange> {
  if (!FORM.test(headers("content-type")[0] ?? "") || body.length > TEXT_BYTES_MAX) return;
  if (!spend(body.length)) return;
  const text = Buffer.from(body).toString("latin1");
  const what = "its form fields were encoded again";
  const plus = new URLSearchParams(Buffer.from(body).toString()).toString();
  for (const one of [plus, plus.replaceAll("+", "%20"), text.replaceAll("%20", "+")]) {
    if (one !== text) yield [Buffer.from(one, "latin1"), what];
  }
  const lower = text.replace(/%[0-9A-F]{2}/gi, (escaped) => escaped.toLowerCase());
  if (lower !== text) yield [Buffer.from(lower, "latin1"), what];
}
