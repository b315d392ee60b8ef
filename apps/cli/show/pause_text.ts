import type { SubscriptionPauseMessage } from "@hookgate/rpc";
import { formatTime } from "./format_time.ts";

/** A pause as a sentence goes on with it: `paused by operator since 2026-…: the machine is moved`. */
export function pauseText({ by, reason, atMs }: SubscriptionPauseMessage): string {
  return `paused by ${by} since ${formatTime(atMs)}${reason && `: ${reason}`}`;
}
