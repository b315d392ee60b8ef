import type { JSX } from "preact";
import { plural } from "../lib/format.ts";
import { Link } from "../lib/route.tsx";
import type { FailureGroup } from "../lib/wire.ts";
import { Outside } from "./outside.tsx";
import { Time } from "./time.tsx";

/** A group of failures in one row: what fails, how often, and whether it grows. */
export function FailureRow({ failure }: { failure: FailureGroup }): JSX.Element {
  const { id, subscription, frame, dead, attempts, lastAtMs, state } = failure;
  return (
    <li class="failure">
      <Spark values={failure.recent} />
      <Link href={`/failures/${id}`} class="what">
        <b>{subscription}</b>{" "}
        <span class="error">
          <Outside text={failureTitle(failure)} />
        </span>
        {frame !== "" && <span class="faint mono"> {frame}</span>}
      </Link>
      <span class="spring" />
      {failure.returned && state === "open" && <span class="badge amber">came back</span>}
      {state !== "open" && <span class="badge">{state}</span>}
      <span class="counts">
        {dead > 0 && <b class="bad">{plural(dead, "ended dead", "ended dead")}</b>}{" "}
        {plural(attempts, "failed attempt")}
        <Trend failure={failure} />
      </span>
      <Time ms={lastAtMs} />
    </li>
  );
}

/** What fails, in a few words: its class, unless the message says it, and the message. */
export function failureTitle({ kind, errorClass, message }: FailureGroup): string {
  if (message === "") return [errorClass, kind.replaceAll("_", " ")].filter(Boolean).join(": ");
  return message.includes(errorClass) ? message : `${errorClass}: ${message}`;
}

/** The rate now against the hour before; a measured zero is not "no measurement". */
export function Trend({ failure }: { failure: FailureGroup }): JSX.Element {
  const { lastHour, hourBefore } = failure;
  const words = `${lastHour} in the last hour, ${hourBefore} in the hour before`;
  const sign = lastHour > hourBefore ? "▲" : lastHour < hourBefore ? "▼" : "=";
  return (
    <span class={lastHour > hourBefore ? "trend up" : "trend"} title={words}>
      {sign} {lastHour}/h <span class="unseen">{words}</span>
    </span>
  );
}

/** Counts of each ten minutes as bars. */
export function Spark({ values }: { values: readonly number[] }): JSX.Element {
  const max = Math.max(...values, 1);
  return (
    <svg class="spark" viewBox={`0 0 ${Math.max(values.length, 1) * 5} 24`} aria-hidden="true">
      {values.map((value, index) => {
        const height = value === 0 ? 1 : Math.max((value / max) * 22, 2);
        return <rect key={index} x={index * 5} y={24 - height} width="4" height={height} rx="1" />;
      })}
    </svg>
  );
}
