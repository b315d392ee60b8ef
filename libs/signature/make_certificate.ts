import { type KeyObject, sign as signBytes } from "node:crypto";

/** Options for {@linkcode makeCertificate}. */
export interface MakeCertificateOptions {
  /** From when on it is valid, in milliseconds since 1970. */
  from: number;
  /** Until when. */
  to: number;
}

const COMMON_NAME = Buffer.from("0603550403", "hex");
const SHA256_WITH_RSA = Buffer.from("300d06092a864886f70d01010b0500", "hex");
const VERSION_3 = Buffer.from("a003020102", "hex");
const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const UTF8_STRING = 0x0c;
const GENERALIZED_TIME = 0x18;

/** A self-signed X.509 certificate of an RSA key, in PEM: for trying out schemes whose provider has one. */
export function makeCertificate(
  { publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject },
  { from, to }: MakeCertificateOptions,
): string {
  const commonName = der(SEQUENCE, COMMON_NAME, der(UTF8_STRING, Buffer.from("example")));
  const name = der(SEQUENCE, der(SET, commonName));
  const signed = der(
    SEQUENCE,
    VERSION_3,
    der(INTEGER, Buffer.from([1])),
    SHA256_WITH_RSA,
    name,
    der(SEQUENCE, time(from), time(to)),
    name,
    publicKey.export({ format: "der", type: "spki" }),
  );
  const signature = signBytes("sha256", signed, privateKey);
  const bits = der(BIT_STRING, Buffer.from([0]), signature);
  const base64 = der(SEQUENCE, signed, SHA256_WITH_RSA, bits).toString("base64");
  const lines = base64.match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

function time(at: number): Buffer {
  const digits = new Date(at).toISOString().replace(/\.\d+|[-:T]/g, "");
  return der(GENERALIZED_TIME, Buffer.from(digits));
}

function der(tag: number, ...contents: Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const head = length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), content]);
}
