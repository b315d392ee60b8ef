import type { WebhookEvent } from "@hookgate/types";

/** The types that a pattern stands for: a name is itself, a star is any text. */
export type TypesOf<Pattern extends string> = Pattern extends `${infer Start}*${infer End}`
  ? `${Start}${string}${TypesOf<End>}`
  : Pattern;

/** An event as a subscriber is given it. */
export interface SubscribedEvent<Type extends string = string, Data = unknown>
  extends Omit<WebhookEvent<Data>, "type" | "signature"> {
  /** Stable across retries and replays: what an idempotent subscriber remembers. */
  id: string;
  type: Type;
  source: string;
  provider: string;
  receivedAt: Date;
  /** By lower-case name; several values of one name are joined by `, `. Credentials are left out. */
  headers: Readonly<Record<string, string>>;
  /** The exact bytes received. */
  body: Uint8Array;
}
