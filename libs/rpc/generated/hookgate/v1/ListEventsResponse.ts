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
   * Where the next page begins; empty after the last. A page can be short, or empty, and still have a next one.
   */
  'nextPageToken'?: (string);
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
   * Where the next page begins; empty after the last. A page can be short, or empty, and still have a next one.
   */
  'nextPageToken': (string);
}
