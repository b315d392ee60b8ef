import { NOTICE_KINDS } from "@hookgate/types";
import { z } from "zod";
import type { MailServer, NotifyConfig, Recipient } from "../config.ts";
import { canonicalHost } from "./addresses.ts";
import { boundedNumber, either, strictObject } from "./combinators.ts";
import { endpointHeadersSchema } from "./endpoint_headers_schema.ts";
import {
  keptSecrets,
  nameSecrets,
  type SecretSchemaOptions,
  secretsSchema,
  secretTextSchema,
  signingSecretSchema,
  UNSET_SECRET,
} from "./secret_schema.ts";
import { endpointUrlSchema, findSecretProblems } from "./subscription_schema.ts";

/** Mail addresses of one recipient. */
const ADDRESSES_MAX = 20;

const ADDRESS_CHARS_MAX = 254;

/** One address, without a name: nothing in it can begin a header or another address. */
const ADDRESS = /^[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[A-Za-z0-9.-]{1,190}$/;

const TEXT_CHARS_MAX = 1_000;

/** A recipient without its name. */
type ReadRecipient = Omit<Recipient, "name">;

/** Ports by how a mail server is spoken to. */
const PORTS = { starttls: 587, tls: 465, none: 25 } as const;

const KINDS = ["endpoint", "slack", "email"] as const;

/** Keys that belong to one kind of recipient. */
const OF_KIND = {
  secret: "endpoint",
  secrets: "endpoint",
  headers: "endpoint",
  from: "email",
  smtp: "email",
} as const;

const mailAddress = z
  .string()
  .max(ADDRESS_CHARS_MAX)
  .regex(ADDRESS, { error: "must be a mail address without a name, such as ops@example.com" });

const mailAddresses = either({
  when: Array.isArray,
  first: z.array(mailAddress).min(1).max(ADDRESSES_MAX),
  second: mailAddress.transform((address) => [address]),
});

const mailHost = z.string().transform((text, context): string => {
  const host = canonicalHost(text);
  if (host !== null) return host;
  const message = "must be an exact host name or an address, such as smtp.example.com";
  context.addIssue({ code: "custom", message });
  return z.NEVER;
});

function mailServer(options: SecretSchemaOptions) {
  return strictObject({
    host: mailHost,
    port: boundedNumber({ min: 1, max: 65_535 }).optional(),
    tls: z.enum(["starttls", "tls", "none"]).default("starttls"),
    user: z.string().min(1).max(TEXT_CHARS_MAX).optional(),
    password: secretTextSchema(options).optional(),
  }).transform(({ host, port, tls, user, password }, context): MailServer => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message });
    if (user !== undefined && password === undefined)
      refuse("password", "is missing: user has one");
    if (user === undefined && password !== undefined)
      refuse("user", "is missing: whose password is it?");
    if (tls === "none" && password !== undefined) {
      refuse("tls", "would send the password for anyone to read: use starttls or tls");
    }
    const login = user === undefined || password === undefined ? null : { user, password };
    return { host, port: port ?? PORTS[tls], tls, login };
  });
}

/** Where Slack takes messages. Whoever knows it can write to the channel, so it is kept like a secret. */
function slackUrl(options: SecretSchemaOptions) {
  return secretTextSchema(options).pipe(endpointUrlSchema);
}

/** Who is told, without its name. */
export function recipientSchema(options: SecretSchemaOptions) {
  const secret = signingSecretSchema(options);
  return strictObject({
    about: z.array(z.enum(NOTICE_KINDS)).min(1).optional(),
    endpoint: endpointUrlSchema.optional(),
    secret: secret.optional(),
    secrets: secretsSchema(secret).optional(),
    headers: endpointHeadersSchema(options).optional(),
    slack: slackUrl(options).optional(),
    email: mailAddresses.optional(),
    from: mailAddress.optional(),
    smtp: mailServer(options).optional(),
  })
    .superRefine(
      (recipient, context) => {
        for (const { path, message } of findProblems(recipient)) {
          context.addIssue({ code: "custom", path, message });
        }
      },
      { when: () => true },
    )
    .transform((recipient): ReadRecipient => {
      const { about = NOTICE_KINDS, endpoint, slack, email, from, smtp } = recipient;
      if (endpoint !== undefined) {
        const { secret, secrets = secret === undefined ? [] : [secret], headers = [] } = recipient;
        const kept = keptSecrets(nameSecrets(secrets));
        return { about, target: { kind: "endpoint", url: endpoint, secrets: kept, headers } };
      }
      if (slack !== undefined) return { about, target: { kind: "slack", url: slack } };
      if (email === undefined || from === undefined || smtp === undefined) return z.NEVER;
      return { about, target: { kind: "email", to: email, from, smtp } };
    });
}

function findProblems(recipient: unknown): { path: string[]; message: string }[] {
  if (typeof recipient !== "object" || recipient === null) return [];
  const given = recipient as Readonly<Record<string, unknown>>;
  const kinds = KINDS.filter((kind) => Object.hasOwn(given, kind));
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    const state = kind === undefined ? "reaches nobody" : `has ${kinds.join(" and ")}`;
    return [{ path: [], message: `${state}: it needs exactly one of endpoint, slack and email` }];
  }
  const strange = Object.entries(OF_KIND).flatMap(([key, of]) => {
    if (of === kind || given[key] === undefined) return [];
    return { path: [key], message: `is only for ${of}: leave it out` };
  });
  const missing = kind === "email" ? ["from", "smtp"] : [];
  return [
    ...strange,
    ...missing
      .filter((key) => given[key] === undefined)
      .map((key) => ({ path: [key], message: `is missing: email needs it` })),
    ...(given[kind] === undefined ? [{ path: [kind], message: UNSET_SECRET }] : []),
    ...(kind === "endpoint" ? findSecretProblems(given) : []),
  ];
}

/** Who is told of what, and where the console is. */
export function notifySchema(
  options: SecretSchemaOptions,
  namedBy: <Value extends z.ZodType>(value: Value) => z.ZodType<Record<string, z.output<Value>>>,
) {
  return strictObject({
    consoleUrl: endpointUrlSchema.optional(),
    to: namedBy(recipientSchema(options)).default({}),
  }).transform(({ consoleUrl, to }): NotifyConfig => {
    const recipients = Object.entries(to).map(([name, recipient]) => ({ name, ...recipient }));
    return { consoleUrl: consoleUrl?.replace(/\/$/, "") ?? null, recipients };
  });
}
