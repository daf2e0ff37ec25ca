import { amount } from '../../domain/amount.ts';
import type { OutputFormat } from './lint-arguments.ts';
import type { LintFinding, LintReport } from './lint-finding.ts';
import { renderSarif } from './render-sarif.ts';

/** How many findings of each severity there are. */
export function countFindings({ findings }: LintReport): {
  readonly errors: number;
  readonly warnings: number;
} {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return { errors, warnings: findings.length - errors };
}

/** One line for people about the whole. */
export function summarize(report: LintReport): string {
  const { errors, warnings } = countFindings(report);
  const found = `${amount(errors, 'error')}, ${amount(warnings, 'warning')}`;
  return `${amount(report.nodeEnis, 'NodeENI')} in ${amount(report.files, 'file')}: ${found}\n`;
}

/** Findings are lines: what is quoted from a manifest must not break out of its own. */
function onOneLine(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1));
}

function textLine({ file, line, column, severity, field, message, rule }: LintFinding): string {
  const at = field === '' ? '' : ` ${field}:`;
  return onOneLine(`${file}:${line}:${column}: ${severity}${at} ${message} (${rule})`);
}

/** GitHub Docs, Workflow commands for GitHub Actions: percent and line breaks are escaped, in properties : and , too. */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

function githubLine({ file, line, column, severity, field, message, rule }: LintFinding): string {
  const properties = `file=${escapeProperty(file)},line=${line},col=${column},title=${escapeProperty(rule)}`;
  return `::${severity} ${properties}::${escapeData(field === '' ? message : `${field}: ${message}`)}`;
}

function renderJson(report: LintReport): string {
  const { findings, nodeEnis, files } = report;
  return `${JSON.stringify({ findings, summary: { files, nodeEnis, ...countFindings(report) } }, undefined, 2)}\n`;
}

/** The report as it goes to standard output. */
export function renderReport(report: LintReport, output: OutputFormat): string {
  const lines = (render: (finding: LintFinding) => string): string =>
    report.findings.map((finding) => `${render(finding)}\n`).join('');
  switch (output) {
    case 'text':
      return lines(textLine);
    case 'github':
      return lines(githubLine);
    case 'json':
      return renderJson(report);
    case 'sarif':
      return renderSarif(report);
  }
}
