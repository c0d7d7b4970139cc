/** Where tabs do not fit, the one that is open is in sight. */
export function tabs(): void {
  for (const tab of document.querySelectorAll<HTMLElement>(".tabs [aria-current]")) {
    const list = tab.closest<HTMLElement>(".tabs");
    if (list && list.scrollWidth > list.clientWidth) {
      list.scrollLeft = tab.offsetLeft - (list.clientWidth - tab.offsetWidth) / 2;
    }
  }
}
