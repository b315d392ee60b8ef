import { setTimeout as delay } from "node:timers/promises";
import { parseHeaderBlock } from "@hookgate/providers";
import type { AdminHandlers, QuarantinedRequestMessage } from "@hookgate/rpc";
import { DOCTOR_SOURCE } from "@hookgate/types";
import { connectionProblem } from "../show/connection_problem.ts";
import { formatSpan } from "../show/format.ts";
import { NoAnswerError, type TrialAnswer } from "./post_trial.ts";
import type { SignedTrial, Trial } from "./sign_trial.ts";
import { failed, type Verdict } from "./verdict.ts";

/** How long a refused request may take into quarantine, in milliseconds. */
const QUARANTINE_MS_MAX = 8_000;
const QUARANTINE_EVERY_MS = 500;

/** Refused requests that are looked at. */
const REFUSED_MAX = 20;

/** Headers without which no signature can be right. */
const SIGNED_HEADERS = ["webhook-id", "webhook-timestamp", "webhook-signature"];

/** There was no answer at all. */
export function unreachable(check: string, base: URL, error: Error): Verdict {
  if (error instanceof NoAnswerError) {
    return failed(
      check,
      `nothing answered at ${base.origin}`,
      "See whether the edge runs, and what is in front of it.",
    );
  }
  const { message } = error;
  const problem = connectionProblem(message);
  const advice =
    problem === null
      ? "Start the edge with npm start, or name its URL with --url."
      : ADVICE[problem];
  return failed(
    check,
    `there is no connection to ${base.origin}: ${message || "refused"}`,
    advice ?? "",
  );
}

const ADVICE: Readonly<Partial<Record<string, string>>> = {
  "certificate expired": "Renew the certificate: providers refuse to send.",
  "certificate not valid yet": "Check the clocks of both machines.",
  "certificate for another name": "Use a certificate that lists the name in --url.",
  "certificate not trusted":
    "Serve the whole chain, intermediate certificates too; for a CA of your own set NODE_EXTRA_CA_CERTS.",
  "server without TLS": "Use http://, or serve TLS there.",
  "unknown host": "The name in --url has no address (DNS).",
  "another protocol": "Another server listens there: check --url and EDGE_PORT.",
  closed: "It closed the connection: it may need https://.",
};

/** An answer that is not the right one. */
export function explainAnswer(check: string, answer: TrialAnswer, base: URL): Verdict {
  const { status, own, location, server } = answer;
  const who = server === "" ? "" : ` by ${server}`;
  const found = `answered ${status}${who}${own?.error ? ` (${own.error})` : ""}`;
  if (status >= 300 && status < 400) {
    const to = location === null ? "" : ` to ${location.slice(0, 200)}`;
    const advice = "Providers follow no redirects: give them, and --url, the URL that it leads to.";
    return failed(check, `${found}, a redirect${to}`, advice);
  }
  if (own === null) {
    const advice = `Something else answers at ${base.origin}: pass /api/webhooks/ on to the edge unchanged.`;
    return failed(check, `${found}, and not by the edge`, advice);
  }
  return failed(check, found, OWN_ADVICE[status] ?? "The edge's log says more.");
}

const OWN_ADVICE: Readonly<Record<number, string>> = {
  404: "The edge has not learnt of the test: it is of an older version, or connected to another store than the dispatcher at DISPATCHER_ADDRESS.",
  413: "The edge runs with another limits.bodyBytesMax than the dispatcher: reload it.",
  429: "This address has sent too many refused requests: try again in 15 minutes.",
  503: "The edge cannot store events now: npx hookgate health says why.",
};

/** Options for {@linkcode explainRefused}. */
export interface ExplainRefusedOptions {
  admin: Pick<AdminHandlers, "listQuarantine" | "getQuarantined">;
  now: () => number;
}

/** Why a right event was refused with 401: what arrived is in quarantine, and can be compared with what was sent. */
export async function explainRefused(
  trial: Trial,
  sent: SignedTrial,
  { admin, now }: ExplainRefusedOptions,
): Promise<Verdict> {
  const sentAt = now();
  const arrived = await findRefused(trial, admin);
  if (arrived === null) {
    const advice = "npx hookgate quarantine list may show why; the edge's log says more.";
    return failed("good event", "its signature was refused, and it is not in quarantine", advice);
  }
  const body = Buffer.from(arrived.body);
  if (!body.equals(sent.body)) return changedVerdict(sent.body, body);
  const names = new Set(parseHeaderBlock(arrived.headers).map(([name]) => name.toLowerCase()));
  const lost = SIGNED_HEADERS.filter((name) => !names.has(name));
  if (lost.length > 0) {
    const advice = "Let what is in front of the edge pass all headers on.";
    return failed("good event", `something removes the header ${lost.join(", ")}`, advice);
  }
  const skewMs = arrived.receivedAtMs - sentAt;
  if (arrived.reason === "stale" || arrived.reason === "future") {
    const state = skewMs < 0 ? "behind" : "ahead of";
    const found = `its time was refused: the edge's clock is ${formatSpan(Math.abs(skewMs))} ${state} this machine's`;
    return failed(
      "clock of the edge",
      found,
      "Set the clock that is wrong, and see why its time service does not.",
    );
  }
  const found = `its signature was refused (${arrived.reason})`;
  return failed(
    "good event",
    found,
    arrived.diagnosis[0] ?? `npx hookgate quarantine show ${arrived.id}`,
  );
}

function changedVerdict(sent: Buffer, arrived: Buffer): Verdict {
  const at = sent.findIndex((byte, index) => arrived[index] !== byte);
  const place = at < 0 ? sent.length : at;
  const found = `something between changes bytes: ${sent.length} were sent and ${arrived.length} arrived, different from byte ${place} on`;
  const advice =
    "Find the proxy, firewall or function that parses bodies and writes them again, and let it pass them unchanged: no signature can be right.";
  return failed("bytes", found, advice);
}

async function findRefused(
  { url, run }: Trial,
  admin: ExplainRefusedOptions["admin"],
): Promise<QuarantinedRequestMessage | null> {
  const until = performance.now() + QUARANTINE_MS_MAX;
  const word = url.pathname.split("/").at(-1) ?? run;
  while (performance.now() < until) {
    const list = {
      source: DOCTOR_SOURCE,
      reason: "",
      includeReleased: false,
      pageSize: REFUSED_MAX,
      pageToken: "",
    };
    const { requests } = await admin.listQuarantine(list);
    const found = requests.find((one) => one.url.includes(word));
    if (found) return (await admin.getQuarantined({ id: found.id })).request ?? null;
    await delay(QUARANTINE_EVERY_MS);
  }
  return null;
}
