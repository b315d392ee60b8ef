// Original file: protos/hookgate/v1/admin.proto


/**
 * BackUpRequest names the copy.
 */
export interface BackUpRequest {
  /**
   * Name of the file, in the folder backups of DATA_DIR: letters, digits, dots, dashes and underscores, 100 at most.
   */
  'name'?: (string);
  /**
   * Why, for the audit log.
   */
  'reason'?: (string);
}

/**
 * BackUpRequest names the copy.
 */
export interface BackUpRequest__Output {
  /**
   * Name of the file, in the folder backups of DATA_DIR: letters, digits, dots, dashes and underscores, 100 at most.
   */
  'name': (string);
  /**
   * Why, for the audit log.
   */
  'reason': (string);
}
