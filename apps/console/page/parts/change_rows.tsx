import type { JSX } from "preact";
import type { Change } from "../lib/wire.ts";
import { Time } from "./time.tsx";

/** Changes, a row each. */
export function ChangeRows({ changes }: { changes: readonly Change[] }): JSX.Element {
  return (
    <ul class="rows changes">
      {changes.map(({ id, atMs, kind, subject, text }) => (
        <li key={id}>
          <span class="kind">{kind}</span>
          <span>
            {subject !== "" && <b>{subject}</b>} {text}
          </span>
          <span class="spring" />
          <Time ms={atMs} />
        </li>
      ))}
    </ul>
  );
}
