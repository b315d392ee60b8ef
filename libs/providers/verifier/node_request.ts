import type { IncomingMessage } from "node:http";
import { headerValues } from "../headers/header_block.ts";
import type { UnverifiedRequest } from "./webhook_verifier.ts";

/** A request of Node's own server with its body, as the provider called it, unless a proxy changed the URL. */
export function fromNode(
  request: Pick<IncomingMessage, "method" | "url" | "rawHeaders">,
  body: Uint8Array,
  { protocol, originalUrl = request.url }: { protocol: string; originalUrl?: string | undefined },
): UnverifiedRequest {
  const { method = "POST", rawHeaders } = request;
  const headers = (name: string) => headerValues(rawHeaders, name);
  return { method, headers, body, url: `${protocol}://${headers("host")[0] ?? ""}${originalUrl}` };
}
