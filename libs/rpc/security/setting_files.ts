import { createPrivateKey, X509Certificate } from "node:crypto";
import { open } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import { StartError } from "@hookgate/types";
import type { RpcEnv } from "./rpc_env.ts";

/** Largest file of certificates or tokens, in bytes. */
const FILE_BYTES_MAX = 1024 * 1024;

const decoder = new TextDecoder();

/**
 * Reads the file that a variable names.
 *
 * @throws {StartError} that names the variable and the file, if it cannot be read or is too large.
 */
export async function readSettingFile(variable: string, path: string): Promise<string> {
  try {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      if (size > FILE_BYTES_MAX) throw new RangeError(`it has more than ${FILE_BYTES_MAX} bytes`);
      // Without a byte order mark, which JSON must not have.
      return decoder.decode(await file.readFile());
    } finally {
      await file.close();
    }
  } catch (error) {
    const { message: problem } = error as Error;
    throw new StartError(`Cannot read the file of ${variable}, ${path}: ${problem}`, {
      cause: error,
    });
  }
}

/** Contents of the TLS files, as PEM; null for those that are not set. */
export interface TlsFiles {
  cert: string | null;
  key: string | null;
  ca: string | null;
}

/**
 * Reads the TLS files and checks that they can be used.
 *
 * @throws {StartError} that names the variables, if a file cannot be read, is not PEM, or the key does not belong to the certificate.
 */
export async function readTlsFiles(paths: NonNullable<RpcEnv["rpcTls"]>): Promise<TlsFiles> {
  const read = async (variable: string, path: string | null) =>
    path === null ? null : await readSettingFile(variable, path);
  const files = {
    cert: await read("RPC_TLS_CERT", paths.cert),
    key: await read("RPC_TLS_KEY", paths.key),
    ca: await read("RPC_TLS_CA", paths.ca),
  };
  if ((files.cert === null) !== (files.key === null)) {
    throw new StartError("Cannot use TLS: RPC_TLS_CERT and RPC_TLS_KEY need each other");
  }
  const { cert, key, ca } = files;
  if (cert !== null) attempt("RPC_TLS_CERT", () => tryCertificates(cert));
  if (key !== null) attempt("RPC_TLS_KEY", () => tryKey(key));
  if (ca !== null) attempt("RPC_TLS_CA", () => tryCertificates(ca));
  if (cert !== null && key !== null) {
    attempt("RPC_TLS_CERT and RPC_TLS_KEY", () => tryPair(cert, key));
  }
  return files;
}

const CERTIFICATE = "-----BEGIN CERTIFICATE-----";
const KEY = "PRIVATE KEY-----";

/** Node takes an empty text for none at all, and of authorities those that it can read: then nobody could connect. */
function tryCertificates(text: string): void {
  const [, ...parts] = text.split(CERTIFICATE);
  if (parts.length === 0) throw new Error("there is no certificate in it");
  for (const [index, part] of parts.entries()) {
    try {
      new X509Certificate(CERTIFICATE + part);
    } catch (cause) {
      const which = parts.length === 1 ? "the certificate" : `certificate ${index + 1}`;
      throw new Error(`${which} in it is cut off or damaged`, { cause });
    }
  }
}

function tryKey(text: string): void {
  if (!text.includes(KEY)) throw new Error("there is no private key in it");
  createPrivateKey(text);
}

function tryPair(cert: string, key: string): void {
  if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) {
    throw new Error("the key belongs to another certificate");
  }
  createSecureContext({ cert, key });
}

function attempt(variables: string, use: () => void): void {
  try {
    use();
  } catch (error) {
    const { message: problem } = error as Error;
    throw new StartError(`Cannot use ${variables}: ${problem}`, { cause: error });
  }
}
