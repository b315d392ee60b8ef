import { LineBudget } from "@hookgate/async";
import type { DiagLogger } from "@opentelemetry/api";
import { boundText } from "../bound_text.ts";
import type { Log } from "../create_log.ts";

/** A collector that is away fails every few seconds: one line is written in this time, in milliseconds. */
const LINE_EVERY_MS = 60_000;

/** Of what the SDK says; an answer of the collector may be a page. */
const DETAIL_CHARS_MAX = 500;

/** Writes to the log what the SDK complains of, at a bounded rate. Events are not affected by any of it. */
export function diagnosticsTo(log: Log, monotonic = () => performance.now()): DiagLogger {
  const budget = new LineBudget({ monotonic, linesMax: 1, windowMs: LINE_EVERY_MS });
  const complain = (message: string, ...more: unknown[]) => {
    const omitted = budget.take();
    if (omitted === null) return;
    const detail = boundText(describe([message, ...more]), DETAIL_CHARS_MAX);
    log.warn({ detail, omitted }, "a problem with traces: spans may be missing, events are not");
  };
  const ignore = () => {};
  return { error: complain, warn: complain, info: ignore, debug: ignore, verbose: ignore };
}

/** The SDK writes an error as the JSON of its properties, stack included: only what it says is of use. */
function describe(parts: readonly unknown[]): string {
  return parts
    .map((part) => (typeof part === "string" ? messageOf(part) : ""))
    .join(" ")
    .trim();
}

function messageOf(text: string): string {
  try {
    const { message, code } = JSON.parse(text) as { message?: string; code?: string };
    return message || code || text;
  } catch {
    return text;
  }
}
