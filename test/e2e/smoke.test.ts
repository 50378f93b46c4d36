// The frame that all other end-to-end tests stand in. Vacuous if examples/ were empty: it is not, a file
// of it is named.

import { FIRST_EXAMPLE } from '../../scripts/project.mjs';
import { expect, test } from './harness/fixtures.ts';

test('the workbench opens on examples/, and a file opens from the explorer', async ({ workbench }) => {
	await workbench.open();
	await expect(workbench.explorerRows.filter({ hasText: FIRST_EXAMPLE })).toBeVisible();
	await workbench.openFile(FIRST_EXAMPLE);
	await workbench.screenshot('workbench');
});
