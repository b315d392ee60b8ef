import type { AdminHandlers } from "@hookgate/rpc";

/** The names of enums as JSON has them. */
type ShortName<T extends string> = T extends
  | `DELIVERY_STATE_${infer Name}`
  | `ATTEMPT_OUTCOME_${infer Name}`
  | `HEALTH_STATUS_${infer Name}`
  ? Lowercase<Name>
  : T;

/** A message as the HTTP API sends it: bytes are base64, enums short, what is absent is left out. */
export type Wire<T> = T extends Uint8Array
  ? string
  : T extends readonly (infer Item)[]
    ? Wire<Item>[]
    : T extends string
      ? ShortName<T>
      : T extends object
        ? {
            [Key in keyof T]:
              | Wire<Exclude<T[Key], null>>
              | (null extends T[Key] ? undefined : never);
          }
        : T;

type Sparse<T> = T extends readonly (infer Item)[]
  ? Sparse<Item>[]
  : T extends object
    ? { [Key in keyof T]?: Sparse<T[Key]> | undefined }
    : T;

/** The name of an admin call. */
export type CallName = keyof AdminHandlers;

/** What is sent with a call. */
export type Request<Name extends CallName> = Sparse<Wire<Parameters<AdminHandlers[Name]>[0]>>;

/** What a call answers. */
export type Answer<Name extends CallName> = Wire<Awaited<ReturnType<AdminHandlers[Name]>>>;

export type EventSummary = Answer<"listEvents">["events"][number];
export type WholeEvent = Answer<"getEvent">;
export type StoredEvent = NonNullable<EventSummary["event"]>;
export type Delivery = EventSummary["deliveries"][number];
export type Attempt = Delivery["attempts"][number];
export type Subscription = Answer<"listSubscriptions">["subscriptions"][number];
export type Replay = Answer<"listReplays">["replays"][number];
export type Proposal = Answer<"listProposals">["proposals"][number];
export type Quarantined = Answer<"listQuarantine">["requests"][number];
export type FailureGroup = Answer<"listFailures">["failures"][number];
export type Change = Answer<"listChanges">["changes"][number];
export type ReplayFilter = NonNullable<Request<"createReplay">["filter"]>;
export type Source = Answer<"listSources">["sources"][number];
export type Point = Answer<"getMetricSeries">["series"][number]["points"][number];
