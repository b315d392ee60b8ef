import { generateKeyPairSync } from "node:crypto";
import { makeCertificate } from "@hookgate/signature";

/** Certificate and private key of an https server, in PEM. */
export interface ServerCertificate {
  cert: string;
  key: string;
}

/** Makes a self-signed certificate for a server named `example`, valid for an hour. */
export function serverCertificate(): ServerCertificate {
  const keys = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  return {
    cert: makeCertificate(keys, { from: Date.now() - 1_000, to: Date.now() + 3_600_000 }),
    key: String(keys.privateKey.export({ format: "pem", type: "pkcs8" })),
  };
}
