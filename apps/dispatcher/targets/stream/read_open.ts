import { type OpenSubscriptionMessage, RpcError } from "@hookgate/rpc";
import { patternsProblem } from "../../subscriptions/patterns_problem.ts";
import type { Room } from "../target.ts";

/** The same as in a configuration. */
const NAME_PATTERN = /^[A-Za-z0-9._-]{1,100}$/;

const EVENTS = { default: 100, max: 10_000 };
const BYTES = { default: 8 * 1024 * 1024, max: 64 * 1024 * 1024 };

/** What a subscriber wants to open. */
export interface Opening {
  name: string;
  /** Type patterns; empty accepts those of the subscription. */
  types: readonly string[];
  /** Source patterns; empty accepts those of the subscription. */
  sources: readonly string[];
  /** Where a new subscription starts, in milliseconds since 1970; null for now, 0 for the first stored event. */
  from: number | null;
  limits: Room;
  /** Whether to replace an existing name's filter. */
  change: boolean;
}

/**
 * Reads the first message of a stream.
 *
 * @throws {RpcError} INVALID_ARGUMENT if it opens nothing, or has an invalid field.
 */
export function readOpen(open: OpenSubscriptionMessage | null): Opening {
  if (!open) throw refusal("the first message has to open a subscription");
  const { subscription, types, sources, outstandingEventsMax, outstandingBytesMax } = open;
  if (!NAME_PATTERN.test(subscription)) {
    throw refusal("subscription needs 1 to 100 letters, digits, dots, dashes or underscores");
  }
  checkPatterns("types", types);
  checkPatterns("sources", sources);
  return {
    name: subscription,
    types,
    sources,
    from: readStart(open),
    change: open.change,
    limits: {
      deliveries: readLimit("outstanding_events_max", outstandingEventsMax, EVENTS),
      bytes: readLimit("outstanding_bytes_max", outstandingBytesMax, BYTES),
    },
  };
}

function checkPatterns(field: string, patterns: readonly string[]): void {
  const problem = patternsProblem(field, patterns);
  if (problem) throw refusal(problem);
}

function readStart({ startPosition, startTimeMs }: OpenSubscriptionMessage): number | null {
  switch (startPosition) {
    case "START_POSITION_UNSPECIFIED":
    case "START_POSITION_NOW":
      return null;
    case "START_POSITION_EARLIEST":
      return 0;
    case "START_POSITION_TIME":
      if (Number.isSafeInteger(startTimeMs) && startTimeMs > 0) return startTimeMs;
      throw refusal("START_POSITION_TIME needs start_time_ms, in milliseconds since 1970");
    default:
      throw refusal(`start_position ${startPosition} is not known here`);
  }
}

function readLimit(field: string, value: number, bounds: { default: number; max: number }): number {
  if (value === 0) return bounds.default;
  if (value > 0 && value <= bounds.max) return value;
  throw refusal(`${field} is 1 to ${bounds.max}, or 0 for ${bounds.default}`);
}

function refusal(problem: string): RpcError {
  return new RpcError("INVALID_ARGUMENT", `Cannot subscribe: ${problem}`);
}
