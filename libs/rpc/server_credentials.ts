import { ServerCredentials } from "@grpc/grpc-js";

/** A server's certificate and key, as PEM. Clients need a certificate that `ca` signed, where there is one. */
export interface ServerTls {
  cert: string;
  key: string;
  ca: string | null;
}

/** How the server proves who it is, and whom it wants to see. */
export function serverCredentials(tls: ServerTls | null): ServerCredentials {
  if (!tls) return ServerCredentials.createInsecure();
  const pair = { private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.cert) };
  const ca = tls.ca === null ? null : Buffer.from(tls.ca);
  return ServerCredentials.createSsl(ca, [pair], ca !== null);
}
