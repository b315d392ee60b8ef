import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { commandLine } from "../lib/commands.ts";
import { formatCount, formatSpan } from "../lib/format.ts";
import { go, Link, type Place, usePlace, withQuery } from "../lib/route.tsx";
import { useRead, useWatch } from "../lib/use_read.ts";
import type { Answer, Change } from "../lib/wire.ts";
import { ChangeRows } from "../parts/change_rows.tsx";
import { Chart } from "../parts/chart.tsx";
import { FailureRow } from "../parts/failure_row.tsx";
import { Command, Notes, Problem, Waiting } from "../parts/notices.tsx";
import { timesOf, valuesOf } from "../parts/points.ts";
import { Time } from "../parts/time.tsx";

const WINDOWS: readonly (readonly [string, number])[] = [
  ["1 h", 3_600_000],
  ["24 h", 86_400_000],
  ["7 d", 7 * 86_400_000],
  ["30 d", 30 * 86_400_000],
];

/** Whether all is well, and if not, whose fault it is and what to do. */
export function OverviewView(): JSX.Element {
  const place = usePlace();
  const windowMs = Number(place.query.get("window") ?? WINDOWS[0]?.[1]);
  const health = useWatch("getHealth", {});
  const series = useRead("getMetricSeries", { windowMs }, { everyMs: 5_000 });
  const failures = useRead("listFailures", { states: ["open"], pageSize: 5 });
  const changes = useRead("listChanges", { pageSize: 50 });
  return (
    <>
      {health.problem ? (
        <section class="verdict-block unspecified" aria-label="Health">
          <h1>Nobody can say now</h1>
        </section>
      ) : health.data ? (
        <Verdict health={health.data} failing={(failures.data?.failures ?? []).length > 0} />
      ) : (
        <Waiting />
      )}
      <Problem of={[health, series, failures, changes]} />
      <section aria-label="Traffic">
        <div class="title">
          <h2>Traffic</h2>
          <span class="spring" />
          <Windows place={place} windowMs={windowMs} />
        </div>
        {series.data && <Traffic series={series.data} changes={changes.data?.changes ?? []} />}
      </section>
      {(failures.data?.failures ?? []).length > 0 && (
        <section aria-label="Open failures">
          <h2>Open failures</h2>
          <ul class="rows">
            {failures.data?.failures.map((failure) => (
              <FailureRow key={failure.id} failure={failure} />
            ))}
          </ul>
        </section>
      )}
      <Lately changes={changes.data?.changes ?? []} />
    </>
  );
}

function Windows({ place, windowMs }: { place: Place; windowMs: number }): JSX.Element {
  return (
    <fieldset class="tabs" aria-label="Window of time">
      {WINDOWS.map(([name, ms]) => (
        <button
          type="button"
          key={name}
          aria-pressed={ms === windowMs}
          onClick={() => go(withQuery(place, { window: String(ms) }), { replace: true })}
        >
          {name}
        </button>
      ))}
    </fieldset>
  );
}

type Fault = Answer<"getHealth">["faults"][number];

/** Who fails in a fault. */
function whoOf({ whose, name }: Fault): string {
  return name === "" ? whose : `${whose} ${name}`;
}

/** Whether it goes on; of one that is over something may be left to do. */
function goesOn({ untilMs }: Fault): boolean {
  return untilMs === undefined;
}

/** What is so now in a few words: whose fault it is, if that is known. */
function headlineOf({ status, faults }: Answer<"getHealth">, failing: boolean): string {
  const [first, ...others] = faults.filter(goesOn);
  if (first) {
    const who = first.name === "" ? `the ${first.whose}` : whoOf(first);
    return `Look at ${who}${others.length > 0 ? ` and ${others.length} more` : ""}`;
  }
  if (status !== "healthy") return status === "unspecified" ? "Not known" : `It is ${status}`;
  if (failing) return "Deliveries succeed, and failures are open";
  return faults.length > 0 ? "All is well now" : "All is well";
}

function Verdict(props: { health: Answer<"getHealth">; failing: boolean }): JSX.Element {
  const { health, failing } = props;
  const { status, problems, notes, faults, queueSize, queueCountedMax, lastProcessedAtMs } = health;
  const told = new Set(faults.map(({ problem }) => problem));
  const shown = status === "healthy" && faults.some(goesOn) ? "degraded" : status;
  return (
    <section class={`verdict-block ${shown}`} aria-label="Health">
      <h1>{headlineOf(health, failing)}</h1>
      <p class="lead">
        {queueSize === 0
          ? "Nothing waits"
          : `${formatCount(queueSize)}${queueSize >= queueCountedMax ? " or more" : ""} waiting`}
        {lastProcessedAtMs !== undefined && (
          <>
            , last delivered <Time ms={lastProcessedAtMs} />
          </>
        )}
      </p>
      {faults.map((fault) => (
        <div class="fault" key={`${whoOf(fault)} ${fault.problem}`}>
          <p>
            <b>{whoOf(fault)}</b> {fault.problem}
            <FaultTime fault={fault} />
          </p>
          {fault.advice !== "" && <p class="note">{fault.advice}</p>}
        </div>
      ))}
      {problems
        .filter((problem) => !told.has(problem))
        .map((problem) => (
          <div class="fault" key={problem}>
            <p>{problem}</p>
          </div>
        ))}
      <Notes of={notes} />
    </section>
  );
}

function FaultTime({ fault: { sinceMs, untilMs } }: { fault: Fault }): JSX.Element | null {
  const at = untilMs ?? sinceMs;
  if (at === undefined) return null;
  return (
    <span class="faint">
      {" "}
      {untilMs === undefined ? "since" : "ended"} <Time ms={at} />
    </span>
  );
}

function Traffic({
  series,
  changes,
}: {
  series: Answer<"getMetricSeries">;
  changes: readonly Change[];
}) {
  const [all] = series.series;
  const times = useMemo(() => timesOf(series), [series]);
  const lines = useMemo(() => {
    const points = all?.points ?? [];
    return [
      {
        label: "received",
        colour: "--accent",
        values: valuesOf(points, times, ({ received }) => received),
      },
      {
        label: "failed attempts",
        colour: "--dead",
        values: valuesOf(points, times, (point) => point.failedAttempts),
      },
    ];
  }, [all, times]);
  const total = all?.total;
  if (!total || (total.received === 0 && total.requests === 0 && total.attempts === 0)) {
    return (
      <div class="empty">
        <h3>Nothing came in this time</h3>
        <p>Send a signed event from a shell:</p>
        <Command line={commandLine(["send", "course.enrolled"])} />
      </div>
    );
  }
  const numbers: [string, string, string][] = [
    ["Received", formatCount(total.received), "/events"],
    ["Delivered", formatCount(total.processed), "/events?state=delivered"],
    ["Dead", formatCount(total.dead), "/events?state=dead"],
    ["Tried again", formatCount(total.retried), "/failures"],
    ["Refused", formatCount(total.refused), "/quarantine"],
    ["Answered in, p99", total.answerTimes ? formatSpan(total.answerTimes.p99Ms) : "–", "/sources"],
    [
      "Handled in, p95",
      total.attemptTimes ? formatSpan(total.attemptTimes.p95Ms) : "–",
      "/subscriptions",
    ],
  ];
  return (
    <>
      <dl class="numbers">
        {numbers.map(([name, value, href]) => (
          <div key={name} class={name === "Dead" && total.dead > 0 ? "bad" : ""}>
            <dt>{name}</dt>
            <dd>
              <Link href={href}>{value}</Link>
            </dd>
          </div>
        ))}
      </dl>
      <Chart
        title="Received and failed"
        times={times}
        lines={lines}
        marks={changes.map(({ atMs, text }) => ({ atMs, text }))}
      />
      <p class="legend">
        <span class="received">received</span> <span class="failed">failed attempts</span>{" "}
        <span class="changed">a change</span>
      </p>
    </>
  );
}

const LATELY = 4;

function Lately({ changes }: { changes: readonly Change[] }): JSX.Element | null {
  if (changes.length === 0) return null;
  return (
    <section aria-label="Lately changed">
      <div class="title">
        <h2>Lately changed</h2>
        <span class="spring" />
        <Link href="/changes" class="quiet">
          All changes
        </Link>
      </div>
      <ChangeRows changes={changes.slice(0, LATELY)} />
    </section>
  );
}
