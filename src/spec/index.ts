// The door of this room: the documents under spec/, found by rule and by clause. Nothing here reads a file.

export { type NamedPlace, type PageText, placeOfName } from './find-name.ts';
export { nearest, topics } from './nearest.ts';
export { type OutlineNode, pageOutline } from './outline.ts';
export { parsePage } from './page.ts';
export { pageCalled, pageNames, pageOfFunction } from './page-names.ts';
export { plainText } from './plain-text.ts';
export { type Restriction, restrictPage } from './restrict.ts';
export { type SpecIndex, type SpecPlace, specIndex } from './spec-index.ts';
export { verdict } from './verdict.ts';
