// Words of the pages: where no translation came with the page they are the English ones.

import { expect, it } from 'vitest';
import { t, words } from '../../../src/panels/l10n.ts';

it('puts arguments where their numbers stand, also the same one twice', () => {
	expect(t('line {0}', 5)).toBe('line 5');
	expect(t('{1} of {0}, {1}', 'a', 'b')).toBe('b of a, b');
	expect(t('line {0}', 6)).toBe('line 6');
	expect(t('nothing')).toBe('nothing');
});

it('keeps what is no text as it is', () => {
	const part = { html: true };
	expect(words('The guest prints: {0}', part)).toEqual(['The guest prints: ', part, '']);
});
