/** A number with its noun in the right form: `1 ENI`, `2 ENIs`, `0 ENIs`. */
export function amount(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
