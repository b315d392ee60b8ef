import type { RecipientTarget } from "@hookgate/config";
import type { EndpointConnections } from "../targets/endpoint/endpoint_connections.ts";
import { signDelivery } from "../targets/endpoint/sign_delivery.ts";
import { type Message, messageText, moreText, timeText } from "./message.ts";
import { plainText } from "./plain_text.ts";

/** Longest part of an answer that is shown, in characters. */
const ANSWER_CHARS_MAX = 200;

/** Longest text of one block in Slack, in characters. */
const BLOCK_CHARS_MAX = 2_900;

type PostTarget<Kind extends RecipientTarget["kind"]> = Extract<RecipientTarget, { kind: Kind }>;

/** Options for {@linkcode Posts.endpoint} and {@linkcode Posts.slack}. */
export interface PostOptions {
  /** In milliseconds since 1970. */
  now: number;
  signal: AbortSignal;
}

/** A message that was answered with anything but 2xx. */
export class RefusedMessage extends Error {
  override name = "RefusedMessage";
  /** The answer's header. */
  readonly retryAfter: string | null;

  constructor(words: string, retryAfter: string | null) {
    super(words);
    this.retryAfter = retryAfter;
  }
}

/** Sends messages over HTTP, to addresses that are allowed. */
export class Posts {
  readonly #connections: EndpointConnections;

  constructor(connections: EndpointConnections) {
    this.#connections = connections;
  }

  /** Posts a message in Standard Webhooks; returns the answer in words. */
  endpoint(
    message: Message,
    target: PostTarget<"endpoint">,
    options: PostOptions,
  ): Promise<string> {
    const { url, secrets, headers } = target;
    const { id, title, lines, more, at } = message;
    const data = {
      title,
      matters: lines.map(({ since, until, link, ...line }) => ({
        ...line,
        since: timeText(since),
        until: until === null ? null : timeText(until),
        link,
      })),
      more,
    };
    const type = lines[0]?.kind === "test" ? "hookgate.test" : "hookgate.notification";
    const body = Buffer.from(JSON.stringify({ type, timestamp: timeText(at), data }));
    const own = Object.fromEntries(headers.map(({ name, value }) => [name, value]));
    const signed = signDelivery({ id, body }, { secrets, now: options.now });
    return this.#post(url, body, { ...options, headers: { ...own, ...signed } });
  }

  /** Posts a message to an incoming webhook of Slack; returns the answer in words. */
  slack(message: Message, { url }: PostTarget<"slack">, options: PostOptions): Promise<string> {
    const body = Buffer.from(JSON.stringify(slackBody(message)));
    return this.#post(url, body, { ...options, headers: {} });
  }

  async #post(
    url: string,
    body: Uint8Array,
    { headers, signal }: Pick<PostOptions, "signal"> & { headers: Record<string, string> },
  ): Promise<string> {
    const { host } = new URL(url);
    const sent = {
      "content-type": "application/json",
      "user-agent": "hookgate",
      ...headers,
      "content-length": String(body.length),
    };
    const answer = await this.#connections.post(new URL(url), { headers: sent, body, signal });
    const said = plainText(Buffer.from(answer.body).toString(), ANSWER_CHARS_MAX);
    const words = `${host} answered ${answer.status}${said === "" ? "" : `: ${said}`}`;
    if (answer.status < 200 || answer.status > 299) {
      throw new RefusedMessage(words, answer.retryAfter);
    }
    return words;
  }
}

/**
 * A message as Slack shows it. Texts can come from events, so they are in blocks of plain text, where nothing is a mention, a link or
 * a format; `text` is what notifications and old clients show.
 */
export function slackBody(message: Message): object {
  const { title, lines, more } = message;
  const plain = (text: string) => ({
    type: "section",
    text: { type: "plain_text", text: text.slice(0, BLOCK_CHARS_MAX), emoji: false },
  });
  const links = (link: string | null) =>
    link === null
      ? []
      : [
          {
            type: "context",
            elements: [{ type: "mrkdwn", text: `<${escapeSlack(link)}|Console>` }],
          },
        ];
  const blocks = [
    plain(title),
    ...lines.flatMap((line) => [
      plain(messageText({ ...message, lines: [{ ...line, link: null }], more: 0 })),
      ...links(line.link),
    ]),
    ...moreText(more).map(plain),
  ];
  const text = escapeSlack(title);
  return { text, mrkdwn: false, unfurl_links: false, unfurl_media: false, blocks };
}

/** The three characters by which Slack's own syntax begins. */
function escapeSlack(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
