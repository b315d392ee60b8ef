import hmacValidator from "@adyen/api-library/lib/src/utils/hmacValidator.js";
import { checkProvider } from "../suite/provider_test_kit.ts";
import { adyenPlatform } from "./adyen_platform.ts";

const validator = new hmacValidator.default();

checkProvider(adyenPlatform, {
  oracle: {
    sign(request, { secret }) {
      const hmacsignature = validator.calculateHmac(Buffer.from(request.body).toString(), secret);
      return { ...request, headers: { ...request.headers, hmacsignature } };
    },
    verify: ({ headers, body }, { secret }) =>
      validator.validateHMACSignature(
        secret,
        headers.hmacsignature ?? "",
        Buffer.from(body).toString(),
      ),
  },
});
