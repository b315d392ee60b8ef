import { adyen } from "./adyen.ts";
import { adyenPlatform } from "./adyen_platform.ts";
import { asana } from "./asana.ts";
import { auth0 } from "./auth0.ts";
import { authorizeNet } from "./authorize_net.ts";
import { awsSns } from "./aws_sns.ts";
import { bitbucket } from "./bitbucket.ts";
import { box } from "./box.ts";
import { braintree } from "./braintree.ts";
import { calendly } from "./calendly.ts";
import { cloudevents } from "./cloudevents.ts";
import { contentful } from "./contentful.ts";
import { discord } from "./discord.ts";
import { docusign } from "./docusign.ts";
import { dropbox } from "./dropbox.ts";
import { ebay } from "./ebay.ts";
import { generic } from "./generic.ts";
import { github } from "./github.ts";
import { gitlab } from "./gitlab.ts";
import { gocardless } from "./gocardless.ts";
import { hubspot } from "./hubspot.ts";
import { intercom } from "./intercom.ts";
import { intuit } from "./intuit.ts";
import { kajabi } from "./kajabi.ts";
import { learnworlds } from "./learnworlds.ts";
import { lemonSqueezy } from "./lemon_squeezy.ts";
import { linear } from "./linear.ts";
import { mailgun } from "./mailgun.ts";
import { meta } from "./meta.ts";
import { microsoftGraph } from "./microsoft_graph.ts";
import { monday } from "./monday.ts";
import { moodle } from "./moodle.ts";
import { mux } from "./mux.ts";
import { okta } from "./okta.ts";
import { paddle } from "./paddle.ts";
import { pagerduty } from "./pagerduty.ts";
import { paypal } from "./paypal.ts";
import { paystack } from "./paystack.ts";
import { plaid } from "./plaid.ts";
import type { Provider } from "./provider.ts";
import { razorpay } from "./razorpay.ts";
import { sanity } from "./sanity.ts";
import { sendgrid } from "./sendgrid.ts";
import { shopify } from "./shopify.ts";
import { slack } from "./slack.ts";
import { square } from "./square.ts";
import { standardWebhooks } from "./standard_webhooks.ts";
import { stripe } from "./stripe.ts";
import { teachable } from "./teachable.ts";
import { telnyx } from "./telnyx.ts";
import { thinkific } from "./thinkific.ts";
import { trello } from "./trello.ts";
import { twilio } from "./twilio.ts";
import { twitch } from "./twitch.ts";
import { typeform } from "./typeform.ts";
import { vercel } from "./vercel.ts";
import { woocommerce } from "./woocommerce.ts";
import { workos } from "./workos.ts";
import { x } from "./x.ts";
import { zendesk } from "./zendesk.ts";
import { zoom } from "./zoom.ts";

/** Adding a provider is its file and its name in this list, which is alphabetical. */
const ALL: readonly Provider[] = [
  adyen,
  adyenPlatform,
  asana,
  auth0,
  authorizeNet,
  awsSns,
  bitbucket,
  box,
  braintree,
  calendly,
  cloudevents,
  contentful,
  discord,
  docusign,
  dropbox,
  ebay,
  generic,
  github,
  gitlab,
  gocardless,
  hubspot,
  intercom,
  intuit,
  kajabi,
  learnworlds,
  lemonSqueezy,
  linear,
  mailgun,
  meta,
  microsoftGraph,
  monday,
  moodle,
  mux,
  okta,
  paddle,
  pagerduty,
  paypal,
  paystack,
  plaid,
  razorpay,
  sanity,
  sendgrid,
  shopify,
  slack,
  square,
  standardWebhooks,
  stripe,
  teachable,
  telnyx,
  thinkific,
  trello,
  twilio,
  twitch,
  typeform,
  vercel,
  woocommerce,
  workos,
  x,
  zendesk,
  zoom,
];

const byId: Record<string, Provider> = Object.create(null);
for (const provider of ALL) byId[provider.id] = provider;

/** Every provider, by id. Frozen, without a prototype: `constructor` is no provider. */
export const PROVIDERS: Readonly<Record<string, Provider>> = Object.freeze(byId);
