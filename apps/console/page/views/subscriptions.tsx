import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { act } from "../lib/api.ts";
import { commandLine } from "../lib/commands.ts";
import { formatCount } from "../lib/format.ts";
import { Link } from "../lib/route.tsx";
import { useRead } from "../lib/use_read.ts";
import type { Subscription } from "../lib/wire.ts";
import { Empty, NoAnswer } from "../parts/notices.tsx";
import { ActionPanel } from "../parts/panel.tsx";
import { Time } from "../parts/time.tsx";

/** Who wants events, and how far each is. */
export function SubscriptionsView(): JSX.Element {
  const { data, problem, reload } = useRead("listSubscriptions", {}, { everyMs: 3_000 });
  const [open, setOpen] = useState<Subscription | null>(null);
  const list = data?.subscriptions ?? [];
  return (
    <>
      <div class="title">
        <h1>Subscriptions</h1>
      </div>
      <NoAnswer of={{ data, problem }} />
      {data && list.length === 0 && (
        <Empty title="Nobody wants events yet">
          <p>
            Add a subscription to <code>hookgate.config.ts</code>, such as{" "}
            <code>
              {'enrolments: { events: ["course.enrolled"], handler: "./handlers/enrol.ts" }'}
            </code>
            , and reload it. What came before can be replayed to it.
          </p>
        </Empty>
      )}
      <ul class="cards">
        {list.map((subscription) => (
          <Card
            key={subscription.name}
            subscription={subscription}
            countedMax={data?.backlogCountedMax ?? 0}
            act={() => setOpen(subscription)}
          />
        ))}
      </ul>
      {open && (
        <ActionPanel
          title={open.pause ? `Resume ${open.name}` : `Pause ${open.name}`}
          button={open.pause ? "Resume" : "Pause"}
          command={(reason) =>
            commandLine([open.pause ? "resume" : "pause", open.name], { reason })
          }
          run={async (reason) => {
            const request = { name: open.name, reason };
            await act(open.pause ? "resumeSubscription" : "pauseSubscription", request);
            reload();
          }}
          close={() => setOpen(null)}
        >
          <p class="note">
            {open.pause
              ? "Its deliveries are due again. What it missed while its backlog was over its bound is delivered, too."
              : "Its deliveries wait until it is resumed; nothing is lost, and what runs ends."}
          </p>
        </ActionPanel>
      )}
    </>
  );
}

function Card(props: {
  subscription: Subscription;
  countedMax: number;
  act: () => void;
}): JSX.Element {
  const { subscription, countedMax } = props;
  const {
    name,
    kind,
    target,
    types,
    sources,
    pause,
    running,
    backlog,
    oldestDueAtMs,
    breaker,
    heldUntilMs,
    streams,
  } = subscription;
  const more = backlog >= countedMax && countedMax > 0 ? "+" : "";
  return (
    <li class="card">
      <header>
        <h2>{name}</h2>
        <span class="badge">{kind}</span>
        {pause && <span class="badge amber">paused</span>}
        {breaker !== "" && breaker !== "closed" && <span class="badge red">breaker {breaker}</span>}
        {heldUntilMs !== undefined && <span class="badge amber">held</span>}
        {subscription.opened && <span class="badge">opened by a subscriber</span>}
        <span class="spring" />
        <button type="button" onClick={props.act}>
          {pause ? "Resume" : "Pause"}
        </button>
      </header>
      {pause && (
        <p class="note">
          Paused by {pause.by} <Time ms={pause.atMs} />
          {pause.reason === "" ? "" : `: ${pause.reason}`}
        </p>
      )}
      {heldUntilMs !== undefined && (
        <p class="note">
          Its endpoint wants nothing until <Time ms={heldUntilMs} />.
        </p>
      )}
      <p class="faint">
        {target === "" ? readersText(streams) : <span class="mono">{target}</span>}
      </p>
      <p>
        {types.join() === "*" ? "all types" : types.join(", ")}
        {sources.length > 0 && sources.join() !== "*" && ` from ${sources.join(", ")}`}
        {subscription.orderBy !== "" && `, ordered by ${subscription.orderBy}`}
      </p>
      <dl class="numbers small">
        <div>
          <dt>Waiting</dt>
          <dd>
            <Link href={`/events?subscription=${encodeURIComponent(name)}&state=waiting`}>
              {formatCount(backlog)}
              {more}
            </Link>
          </dd>
        </div>
        <div>
          <dt>Running</dt>
          <dd>{formatCount(running)}</dd>
        </div>
        <div>
          <dt>Oldest due</dt>
          <dd>
            <Time ms={oldestDueAtMs} />
          </dd>
        </div>
      </dl>
      <p class="links">
        <Link href={`/events?subscription=${encodeURIComponent(name)}`}>Events</Link>
        <Link href={`/events?subscription=${encodeURIComponent(name)}&state=dead`}>Dead</Link>
        <Link href={`/failures?subscription=${encodeURIComponent(name)}`}>Failures</Link>
      </p>
    </li>
  );
}

function readersText(streams: number): string {
  if (streams === 0) return "nobody listens now: what waits is kept";
  return streams === 1 ? "one stream reads it" : `${streams} streams read it`;
}
