/** Two listings so far apart prove an absence in spite of eventual consistency (EC2 Developer Guide). */
const PROOF_MS = 30_000;

interface Question {
  readonly askedAtMs: number;
  firstListingAtMs: number | undefined;
  isAnswered: boolean;
}

/** Questions of the form "is there really none?", answered by two listings 30 s apart. */
export class AbsenceProofs {
  readonly #questions = new Map<string, Question>();

  /** Asks, or asks again; returns when the next listing is due, or undefined once the answer is yes. */
  ask(key: string, nowMs: number): number | undefined {
    const question = this.#questions.get(key);
    if (question === undefined) {
      this.#questions.set(key, { askedAtMs: nowMs, firstListingAtMs: undefined, isAnswered: false });
      return nowMs;
    }
    return question.isAnswered ? undefined : dueAtMs(question);
  }

  /** A listing that began then has been read; returns the keys whose question it answers. */
  listed(begunAtMs: number): string[] {
    const answered: string[] = [];
    for (const [key, question] of this.#questions) {
      if (question.isAnswered || begunAtMs < question.askedAtMs) continue;
      if (question.firstListingAtMs === undefined) question.firstListingAtMs = begunAtMs;
      else if (begunAtMs - question.firstListingAtMs >= PROOF_MS) {
        question.isAnswered = true;
        answered.push(key);
      }
    }
    return answered;
  }

  /** When the next listing is due: `latestMs`, or earlier for an open question. */
  nextDueAtMs(latestMs: number): number {
    const open = [...this.#questions.values()].filter((question) => !question.isAnswered);
    return Math.min(latestMs, ...open.map(dueAtMs));
  }

  forget(key: string): void {
    this.#questions.delete(key);
  }
}

function dueAtMs(question: Question): number {
  return question.firstListingAtMs === undefined ? question.askedAtMs : question.firstListingAtMs + PROOF_MS;
}
