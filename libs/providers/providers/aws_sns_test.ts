import { createSign, generateKeyPairSync } from "node:crypto";
import { EventEmitter } from "node:events";
import https from "node:https";
import {
  incoming,
  makeCertificate,
  type OutgoingRequest,
  sign,
  type Verdict,
  verify,
} from "@hookgate/signature";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import MessageValidator from "sns-validator";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { awsSns } from "./aws_sns.ts";

const TOPIC = "arn:aws:sns:us-east-1:123456789012:hookgate";
const CERTIFICATE_URL =
  "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem";
const PAIR = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const KEYS = {
  secret: TOPIC,
  privateKey: String(PAIR.privateKey.export({ format: "pem", type: "pkcs8" })),
  // Valid for as long as the checks of a tolerance that there is not go back and forth.
  certificate: makeCertificate(PAIR, { from: 0, to: Date.parse("2099-01-01") }),
};

const UNTRUSTED = "certificate_not_trusted";
const COMMON = {
  MessageId: "4d4dc071-ddbf-465d-bba8-08f81c89da64",
  Timestamp: new Date(NOW).toISOString(),
  TopicArn: TOPIC,
  SignatureVersion: "1",
  SigningCertURL: CERTIFICATE_URL,
};
const CONFIRM_URL = `https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=2336412f37`;
const CONFIRMING = { ...COMMON, Token: "2336412f37", SubscribeURL: CONFIRM_URL };
const MESSAGES = [
  { ...COMMON, Type: "Notification", Message: "My Test Message", Subject: "My subject" },
  { ...CONFIRMING, Type: "SubscriptionConfirmation", Message: "You have chosen …\nTo confirm …" },
  { ...CONFIRMING, Type: "UnsubscribeConfirmation", Message: "You have chosen to leave …" },
] as const;

beforeAll(() => {
  // The package fetches the certificate by itself: it gets ours, wherever it asks.
  const get = jest.spyOn(https, "get");
  get.mockImplementation(((_: unknown, respond: (response: unknown) => void) => {
    const response = Object.assign(new EventEmitter(), { statusCode: 200 });
    respond(response);
    response.emit("data", KEYS.certificate);
    response.emit("end");
    return new EventEmitter();
  }) as never);
});
afterAll(() => {
  jest.restoreAllMocks();
});

/** Every field that is signed, with each of its bits changed. */
const FIELDS = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"];

checkProvider(awsSns, {
  keys: KEYS,
  oracle: { verify: ({ body }) => validate(body) },
  tampered: FIELDS.map((name) => edit((json) => ({ ...json, [name]: `${json[name]}!` }))),
});

test.each([
  ["1", "RSA-SHA1"],
  ["2", "RSA-SHA256"],
])("aws_sns verifies version %s of every message as documented", async (version, algorithm) => {
  for (const message of MESSAGES) {
    const signed = signByFormula({ ...message, SignatureVersion: version }, algorithm);
    expect(await judge(signed)).toMatchObject({ ok: true, intact: false, secretId: "1" });
    // The package leaves out the token where a subscription is ended; the documentation does not.
    const agrees = message.Type !== "UnsubscribeConfirmation";
    if (agrees) expect(await validate(signed.body)).toBe(true);
  }
});

test("aws_sns refuses every changed bit of every signed field, as the package does", async () => {
  const [notification] = MESSAGES;
  const signed = signByFormula({ ...notification, SignatureVersion: "2" }, "RSA-SHA256");
  for (const name of [...FIELDS, "Signature", "SignatureVersion"]) {
    const { [name]: text = "" } = readBody(signed);
    for (let bit = 0; bit < text.length * 7; bit += name === "Signature" ? 31 : 1) {
      const at = Math.floor(bit / 7);
      const code = text.charCodeAt(at) ^ (1 << (bit % 7));
      const changed = text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1);
      if (Buffer.from(changed, "base64").equals(Buffer.from(text, "base64"))) continue;
      const request = edit((json) => ({ ...json, [name]: changed }))(signed);
      if ((await judge(request)).ok) throw new Error(`${name} verified with a bit changed`);
      if (await validate(request.body)) throw new Error(`${name} was taken with a bit changed`);
    }
  }
});

test.each([
  ["of another topic", { TopicArn: `${TOPIC}2` }, "no_match"],
  ["of a type that nobody documents", { Type: "Other" }, "malformed_header"],
  ["of a later version", { SignatureVersion: "3" }, "unknown_version"],
  ["with another host's certificate", { SigningCertURL: hostOf("example.com") }, UNTRUSTED],
  ["with a bucket's", { SigningCertURL: hostOf("sns.s3.us-east-1.amazonaws.com") }, UNTRUSTED],
  ["with a page's", { SigningCertURL: "https://sns.us-east-1.amazonaws.com/?x=.pem" }, UNTRUSTED],
  ["with one of http", { SigningCertURL: CERTIFICATE_URL.replace("https", "http") }, UNTRUSTED],
  ["with a line in its id", { MessageId: "1\nSubject\n2" }, "malformed_header"],
  ["with a line in its subject", { Subject: "1\nTimestamp\n2" }, "malformed_header"],
])("aws_sns refuses a message %s", async (_, changed, reason) => {
  const [notification] = MESSAGES;
  const signed = signByFormula({ ...notification, ...changed }, "RSA-SHA1");
  const { SigningCertURL: url = "" } = readBody(signed);
  const certificates = new Map([[url, KEYS.certificate]]);
  expect(await judge(signed, certificates)).toEqual({ ok: false, reason });
});

test("aws_sns refuses a signed message that is cut into other fields", async () => {
  const [notification] = MESSAGES;
  const signed = signByFormula({ ...notification, Message: "a\nMessageId\nb" }, "RSA-SHA1");
  expect(await judge(signed)).toMatchObject({ ok: true });
  const cut = edit((json) => {
    return { ...json, Message: "a", MessageId: `b\nMessageId\n${json["MessageId"]}` };
  })(signed);
  // To the package it is the same message.
  expect(await validate(cut.body)).toBe(true);
  expect(await judge(cut)).toEqual({ ok: false, reason: "malformed_header" });
});

test("aws_sns asks for the certificate of the host that it is pinned to, also in China", async () => {
  for (const url of [CERTIFICATE_URL, hostOf("sns.cn-north-1.amazonaws.com.cn")]) {
    const [notification] = MESSAGES;
    const signed = signByFormula({ ...notification, SigningCertURL: url }, "RSA-SHA1");
    const verdict = await judge(signed, new Map());
    expect(verdict).toEqual({ ok: false, reason: "certificate_needed", url });
  }
});

test("aws_sns does without a subject", async () => {
  const [{ Subject: _, ...message }] = MESSAGES;
  const signed = signByFormula(message, "RSA-SHA1");
  expect(await judge(signed)).toMatchObject({ ok: true });
  expect(await validate(signed.body)).toBe(true);
});

test("aws_sns signs a sample for the topic that the source has", async () => {
  const options = { secret: `${TOPIC}-other`, privateKey: KEYS.privateKey, now: NOW };
  const signed = sign(awsSns.recipe, sampleRequest(awsSns), options);
  expect(readBody(signed)).toMatchObject({ TopicArn: `${TOPIC}-other` });
});

test("aws_sns describes the end of a subscription as an event", () => {
  const request = sampleRequest(awsSns, { type: "UnsubscribeConfirmation" });
  const seen = incoming(request, NOW);
  expect(describeEvent(awsSns, seen).type).toBe("UnsubscribeConfirmation");
  expect(awsSns.handshake?.answer(seen, { secrets: [], settings: {} })).toBeNull();
});

test("aws_sns confirms a subscription of its topic by fetching AWS's URL", () => {
  expect(answer({})).toEqual({ status: 200, headers: {}, body: "", confirmUrl: CONFIRM_URL });
});

test.each([
  ["another topic", { TopicArn: `${TOPIC}2` }, 403],
  ["no topic", { TopicArn: "" }, 403],
  ["another host", { SubscribeURL: CONFIRM_URL.replace("amazonaws", "example") }, 400],
  ["a host within AWS", { SubscribeURL: CONFIRM_URL.replace("sns.", "sns.s3.") }, 400],
  ["a user", { SubscribeURL: CONFIRM_URL.replace("sns", "x@sns") }, 400],
  ["a port", { SubscribeURL: CONFIRM_URL.replace(".com/", ".com:8443/") }, 400],
  ["http", { SubscribeURL: CONFIRM_URL.replace("https", "http") }, 400],
  ["a path", { SubscribeURL: CONFIRM_URL.replace("/?", "/x?") }, 400],
  ["another action", { SubscribeURL: CONFIRM_URL.replace("Confirm", "Delete") }, 400],
  ["two actions", { SubscribeURL: `${CONFIRM_URL}&Action=DeleteTopic` }, 400],
  ["no URL", { SubscribeURL: "" }, 400],
])("aws_sns fetches nothing for %s", (_, changed, status) => {
  const response = answer(changed);
  expect(response).toMatchObject({ status, body: "", refused: expect.any(String) });
  expect(response).not.toHaveProperty("confirmUrl");
});

type Message = Record<string, string>;

function hostOf(host: string): string {
  return CERTIFICATE_URL.replace("sns.us-east-1.amazonaws.com", host);
}

function answer(changed: Message) {
  const message = { Type: "SubscriptionConfirmation", TopicArn: TOPIC, SubscribeURL: CONFIRM_URL };
  const body = Buffer.from(JSON.stringify({ ...message, ...changed }));
  const request = incoming({ ...sampleRequest(awsSns), body }, NOW);
  const secrets = [
    { id: "1", value: "arn:aws:sns:us-east-1:123456789012:first" },
    { id: "2", value: TOPIC },
  ];
  return awsSns.handshake?.answer(request, { secrets, settings: {} });
}

function readBody({ body }: OutgoingRequest): Message {
  return JSON.parse(Buffer.from(body).toString());
}

function edit(change: (json: Message) => Message) {
  return (request: OutgoingRequest): OutgoingRequest => {
    return { ...request, body: Buffer.from(JSON.stringify(change(readBody(request)))) };
  };
}

/** The documentation's string to sign, signed. */
function signByFormula(message: Message, algorithm: string): OutgoingRequest {
  const names =
    message["Type"] === "Notification"
      ? FIELDS
      : ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];
  const signer = createSign(algorithm);
  for (const name of names) {
    if (message[name] !== undefined) signer.update(`${name}\n${message[name]}\n`);
  }
  const signed = { ...message, Signature: signer.sign(PAIR.privateKey, "base64") };
  return { ...sampleRequest(awsSns), body: Buffer.from(JSON.stringify(signed)) };
}

function judge(
  request: OutgoingRequest,
  certificates: ReadonlyMap<string, string> = new Map([[CERTIFICATE_URL, KEYS.certificate]]),
): Verdict | Promise<Verdict> {
  const secrets = [{ id: "1", value: TOPIC }];
  return verify(awsSns.recipe, incoming(request, NOW), { secrets, certificates });
}

function validate(body: Uint8Array): Promise<boolean> {
  return new Promise((resolve) => {
    new MessageValidator().validate(Buffer.from(body).toString(), (error) => resolve(!error));
  });
}
