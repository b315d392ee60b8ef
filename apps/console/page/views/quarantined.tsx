import type { JSX } from "preact";
import { Link } from "../lib/route.tsx";
import { useRead } from "../lib/use_read.ts";
import { BodyView } from "../parts/body_view.tsx";
import { Copy } from "../parts/copy.tsx";
import { Missing, Problem } from "../parts/notices.tsx";
import { Outside } from "../parts/outside.tsx";
import { Time } from "../parts/time.tsx";
import { EventLink, Headers } from "./event.tsx";
import { NOT_DIAGNOSED, Release } from "./quarantine.tsx";

/** One refused request. */
export function QuarantinedView({ id }: { id: string }): JSX.Element {
  const { data, problem, reload } = useRead("getQuarantined", { id }, { everyMs: 0 });
  const request = data?.request;
  if (!request) {
    return (
      <Missing what="request" of={{ problem }}>
        <p>
          Refused requests are kept for a week by default.{" "}
          <Link href="/quarantine">All that are kept</Link>
        </p>
      </Missing>
    );
  }
  const { source, provider, reason, diagnosis, releasedAs } = request;
  return (
    <>
      <div class="title">
        <h1>Refused: {reason.replaceAll("_", " ")}</h1>
      </div>
      <p class="lead">
        from <Link href={`/quarantine?source=${encodeURIComponent(source)}`}>{source}</Link> (
        {provider}), <Time ms={request.receivedAtMs} /> <span class="mono faint">{id}</span>{" "}
        <Copy text={id} what="the id" />
      </p>
      <Problem of={{ problem }} />
      {(diagnosis.length > 0 ? diagnosis : [NOT_DIAGNOSED]).map((sentence) => (
        <p class="sentence" key={sentence}>
          <Outside text={sentence} />
        </p>
      ))}
      {releasedAs === "" && !request.unread && <Release source={source} ids={[id]} done={reload} />}
      {releasedAs !== "" && (
        <p class="done">
          Released as <EventLink id={releasedAs} />
        </p>
      )}
      <dl class="pairs">
        <dt>Request</dt>
        <dd class="mono">
          {request.method} <Outside text={request.url} />
        </dd>
        <dt>Address</dt>
        <dd class="mono">
          {request.address}
          {request.addressChain !== request.address && ` by way of ${request.addressChain}`}
        </dd>
      </dl>
      {request.unread ? (
        <p class="note">Its body is not kept, so it cannot be verified again.</p>
      ) : request.encrypted ? (
        <p class="note">
          Its body is kept encrypted, because {source} protects data. Verifying and releasing it
          work all the same.
        </p>
      ) : (
        <BodyView body={request.body} />
      )}
      <Headers block={request.headers} />
    </>
  );
}
