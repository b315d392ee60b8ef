// Original file: protos/hookgate/v1/admin.proto

import type { EventSummary as _hookgate_v1_EventSummary, EventSummary__Output as _hookgate_v1_EventSummary__Output } from '../../hookgate/v1/EventSummary.ts';

/**
 * ListEventsResponse is one page.
 */
export interface ListEventsResponse {
  /**
   * Newest first.
   */
  'events'?: (_hookgate_v1_EventSummary)[];
  /**
   * Token of the next page; empty after the last. A page that is short, or empty, can still have a next one.
   */
  'nextPageToken'?: (string);
  /**
   * About names in the request that are not known now, such as one that was mistyped; on the first page only.
   */
  'notes'?: (string)[];
}

/**
 * ListEventsResponse is one page.
 */
export interface ListEventsResponse__Output {
  /**
   * Newest first.
   */
  'events': (_hookgate_v1_EventSummary__Output)[];
  /**
   * Token of the next page; empty after the last. A page that is short, or empty, can still have a next one.
   */
  'nextPageToken': (string);
  /**
   * About names in the request that are not known now, such as one that was mistyped; on the first page only.
   */
  'notes': (string)[];
}
