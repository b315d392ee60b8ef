import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { act, CallProblem, read, session } from "../lib/api.ts";
import { replayCommand } from "../lib/commands.ts";
import { formatSpan, plural } from "../lib/format.ts";
import type { Answer, Delivery, ReplayFilter } from "../lib/wire.ts";
import { FormEnd, ReasonInput, useWork } from "./action_form.tsx";
import { Notes } from "./notices.tsx";
import { Outside } from "./outside.tsx";
import { Panel } from "./panel.tsx";
import { State } from "./state.tsx";

/** What may be tried first: one delivery of an event. */
export interface Probe {
  id: string;
  eventId: string;
}

/** Options for {@linkcode ReplayPanel}. */
export interface ReplayPanelProps {
  title: string;
  filter: ReplayFilter;
  /** Absent if there is only one. */
  probe?: Probe | undefined;
  /** Called with the replay's id. */
  done: (replay: string) => void;
  close: () => void;
}

/** Deliveries per second; 0 leaves it to the dispatcher. */
const RATES: readonly (readonly [number, string])[] = [
  [0, "200 a second"],
  [1, "one a second"],
  [10, "10 a second"],
  [1_000, "1,000 a second"],
];

/** Longest reason, in characters: one that is tried first says so behind it. */
const REASON_CHARS_MAX = 480;

/** What to replay, how many that are, why, how fast, one first: all in one panel. */
export function ReplayPanel({ title, filter, probe, done, close }: ReplayPanelProps): JSX.Element {
  const [tried, setTried] = useState<Delivery | null>(null);
  const count = useCount(filter, tried?.state);
  const [reason, setReason] = useState("");
  const [rate, setRate] = useState(0);
  const work = useWork();
  const replayAll = async (event: Event) => {
    event.preventDefault();
    const made = await work.run(async () => {
      const { replay } = await act("createReplay", { filter, reason, perSecond: rate });
      done(replay?.id ?? "");
    });
    if (made) close();
  };
  const tryOne = (one: Probe) =>
    work.run(async () => setTried(await replayOne(one, `${reason} (one first)`)));
  return (
    <Panel title={title} close={close}>
      <form onSubmit={replayAll}>
        <Count count={count} />
        <ReasonInput reason={reason} set={setReason} required charsMax={REASON_CHARS_MAX} />
        <label>
          How fast
          <select
            value={String(rate)}
            onChange={({ currentTarget }) => setRate(Number(currentTarget.value))}
          >
            {RATES.map(([perSecond, words]) => (
              <option key={perSecond} value={String(perSecond)}>
                {words}
              </option>
            ))}
          </select>
        </label>
        {tried && <Tried delivery={tried} />}
        <FormEnd
          work={work}
          button={tried ? "Replay the rest" : "Replay"}
          command={replayCommand(filter, { reason, rate })}
        >
          {probe && (
            <button
              type="button"
              disabled={work.busy || session.readonly || reason === ""}
              title="Replays one, and shows what comes of it before the rest"
              onClick={() => void tryOne(probe)}
            >
              Try one first
            </button>
          )}
        </FormEnd>
      </form>
    </Panel>
  );
}

type Counted = Answer<"createReplay"> | CallProblem | null;

/** How many deliveries a filter has now, counted again when one was tried. */
function useCount(filter: ReplayFilter, tried: Delivery["state"] | undefined): Counted {
  const [counted, setCounted] = useState<Counted>(null);
  const key = JSON.stringify(filter);
  useEffect(() => {
    if (session.readonly) return;
    const ask = act("createReplay", { filter: JSON.parse(key) as ReplayFilter, dryRun: true });
    ask.then(setCounted, (error: unknown) => {
      if (error instanceof CallProblem) setCounted(error);
    });
  }, [key, tried]);
  return counted;
}

function Count({ count }: { count: Counted }): JSX.Element {
  if (count === null) return <p class="note">Counting…</p>;
  if (count instanceof CallProblem) {
    return (
      <p class="problem" role="alert">
        {count.message}
      </p>
    );
  }
  const { matched, countedAll, bySubscription, notes } = count;
  return (
    <div class="count">
      <p>
        <b>{plural(matched, "delivery", "deliveries")}</b>
        {countedAll ? "" : " or more"} to make
      </p>
      <ul>
        {bySubscription.map(({ subscription, deliveries }) => (
          <li key={subscription}>
            {subscription} <span class="faint">{deliveries}</span>
          </li>
        ))}
      </ul>
      <Notes of={notes} />
    </div>
  );
}

function Tried({ delivery }: { delivery: Delivery }): JSX.Element {
  const last = delivery.attempts.at(-1);
  return (
    <p class="tried" role="status">
      One first: <State name={delivery.state} />
      {last && ` in ${formatSpan(last.durationMs)}`}
      {last && last.error !== "" && (
        <span class="error">
          <Outside text={last.error} />
        </span>
      )}
    </p>
  );
}

const TRIED_EVERY_MS = 400;

/** How long one is waited for, in milliseconds: a handler's own time is a minute at most by default. */
const TRIED_MS_MAX = 60_000;

/** Replays one, and waits for its first attempt. */
async function replayOne({ id, eventId }: Probe, reason: string): Promise<Delivery | null> {
  const { deliveries: before } = await read("getEvent", { id: eventId });
  const known = new Set(before.map((delivery) => delivery.id));
  await act("createReplay", { filter: { ids: [id] }, reason });
  const until = Date.now() + TRIED_MS_MAX;
  while (Date.now() < until) {
    const { deliveries } = await read("getEvent", { id: eventId });
    const made = deliveries.find((delivery) => !known.has(delivery.id));
    if (made && made.state !== "running" && made.attempts.length > 0) return made;
    await new Promise((resolve) => setTimeout(resolve, TRIED_EVERY_MS));
  }
  return null;
}
