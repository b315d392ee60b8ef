import { expect, test } from "@jest/globals";
import { normaliseMessage } from "./fingerprint.ts";

/**
 * One cause each, as the library writes it for several events. What a library names in its code or schema differs between causes
 * that are next to each other here; what came with an event differs within one.
 */
const CAUSES: readonly (readonly string[])[] = [
  // People's own.
  [
    "User 'anna' not found",
    "User 'jörg' not found",
    `User "O'Neil" not found`,
    "User 'O'Neil' not found",
  ],
  ["No such order: kestrel", "No such order: blue heron", "No such order: 'A-7'"],
  ["No such module: tcp"],
  ["No such module: udp"],
  ['customer "Anna Müller" owes $12.50', 'customer "李雷" owes $1,200'],
  ["order with number 'a' is paid", "order with number 'b' is paid"],
  ["Account not found: kestrel", "Account not found: heron"],
  ["Unknown currency: XBT", "Unknown currency: DOGE"],
  ["Cannot mail anna@example.com", "Cannot mail o'neil@mail.example.org"],
  ["no picture of report-anna.pdf", "no picture of bob.final.PNG"],
  [
    "Cannot fetch https://cdn.example.com/files/anna.pdf?x=1",
    "Cannot fetch https://cdn.example.com/files/a/b/kestrel",
  ],
  ["Cannot fetch https://cdn.example.com/users/anna"],
  ["Cannot fetch https://api.example.com/users/anna"],
  // Node.
  ["TypeError: Cannot read properties of undefined (reading 'email')"],
  ["TypeError: Cannot read properties of undefined (reading 'customer')"],
  ["TypeError: order.items is not iterable"],
  ["TypeError: user.save is not a function"],
  ["ReferenceError: customer is not defined"],
  ["ReferenceError: order is not defined"],
  [
    "ENOENT: no such file or directory, open '/data/invoices/anna.pdf'",
    "ENOENT: no such file or directory, open '/data/x'",
  ],
  ["ENOENT: no such file or directory, unlink '/data/invoices/anna.pdf'"],
  [
    "ENOENT: no such file or directory, rename '/data/a' -> '/data/b'",
    "ENOENT: no such file or directory, rename '/c' -> '/d'",
  ],
  ["EACCES: permission denied, open '/data/x'"],
  ["Cannot find module '/app/lib/mail.js'"],
  ["Cannot find module '/app/lib/crm.js'"],
  ["Cannot find package 'axios' imported from /app/handlers/crm.ts"],
  ["Cannot find package 'got' imported from /app/handlers/crm.ts"],
  [
    `The "path" argument must be of type string. Received type number (42)`,
    `The "path" argument must be of type string. Received type number (7)`,
  ],
  [`The "url" argument must be of type string. Received undefined`],
  [
    "The argument 'mode' must be one of: 'a', 'b'. Received 'kestrel'",
    `The argument 'mode' must be one of: 'a', 'b'. Received "O'Neil"`,
  ],
  ["getaddrinfo ENOTFOUND api.example.com"],
  ["getaddrinfo ENOTFOUND mail.example.com"],
  ["connect ECONNREFUSED 10.0.0.1:5432", "connect ECONNREFUSED ::1:5433"],
  [
    `Unexpected token 'a', "anna" is not valid JSON`,
    `Unexpected token 'b', "bo"... is not valid JSON`,
  ],
  [`"undefined" is not valid JSON`],
  ["Unexpected end of JSON input"],
  // axios, got, undici.
  ["Request failed with status code 404", "Request failed with status code 404"],
  ["timeout of 5000ms exceeded", "timeout of 12000ms exceeded"],
  ["maxContentLength size of 2000 exceeded"],
  ["Timeout awaiting 'request' for 5000ms", "Timeout awaiting 'request' for 900ms"],
  ["Timeout awaiting 'connect' for 5000ms"],
  ["Response code 404 (Not Found)"],
  ["Response code 500 (Internal Server Error)"],
  [
    "Connect Timeout Error (attempted address: api.example.com:443, timeout: 10000ms)",
    "Connect Timeout Error (attempted address: api.example.com:443, timeout: 3000ms)",
  ],
  [
    "Connect Timeout Error (attempted addresses: 104.18.38.10:443, 172.64.149.246:443, timeout: 10000ms)",
    "Connect Timeout Error (attempted addresses: 104.18.38.11:443, timeout: 10000ms)",
  ],
  ["Headers Timeout Error"],
  ["Body Timeout Error"],
  // pg.
  [`duplicate key value violates unique constraint "users_email_key"`],
  [`duplicate key value violates unique constraint "orders_number_key"`],
  [`null value in column "email" of relation "users" violates not-null constraint`],
  [`null value in column "name" of relation "users" violates not-null constraint`],
  [`null value in column "name" of relation "orders" violates not-null constraint`],
  [
    `invalid input syntax for type integer: "anna"`,
    `invalid input syntax for type integer: "O'Neil"`,
  ],
  [`invalid input syntax for type uuid: "anna"`],
  [
    `invalid input value for enum order_status: "kestrel"`,
    `invalid input value for enum order_status: "heron"`,
  ],
  [`invalid input value for enum plan: "kestrel"`],
  [
    `date/time field value out of range: "2023-13-45"`,
    `date/time field value out of range: "anna"`,
  ],
  [`relation "orders" does not exist`],
  [`relation "users" does not exist`],
  [`column "email" does not exist`],
  [`insert or update on table "orders" violates foreign key constraint "orders_user_fkey"`],
  ["Key (email)=(anna@example.com) already exists.", "Key (email)=(no address) already exists."],
  // mysql2.
  [
    "Duplicate entry 'anna' for key 'users.name'",
    "Duplicate entry 'O'Neil-a' for key 'users.name'",
  ],
  ["Duplicate entry 'anna' for key 'users.email'"],
  [
    "Incorrect integer value: 'Saturday' for column 'day' at row 1",
    "Incorrect integer value: 'A' for column 'day' at row 41",
  ],
  ["Incorrect integer value: 'Saturday' for column 'month' at row 1"],
  ["Unknown column 'email' in 'field list'"],
  ["Unknown column 'phone' in 'field list'"],
  ["Data too long for column 'name' at row 1"],
  ["Table 'shop.orders' doesn't exist"],
  ["Table 'shop.users' doesn't exist"],
  [
    "Access denied for user 'shop'@'10.0.0.7' (using password: YES)",
    "Access denied for user 'shop'@'web.example' (using password: YES)",
  ],
  // Mongoose and MongoDB.
  [
    `Cast to ObjectId failed for value "anna" (type string) at path "_id" for model "User"`,
    `Cast to ObjectId failed for value "kestrel" (type string) at path "_id" for model "User"`,
  ],
  [`Cast to ObjectId failed for value "anna" (type string) at path "_id" for model "Order"`],
  [`Cast to Number failed for value "anna" (type string) at path "amount" for model "Order"`],
  ["User validation failed: email: Path `email` is required."],
  ["User validation failed: phone: Path `phone` is required."],
  [
    "Path `name` (`Anna`) is longer than the maximum allowed length (5).",
    "Path `name` (`Kestrel`) is longer than the maximum allowed length (5).",
  ],
  [
    "`Standard` is not a valid enum value for path `method`.",
    "`Express` is not a valid enum value for path `method`.",
  ],
  ["`Standard` is not a valid enum value for path `state`."],
  ["Operation `users.findOne()` buffering timed out after 10000ms"],
  ["Operation `orders.findOne()` buffering timed out after 10000ms"],
  [
    `No document found for query "{ _id: new ObjectId('689822d966543958f7e9ad66') }" on model "User"`,
    `No document found for query "{ email: 'anna@example.com' }" on model "User"`,
  ],
  [`No document found for query "{ _id: 1 }" on model "Order"`],
  [
    `E11000 duplicate key error collection: shop.users index: email_1 dup key: { email: "anna@example.com" }`,
    `E11000 duplicate key error collection: shop.users index: email_1 dup key: { email: null }`,
  ],
  [`E11000 duplicate key error collection: shop.users index: phone_1 dup key: { phone: null }`],
  // stripe.
  ["No such customer: 'cus_NffrFeUfNV2Hib'", "No such customer: 'anna'"],
  ["No such price: 'price_1PfakeABCDEFGHIJ'", "No such price: 'gold'"],
  [
    "No such price: 'gold'; a similar object exists in test mode, but a live mode key was used to make this request.",
    "No such price: 'price_1Pfake'; a similar object exists in test mode, but a live mode key was used to make this request.",
  ],
  ["Your card was declined."],
  ["Your card has insufficient funds."],
  [
    "Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than 'cart-anna' if you meant to execute a different request.",
    "Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than 'order:7' if you meant to execute a different request.",
  ],
  // zod.
  [
    `[{"expected":"string","code":"invalid_type","path":["lines",0,"email"],"message":"Invalid input: expected string, received undefined"}]`,
    `[{"expected":"string","code":"invalid_type","path":["lines",12,"email"],"message":"Invalid input: expected string, received undefined"}]`,
  ],
  [
    `[{"expected":"string","code":"invalid_type","path":["lines",0,"name"],"message":"Invalid input: expected string, received undefined"}]`,
  ],
  [
    `[{"expected":"string","code":"invalid_type","path":["lines",0,"email"],"message":"Invalid input: expected string, received number"}]`,
  ],
  [
    "Invalid enum value. Expected 'a' | 'b', received 'kestrel'",
    "Invalid enum value. Expected 'a' | 'b', received 'heron'",
  ],
  // Prisma.
  ["Invalid `prisma.user.create()` invocation: Unique constraint failed on the fields: (`email`)"],
  ["Invalid `prisma.user.create()` invocation: Unique constraint failed on the fields: (`name`)"],
  ["Invalid `prisma.order.create()` invocation: Unique constraint failed on the fields: (`name`)"],
  [
    'Invalid `prisma.user.create()` invocation:\n{\n  data: {\n    name: "Anna",\n+   email: String\n  }\n}\nArgument `email` is missing.',
    'Invalid `prisma.user.create()` invocation:\n{\n  data: {\n    name: "Bo",\n+   email: String\n  }\n}\nArgument `email` is missing.',
  ],
  ["Can't reach database server at `db.example.com:5432`"],
  [
    "Timed out fetching a new connection from the connection pool. More info: http://pris.ly/d/connection-pool (Current connection pool timeout: 10, connection limit: 5)",
  ],
  // AWS SDK.
  ["The specified key does not exist."],
  ["The specified bucket does not exist"],
  [
    "User: arn:aws:iam::123456789012:user/anna is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::invoices/anna.pdf",
    "User: arn:aws:sts::832343096630:assumed-role/web/kestrel is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::invoices/x",
  ],
  [
    "User: arn:aws:iam::123456789012:user/anna is not authorized to perform: sqs:SendMessage on resource: arn:aws:sqs:eu-1:1:q",
  ],
  [
    "1 validation error detected: Value 'Anna & Co' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 64",
    "1 validation error detected: Value 'kestrel' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 64",
  ],
  [
    "1 validation error detected: Value 'kestrel' at 'role' failed to satisfy constraint: Member must have length less than or equal to 64",
  ],
  // ioredis.
  [
    `Reached the max retries per request limit (which is 20). Refer to "maxRetriesPerRequest" option for details.`,
  ],
  ["Command timed out"],
  ["WRONGTYPE Operation against a key holding the wrong kind of value"],
  [
    "ERR unknown command 'FOO', with args beginning with: 'a' 'b' ",
    "ERR unknown command 'FOO', with args beginning with: 'kestrel' ",
  ],
  ["ERR unknown command 'BAR', with args beginning with: 'a' "],
  ["MOVED 3999 127.0.0.1:6381", "MOVED 12 10.0.0.1:6379"],
  // Others that quote.
  [`Cannot query field "email" on type "User".`],
  [`Cannot query field "phone" on type "User".`],
  [
    `Variable "$plan" got invalid value "kestrel"; Expected type "Plan".`,
    `Variable "$plan" got invalid value "heron"; Expected type "Plan".`,
  ],
  [`"email" is required`],
  [`"phone" is required`],
  [`data must have required property 'email'`],
  [`data must have required property 'phone'`],
];

test.each(CAUSES.filter(({ length }) => length > 1))("one cause is one message: %s", (...texts) => {
  const [first, ...others] = texts.map(normaliseMessage);
  for (const other of others) expect(other).toBe(first);
});

test("what is left of a web address is whom one asked, and for what kind of thing", () => {
  const text =
    "Cannot fetch https://api.example.com/users/anna?x=1: gone, nor https://b.example.com.";
  expect(normaliseMessage(text)).toBe(
    "Cannot fetch https://api.example.com/users/…: gone, nor https://b.example.com/….",
  );
});

test("different causes are different messages", () => {
  const known = new Map<string, string>();
  for (const [text = ""] of CAUSES) {
    const message = normaliseMessage(text);
    expect([text, known.get(message)]).toEqual([text, undefined]);
    known.set(message, text);
  }
});

/** What a handler throws for an event, once for each of seven causes. */
const SEEDED: readonly ((fact: Fact) => string)[] = [
  ({ name, id }) => `User '${name}' not found (request ${id})`,
  ({ name, amount }) => `customer "${name}" owes ${amount}, which is too much`,
  ({ email, time }) => `Cannot mail ${email}: the mailbox was full at ${time}`,
  ({ url, count }) => `Cannot fetch ${url}: ${count} redirects`,
  ({ file, count }) => `${file} has ${count} pages too many`,
  ({ name }) => `No such order: ${name}`,
  ({ id, name }) => `Duplicate entry '${name}-${id}' for key 'orders.reference'`,
];

interface Fact {
  id: string;
  name: string;
  email: string;
  url: string;
  file: string;
  amount: string;
  time: string;
  count: number;
}

function factOf(number: number): Fact {
  const names = ["anna", "Jörg", "O'Neil", "李雷", "kestrel", "Mary Ann", "de la Cruz", "x"];
  const name = names[number % names.length] ?? "";
  const id =
    [`cus_${number}`, crypto.randomUUID(), `ord_${number}`, `A-${number}`][number % 4] ?? "";
  const time = new Date(number * 86_400_123);
  const word = name.replace(/[^a-z]/gi, "") || "li";
  return {
    ...{ id, name, count: number },
    email: `${word}.${number % 7 === 0 ? "" : number}x@${word}.example.com`,
    url: `https://cdn.example.com/files/${encodeURIComponent(name)}/${id}?of=${word}`,
    file:
      [`/data/${word}/${id}.pdf`, `${word}.${number}.csv`, `${name.replaceAll(" ", "_")}.docx`][
        number % 3
      ] ?? "",
    amount: [`$${number}.50`, `€${number},00`, `$${(number / 7).toFixed(2)}`][number % 3] ?? "",
    time: [time.toISOString(), time.toUTCString(), String(number * 1_000)][number % 3] ?? "",
  };
}

test("ten thousand failures of seven causes are seven messages", () => {
  const messages = new Map<string, number>();
  for (let number = 0; number < 10_000; number += 1) {
    const text = SEEDED[number % SEEDED.length]?.(factOf(Math.floor(number / 3) + 1)) ?? "";
    const message = normaliseMessage(text);
    messages.set(message, (messages.get(message) ?? 0) + 1);
  }
  expect([...messages.keys()]).toHaveLength(SEEDED.length);
});
