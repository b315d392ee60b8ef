// Original file: protos/hookgate/v1/doctor.proto

import type { DurabilityFact as _hookgate_v1_DurabilityFact, DurabilityFact__Output as _hookgate_v1_DurabilityFact__Output } from '../../hookgate/v1/DurabilityFact.ts';
import type { PublicUrl as _hookgate_v1_PublicUrl, PublicUrl__Output as _hookgate_v1_PublicUrl__Output } from '../../hookgate/v1/PublicUrl.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * GetSetupResponse is what of the gateway's setup can be judged from outside.
 */
export interface GetSetupResponse {
  /**
   * "sqlite" or "mongodb".
   */
  'store'?: (string);
  /**
   * The store's clock, in milliseconds since 1970.
   */
  'storeNowMs'?: (number | string | Long);
  /**
   * The clock of the dispatcher's machine, in milliseconds since 1970.
   */
  'dispatcherNowMs'?: (number | string | Long);
  /**
   * What the store's promises rest on.
   */
  'durability'?: (_hookgate_v1_DurabilityFact)[];
  /**
   * How callers reach the dispatcher: "tls", "loopback", "plain" (with a token, in plain text) or "insecure" (anybody may call).
   */
  'rpc'?: (string);
  /**
   * Proxies whose headers are believed, as configured.
   */
  'trustedProxies'?: (string)[];
  /**
   * Largest body of a source without a bound of its own, in bytes.
   */
  'bodyBytesMax'?: (number | string | Long);
  /**
   * How long a body may take, in milliseconds.
   */
  'bodyDeadlineMs'?: (number | string | Long);
  /**
   * The URLs of sources by which their providers call them.
   */
  'publicUrls'?: (_hookgate_v1_PublicUrl)[];
}

/**
 * GetSetupResponse is what of the gateway's setup can be judged from outside.
 */
export interface GetSetupResponse__Output {
  /**
   * "sqlite" or "mongodb".
   */
  'store': (string);
  /**
   * The store's clock, in milliseconds since 1970.
   */
  'storeNowMs': (number);
  /**
   * The clock of the dispatcher's machine, in milliseconds since 1970.
   */
  'dispatcherNowMs': (number);
  /**
   * What the store's promises rest on.
   */
  'durability': (_hookgate_v1_DurabilityFact__Output)[];
  /**
   * How callers reach the dispatcher: "tls", "loopback", "plain" (with a token, in plain text) or "insecure" (anybody may call).
   */
  'rpc': (string);
  /**
   * Proxies whose headers are believed, as configured.
   */
  'trustedProxies': (string)[];
  /**
   * Largest body of a source without a bound of its own, in bytes.
   */
  'bodyBytesMax': (number);
  /**
   * How long a body may take, in milliseconds.
   */
  'bodyDeadlineMs': (number);
  /**
   * The URLs of sources by which their providers call them.
   */
  'publicUrls': (_hookgate_v1_PublicUrl__Output)[];
}
