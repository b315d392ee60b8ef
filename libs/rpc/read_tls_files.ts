import { createSecureContext } from "node:tls";
import { readSettingFile } from "./read_setting_file.ts";
import type { RpcEnv } from "./rpc_env.ts";

/** Contents of the TLS files, as PEM; null for each that is not set. */
export interface TlsFiles {
  cert: string | null;
  key: string | null;
  ca: string | null;
}

/**
 * Reads the TLS files and tries them.
 *
 * @throws {Error} naming the variables, where a file cannot be read, is no PEM, or the key is not the certificate's.
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
    throw new Error("Cannot use TLS: RPC_TLS_CERT and RPC_TLS_KEY need each other");
  }
  tryPem("RPC_TLS_CERT and RPC_TLS_KEY", { cert: files.cert, key: files.key });
  tryPem("RPC_TLS_CA", { ca: files.ca });
  return files;
}

/** Node takes a CA file without a certificate in it, and would then trust nobody. */
const CERTIFICATE = "-----BEGIN CERTIFICATE-----";

function tryPem(variables: string, pem: Partial<TlsFiles>): void {
  try {
    if (typeof pem.ca === "string" && !pem.ca.includes(CERTIFICATE)) {
      throw new Error("there is no certificate in it");
    }
    const given = Object.entries(pem).filter(([, text]) => text !== null);
    createSecureContext(Object.fromEntries(given));
  } catch (error) {
    const { message: problem } = error as Error;
    throw new Error(`Cannot use ${variables}: ${problem}`, { cause: error });
  }
}
