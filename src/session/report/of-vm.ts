// Of the timeline of a recording with many VMs what one of them did.

import type { TimelineTile } from '../timeline/tile.ts';
import { vmOfLane } from '../timeline/timeline.ts';
import type { TimelineIndex } from '../timeline/timeline-index.ts';

export function ofVm(tile: TimelineTile, index: TimelineIndex, vm: number): TimelineTile {
	const { events } = index.session.trace;
	const kept = tile.lanes.map((_, lane) => lane).filter((lane) => vmOfLane(index, lane) === vm);
	const place = new Map(kept.map((lane, n) => [lane, n]));
	return {
		...tile,
		lanes: tile.lanes.filter((_, lane) => place.has(lane)),
		exits: tile.exits.filter(({ row }) => events.vm(row) === vm),
		links: tile.links.flatMap((link) => {
			const [fromLane, toLane] = [place.get(link.fromLane), place.get(link.toLane)];
			return fromLane === undefined || toLane === undefined ? [] : [{ ...link, fromLane, toLane }];
		}),
	};
}
