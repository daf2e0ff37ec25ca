/** Something the user has to provide or decide is missing; the message says what. Ends the program with exit code 2. */
export class PrerequisiteError extends Error {
  override readonly name = 'PrerequisiteError';
}
