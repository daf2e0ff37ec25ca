import type { LintFinding, LintReport } from './lint-finding.ts';

function toResult({ file, line, column, severity, field, message, rule, nodeEni }: LintFinding): object {
  const logicalLocation = {
    fullyQualifiedName: [nodeEni, field].filter((part) => part !== undefined && part !== '').join(' '),
  };
  return {
    ruleId: rule,
    level: severity,
    message: { text: field === '' ? message : `${field}: ${message}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: encodeURI(file) },
          region: { startLine: line, startColumn: column },
        },
        ...(logicalLocation.fullyQualifiedName === '' ? {} : { logicalLocations: [logicalLocation] }),
      },
    ],
  };
}

/** SARIF 2.1.0 (OASIS), as code scanning of GitHub and others read it. */
export function renderSarif({ findings }: LintReport): string {
  const rules = [...new Set(findings.map(({ rule }) => rule))].toSorted();
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'nodeeni lint', rules: rules.map((id) => ({ id })) } },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => toResult(finding)),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}
