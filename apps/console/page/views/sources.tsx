import type { JSX } from "preact";
import { formatCount, formatSpan } from "../lib/format.ts";
import { Link } from "../lib/route.tsx";
import { useRead } from "../lib/use_read.ts";
import type { Answer, Source } from "../lib/wire.ts";
import { Empty, NoAnswer } from "../parts/notices.tsx";
import { Time } from "../parts/time.tsx";

type Secret = Answer<"listSecrets">["secrets"][number];

/** Who sends: what comes, how it is answered, which secrets verify, and who has gone quiet. */
export function SourcesView(): JSX.Element {
  const { data, problem } = useRead("listSources", {});
  const secrets = useRead("listSecrets", {});
  const list = data?.sources ?? [];
  return (
    <>
      <div class="title">
        <h1>Sources</h1>
      </div>
      <NoAnswer of={{ data, problem: problem ?? secrets.problem }} />
      {data && list.length === 0 && (
        <Empty title="No source yet">
          <p>
            Add one to <code>hookgate.config.ts</code>: a provider and its secret. Then give the
            provider the URL <code>/api/webhooks/&lt;name&gt;</code>.
          </p>
        </Empty>
      )}
      <ul class="cards">
        {list.map((source) => (
          <Card
            key={source.name}
            source={source}
            secrets={(secrets.data?.secrets ?? []).filter(
              (secret) => secret.source === source.name,
            )}
          />
        ))}
      </ul>
    </>
  );
}

const RETRIES: Readonly<Record<string, string>> = {
  true: "it tries again",
  false: "it never tries again",
  undefined: "it does not say whether it tries again",
};

function Card({ source, secrets }: { source: Source; secrets: readonly Secret[] }): JSX.Element {
  const { name, provider, day, ackDeadlineMs, lastReceivedAtMs, patience, handshake } = source;
  const quiet = [...(source.silence ? [source.silence] : []), ...source.quietTypes];
  const query = encodeURIComponent(name);
  const p99Ms = day?.answerTimes?.p99Ms;
  const late = p99Ms !== undefined && ackDeadlineMs !== undefined && p99Ms > ackDeadlineMs;
  return (
    <li class="card">
      <header>
        <h2>{name}</h2>
        <span class="badge">{provider}</span>
        {quiet.length > 0 && <span class="badge amber">quiet</span>}
        {handshake && handshake.problem !== "" && (
          <span class="badge red">handshake {handshake.problem}</span>
        )}
      </header>
      {quiet.map(({ type, problem }) => (
        <p key={type} class="problem">
          {problem}
        </p>
      ))}
      <dl class="numbers small">
        <div>
          <dt>Last</dt>
          <dd>
            <Time ms={lastReceivedAtMs} />
          </dd>
        </div>
        <div>
          <dt>In 24 h</dt>
          <dd>
            <Link href={`/events?source=${query}&last=86400000`}>
              {formatCount(day?.received ?? 0)}
            </Link>
          </dd>
        </div>
        <div class={(day?.refused ?? 0) > 0 ? "bad" : ""}>
          <dt>Refused</dt>
          <dd>
            <Link href={`/quarantine?source=${query}`}>{formatCount(day?.refused ?? 0)}</Link>
          </dd>
        </div>
        <div class={late ? "bad" : ""}>
          <dt>
            Answered, p99{ackDeadlineMs === undefined ? "" : ` of ${formatSpan(ackDeadlineMs)}`}
          </dt>
          <dd>{p99Ms === undefined ? "–" : formatSpan(p99Ms)}</dd>
        </div>
      </dl>
      {patience && (
        <details open={patience.outageFromMs !== undefined}>
          <summary>If we are down: {RETRIES[String(patience.retries)]}</summary>
          <p class="note">{patience.note}</p>
          {patience.advice !== "" && <p class="note">{patience.advice}</p>}
          {patience.nextRetryAtMs !== undefined && (
            <p class="note">
              It tries again <Time ms={patience.nextRetryAtMs} />
            </p>
          )}
          {patience.givesUpAtMs !== undefined && (
            <p class="note">
              It gives up <Time ms={patience.givesUpAtMs} />
            </p>
          )}
          {patience.switchesOffAtMs !== undefined && (
            <p class="note">
              It switches the endpoint off <Time ms={patience.switchesOffAtMs} />
            </p>
          )}
        </details>
      )}
      <table class="secrets">
        <caption class="unseen">Secrets of {name}</caption>
        <tbody>
          {secrets.map(({ secretId, state, use, share, safeToDrop, advice }) => (
            <tr key={secretId}>
              <th scope="row">{secretId}</th>
              <td>
                <span class={safeToDrop ? "badge green" : "badge"}>
                  {safeToDrop ? "safe to drop" : state}
                </span>
              </td>
              <td class="faint" title="Share of this source's requests">
                {use ? `${Math.round(share * 100)} %` : "never used"}
              </td>
              <td>{use ? <Time ms={use.lastUsedAtMs} /> : ""}</td>
              <td class="note">{advice}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </li>
  );
}
