import type { JSX } from "preact";
import { formatSpan, plural, shortId } from "../lib/format.ts";
import { Link } from "../lib/route.tsx";
import { useNow } from "../lib/use_now.ts";
import type { Attempt, Delivery } from "../lib/wire.ts";
import { Copy } from "./copy.tsx";
import { Outside } from "./outside.tsx";
import { State } from "./state.tsx";
import { Time } from "./time.tsx";

/** Options for {@linkcode DeliveryCard}. */
export interface DeliveryCardProps {
  delivery: Delivery;
  /** Whether no later one repeats it. */
  latest: boolean;
  retry: () => void;
  cancel: () => void;
  replay: () => void;
  replaySince: () => void;
}

/** One delivery: its state, its attempts on a line of time, and what can be done with it. */
export function DeliveryCard(props: DeliveryCardProps): JSX.Element {
  const { delivery, latest, retry, cancel, replay, replaySince } = props;
  const { id, subscription, state, attempts, generation, reason, nextAttemptAtMs, order } =
    delivery;
  const slowest = Math.max(...attempts.map(({ durationMs }) => durationMs), 1);
  const open = state === "waiting" || state === "dead";
  return (
    <article class={latest ? "delivery" : "delivery earlier"}>
      <header>
        <h3>{subscription}</h3>
        <State name={state} />
        {generation > 1 && <span class="faint">replay {generation - 1}</span>}
        <span class="spring" />
        <span class="together">
          <span class="mono faint" title={id}>
            {shortId(id)}
          </span>
          <Copy text={id} what="the delivery's id" />
        </span>
      </header>
      {state === "waiting" && (
        <p class="note">
          {nextAttemptAtMs === undefined ? (
            "Held back by an earlier delivery of its key"
          ) : (
            <Due delivery={delivery} at={nextAttemptAtMs} />
          )}
        </p>
      )}
      {reason !== "" && (
        <p class="note">
          <Outside text={withoutError(reason, attempts.at(-1))} />
        </p>
      )}
      {order && (
        <p class="note">
          Number {order.position} of key{" "}
          <code>
            <Outside text={order.key === "" ? "none" : order.key} />
          </code>
        </p>
      )}
      <ol class="attempts">
        {attempts.map((attempt, index) => (
          <AttemptLine
            key={attempt.number}
            attempt={attempt}
            slowest={slowest}
            repeats={attempts[index + 1]?.error === attempt.error}
          />
        ))}
      </ol>
      {delivery.interruptions > 0 && (
        <p class="note">
          {plural(delivery.interruptions, "interruption")}, not its fault, not counted
        </p>
      )}
      {latest && (
        <footer>
          {open && (
            <button type="button" onClick={retry}>
              Try now
            </button>
          )}
          {open && (
            <button type="button" class="quiet" onClick={cancel}>
              Cancel
            </button>
          )}
          {(state === "dead" || state === "delivered" || state === "cancelled") && (
            <button type="button" class="quiet" onClick={replay}>
              Replay
            </button>
          )}
          {state === "dead" && (
            <button type="button" class="quiet" onClick={replaySince}>
              All since this one
            </button>
          )}
          {delivery.failure !== "" && (
            <Link href={`/failures/${delivery.failure}`} class="quiet">
              Others that fail like this
            </Link>
          )}
        </footer>
      )}
    </article>
  );
}

/** What is due for so long is not taken, in milliseconds. */
const TAKEN_MS = 10_000;

function Due({ delivery, at }: { delivery: Delivery; at: number }): JSX.Element {
  const now = useNow();
  if (at > now - TAKEN_MS) {
    return (
      <>
        Next attempt <Time ms={at} />
      </>
    );
  }
  return (
    <>
      Due <Time ms={at} />, and not taken yet: see{" "}
      <Link href="/subscriptions">what {delivery.subscription} waits for</Link>
    </>
  );
}

/** Why it is dead without the error itself, which its last attempt shows. */
function withoutError(reason: string, last: Attempt | undefined): string {
  return last && last.error !== "" ? reason.replace(`: ${last.error}`, "") : reason;
}

function AttemptLine(props: { attempt: Attempt; slowest: number; repeats: boolean }): JSX.Element {
  const { attempt, slowest, repeats } = props;
  const { number, startedAtMs, durationMs, outcome, error, response } = attempt;
  return (
    <li class={`attempt ${outcome}`}>
      <span class="when">
        <b>{number}</b> <Time ms={startedAtMs} />
      </span>
      <span class="length" aria-hidden="true">
        <i style={{ width: `${Math.max((durationMs / slowest) * 100, 1)}%` }} />
      </span>
      <span class="took">{formatSpan(durationMs)}</span>
      <span class="outcome">{outcome.replaceAll("_", " ")}</span>
      {error !== "" && !repeats && (
        <pre class="error">
          <Outside text={error} />
        </pre>
      )}
      {response && (
        <details>
          <summary>Answered {response.status}</summary>
          <pre>
            <Outside text={response.body === "" ? "(no body)" : response.body} />
          </pre>
        </details>
      )}
    </li>
  );
}
