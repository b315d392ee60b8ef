import Razorpay from "razorpay";
import { checkProvider } from "../suite/provider_test_kit.ts";
import { razorpay } from "./razorpay.ts";

checkProvider(razorpay, {
  oracle: {
    verify: ({ headers, body }, { secret }) =>
      Razorpay.validateWebhookSignature(
        Buffer.from(body).toString(),
        headers["x-razorpay-signature"] ?? "",
        secret,
      ),
  },
});
