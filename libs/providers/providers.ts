import type { Provider } from "./provider.ts";
import { adobeSign } from "./providers/adobe_sign.ts";
import { adyen } from "./providers/adyen.ts";
import { adyenPlatform } from "./providers/adyen_platform.ts";
import { airtable } from "./providers/airtable.ts";
import { asana } from "./providers/asana.ts";
import { auth0 } from "./providers/auth0.ts";
import { authorizeNet } from "./providers/authorize_net.ts";
import { awsSns } from "./providers/aws_sns.ts";
import { bigcommerce } from "./providers/bigcommerce.ts";
import { bitbucket } from "./providers/bitbucket.ts";
import { box } from "./providers/box.ts";
import { braintree } from "./providers/braintree.ts";
import { buildkite } from "./providers/buildkite.ts";
import { calendly } from "./providers/calendly.ts";
import { canvas } from "./providers/canvas.ts";
import { chargebee } from "./providers/chargebee.ts";
import { checkoutCom } from "./providers/checkout_com.ts";
import { circleci } from "./providers/circleci.ts";
import { clerk } from "./providers/clerk.ts";
import { cloudevents } from "./providers/cloudevents.ts";
import { cloudflare } from "./providers/cloudflare.ts";
import { coinbaseCommerce } from "./providers/coinbase_commerce.ts";
import { contentful } from "./providers/contentful.ts";
import { discord } from "./providers/discord.ts";
import { docusign } from "./providers/docusign.ts";
import { dropbox } from "./providers/dropbox.ts";
import { dropboxSign } from "./providers/dropbox_sign.ts";
import { ebay } from "./providers/ebay.ts";
import { eventGrid } from "./providers/event_grid.ts";
import { figma } from "./providers/figma.ts";
import { fitbit } from "./providers/fitbit.ts";
import { generic } from "./providers/generic.ts";
import { ghost } from "./providers/ghost.ts";
import { github } from "./providers/github.ts";
import { gitlab } from "./providers/gitlab.ts";
import { gocardless } from "./providers/gocardless.ts";
import { googlePubsub } from "./providers/google_pubsub.ts";
import { hubspot } from "./providers/hubspot.ts";
import { intercom } from "./providers/intercom.ts";
import { intuit } from "./providers/intuit.ts";
import { jira } from "./providers/jira.ts";
import { kajabi } from "./providers/kajabi.ts";
import { klaviyo } from "./providers/klaviyo.ts";
import { learnworlds } from "./providers/learnworlds.ts";
import { lemonSqueezy } from "./providers/lemon_squeezy.ts";
import { line } from "./providers/line.ts";
import { linear } from "./providers/linear.ts";
import { lithic } from "./providers/lithic.ts";
import { mailgun } from "./providers/mailgun.ts";
import { mandrill } from "./providers/mandrill.ts";
import { mercadoPago } from "./providers/mercado_pago.ts";
import { meta } from "./providers/meta.ts";
import { microsoftGraph } from "./providers/microsoft_graph.ts";
import { mollie } from "./providers/mollie.ts";
import { monday } from "./providers/monday.ts";
import { moodle } from "./providers/moodle.ts";
import { mux } from "./providers/mux.ts";
import { netlify } from "./providers/netlify.ts";
import { notion } from "./providers/notion.ts";
import { okta } from "./providers/okta.ts";
import { openai } from "./providers/openai.ts";
import { paddle } from "./providers/paddle.ts";
import { pagerduty } from "./providers/pagerduty.ts";
import { payfast } from "./providers/payfast.ts";
import { paypal } from "./providers/paypal.ts";
import { paystack } from "./providers/paystack.ts";
import { pipedrive } from "./providers/pipedrive.ts";
import { plaid } from "./providers/plaid.ts";
import { polar } from "./providers/polar.ts";
import { postmark } from "./providers/postmark.ts";
import { razorpay } from "./providers/razorpay.ts";
import { recurly } from "./providers/recurly.ts";
import { replicate } from "./providers/replicate.ts";
import { resend } from "./providers/resend.ts";
import { ringcentral } from "./providers/ringcentral.ts";
import { sanity } from "./providers/sanity.ts";
import { sendgrid } from "./providers/sendgrid.ts";
import { sentry } from "./providers/sentry.ts";
import { shopify } from "./providers/shopify.ts";
import { slack } from "./providers/slack.ts";
import { smartsheet } from "./providers/smartsheet.ts";
import { square } from "./providers/square.ts";
import { standardWebhooks } from "./providers/standard_webhooks.ts";
import { strava } from "./providers/strava.ts";
import { stripe } from "./providers/stripe.ts";
import { supabase } from "./providers/supabase.ts";
import { teachable } from "./providers/teachable.ts";
import { telegram } from "./providers/telegram.ts";
import { telnyx } from "./providers/telnyx.ts";
import { thinkific } from "./providers/thinkific.ts";
import { trello } from "./providers/trello.ts";
import { twilio } from "./providers/twilio.ts";
import { twitch } from "./providers/twitch.ts";
import { typeform } from "./providers/typeform.ts";
import { vercel } from "./providers/vercel.ts";
import { wise } from "./providers/wise.ts";
import { woocommerce } from "./providers/woocommerce.ts";
import { workos } from "./providers/workos.ts";
import { x } from "./providers/x.ts";
import { xero } from "./providers/xero.ts";
import { zendesk } from "./providers/zendesk.ts";
import { zoom } from "./providers/zoom.ts";

/** In alphabetical order. To add a provider, add its file, its test and its name here. */
const ALL: readonly Provider[] = [
  adobeSign,
  adyen,
  adyenPlatform,
  airtable,
  asana,
  auth0,
  authorizeNet,
  awsSns,
  bigcommerce,
  bitbucket,
  box,
  braintree,
  buildkite,
  calendly,
  canvas,
  chargebee,
  checkoutCom,
  circleci,
  clerk,
  cloudevents,
  cloudflare,
  coinbaseCommerce,
  contentful,
  discord,
  docusign,
  dropbox,
  dropboxSign,
  ebay,
  eventGrid,
  figma,
  fitbit,
  generic,
  ghost,
  github,
  gitlab,
  gocardless,
  googlePubsub,
  hubspot,
  intercom,
  intuit,
  jira,
  kajabi,
  klaviyo,
  learnworlds,
  lemonSqueezy,
  line,
  linear,
  lithic,
  mailgun,
  mandrill,
  mercadoPago,
  meta,
  microsoftGraph,
  mollie,
  monday,
  moodle,
  mux,
  netlify,
  notion,
  okta,
  openai,
  paddle,
  pagerduty,
  payfast,
  paypal,
  paystack,
  pipedrive,
  plaid,
  polar,
  postmark,
  razorpay,
  recurly,
  replicate,
  resend,
  ringcentral,
  sanity,
  sendgrid,
  sentry,
  shopify,
  slack,
  smartsheet,
  square,
  standardWebhooks,
  strava,
  stripe,
  supabase,
  teachable,
  telegram,
  telnyx,
  thinkific,
  trello,
  twilio,
  twitch,
  typeform,
  vercel,
  wise,
  woocommerce,
  workos,
  x,
  xero,
  zendesk,
  zoom,
];

const byId: Record<string, Provider> = Object.create(null);
for (const provider of ALL) byId[provider.id] = provider;

/** Every provider, by id. Frozen and without a prototype, so `constructor` is not a provider. */
export const PROVIDERS: Readonly<Record<string, Provider>> = Object.freeze(byId);
