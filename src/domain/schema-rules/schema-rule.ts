/** A rule of the schema that an object breaks, in the words of the API server. */
export interface SchemaViolation {
  /** Stable name of the rule, lower camel case, such as `subnetRequired`. */
  readonly rule: string;
  /** Path of the field as the API server gives it, such as `spec.subnetID`. */
  readonly field: string;
  /** The key at fault below `field`, where the rule is about keys of a map. */
  readonly key?: string;
  /** Names value and fix. */
  readonly message: string;
}

/** What a twin found: the rendered `messageExpression`, or nothing more than that the rule is broken. */
export interface Breach {
  readonly says?: string;
  readonly key?: string;
}

/** The twin in TypeScript of one `x-kubernetes-validations` rule of a CRD. */
export interface SchemaRule<Subject> {
  readonly name: string;
  /** The rule's `message` in the CRD, word for word: rule and twin find each other by it. */
  readonly message: string;
  /** Where the rule stands in the schema, then its `fieldPath`. */
  readonly field: string;
  /** The rule's `reason`; the API server's default is FieldValueInvalid. */
  readonly reason: 'FieldValueForbidden' | 'FieldValueInvalid' | 'FieldValueRequired';
  /** The rule negated: undefined when the subject keeps it. */
  readonly breachOf: (subject: Subject) => Breach | undefined;
}

/** MaxEvaluatedMessageExpressionSizeBytes of apiserver pkg/cel: longer messages give way to the constant one. */
const maxMessageBytes = 5 * 1024;

const encoder = new TextEncoder();

/** The API server falls back to `message` when a rendered one is empty, too long or has a line break. */
function messageOf({ message }: SchemaRule<never>, { says = '' }: Breach): string {
  const isUsable =
    says.trim() !== '' && !says.includes('\n') && encoder.encode(says).length <= maxMessageBytes;
  return isUsable ? says : message;
}

/** Every rule that the subject breaks, in the order of the rules. */
export function violationsOf<Subject>(
  subject: Subject,
  rules: readonly SchemaRule<Subject>[],
): readonly SchemaViolation[] {
  return rules.flatMap((rule) => {
    const breach = rule.breachOf(subject);
    if (breach === undefined) return [];
    const { name, field } = rule;
    return [
      {
        rule: name,
        field,
        message: messageOf(rule, breach),
        ...(breach.key === undefined ? {} : { key: breach.key }),
      },
    ];
  });
}
