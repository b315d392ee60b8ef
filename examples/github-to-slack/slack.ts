import { type HandlerContext, type HandlerEvent, PermanentError } from "hookgate/types";

interface Push {
  ref?: string;
  repository?: { full_name?: string };
  pusher?: { name?: string };
  commits?: { message?: string }[];
}

/** Says in Slack what was pushed. Slack has no idempotency: a retry after a lost answer says it twice, which does no harm. */
export async function handle(event: HandlerEvent<Push>, context: HandlerContext): Promise<void> {
  const { ref = "", repository, pusher, commits = [] } = event.data;
  const branch = ref.replace("refs/heads/", "");
  const first = commits[0]?.message?.split("\n")[0];
  const text = `${pusher?.name ?? "Somebody"} pushed ${commits.length} commits to ${repository?.full_name}, ${branch}${first ? `: ${first}` : ""}`;
  const answer = await fetch(process.env["SLACK_WEBHOOK_URL"] ?? "", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text }),
    signal: context.signal,
  });
  if (answer.ok) return;
  const problem = `Slack answered ${answer.status}: ${(await answer.text()).slice(0, 200)}`;
  // A channel or a URL that is gone: trying again would not bring it back. 429 and 5xx pass.
  if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) {
    throw new PermanentError(problem);
  }
  throw new Error(problem);
}
