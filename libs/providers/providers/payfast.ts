import { formEncode, readForm, type SignedRequest } from "@hookgate/signature";
import { fieldText } from "@hookgate/types";
import type { Provider } from "../provider.ts";

const CANONICAL = { COMPLETE: "payment.success", FAILED: "payment.failed" } as const;

/** Largest body that is written again, in bytes: a notification has about a thousand. */
const BODY_BYTES_MAX = 256 * 1024;

const NAME = /^[A-Za-z0-9_]{1,100}$/;

/**
 * The fields in the order sent, empty ones included, written again as PHP does; the signature must be the last. As `Notification.php`
 * of payfast-php-sdk does it.
 */
function fields(request: SignedRequest): readonly Uint8Array[] | null {
  if (request.body.length > BODY_BYTES_MAX) return null;
  const form = readForm({ request });
  const own = form.at(-1)?.name === "signature" ? form.slice(0, -1) : form;
  // A name with a separator in it could stand for several fields.
  const isPlain = own.every(({ name }) => NAME.test(name) && name !== "signature");
  if (own.length === 0 || !isPlain) return null;
  const pairs = own.map((field) => `${field.name}=${formEncode(fieldText(field))}`);
  return [Buffer.from(pairs.join("&"))];
}

/**
 * PayFast's notifications (ITN) have an MD5 of all fields and the passphrase, which must be set: without one anybody could make
 * it. MD5 is weak; PayFast advises to compare amount and order, too. Values are written again before they are signed, so the
 * form is not covered byte for byte.
 */
export const payfast: Provider = {
  id: "payfast",
  name: "PayFast",
  documentation: "https://developers.payfast.co.za/docs#step_4_confirm_payment",
  recipe: {
    kind: "hash",
    scheme: "payfast",
    signature: { form: "signature" },
    digest: "md5",
    encoding: "hex",
    signed: [
      { compute: fields, covers: (place) => "form" in place },
      { literal: "&passphrase=" },
      "secret_form",
    ],
    coversBody: false,
  },
  // A payment has several notifications, such as one while it is pending.
  describe: { type: { form: "payment_status" }, id: { form: "pf_payment_id" } },
  canonical: CANONICAL,
  identity: { bodiesDiffer: false, idUnique: false },
  ownResponse: { status: 200, contentType: "text/plain; charset=utf-8", body: "" },
  ackDeadlineMs: null,
  retries: {
    automatic: true,
    horizonMs: null,
    note: "Until answered 200: at once, after ten minutes, then with growing delays.",
  },
  needsPublicUrl: false,
  secretHint: { pattern: null, note: "the passphrase, as set in the account's settings" },
  evidence: ["example", "formula"],
  sampleTypes: [...Object.keys(CANONICAL), "PENDING", "CANCELLED"],

  sample(type, now) {
    const own = type === "payment.success" ? "COMPLETE" : type;
    const form = new URLSearchParams({
      m_payment_id: "1234",
      pf_payment_id: String(now.getTime()),
      payment_status: own === "payment.failed" ? "FAILED" : own,
      item_name: "Course: Grüße & more",
      amount_gross: "49.00",
      name_first: "Ada",
      email_address: "student@example.com",
      merchant_id: "10000100",
    });
    return { body: form.toString(), contentType: "application/x-www-form-urlencoded" };
  },
};
