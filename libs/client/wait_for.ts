import { connectRpc, waitForEvent } from "@hookgate/rpc";
import type { SubscribeTls } from "./subscribe.ts";
import type { SubscribedEvent } from "./subscriber.ts";
import { readEvent } from "./subscriber_stream.ts";

/** Options for {@linkcode waitFor}. */
export interface WaitForOptions<Type extends string = string> {
  /** `host:port` of a dispatcher. */
  address: string;
  /** Exact type. */
  type: Type;
  /** Name of the source. @default {any} */
  source?: string;
  /** A JSON pointer into the body, such as `/data/orderId`, and the value that is there. @default none */
  where?: { pointer: string; value: string | number | boolean };
  /** One that was received at this time or later will do: it may have come before the call. @default {a minute ago} */
  since?: Date;
  /** How long it may take to come, in milliseconds. @default {60_000} */
  timeoutMs?: number;
  /** Bearer token with the scope `view`. @default none */
  token?: string;
  /** As of `subscribe()`. @default plain text */
  tls?: SubscribeTls;
  /** Ends the wait. @default none */
  signal?: AbortSignal;
}

const SINCE_MS = 60_000;

/**
 * Waits until an event was received, for instance in a test of what makes a provider send one. It does not matter whether it
 * came just before the call or comes after it. Resolves to the newest one.
 *
 * @throws {Error} if none comes in time.
 */
export async function waitFor<const Type extends string = string>(
  options: WaitForOptions<Type>,
): Promise<SubscribedEvent<Type>> {
  const { address, type, source, where, token = null, tls, signal, timeoutMs = 60_000 } = options;
  const { since = new Date(Date.now() - SINCE_MS) } = options;
  const { ca = null, cert = null, key = null } = tls ?? {};
  const client = connectRpc({ address, security: { token, tls: tls ? { ca, cert, key } : null } });
  try {
    const wanted = {
      type,
      sinceMs: since.getTime(),
      ...(source !== undefined && { source }),
      ...(where && { where: { pointer: where.pointer, value: String(where.value) } }),
    };
    const found = await waitForEvent(client.admin, wanted, {
      timeoutMs,
      ...(signal && { signal }),
    });
    if (!found?.event) throw new Error(`Cannot wait longer for ${type}: ${timeoutMs} ms are over`);
    const { event } = await client.admin.getEvent({ id: found.event.id });
    if (!event) throw new Error(`Cannot read ${found.event.id}: the dispatcher did not send it`);
    return readEvent(event) as SubscribedEvent<Type>;
  } finally {
    client.close();
  }
}
