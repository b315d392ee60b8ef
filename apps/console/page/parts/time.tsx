import type { JSX } from "preact";
import { formatExact, formatRelative } from "../lib/format.ts";
import { useNow } from "../lib/use_now.ts";

/** A time as people say it; the exact one, in both zones, on hover. */
export function Time({ ms }: { ms: number | undefined }): JSX.Element {
  const now = useNow();
  if (ms === undefined) return <span class="faint">–</span>;
  return (
    <time dateTime={new Date(ms).toISOString()} title={formatExact(ms)}>
      {formatRelative(ms, now)}
    </time>
  );
}
