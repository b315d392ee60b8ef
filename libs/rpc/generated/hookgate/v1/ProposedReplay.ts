// Original file: protos/hookgate/v1/proposal.proto

import type { ReplayFilter as _hookgate_v1_ReplayFilter, ReplayFilter__Output as _hookgate_v1_ReplayFilter__Output } from '../../hookgate/v1/ReplayFilter.ts';

/**
 * ProposedReplay repeats deliveries, as CreateReplay does.
 */
export interface ProposedReplay {
  /**
   * Which deliveries; at most 200 ids. Of a proposal that is kept it has an end, so that later events do not belong to it.
   */
  'filter'?: (_hookgate_v1_ReplayFilter | null);
  /**
   * Most deliveries made per second, 1 to 10,000; 0 means 200.
   */
  'perSecond'?: (number);
}

/**
 * ProposedReplay repeats deliveries, as CreateReplay does.
 */
export interface ProposedReplay__Output {
  /**
   * Which deliveries; at most 200 ids. Of a proposal that is kept it has an end, so that later events do not belong to it.
   */
  'filter': (_hookgate_v1_ReplayFilter__Output | null);
  /**
   * Most deliveries made per second, 1 to 10,000; 0 means 200.
   */
  'perSecond': (number);
}
