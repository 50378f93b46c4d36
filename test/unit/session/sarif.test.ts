// SARIF against its schema: sarif-2.1/schema/sarif-schema-2.1.0.json of OASIS' sarif-spec (draft 4 of JSON Schema).

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { findFindings } from '../../../src/session/findings/find.ts';
import { sarifOf } from '../../../src/session/findings/sarif.ts';
import { openText } from './example.ts';

const data = (name: string) => new URL(`../../data/schemas/${name}`, import.meta.url);

function validator() {
	const schema = JSON.parse(gunzipSync(readFileSync(data('sarif-schema-2.1.0.json.gz'))).toString());
	// The later drafts that Ajv knows name a schema by `$id`; nothing else that this one uses has changed.
	delete schema.id;
	delete schema.$schema;
	return new Ajv({ strict: false, validateFormats: false }).compile(schema);
}

test('what is written is SARIF 2.1.0, with a result for each finding', async () => {
	const name = 'scenario-psci-0.2.trace.txt';
	const session = await openText(readFileSync(new URL(`../../../examples/${name}`, import.meta.url)), name);
	const { roots } = await findFindings(session);
	const sarif = JSON.parse(JSON.stringify(sarifOf(session, roots, name, '0.1.0')));
	const valid = validator();
	expect(valid(sarif), JSON.stringify(valid.errors)).toBe(true);
	expect(sarif.runs[0].results).toHaveLength(3);
	expect(sarif.runs[0].results[0]).toMatchObject({ ruleId: 'PSCI-108', level: 'warning' });
	// The schema is no rubber stamp.
	expect(valid({ ...sarif, runs: [{ ...sarif.runs[0], results: [{ level: 'fatal' }] }] })).toBe(false);
});
