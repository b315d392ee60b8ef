import { senderName } from "@hookgate/providers";
import type { Silence, SourceFacts } from "./source_facts.ts";

/** What a provider does not do any more, or does because of us. */
export interface ProviderProblem {
  source: string;
  /** A sentence or two. */
  problem: string;
  advice: string;
  sinceMs?: number;
  /** When it ended, if only what it left behind is to be seen to. */
  untilMs?: number;
}

/** What a silence means. */
export function silenceSentence({ type, expected }: Pick<Silence, "type" | "expected">): string {
  const what = type === "" ? "It has" : `Its type ${type} has`;
  return `${what} gone quiet: about ${Math.round(expected)} events come in such a time by habit.`;
}

/** What providers do not do any more, and what they do about an outage of ours, as far as somebody should know. */
export function providerProblems(facts: readonly SourceFacts[]): ProviderProblem[] {
  return facts.flatMap((one) => [
    ...outageProblems(one),
    ...[...(one.silence ? [one.silence] : []), ...one.quietTypes].map((silence) =>
      silenceProblem(one, silence),
    ),
    ...handshakeProblems(one),
  ]);
}

/** None if what it sent during the outage has come again, or will without more. */
function outageProblems({ source, patience }: SourceFacts): ProviderProblem[] {
  const { outage, retries, nextRetryAt, givesUpAt, switchesOffAt, advice, isLost } = patience;
  if (outage === null) return [];
  const isOver = outage.to !== null && retries && !isLost && nextRetryAt === null;
  if (isOver && switchesOffAt === null) return [];
  const facts = [
    retries === false ? "it never tries again" : null,
    nextRetryAt === null ? null : `it tries again next at ${timeText(nextRetryAt)}`,
    givesUpAt === null ? null : `it gives up at ${timeText(givesUpAt)}`,
    switchesOffAt === null ? null : `it switches the endpoint off at ${timeText(switchesOffAt)}`,
  ].filter((fact) => fact !== null);
  const when =
    outage.to === null ? "goes on" : `ended at ${timeText(outage.to)}, give or take a minute`;
  const rest =
    facts.length === 0 ? "whether and when it tries again is not documented" : facts.join(", ");
  const problem = `Our outage since ${timeText(outage.from)} ${when}: ${rest}.`;
  const until = outage.to === null ? {} : { untilMs: outage.to };
  return [{ source: source.name, problem, advice, sinceMs: outage.from, ...until }];
}

function silenceProblem({ source, provider }: SourceFacts, silence: Silence): ProviderProblem {
  const name = senderName(provider);
  return {
    source: source.name,
    problem: silenceSentence(silence),
    advice:
      silence.type === ""
        ? `See whether ${name} still has our URL, and what it says of its last deliveries.`
        : `See whether the webhook at ${name} still asks for this type.`,
    sinceMs: silence.since,
  };
}

function handshakeProblems({ source, provider, handshake }: SourceFacts): ProviderProblem[] {
  if (!handshake?.problem) return [];
  const { problem, lastOkAt } = handshake;
  return [
    {
      source: source.name,
      problem: `Its recurring handshake ${problem === "late" ? "has stopped" : "failed last"}.`,
      advice: `${provider.name} may stop sending: see its settings of the webhook.`,
      ...(lastOkAt !== null && { sinceMs: lastOkAt }),
    },
  ];
}

/** To the minute: outages are known no better. */
function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16)}Z`;
}
