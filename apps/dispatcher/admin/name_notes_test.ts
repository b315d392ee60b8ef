import { expect, test } from "@jest/globals";
import { storedSubscription } from "../replay/suite/stored_subscription.ts";
import { exampleSource } from "../suite/example_source.ts";
import { type NamedFilter, nameNotes, subjectNotes } from "./name_notes.ts";

const KNOWN = {
  sources: () => [exampleSource(), exampleSource({ name: "shop", provider: "stripe" })],
  subscriptions: () => [storedSubscription("crm", { events: ["invoice.*", "order.paid"] })],
};

test.each<[NamedFilter, string[]]>([
  [{}, []],
  [{ source: "", type: "", subscription: "" }, []],
  [{ source: "academy", subscription: "crm", type: "course.enrolled" }, []],
  [{ source: "acadamy" }, ['no source is called "acadamy" now: did you mean academy?']],
  [{ source: "github/eu" }, ['no source is called "github/eu" now']],
  [{ subscription: "cmr" }, ['no subscription is called "cmr" now: did you mean crm?']],
  [{ type: "order.payed" }, ['no type is called "order.payed" now: did you mean order.paid?']],
  [
    { type: "payment.sucess" },
    ['no type is called "payment.sucess" now: did you mean payment.success?'],
  ],
  [
    { type: "charge.refunded" },
    ['events that shop calls "charge.refunded" have the type payment.refunded here'],
  ],
  [{ source: "academy", type: "charge.refunded" }, []],
  [{ type: "invoice.*" }, ['a type is looked for exactly, and "invoice.*" is a pattern']],
  [{ type: "invoice." }, []],
  // A provider's own.
  [{ type: "checkout.session.completed" }, []],
  [
    { source: "x", subscription: "y" },
    ['no source is called "x" now', 'no subscription is called "y" now'],
  ],
])("nameNotes() of %j is %j", (filter, notes) => {
  expect(nameNotes(filter, KNOWN)).toEqual(notes);
});

const HANDLER = storedSubscription("mail", { target: { kind: "handler", path: "/srv/mail.ts" } });

test.each<[string, string[]]>([
  ["", []],
  ["academy", []],
  ["mail", []],
  ["/srv/mail.ts", []],
  ["mial", ['no subscription, source or handler\'s file is called "mial" now: did you mean mail?']],
  ["enrolments", ['no subscription, source or handler\'s file is called "enrolments" now']],
])("subjectNotes() of %j is %j", (subject, notes) => {
  expect(subjectNotes(subject, { ...KNOWN, subscriptions: () => [HANDLER] })).toEqual(notes);
});
