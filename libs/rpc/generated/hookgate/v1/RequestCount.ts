// Original file: protos/hookgate/v1/ingest.proto

import type { Long } from '@grpc/proto-loader';

/**
 * RequestCount is the requests of one source with one outcome.
 */
export interface RequestCount {
  /**
   * Name of the source; empty if the path named none.
   */
  'source'?: (string);
  /**
   * What became of them: "stored", "duplicate", "handshake", "unavailable", or why they were refused.
   */
  'outcome'?: (string);
  /**
   * How many.
   */
  'requests'?: (number | string | Long);
  /**
   * Sum of the times to the answer, in milliseconds.
   */
  'timeMs'?: (number | string);
  /**
   * The same times, counted by the bounds that edges and dispatchers share; trailing zeros are left out.
   */
  'times'?: (number | string | Long)[];
}

/**
 * RequestCount is the requests of one source with one outcome.
 */
export interface RequestCount__Output {
  /**
   * Name of the source; empty if the path named none.
   */
  'source': (string);
  /**
   * What became of them: "stored", "duplicate", "handshake", "unavailable", or why they were refused.
   */
  'outcome': (string);
  /**
   * How many.
   */
  'requests': (number);
  /**
   * Sum of the times to the answer, in milliseconds.
   */
  'timeMs': (number);
  /**
   * The same times, counted by the bounds that edges and dispatchers share; trailing zeros are left out.
   */
  'times': (number)[];
}
