/** Something was given up because the process stops; it says nothing of whom it would have asked. */
export class StoppingError extends Error {
  constructor(what: string) {
    super(`${what} was given up because this process stops`);
    this.name = 'StoppingError';
  }
}
