// Original file: protos/hookgate/v1/doctor.proto


/**
 * PublicUrl is the URL of a source as its provider sees it.
 */
export interface PublicUrl {
  /**
   * Name of the source.
   */
  'source'?: (string);
  /**
   * The URL, without user, password and query.
   */
  'url'?: (string);
}

/**
 * PublicUrl is the URL of a source as its provider sees it.
 */
export interface PublicUrl__Output {
  /**
   * Name of the source.
   */
  'source': (string);
  /**
   * The URL, without user, password and query.
   */
  'url': (string);
}
