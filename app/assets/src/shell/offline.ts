/** The service worker: style, script and the last diary page for when the network is gone. */
export function offline(): void {
  const url = document.documentElement.dataset.sw;
  if (url && "serviceWorker" in navigator) {
    addEventListener("load", () => {
      navigator.serviceWorker.register(url).catch(() => {
        // plain http or a private window: the page works without it
      });
    });
  }
  // On a shared computer nothing of the last person stays behind.
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (form.getAttribute("action") === "/logout" && "caches" in window) {
      void caches.delete("diary");
    }
  });
}
