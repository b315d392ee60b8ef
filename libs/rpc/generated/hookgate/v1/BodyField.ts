// Original file: protos/hookgate/v1/admin.proto


/**
 * BodyField is a field and its value.
 */
export interface BodyField {
  /**
   * JSON pointer, such as "/data/customer". Fields of a form are found in the same way.
   */
  'pointer'?: (string);
  /**
   * The value: JSON, or else text. A number is found by its value, and by the same text.
   */
  'value'?: (string);
}

/**
 * BodyField is a field and its value.
 */
export interface BodyField__Output {
  /**
   * JSON pointer, such as "/data/customer". Fields of a form are found in the same way.
   */
  'pointer': (string);
  /**
   * The value: JSON, or else text. A number is found by its value, and by the same text.
   */
  'value': (string);
}
