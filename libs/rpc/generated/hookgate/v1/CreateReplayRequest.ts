// Original file: protos/hookgate/v1/admin.proto

import type { ReplayFilter as _hookgate_v1_ReplayFilter, ReplayFilter__Output as _hookgate_v1_ReplayFilter__Output } from '../../hookgate/v1/ReplayFilter.ts';

/**
 * CreateReplayRequest says what to repeat.
 */
export interface CreateReplayRequest {
  /**
   * Which deliveries. Empty is refused: name at least one field.
   */
  'filter'?: (_hookgate_v1_ReplayFilter | null);
  /**
   * Why; required unless dry_run.
   */
  'reason'?: (string);
  /**
   * Most deliveries made per second, 1 to 10,000; 0 means 200.
   */
  'perSecond'?: (number);
  /**
   * Count only.
   */
  'dryRun'?: (boolean);
}

/**
 * CreateReplayRequest says what to repeat.
 */
export interface CreateReplayRequest__Output {
  /**
   * Which deliveries. Empty is refused: name at least one field.
   */
  'filter': (_hookgate_v1_ReplayFilter__Output | null);
  /**
   * Why; required unless dry_run.
   */
  'reason': (string);
  /**
   * Most deliveries made per second, 1 to 10,000; 0 means 200.
   */
  'perSecond': (number);
  /**
   * Count only.
   */
  'dryRun': (boolean);
}
