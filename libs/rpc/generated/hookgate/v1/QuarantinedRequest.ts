// Original file: protos/hookgate/v1/quarantine.proto

import type { Long } from '@grpc/proto-loader';

/**
 * QuarantinedRequest is a refused request, kept unchanged. It is never delivered.
 */
export interface QuarantinedRequest {
  /**
   * "qtn_" and a UUIDv7 in 32 hexadecimal digits.
   */
  'id'?: (string);
  /**
   * Name of the source.
   */
  'source'?: (string);
  /**
   * Id of the provider.
   */
  'provider'?: (string);
  /**
   * When its last byte arrived, in milliseconds since 1970.
   */
  'receivedAtMs'?: (number | string | Long);
  /**
   * Why it was refused, such as "no_match".
   */
  'reason'?: (string);
  /**
   * Likely reasons, a sentence each.
   */
  'diagnosis'?: (string)[];
  /**
   * Client address.
   */
  'address'?: (string);
  /**
   * The hops that the address was resolved from, the socket's own last.
   */
  'addressChain'?: (string);
  /**
   * The method.
   */
  'method'?: (string);
  /**
   * The public URL that the signature covers.
   */
  'url'?: (string);
  /**
   * The header block, as with events.
   */
  'headers'?: (Buffer | Uint8Array | string);
  /**
   * The exact bytes of the body.
   */
  'body'?: (Buffer | Uint8Array | string);
  /**
   * The event it became when it was released; empty if it was not.
   */
  'releasedAs'?: (string);
  /**
   * Length of the body in bytes.
   */
  'bodyBytes'?: (number | string | Long);
  /**
   * Whether its exact bytes are kept encrypted, because its source protects data. Then there is no body here; verifying it again
   * and releasing it work all the same. Not set in lists.
   */
  'encrypted'?: (boolean);
  /**
   * Whether its body was not read, or is not kept: it cannot be verified again. Set by the dispatcher.
   */
  'unread'?: (boolean);
}

/**
 * QuarantinedRequest is a refused request, kept unchanged. It is never delivered.
 */
export interface QuarantinedRequest__Output {
  /**
   * "qtn_" and a UUIDv7 in 32 hexadecimal digits.
   */
  'id': (string);
  /**
   * Name of the source.
   */
  'source': (string);
  /**
   * Id of the provider.
   */
  'provider': (string);
  /**
   * When its last byte arrived, in milliseconds since 1970.
   */
  'receivedAtMs': (number);
  /**
   * Why it was refused, such as "no_match".
   */
  'reason': (string);
  /**
   * Likely reasons, a sentence each.
   */
  'diagnosis': (string)[];
  /**
   * Client address.
   */
  'address': (string);
  /**
   * The hops that the address was resolved from, the socket's own last.
   */
  'addressChain': (string);
  /**
   * The method.
   */
  'method': (string);
  /**
   * The public URL that the signature covers.
   */
  'url': (string);
  /**
   * The header block, as with events.
   */
  'headers': (Buffer);
  /**
   * The exact bytes of the body.
   */
  'body': (Buffer);
  /**
   * The event it became when it was released; empty if it was not.
   */
  'releasedAs': (string);
  /**
   * Length of the body in bytes.
   */
  'bodyBytes': (number);
  /**
   * Whether its exact bytes are kept encrypted, because its source protects data. Then there is no body here; verifying it again
   * and releasing it work all the same. Not set in lists.
   */
  'encrypted': (boolean);
  /**
   * Whether its body was not read, or is not kept: it cannot be verified again. Set by the dispatcher.
   */
  'unread': (boolean);
}
