// Back and Forward within a page.

/** Do something whenever Back or Forward changes what the address of this page asks for, as long
 * as an element is part of it. A theme that swaps pages in place changes the address first: what
 * belongs to another page is not for this one to read. */
export function onBack(place: HTMLElement, show: () => void): void {
  const page = location.pathname;
  const back = (): void => {
    if (!place.isConnected) removeEventListener("popstate", back);
    else if (location.pathname === page) show();
  };
  addEventListener("popstate", back);
}
