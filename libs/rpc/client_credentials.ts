import { type ChannelCredentials, credentials } from "@grpc/grpc-js";

/** What a client checks the server with, and proves itself with, as PEM. */
export interface ClientTls {
  /** Who signs servers' certificates; null trusts whom Node trusts. */
  ca: string | null;
  /** The client's own, for a server that wants to see one. */
  cert: string | null;
  key: string | null;
}

/** How a client checks the server, and proves who it is. */
export function clientCredentials(tls: ClientTls | null): ChannelCredentials {
  if (!tls) return credentials.createInsecure();
  const pem = (text: string | null) => (text === null ? null : Buffer.from(text));
  return credentials.createSsl(pem(tls.ca), pem(tls.key), pem(tls.cert));
}
