// Original file: protos/hookgate/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Patience is how a provider bears an outage of ours. Times are in milliseconds since 1970; those about an outage are of the latest
 * one that still matters.
 */
export interface Patience {
  /**
   * Whether it retries by itself; absent if it does not say.
   */
  'retries'?: (boolean);
  /**
   * What its documentation says.
   */
  'note'?: (string);
  /**
   * When the outage began; absent if there was none.
   */
  'outageFromMs'?: (number | string | Long);
  /**
   * When it ended; absent if it goes on.
   */
  'outageToMs'?: (number | string | Long);
  /**
   * When the first event of the outage is sent again next; absent if that is not known or over.
   */
  'nextRetryAtMs'?: (number | string | Long);
  /**
   * When the provider gives the first event up; absent if that is not known.
   */
  'givesUpAtMs'?: (number | string | Long);
  /**
   * When it switches the endpoint off or removes the subscription; absent if it does not, or that is not known.
   */
  'switchesOffAtMs'?: (number | string | Long);
  /**
   * What that means, and what to do, in a sentence.
   */
  'advice'?: (string);
  '_retries'?: "retries";
  '_outageFromMs'?: "outageFromMs";
  '_outageToMs'?: "outageToMs";
  '_nextRetryAtMs'?: "nextRetryAtMs";
  '_givesUpAtMs'?: "givesUpAtMs";
  '_switchesOffAtMs'?: "switchesOffAtMs";
}

/**
 * Patience is how a provider bears an outage of ours. Times are in milliseconds since 1970; those about an outage are of the latest
 * one that still matters.
 */
export interface Patience__Output {
  /**
   * Whether it retries by itself; absent if it does not say.
   */
  'retries'?: (boolean);
  /**
   * What its documentation says.
   */
  'note': (string);
  /**
   * When the outage began; absent if there was none.
   */
  'outageFromMs'?: (number);
  /**
   * When it ended; absent if it goes on.
   */
  'outageToMs'?: (number);
  /**
   * When the first event of the outage is sent again next; absent if that is not known or over.
   */
  'nextRetryAtMs'?: (number);
  /**
   * When the provider gives the first event up; absent if that is not known.
   */
  'givesUpAtMs'?: (number);
  /**
   * When it switches the endpoint off or removes the subscription; absent if it does not, or that is not known.
   */
  'switchesOffAtMs'?: (number);
  /**
   * What that means, and what to do, in a sentence.
   */
  'advice': (string);
  '_retries'?: "retries";
  '_outageFromMs'?: "outageFromMs";
  '_outageToMs'?: "outageToMs";
  '_nextRetryAtMs'?: "nextRetryAtMs";
  '_givesUpAtMs'?: "givesUpAtMs";
  '_switchesOffAtMs'?: "switchesOffAtMs";
}
