// Original file: protos/hookgate/v1/admin.proto

import type { EventSummary as _hookgate_v1_EventSummary, EventSummary__Output as _hookgate_v1_EventSummary__Output } from '../../hookgate/v1/EventSummary.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * FindInBodiesResponse is what this part of the search found.
 */
export interface FindInBodiesResponse {
  /**
   * Newest first.
   */
  'events'?: (_hookgate_v1_EventSummary)[];
  /**
   * Events whose bodies were searched, in all parts so far.
   */
  'searched'?: (number | string | Long);
  /**
   * Events of the source, type and time window, counted up to counted_max.
   */
  'total'?: (number | string | Long);
  /**
   * How far they were counted: a total of this size may be larger.
   */
  'countedMax'?: (number | string | Long);
  /**
   * Of the searched ones, those whose body is too large to be read as JSON or a form, in all parts so far.
   */
  'skipped'?: (number | string | Long);
  /**
   * Where the search goes on; empty at its end.
   */
  'nextPageToken'?: (string);
  /**
   * Received at this time and later, as far as it was searched, in milliseconds since 1970.
   */
  'searchedFromMs'?: (number | string | Long);
  /**
   * About names in the request that are not known now; in the first answer only.
   */
  'notes'?: (string)[];
}

/**
 * FindInBodiesResponse is what this part of the search found.
 */
export interface FindInBodiesResponse__Output {
  /**
   * Newest first.
   */
  'events': (_hookgate_v1_EventSummary__Output)[];
  /**
   * Events whose bodies were searched, in all parts so far.
   */
  'searched': (number);
  /**
   * Events of the source, type and time window, counted up to counted_max.
   */
  'total': (number);
  /**
   * How far they were counted: a total of this size may be larger.
   */
  'countedMax': (number);
  /**
   * Of the searched ones, those whose body is too large to be read as JSON or a form, in all parts so far.
   */
  'skipped': (number);
  /**
   * Where the search goes on; empty at its end.
   */
  'nextPageToken': (string);
  /**
   * Received at this time and later, as far as it was searched, in milliseconds since 1970.
   */
  'searchedFromMs': (number);
  /**
   * About names in the request that are not known now; in the first answer only.
   */
  'notes': (string)[];
}
