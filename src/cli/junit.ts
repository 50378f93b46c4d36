// Results as JUnit XML, which continuous integration shows: a suite for each kernel.

import type { TestResult } from './test-result.ts';

export function junit(results: readonly TestResult[]): string {
	const kernels = [...new Set(results.map(({ kernel }) => kernel))];
	const suites = kernels.map((kernel) =>
		suite(
			kernel,
			results.filter((result) => result.kernel === kernel),
		),
	);
	return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join('')}</testsuites>\n`;
}

function suite(kernel: string, results: readonly TestResult[]): string {
	const failures = results.filter(({ verdict }) => verdict === 'FAIL').length;
	const cases = results.map((result) => testCase(result)).join('');
	return `<testsuite name="Linux ${escaped(kernel)}" tests="${results.length}" failures="${failures}" time="${seconds(results)}">\n${cases}</testsuite>\n`;
}

function testCase({ file, title, problems, verdict, milliseconds }: TestResult): string {
	const head = `<testcase classname="${escaped(file)}" name="${escaped(title)}" time="${(milliseconds / 1000).toFixed(6)}"`;
	if (verdict !== 'FAIL') return `${head}/>\n`;
	const [first = 'failed'] = problems;
	return `${head}><failure message="${escaped(first)}">${escaped(problems.join('\n'))}</failure></testcase>\n`;
}

function seconds(results: readonly TestResult[]): string {
	return (results.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / 1000).toFixed(6);
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Control characters have no place in XML 1.0. */
function escaped(text: string): string {
	return text.replace(/[&<>"]/g, (c) => ESCAPES[c] ?? c).replace(/\p{Cc}/gu, (c) => (c === '\n' ? c : '?'));
}
