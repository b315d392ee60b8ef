import type { ConsoleContext } from "../console_context.ts";
import { HttpProblem } from "./http_problem.ts";

/** Largest body of a request, in bytes: a thousand ids and a reason are 50 KiB. */
export const BODY_BYTES_MAX = 256 * 1024;

const TOO_LARGE = `The body is larger than ${BODY_BYTES_MAX} bytes.`;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads the JSON of a request. Only JSON is taken: a page of another host cannot send that without asking first.
 *
 * @throws {HttpProblem} 413, 415, or 400 if it is not JSON.
 */
export async function readBody(ctx: ConsoleContext): Promise<unknown> {
  if (ctx.request.type !== "application/json") {
    throw new HttpProblem(415, "unsupported_media_type", "Send the request as application/json.");
  }
  const bytes = await readBytes(ctx);
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch (cause) {
    throw new HttpProblem(400, "invalid_argument", "The body is not JSON in UTF-8.", { cause });
  }
}

async function readBytes({ req }: ConsoleContext): Promise<Buffer> {
  const tooLarge = () =>
    new HttpProblem(413, "body_too_large", TOO_LARGE, { headers: { connection: "close" } });
  if (Number(req.headers["content-length"] ?? 0) > BODY_BYTES_MAX) throw tooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
