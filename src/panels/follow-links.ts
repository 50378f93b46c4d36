// Clicks and Enter on the links that the Markdown renderer made, as one callback.

export function followLinks(root: HTMLElement, follow: (href: string) => void): void {
	const linkOf = (event: Event) => {
		const link = event.target instanceof Element ? event.target.closest('[data-href]') : undefined;
		return link instanceof HTMLElement ? link.dataset.href : undefined;
	};
	const take = (event: Event) => {
		const href = linkOf(event);
		if (href === undefined) return;
		event.preventDefault();
		follow(href);
	};
	root.addEventListener('click', take);
	root.addEventListener('keydown', (event) => {
		if (event.key === 'Enter') take(event);
	});
}
